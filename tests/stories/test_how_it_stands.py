"""The list of one's stories says in a few words how each stands, and never more than is so."""

from __future__ import annotations

import re

from django.urls import reverse

from lessalone.families.models import Parent
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import ONLY_US
from lessalone.sharing.models import Hold, Item
from lessalone.stories import actions
from tests.stories.conftest import NAMED


def stands(browser, member) -> str:
    page = browser(member).get(reverse("stories-mine")).content.decode()
    return re.sub(r"<[^>]+>", " ", page)


def test_it_waits_and_looks_the_same_after_not_yet(cast, browser, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    waiting = stands(browser, cast.ana)
    assert "Waiting until every parent has agreed" in waiting
    sharing.answer(actor=cast.sam, version=version, choice="not-yet")
    assert stands(browser, cast.ana) == waiting


def test_it_says_who_may_see_it(cast, browser, shared):
    assert "Shared. Who may see it: Bereaved members." in stands(browser, cast.ana)


def test_it_does_not_say_that_it_is_shared_when_one_parent_keeps_it_to_the_family(cast, browser, shared):
    sharing.lower(actor=cast.sam, item=shared, spec=ONLY_US)
    assert "Shown to nobody outside your family here" in stands(browser, cast.ana)


def test_it_does_not_say_that_it_is_shared_before_a_new_parent_agreed(cast, browser, shared):
    Parent.objects.create(baby=cast.jack, member=cast.carl)
    said = stands(browser, cast.ana)
    assert "Shown to nobody outside your family here" in said
    assert "Who may see it" not in said


def test_taken_back_and_held_are_said(cast, browser, shared):
    sharing.take_back(actor=cast.sam, item=shared)
    assert "Taken back." in stands(browser, cast.ana)
    Hold.objects.create(item=shared, reason="other")
    assert "A moderator is looking at it" in stands(browser, cast.ana)


def test_the_list_asks_no_more_for_more_stories(cast, browser, write):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ana = browser(cast.ana)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            ana.get(reverse("stories-mine"))
        return len(queries)

    for _number in range(2):
        actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    two = asked()
    for _number in range(3):
        actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    assert Item.objects.count() == 5
    assert asked() == two


def test_a_parent_alone_is_not_asked_to_write_to_each_other(cast, browser, write):
    Parent.objects.filter(member=cast.sam).delete()
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    page = browser(cast.ana).get(reverse("stories-family", args=[version.item.public_id])).content.decode()
    assert "Between you" not in page


def test_the_last_look_has_one_heading_of_the_page(cast, browser, write):
    draft = write(cast.ana, NAMED, cast.jack)
    page = browser(cast.ana).get(reverse("stories-check", args=[draft.public_id])).content.decode()
    assert page.count("<h1") == 1
    assert f"<h2>{NAMED.title}</h2>" in page
