"""Nobody is found who did not choose it; and a choice ends when it said it would."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.kindred import actions
from lessalone.kindred.models import Findable
from tests.cast import a_member
from tests.kindred.conftest import a_story, open_page, tell

PAGE = "/like-you/who-finds-you"


@pytest.fixture
def bea():
    return a_member("Bea", is_bereaved=True)


def choose(member, **form):
    browser = Client()
    browser.force_login(member)
    return browser.post(reverse("kindred-found"), form, follow=True).content.decode()


def test_nobody_is_found_who_did_not_choose_it(bea):
    tell(bea, {"role": "mother", "weeks": "20"})
    a_story(bea, "Words")
    open_page(bea)
    open_page(bea, PAGE)
    assert not Findable.objects.exists()


def test_she_chooses_by_whom_and_for_how_long_and_takes_it_back(bea):
    assert "This is kept." in choose(bea, who="role", span="month")
    row = Findable.objects.now().get()
    assert row.who == Findable.Who.SAME_ROLE
    assert dt.timedelta(days=29) < row.until - timezone.now() < dt.timedelta(days=31)
    choose(bea, who="anyone", span="open")
    assert Findable.objects.now().get().until is None
    choose(bea, who="", span="open")
    assert not Findable.objects.exists()


def test_where_she_says_no_time_it_is_a_month(bea):
    choose(bea, who="kind")
    assert Findable.objects.get().until is not None


@pytest.mark.parametrize("form", [{"who": "everyone"}, {"who": "anyone", "span": "always"}])
def test_what_is_no_choice_is_refused(bea, form):
    choose(bea, **form)
    assert not Findable.objects.exists()
    with pytest.raises(ValueError, match="everyone"):
        actions.choose_who_finds(actor=bea, who="everyone")


def test_it_ends_by_itself(bea, time_machine):
    actions.choose_who_finds(actor=bea, who="anyone", span=actions.MONTH)
    assert Findable.objects.now().exists()
    time_machine.move_to(timezone.now() + dt.timedelta(days=31))
    assert not Findable.objects.now().exists()
    assert "holds until" not in open_page(bea, PAGE)


def test_who_is_new_is_not_found_yet_and_is_told_so(bea):
    new = a_member("New")
    for member in (new, bea):
        actions.choose_who_finds(actor=member, who="anyone")
    assert [row.member for row in Findable.objects.now()] == [bea]
    assert "You are new here." in open_page(new, PAGE)
    assert "You are new here." not in open_page(bea, PAGE)


@pytest.mark.parametrize("change", [{"is_active": False}, {"resting_since": timezone.now()}])
def test_who_left_or_rests_is_not_found(bea, change):
    actions.choose_who_finds(actor=bea, who="anyone")
    type(bea).objects.filter(pk=bea.pk).update(**change)
    assert not Findable.objects.now().exists()
