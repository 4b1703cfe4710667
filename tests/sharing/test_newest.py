"""The list of the newest: wide and narrow audiences in one order of time, whichever way they are looked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from lessalone.sharing import actions as sharing
from lessalone.sharing import newest, prepared
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.sharing.newest import newest_stories
from lessalone.stories import actions
from tests.cast import Cast, viewer_of
from tests.stories.conftest import COVER, cast, write  # noqa: F401

WIDE, CIRCLE, CHOSEN = Rung.MEMBERS, Rung.CIRCLES, Rung.PEOPLE


@pytest.fixture(params=[0, 2, newest.FEW], ids=lambda few: f"few is {few}")
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many stories of a narrow rung are looked at one by one; more are found by what names the reader."""
    monkeypatch.setattr(newest, "FEW", request.param)
    monkeypatch.setattr(prepared, "_compiled", {})


@pytest.fixture
def share(cast: Cast, write):  # noqa: F811
    """Stories of Max, each a minute older than the one before; gives their numbers. Bea is in his circle and chosen."""

    def audience(rung: Rung, item: Item) -> AudienceSpec:
        if rung == Rung.PEOPLE:
            seat, _token = sharing.make_seat(actor=cast.max, item=item, label="Bea", member=cast.bea)
            return AudienceSpec(rung, seats=frozenset({seat.pk}))
        return AudienceSpec(
            rung, circles=frozenset({cast.circle.pk}) if rung == Rung.CIRCLES else frozenset()
        )

    def shared(*rungs: Rung) -> list[int]:
        numbers = []
        for minutes, rung in enumerate(rungs, 1):
            draft = write(cast.max, replace(COVER, cover_name=f"A mother {minutes}"))
            draft = actions.change_draft(actor=cast.max, draft=draft, audience=audience(rung, draft.item))
            item = actions.ask_to_share(actor=cast.max, draft=draft).item
            hour = timezone.now() - dt.timedelta(minutes=minutes)
            Item.objects.filter(pk=item.pk).update(published_at=hour)
            numbers.append(item.pk)
        return numbers

    return shared


def in_pages(member, limit: int) -> list[int]:
    found, before = [], None
    while page := newest_stories(viewer_of(member), before=before, limit=limit):
        found += [item.pk for item in page]
        before = (page[-1].published_at, page[-1].pk)
        assert len(page) == limit or not newest_stories(viewer_of(member), before=before), "a page is full"
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 20])
def test_no_story_is_left_out_and_none_comes_twice(few, cast, share, limit):  # noqa: F811
    shared = share(CIRCLE, WIDE, CHOSEN, CHOSEN, CIRCLE, CIRCLE, WIDE, CIRCLE, WIDE, CHOSEN, CIRCLE)
    assert in_pages(cast.bea, limit) == shared


def test_narrow_ones_older_than_all_wide_ones_are_there(few, cast, share):  # noqa: F811
    shared = share(WIDE, WIDE, CIRCLE, CHOSEN)
    assert in_pages(cast.bea, 3) == shared
    assert in_pages(cast.bea, 20) == shared


def test_of_the_same_hour_the_page_shows_both(few, cast, share):  # noqa: F811
    """The last of the wide ones and one for a circle: which comes first says their number."""
    shared = share(WIDE, CIRCLE, CHOSEN, WIDE)
    Item.objects.filter(pk__in=shared).update(published_at=timezone.now() - dt.timedelta(hours=1))
    for limit in (1, 2, 3):
        assert in_pages(cast.bea, limit) == sorted(shared, reverse=True)


def test_who_is_not_named_is_shown_the_wide_ones(few, cast, share):  # noqa: F811
    shared = share(CIRCLE, WIDE, CHOSEN, WIDE, CIRCLE)
    assert in_pages(cast.carl, 2) == [shared[1], shared[3]]
