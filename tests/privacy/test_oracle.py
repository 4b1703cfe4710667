"""The policy says what the oracle says, of every made world, for every viewer, by every way of asking."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessalone.kit.derived import index
from lessalone.kit.derived.words import wanted
from lessalone.sharing.findable import findable
from lessalone.sharing.finding import found_stories
from lessalone.sharing.models import Item, Rung
from lessalone.sharing.newest import newest_stories
from lessalone.sharing.prepared import Prepared
from lessalone.sharing.queries import visible_item_or_404
from tests.privacy import oracle
from tests.privacy.world import Looker, SharedWith, Story, VersionOf, World, insert
from tests.privacy.worlds import worlds

made = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
anyone = st.integers(0, 10)
"""Which of the lookers is asked by the slower ways as well."""

all_visible = Prepared("all that a viewer may see", lambda viewer, marks: Item.objects.visible_to(viewer))


class Inserted:
    """The rows of a world, while inside."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        insert(self.world)
        self.addresses = dict(Item.objects.values_list("pk", "public_id"))
        return self

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.atomic.__exit__(*error)


def things(world):
    return [*world.stories.values(), *world.responses.values()]


def expected(world, looker):
    """Numbers of all things that the oracle lets this one see."""
    return {thing.number for thing in things(world) if oracle.may_see(world, looker, thing)}


def check_list(world, looker, seen):
    """Says of each thing that is wrong what there is to know about it: worlds are large."""
    wrong = {
        ("shown" if number in seen else "missing"): (
            looker,
            world.stories.get(number)
            or (world.responses[number], world.stories[world.responses[number].story]),
        )
        for number in set(seen) ^ expected(world, looker)
    }
    assert not wrong


def check_lists(world):
    """Through the policy's prepared form: every looker."""
    for looker in world.lookers:
        check_list(world, looker, [item.pk for item in all_visible.fetch(looker.as_viewer())])


def check_directly(world, looker):
    """Through the queryset itself, and the yes or no that is derived from it."""
    viewer = looker.as_viewer()
    check_list(world, looker, list(Item.objects.visible_to(viewer).values_list("pk", flat=True)))
    item = Item.objects.first()
    assert item.is_visible_to(viewer) is (item.pk in expected(world, looker))


def check_addresses(world, looker, addresses):
    """One address at a time."""
    visible = expected(world, looker)
    for number, address in addresses.items():
        kind = "story" if number in world.stories else "response"
        try:
            found = visible_item_or_404(looker.as_viewer(), address, kind=kind).pk
        except Http404:
            found = None
        assert found == (number if number in visible else None), (looker, number)


def check_home(world, looker):
    """The home page shows all that is shared with them and nothing else, newest first, also page by page."""
    viewer = looker.as_viewer()
    found = [item.pk for item in newest_stories(viewer)]
    shared = {
        s.number for s in world.stories.values() if oracle.is_shared(world, looker, s) and is_in_order(s)
    }
    assert shared <= set(found) <= expected(world, looker) & set(world.stories), looker
    assert len(found) == len(set(found)), looker
    pages, before = [], None
    while page := newest_stories(viewer, before=before, limit=1):
        pages += [item.pk for item in page]
        before = (page[-1].published_at, page[-1].pk)
    newest_first = sorted(found, reverse=True, key=lambda n: (world.stories[n].hour, n))
    assert pages == found == newest_first, looker


def check_search(world, looker):
    """Searching finds all that is shared with them and nothing else, newest first, also page by page."""
    viewer = looker.as_viewer()
    for entry in findable(world.stories).values():
        index.put(entry, "The same word", "in every story")
    found = [one.item.pk for one in found_stories(viewer, wanted("word every"))]
    shared = {
        s.number
        for s in world.stories.values()
        if oracle.is_shared(world, looker, s) and is_in_order(s) and is_named(world, looker, s)
    }
    assert shared <= set(found) <= expected(world, looker) & set(world.stories), looker
    pages, before = [], None
    while page := found_stories(viewer, wanted("word every"), before=before, limit=1):
        pages.append(page[-1].item.pk)
        before = page[-1].place
    newest_first = sorted(found, reverse=True, key=lambda n: world.stories[n].hour)
    assert pages == found
    assert [world.stories[n].hour for n in found] == [world.stories[n].hour for n in newest_first]


def is_named(world, looker, story):
    """What a rehearsal's made viewer would be named by is in no table, so there is nothing to look it up by."""
    return story.rung >= Rung.BEREAVED and story.rung != Rung.LINK or looker.circles is looker.seats is None


def is_in_order(story):
    """Its rung is that of one of its ceilings, as every action leaves it; else the home page may miss it."""
    return story.rung in {shared.rung for shared in story.versions[story.current].ceilings.values()}


def check_ownership(world):
    for one in world.members:
        there = [t for t in things(world) if not t.is_erased]
        theirs = {t.number for t in there if oracle.is_theirs(world, one, t)}
        asked = {t.number for t in there if t.number in world.stories and oracle.is_asked(world, one, t)}
        assert set(Item.objects.owned_by(one).values_list("pk", flat=True)) == theirs
        assert set(Item.objects.asked_of(one).values_list("pk", flat=True)) == theirs | asked


@settings(made, max_examples=150)
@given(worlds(), anyone)
def test_everyone_sees_what_the_oracle_says_and_nothing_else(world, who):
    with Inserted(world):
        check_lists(world)
        check_directly(world, world.lookers[who])


@settings(made, max_examples=50)
@given(worlds(), anyone)
def test_every_address_answers_as_the_oracle_says(world, who):
    with Inserted(world) as rows:
        check_addresses(world, world.lookers[who], rows.addresses)


@settings(made, max_examples=50)
@given(worlds(responses_at_most=0), anyone)
def test_the_home_page_shows_what_the_oracle_says(world, who):
    with Inserted(world):
        check_home(world, world.lookers[who])


def test_whoever_is_rehearsed_on_a_chosen_seat_meets_the_story_on_a_list_too():
    world = World([1], [], {}, set(), [], [], [], set(), {}, {}, [])
    seat = SharedWith(Rung.PEOPLE, seats=frozenset({10}))
    world.stories[1] = Story(
        number=1,
        author=1,
        is_cover=True,
        hour=-5,
        rung=Rung.PEOPLE,
        versions=[VersionOf(is_joint=False, ceilings={1: seat})],
        current=0,
        seats={10: 1},
    )
    looker = Looker(circles=frozenset(), seats=frozenset({10}))
    with Inserted(world):
        assert expected(world, looker) == {1}
        check_home(world, looker)


@settings(made, max_examples=50)
@given(worlds(responses_at_most=0), anyone)
def test_searching_finds_what_the_oracle_says(world, who):
    with Inserted(world), transaction.atomic("derived"):
        check_search(world, world.lookers[who])
        transaction.set_rollback(True, "derived")


@settings(made, max_examples=40)
@given(worlds())
def test_everyone_owns_and_is_asked_what_the_oracle_says(world):
    with Inserted(world):
        check_ownership(world)


@pytest.mark.long
@settings(made, max_examples=1000, derandomize=False, print_blob=True)
@given(worlds(stories_at_most=8, responses_at_most=10), anyone)
def test_a_thousand_larger_worlds(world, who):
    with Inserted(world) as rows:
        check_lists(world)
        check_directly(world, world.lookers[who])
        check_addresses(world, world.lookers[who], rows.addresses)
        check_home(world, world.lookers[who])
        check_ownership(world)
