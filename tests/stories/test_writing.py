"""Writing without JavaScript: nothing that was typed is lost, and nobody else ever meets a draft."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions
from lessalone.stories.contents import Contents, next_morning
from lessalone.stories.models import Draft
from tests.stories.conftest import COVER, NAMED, sees

NOON = dt.datetime(2026, 3, 3, 12, 0, tzinfo=dt.UTC)


def begin(browser, cast):
    ana = browser(cast.ana)
    answer = ana.post(reverse("stories-new"), {"baby": cast.jack.public_id})
    return ana, Draft.objects.get(writer=cast.ana), answer


def test_she_writes_step_by_step_and_asks(cast, browser, time_machine_noon):
    ana, draft, answer = begin(browser, cast)
    assert answer["Location"] == reverse("stories-write", args=[draft.public_id])
    step = ana.post(answer["Location"], {"title": "His camera", "words": "Only *one* day.", "revision": 0})
    assert step["Location"] == reverse("stories-photos", args=[draft.public_id])
    step = ana.post(step["Location"], {})
    assert step["Location"] == reverse("stories-naming", args=[draft.public_id])
    step = ana.post(step["Location"], {"naming": "shown", "told_by": "Jack’s parents", "notes": ["birth"]})
    assert step["Location"] == reverse("stories-audience", args=[draft.public_id])
    step = ana.post(step["Location"], {"rung": int(Rung.BEREAVED), "new_seat": ""})
    assert step["Location"] == reverse("stories-answering", args=[draft.public_id])
    step = ana.post(step["Location"], {"answers": "approved", "when": "now"})
    assert step["Location"] == reverse("stories-check", args=[draft.public_id])
    page = ana.get(step["Location"]).content.decode()
    assert "<em>one</em>" in page
    assert "every parent here agrees" in page
    step = ana.post(step["Location"], {})
    item = Item.objects.get()
    assert step["Location"] == reverse("stories-family", args=[item.public_id])
    sam = browser(cast.sam)
    assert "His camera" in sam.get(reverse("stories-mine")).content.decode()
    asked = sam.get(reverse("stories-asked", args=[item.public_id]))
    assert asked.status_code == 200
    version = item.versions.get()
    sam.post(reverse("stories-asked", args=[item.public_id]), {"version": version.pk, "answer": "agree"})
    assert "His camera" in browser(cast.bea).get(reverse("home")).content.decode()
    assert "His camera" not in browser(cast.carl).get(reverse("home")).content.decode()
    assert "His camera" not in browser(None).get(reverse("home")).content.decode()


@pytest.fixture
def time_machine_noon():
    with time_machine.travel(NOON):
        yield


def test_nobody_else_reaches_a_draft_by_any_of_its_addresses(cast, browser, write):
    draft = write(cast.ana, NAMED, cast.jack)
    for name in ("write", "photos", "naming", "audience", "answering", "check", "discard"):
        address = reverse(f"stories-{name}", args=[draft.public_id])
        assert browser(cast.ana).get(address).status_code == 200, name
        for other in (cast.sam, cast.bea, cast.eve, cast.dora, cast.gran):
            assert browser(other).get(address).status_code == 404, name
        assert browser(None).get(address).status_code == 302, name


def test_a_second_device_overwrites_nothing(cast, browser, write):
    draft = write(cast.ana, Contents(title="First", words="From the phone"))
    ana, address = browser(cast.ana), reverse("stories-write", args=[draft.public_id])
    stale = {"title": "Second", "words": "From the tablet", "revision": 0}
    answer = ana.post(address, stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From the phone" in page, "what was kept is shown"
    assert "From the tablet" in page, "what was typed is still there"
    assert actions.contents_of(Draft.objects.get(pk=draft.pk)).words == "From the phone"
    answer = ana.post(address, {**stale, "revision": 1})
    assert answer.status_code == 302
    assert actions.contents_of(Draft.objects.get(pk=draft.pk)).words == "From the tablet"


def test_saving_by_itself_says_the_new_revision(cast, browser, write):
    draft = write(cast.ana, Contents(title="First"))
    ana, address = browser(cast.ana), reverse("stories-save", args=[draft.public_id])
    answer = ana.post(address, {"title": "First", "words": "A word", "revision": 1})
    assert (answer.status_code, answer["X-Revision"]) == (204, "2")
    assert ana.post(address, {"title": "x", "words": "y", "revision": 1}).status_code == 409
    assert browser(cast.sam).post(address, {"words": "z", "revision": 2}).status_code == 404


def test_at_night_it_offers_once_to_hold_until_morning(cast, browser, write):
    cast.ana.time_zone = "Europe/London"
    cast.ana.save(update_fields=["time_zone"])
    draft = write(cast.ana, COVER)
    check = reverse("stories-check", args=[draft.public_id])
    with time_machine.travel(dt.datetime(2026, 3, 3, 2, 30, tzinfo=dt.UTC), tick=False):
        ana = browser(cast.ana)
        offer = ana.post(check)
        assert "until morning" in offer.content.decode()
        ana.post(check, {"hold": "1"})
        item = Item.objects.get()
        assert item.published_at == dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
        assert not sees(cast.bea, item)
    with time_machine.travel(dt.datetime(2026, 3, 3, 8, 1, tzinfo=dt.UTC), tick=False):
        assert sees(cast.bea, item)


def test_it_does_not_insist(cast, browser, write):
    draft = write(cast.ana, COVER)
    check = reverse("stories-check", args=[draft.public_id])
    with time_machine.travel(dt.datetime(2026, 3, 3, 2, 30, tzinfo=dt.UTC), tick=False):
        ana = browser(cast.ana)
        ana.post(check)
        assert ana.post(check, {"now": "1"}).status_code == 302
        assert sees(cast.bea, Item.objects.get())


def test_the_next_morning_is_in_her_own_zone():
    evening = dt.datetime(2026, 10, 24, 21, 0, tzinfo=dt.UTC)
    assert next_morning("Europe/London", evening) == dt.datetime(2026, 10, 25, 8, 0, tzinfo=dt.UTC)
    assert next_morning("Pacific/Auckland", evening) == dt.datetime(2026, 10, 25, 19, 0, tzinfo=dt.UTC)


def test_a_draft_without_a_title_is_not_lost_when_asked(cast, browser, write):
    draft = write(cast.ana, Contents(words="Only words"))
    answer = browser(cast.ana).post(reverse("stories-check", args=[draft.public_id]))
    assert answer.status_code == 422
    assert "title" in answer.content.decode()
    assert actions.contents_of(Draft.objects.get(pk=draft.pk)).words == "Only words"


@pytest.mark.parametrize(
    ("rung", "seen_by"),
    [
        (Rung.PUBLIC, {"visitor", "member", "bereaved", "link"}),
        (Rung.MEMBERS, {"member", "bereaved"}),
        (Rung.BEREAVED, {"bereaved"}),
        (Rung.ONLY_US, set()),
        (Rung.LINK, {"link"}),
    ],
)
def test_see_it_as_is_the_policy_itself(cast, browser, write, rung, seen_by):
    from dataclasses import replace

    from lessalone.sharing.audience import AudienceSpec

    draft = write(cast.ana, replace(NAMED, audience=AudienceSpec(rung)), cast.jack)
    ana = browser(cast.ana)
    for kind in ("visitor", "member", "bereaved", "link"):
        page = ana.get(reverse("stories-rehearse", args=[draft.public_id, kind])).content.decode()
        assert (NAMED.title in page) == (kind in seen_by), kind
    assert not Item.objects.exclude(current=None).exists(), "a rehearsal leaves nothing behind"
    assert Draft.objects.get(pk=draft.pk).finished_at is None


def test_throwing_a_draft_away_erases_its_words(cast, browser, write):
    draft = write(cast.ana, NAMED)
    browser(cast.ana).post(reverse("stories-discard", args=[draft.public_id]))
    assert not Draft.objects.owned_by(cast.ana.pk).exists()
    assert Item.objects.get().erased_at is not None
