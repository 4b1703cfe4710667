"""A baby added twice, to go round the other parent, is noticed; and nobody is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from lessalone.families import actions, matching
from lessalone.families.events import SameBabyNoticed
from lessalone.families.models import Baby, BabyPage, Invitation, Parent, SameBaby
from lessalone.kit import events, queue
from lessalone.kit.models import QueuedTask
from lessalone.people.models import Member
from lessalone.ui.forms import PartialDate
from tests.cast import a_member
from tests.families.conftest import Family, invited
from tests.families.test_pages import signed_in, text_of

DAY = dt.date(2024, 3, 9)


def a_page(member: Member, *, weeks: int | None = None, **dates: dt.date | str) -> Baby:
    """A baby of this member, with these dates to the day, saved through the same action as a form's."""
    baby = actions.add_baby(actor=member)
    parent = Parent.objects.get(baby=baby, member=member)
    if weeks is not None:
        actions.set_weeks(actor=member, parent=parent, weeks=weeks)
    for which, day in dates.items():
        date = PartialDate.parse(str(day))
        actions.set_date(actor=member, parent=parent, which=which, date=date)
    return baby


@pytest.fixture
def jack() -> Baby:
    return a_page(a_member("ana"), weeks=20, born=DAY, due=dt.date(2024, 7, 24))


@pytest.mark.parametrize(
    "given",
    [
        {"born": DAY},
        {"born": DAY + dt.timedelta(days=3)},
        {"born": DAY - dt.timedelta(days=3), "weeks": 21},
        {"due": dt.date(2024, 7, 24)},
        {"due": dt.date(2024, 7, 22), "weeks": 19},
        {"born": DAY, "due": dt.date(2024, 1, 1)},
    ],
)
def test_pages_whose_facts_match_are_noticed(jack: Baby, given: dict) -> None:
    other = a_page(a_member("sam"), **given)
    pair = SameBaby.objects.get()
    assert (pair.first, pair.second) == (jack, other)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"born": DAY + dt.timedelta(days=4)},
        {"born": DAY, "weeks": 23},
        {"born": "2024-03"},
        {"died": DAY},
        {"born": dt.date(2024, 4, 1), "due": dt.date(2024, 7, 24)},
        {"due": dt.date(2024, 7, 24), "weeks": 30},
    ],
)
def test_other_pages_are_left_alone(jack: Baby, given: dict) -> None:
    a_page(a_member("sam"), **given)
    assert not SameBaby.objects.exists()


def test_a_parents_own_two_babies_are_no_pair() -> None:
    ana = a_member("ana")
    a_page(ana, born=DAY)
    a_page(ana, born=DAY)
    assert not SameBaby.objects.exists()


def test_a_parent_who_adds_the_baby_again_without_the_other_is_noticed(family: Family) -> None:
    actions.set_date(
        actor=family.ana,
        parent=family.parent(family.ana),
        which="born",
        date=PartialDate(DAY.year, DAY.month, DAY.day),
    )
    again = a_page(family.sam, born=DAY)
    pair = SameBaby.objects.get()
    assert {pair.first, pair.second} == {family.jack, again}


def test_an_ex_with_a_second_account_and_every_true_fact_is_noticed(jack: Baby) -> None:
    eve2 = a_member("eve2")
    a_page(eve2, weeks=20, born=DAY, due=dt.date(2024, 7, 24))
    assert SameBaby.objects.unsettled().count() == 1


def test_a_pair_is_published_once_and_stays_whatever_is_changed(jack: Baby) -> None:
    heard = []
    events.subscribe(SameBabyNoticed)(heard.append)
    try:
        sam = a_member("sam")
        baby = a_page(sam, born=DAY)
        parent = Parent.objects.get(baby=baby)
        actions.set_date(actor=sam, parent=parent, which="born", date=PartialDate(2020))
        actions.set_date(actor=sam, parent=parent, which="born", date=PartialDate(2024, 3, 9))
    finally:
        events._handlers[SameBabyNoticed].remove(heard.append)
    pair = SameBaby.objects.get()
    assert [event.pair_id for event in heard] == [pair.pk]
    assert pair.settled_as_different_at is None


def test_the_members_are_never_told(jack: Baby) -> None:
    sam = a_member("sam")
    before = a_page(sam, born=dt.date(2001, 1, 1))
    plain = text_of(signed_in(sam).get(reverse("families-baby", args=[before.public_id])))
    baby = a_page(sam, born=DAY)
    assert SameBaby.objects.exists()
    said = text_of(signed_in(sam).get(reverse("families-baby", args=[baby.public_id])))
    assert said.replace("9 March 2024", "") == plain.replace("1 January 2001", "")


def test_only_a_moderator_outside_these_families_settles_it(jack: Baby, family: Family) -> None:
    other = a_page(family.bea, born=DAY)
    pair = SameBaby.objects.get()
    for refused in (family.bea, family.ana, jack.made_by):
        with pytest.raises(PermissionDenied):
            actions.settle_as_different(actor=refused, pair=pair, reason="no")
    assert SameBaby.objects.unsettled().exists()
    actions.settle_as_different(actor=family.dora, pair=pair, reason="two hospitals")
    assert not SameBaby.objects.unsettled().exists()
    parent = Parent.objects.get(baby=other)
    actions.set_date(actor=family.bea, parent=parent, which="born", date=PartialDate(2024, 3, 9))
    assert not SameBaby.objects.unsettled().exists(), "what a moderator settled stays settled"


def test_who_changes_dates_again_and_again_is_compared_the_next_day(jack: Baby) -> None:
    sam = a_member("sam")
    baby = actions.add_baby(actor=sam)
    parent = Parent.objects.get(baby=baby)
    for day in range(1, actions.MATCHES_A_DAY + 1):
        actions.set_date(actor=sam, parent=parent, which="born", date=PartialDate(1990, 1, day))
    actions.set_date(actor=sam, parent=parent, which="born", date=PartialDate(2024, 3, 9))
    assert BabyPage.objects.get(baby=baby).born_on == DAY, "what was written is kept"
    assert not SameBaby.objects.exists()
    task = QueuedTask.objects.get(name="families.compare-page")
    matching.compare_page(**task.arguments)
    assert SameBaby.objects.count() == 1
    assert queue.tasks["families.compare-page"]


def test_parting_makes_no_pair(family: Family) -> None:
    date = PartialDate(2024, 3, 9)
    actions.set_date(actor=family.ana, parent=family.parent(family.ana), which="born", date=date)
    actions.part_ways(actor=family.ana, parent=family.parent(family.ana))
    actions.set_date(actor=family.sam, parent=family.parent(family.sam), which="born", date=date)
    assert not SameBaby.objects.exists()


def test_twins_of_the_same_parents_are_left_alone(family: Family) -> None:
    """Eve, who left Jack, is a parent of both too: a former parent counts as one."""
    date = PartialDate(2024, 3, 9)
    tom = actions.add_baby(actor=family.ana, name="Tom")
    invited(family.ana, tom, family.sam, Invitation.PARENT)
    invited(family.ana, tom, family.eve, Invitation.PARENT)
    for baby in (family.jack, tom):
        parent = Parent.objects.get(baby=baby, member=family.ana)
        actions.set_date(actor=family.ana, parent=parent, which="born", date=date)
    assert not SameBaby.objects.exists()


def test_looking_for_the_same_baby_uses_the_date_indexes() -> None:
    page = BabyPage(baby_id=1, born_on=DAY, born_precision="day", due_on=DAY, due_precision="day")
    span = dt.timedelta(days=3)
    rows = BabyPage.objects.filter(born_precision="day", born_on__range=(DAY - span, DAY + span))
    if connection.vendor == "sqlite":
        assert "born_that_day" in rows.explain()
    assert matching._near(page) == []
