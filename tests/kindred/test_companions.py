"""Nobody's first story stays unanswered: those who offered to be there get it in turn, then the moderators."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.kindred import companions
from lessalone.kindred.models import Brought, Companion
from lessalone.people.actions import block
from lessalone.people.bearing import HIDE
from lessalone.people.models import Bearing, Member, Voice
from lessalone.people.viewer import Viewer
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Item, Rung
from lessalone.stories.known import viewer_for
from tests.cast import a_member, give_duty
from tests.kindred.conftest import a_story, open_page, tell

HOURS = 4


@pytest.fixture
def newcomer() -> Member:
    member = a_member("Nia", is_bereaved=True)
    tell(member, {"role": "mother", "weeks": "31"})
    return member


def a_companion(name: str, told=None, a_week: int = 2) -> Member:
    member = a_member(name, is_bereaved=True)
    if told:
        tell(member, told)
    companions.offer(actor=member, a_week=a_week)
    return member


def hours_later(hours: float):
    return time_machine.travel(timezone.now() + dt.timedelta(hours=hours), tick=False)


def answer(member: Member, story: Item) -> None:
    browser = Client()
    browser.force_login(member)
    voice = Voice.objects.get(member=member, is_cover=False).public_id
    form = {"words": "We too. I am here.", "voice": voice, "form_token": "0" * 32}
    assert browser.post(reverse("responses-write", args=[story.public_id]), form).status_code == 302


def brought_to(member: Member) -> list[str]:
    return [item.public_id for item in companions.waiting_for(viewer_for(member))]


def as_moderator(member: Member) -> Viewer:
    return replace(viewer_for(member), is_moderator=True)


def test_a_first_story_is_brought_after_some_hours_and_not_before(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.")
    carl = a_companion("Carl")
    assert companions.bring() == 0
    with hours_later(HOURS + 0.1):
        assert companions.bring() == 1
        assert brought_to(carl) == [story.public_id]
        assert companions.bring() == 0, "once"
        assert "Nia tells of Mo." in open_page(carl, reverse("kindred-companions"))


def test_a_story_that_was_answered_is_brought_to_nobody_and_stops_waiting(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.")
    carl = a_companion("Carl")
    with hours_later(HOURS + 0.1):
        companions.bring()
        answer(carl, story)
        assert brought_to(carl) == []
        dina = a_companion("Dina")
        assert companions.bring() == 0
        assert brought_to(dina) == []


def test_a_second_story_is_not_a_first_one(newcomer):
    a_story(newcomer, "Nia tells of Mo.")
    with hours_later(1):
        second = a_story(newcomer, "Nia tells more.")
    carl = a_companion("Carl", a_week=7)
    with hours_later(HOURS + 2):
        companions.bring()
        assert second.public_id not in brought_to(carl)


def test_the_nearest_of_what_waits_is_brought(newcomer):
    other = a_member("Olu", is_bereaved=True)
    tell(other, {"role": "father", "weeks": "20"})
    far = a_story(newcomer, "Nia tells of Mo.")
    near = a_story(other, "Olu tells of Ade.")
    carl = a_companion("Carl", {"role": "father", "weeks": "20"})
    with hours_later(HOURS + 0.1):
        companions.bring()
        assert brought_to(carl) == [near.public_id]
    assert far.public_id != near.public_id


def test_after_some_hours_it_is_the_next_ones_turn_then_the_moderators(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.")
    people = [a_companion(name) for name in ("Carl", "Dina", "Emre", "Fay")]
    dora = a_member("Dora")
    give_duty(dora, "moderator")
    moderator = as_moderator(dora)
    for turn in range(1, companions.MOST_TURNS + 1):
        with hours_later(turn * (HOURS + 0.1)):
            assert companions.bring() == 1
            assert not companions.left_unanswered(moderator).exists()
    assert Brought.objects.count() == companions.MOST_TURNS < len(people)
    with hours_later((companions.MOST_TURNS + 1) * (HOURS + 0.1)):
        assert companions.bring() == 0
        assert [item.pk for item in companions.left_unanswered(moderator)] == [story.pk]
        browser = Client()
        browser.force_login(dora)
        assert "Nia tells of Mo." in browser.get(reverse("moderation-unanswered")).content.decode()


def test_without_any_companion_the_moderators_see_it_in_the_end(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.")
    dora = a_member("Dora")
    give_duty(dora, "moderator")
    with hours_later(HOURS * (companions.MOST_TURNS + 1) + 0.1):
        found = companions.left_unanswered(as_moderator(dora))
        assert [item.pk for item in found] == [story.pk]


def test_passing_on_and_stepping_back_bring_it_to_the_next_at_once_and_tell_nobody(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.")
    carl, dina = a_companion("Carl"), a_companion("Dina")
    with hours_later(HOURS + 0.1):
        companions.bring()
        first, second = (carl, dina) if brought_to(carl) else (dina, carl)
        browser = Client()
        browser.force_login(first)
        assert browser.post(reverse("kindred-pass-on", args=[story.public_id])).status_code == 302
        assert brought_to(first) == []
        assert companions.bring() == 1
        assert brought_to(second) == [story.public_id]
        browser.force_login(second)
        assert browser.post(reverse("kindred-companions-stop")).status_code == 302
        assert brought_to(second) == []
        assert not Companion.objects.filter(member=second).exists()


def test_passing_on_what_was_never_brought_looks_the_same(newcomer):
    story = a_story(newcomer, "Nia tells of Mo.", rung=Rung.ONLY_US)
    carl = a_companion("Carl")
    browser = Client()
    browser.force_login(carl)
    answers = [
        browser.post(reverse("kindred-pass-on", args=[public_id]))
        for public_id in (story.public_id, "a" * 22)
    ]
    assert {answer.status_code for answer in answers} == {302}


def test_nobody_is_brought_more_than_they_chose():
    carl = a_companion("Carl", a_week=1)
    stories = []
    for name in ("Nia", "Olu", "Pam"):
        stories.append(a_story(a_member(name, is_bereaved=True), f"{name} tells."))
    for turn in range(1, 5):
        with hours_later(turn * (HOURS + 0.1)):
            companions.bring()
    assert Brought.objects.filter(member=carl).count() == 1
    with hours_later(24 * 7 + HOURS + 1):
        companions.bring()
    assert Brought.objects.filter(member=carl).count() == 2


@pytest.mark.parametrize(
    "why",
    ["blocked", "hidden note", "not for bereaved members", "taken back", "no words wanted", "own story"],
)
def test_it_is_never_brought_to_someone_it_is_not_for(why, newcomer):
    carl = a_companion("Carl")
    more = {
        "hidden note": {"notes": ("tfmr",)},
        "not for bereaved members": {"rung": Rung.ONLY_US},
        "no words wanted": {"answers": "gestures"},
    }.get(why, {})
    story = a_story(carl if why == "own story" else newcomer, "Nia tells of Mo.", **more)
    if why == "blocked":
        block(actor=newcomer, blocked=carl)
    if why == "hidden note":
        Bearing.objects.create(member=carl, note="tfmr", choice=HIDE)
    if why == "taken back":
        sharing.take_back(actor=newcomer, item=story)
    with hours_later(HOURS + 0.1):
        assert companions.bring() == 0
        Brought.objects.create(item=story, member=carl, at=timezone.now())
        assert brought_to(carl) == [], "it is asked again when it is shown"


def test_only_an_admitted_member_can_offer_to_be_there():
    newest = a_member("Newt")
    with pytest.raises(companions.NotAdmitted):
        companions.offer(actor=newest, a_week=2)
    browser = Client()
    browser.force_login(newest)
    assert browser.post(reverse("kindred-companions"), {"a_week": "2"}).status_code == 200
    assert not Companion.objects.exists()


@pytest.mark.parametrize("a_week", [0, 8])
def test_there_is_an_end_to_how_much_one_can_take_on(a_week):
    with pytest.raises(ValueError, match="a week"):
        companions.offer(actor=a_member("Carl", is_bereaved=True), a_week=a_week)
