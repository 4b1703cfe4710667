"""The home page: what one may see, newest first, nothing ranked, in pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessalone.families.models import Parent
from lessalone.moderation import actions as moderation
from lessalone.people import actions as people
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions
from tests.cast import gather
from tests.stories.conftest import COVER, browser, shared, write  # noqa: F401


@pytest.fixture
def cast():
    return gather()


@pytest.fixture
def twenty_five(cast, write):  # noqa: F811
    """Stories of Max, a minute apart, for members."""
    items = []
    for number in range(25):
        contents = replace(COVER, title=f"Story number {number:02}", audience=AudienceSpec(Rung.MEMBERS))
        item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, contents)).item
        hour = timezone.now() - dt.timedelta(minutes=25 - number)
        Item.objects.filter(pk=item.pk).update(published_at=hour)
        items.append(item)
    return items


def titles(page: str) -> list[int]:
    import re

    return [int(number) for number in re.findall(r"Story number (\d\d)</a>", page)]


def test_newest_first_and_the_older_ones_on_the_next_page(cast, browser, twenty_five):  # noqa: F811
    carl = browser(cast.carl)
    first = carl.get(reverse("home"))
    assert titles(first.content.decode()) == list(range(24, 4, -1))
    older = carl.get(reverse("home"), {"after": first.context["cursor"]})
    assert titles(older.content.decode()) == list(range(4, -1, -1))
    assert older.context["cursor"] is None


def test_an_altered_cursor_begins_anew(cast, browser, twenty_five):  # noqa: F811
    carl = browser(cast.carl)
    cursor = carl.get(reverse("home")).context["cursor"]
    page = carl.get(reverse("home"), {"after": cursor[:-2] + "xx"})
    assert titles(page.content.decode())[0] == 24


def test_a_visitor_meets_only_public_stories(cast, browser, write, twenty_five):  # noqa: F811
    assert titles(browser(None).get(reverse("home")).content.decode()) == []
    public = replace(COVER, title="For everyone", audience=AudienceSpec(Rung.PUBLIC))
    actions.ask_to_share(actor=cast.max, draft=write(cast.max, public))
    assert "For everyone" in browser(None).get(reverse("home")).content.decode()


def test_what_someone_does_not_want_to_meet_is_left_out_or_asked_about(cast, browser, write):  # noqa: F811
    contents = replace(COVER, title="The second spring", notes=("pregnancy",))
    actions.ask_to_share(actor=cast.max, draft=write(cast.max, contents))
    bea = browser(cast.bea)
    page = bea.get(reverse("home")).content.decode()
    assert "The second spring" not in page
    assert "told about first" in page, "pregnancy starts at: ask first"
    people.set_bearing(actor=cast.bea, choices={"pregnancy": "hide"})
    assert "told about first" not in bea.get(reverse("home")).content.decode()
    people.set_bearing(actor=cast.bea, choices={"pregnancy": "show"})
    assert "The second spring" in bea.get(reverse("home")).content.decode()


def listed(browser, member) -> bool:  # noqa: F811
    return COVER.title in browser(member).get(reverse("home")).content.decode()


def test_ones_own_story_is_listed_while_others_can_read_it(cast, browser, write):  # noqa: F811
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, COVER)).item
    assert listed(browser, cast.max)
    assert listed(browser, cast.bea)
    sharing.take_back(actor=cast.max, item=item)
    assert not listed(browser, cast.max), "it is on a page of one's own"
    assert COVER.title in browser(cast.max).get(reverse("stories-mine")).content.decode()


def test_ones_own_story_is_not_listed_while_a_moderator_holds_it(cast, browser, write):  # noqa: F811
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, COVER)).item
    moderation.hold(actor=cast.dora, item=item, reason="cruel")
    assert not listed(browser, cast.max)
    assert not listed(browser, cast.dora), "moderators have a page for what is held"


def test_ones_own_story_is_not_listed_before_its_hour(cast, browser, write):  # noqa: F811
    later = replace(COVER, when="at", at=timezone.now() + dt.timedelta(days=3))
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, later)).item
    assert not listed(browser, cast.max)
    Item.objects.filter(pk=item.pk).update(published_at=timezone.now())
    assert listed(browser, cast.max)


def test_a_joint_story_is_not_listed_while_a_parent_is_still_asked(cast, browser, shared):  # noqa: F811
    page = browser(cast.sam).get(reverse("home"))
    assert [one.item.pk for one in page.context["shown"]] == [shared.pk]
    Parent.objects.create(baby=cast.jack, member=cast.carl)
    assert browser(cast.sam).get(reverse("home")).context["shown"] == []


def test_asking_first_comes_before_the_story_too(cast, browser, write):  # noqa: F811
    contents = replace(COVER, title="The second spring", notes=("pregnancy",))
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, contents)).item
    bea, address = browser(cast.bea), reverse("stories-read", args=[item.public_id])
    assert "The second spring" not in bea.get(address).content.decode()
    assert "The second spring" in bea.get(address, {"read": "1"}).content.decode()


def test_the_first_story_is_one_that_needs_no_question(cast, browser, write):  # noqa: F811
    ask = replace(COVER, title="The second spring", notes=("pregnancy",))
    plain = actions.ask_to_share(actor=cast.max, draft=write(cast.max, COVER)).item
    actions.ask_to_share(actor=cast.max, draft=write(cast.max, ask))
    answer = browser(cast.bea).get(reverse("web-story-to-read"))
    assert answer["Location"] == reverse("stories-read", args=[plain.public_id])


def test_the_page_needs_few_queries_however_much_there_is(cast, browser, twenty_five):  # noqa: F811
    carl = browser(cast.carl)
    carl.get(reverse("home"))
    contexts = [CaptureQueriesContext(connections[alias]) for alias in connections]
    for context in contexts:
        context.__enter__()
    carl.get(reverse("home"))
    for context in contexts:
        context.__exit__(None, None, None)
    assert sum(len(context) for context in contexts) <= 8


def test_nothing_of_a_story_is_in_a_link_preview(cast, browser, write):  # noqa: F811
    public = replace(COVER, title="For everyone", audience=AudienceSpec(Rung.PUBLIC))
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, public)).item
    answer = browser(None).get(reverse("stories-read", args=[item.public_id]))
    head = answer.content.decode().split("</head>")[0]
    assert "For everyone" not in head
    assert "og:" not in head
    assert "noindex" in answer["X-Robots-Tag"]


def test_only_a_public_story_whose_family_allows_it_may_be_found(cast, browser, write):  # noqa: F811
    public = replace(COVER, audience=AudienceSpec(Rung.PUBLIC), may_index=True)
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, public)).item
    assert "noindex" not in browser(None).get(reverse("stories-read", args=[item.public_id]))["X-Robots-Tag"]
    members = replace(COVER, audience=AudienceSpec(Rung.MEMBERS), may_index=True)
    item = actions.ask_to_share(actor=cast.max, draft=write(cast.max, members)).item
    assert "noindex" in browser(cast.bea).get(reverse("stories-read", args=[item.public_id]))["X-Robots-Tag"]


def test_three_quiet_doors_for_members_and_none_for_visitors(cast, browser):  # noqa: F811
    page = browser(cast.bea).get(reverse("home")).content.decode().partition('class="doors"')[2]
    assert page.index("Newest") < page.index("Like yours") < page.index("From your circles")
    assert 'class="doors"' not in browser(None).get(reverse("home")).content.decode()


def test_from_your_circles_are_those_and_no_others(cast, browser, twenty_five, write):  # noqa: F811
    audience = AudienceSpec(Rung.CIRCLES, circles=frozenset({cast.circle.pk}))
    actions.ask_to_share(
        actor=cast.ana, draft=write(cast.ana, replace(COVER, title="Story number 99", audience=audience))
    )
    page = browser(cast.bea).get(reverse("home"), {"from": "circles"}).content.decode()
    assert titles(page) == [99]
    outside = browser(cast.carl).get(reverse("home"), {"from": "circles"}).content.decode()
    assert titles(outside) == []
    assert "Nothing here is only for your circles." in outside
    assert titles(browser(None).get(reverse("home"), {"from": "circles"}).content.decode()) == []
