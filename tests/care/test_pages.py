"""Help now and the first days: for whoever comes, at any hour, without JavaScript, and unrecorded."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from model_bakery import baker

from lessalone.care import reviewed
from lessalone.people.models import Member


@pytest.fixture
def ida() -> Member:
    """A member who lives in Ireland."""
    return baker.make(Member, handle="ida", country="IE")


def page(client: Client, path: str = "/help") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_visitor_finds_help_without_an_account_and_leaves_no_trace(client: Client) -> None:
    words = page(client)
    assert "If it is too much to carry tonight, these people answer." in words
    assert "Where are you?" in words
    assert Session.objects.count() == 0, "reading makes no session"


def test_a_visitor_says_where_they_are_for_this_visit(client: Client) -> None:
    answer = client.post("/help/country", {"country": "FR", "next": "/help"})
    assert answer.status_code == 302
    assert answer["Location"] == "/help"
    words = page(client)
    assert "tel:3114" in words
    assert "Agapa" in words
    assert "tel:112" in words
    assert "Sands" not in words


def test_a_member_sees_their_own_country_at_once(client: Client, ida: Member) -> None:
    client.force_login(ida)
    words = page(client)
    assert "Féileacáin" in words
    assert "tel:116123" in words


def test_a_member_far_from_home_chooses_for_tonight_and_their_own_setting_stays(
    client: Client, ida: Member
) -> None:
    client.force_login(ida)
    client.post("/help/country", {"country": "JP"})
    assert "0120-279-338" in page(client)
    ida.refresh_from_db()
    assert ida.country == "IE"


def test_someone_whose_country_has_no_list_is_told_so_and_still_finds_a_way(client: Client) -> None:
    client.post("/help/country", {"country": "ZZ"})
    words = page(client)
    assert "We have no list for your country yet" in words
    assert "112 works on mobile phones in many countries" in words


def test_a_country_that_is_not_on_the_list_is_not_remembered(client: Client) -> None:
    client.post("/help/country", {"country": "XX"})
    assert "We have no list for your country yet" not in page(client)


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_choosing_a_country_never_leads_to_another_site(client: Client, back: str) -> None:
    assert client.post("/help/country", {"country": "GB", "next": back})["Location"] == "/help"


def test_pressing_without_choosing_says_nothing_about_anyone(client: Client) -> None:
    client.post("/help/country", {"country": ""})
    assert Session.objects.count() == 0
    assert "Choose a country" in page(client)


def test_choosing_a_country_needs_a_press_not_a_link(client: Client) -> None:
    assert client.get("/help/country?country=GB").status_code == 405


@pytest.mark.parametrize("code", reviewed.helplines())
def test_every_number_of_every_country_can_be_pressed(client: Client, code: str) -> None:
    client.post("/help/country", {"country": code})
    words = page(client)
    for line in reviewed.helplines()[code].lines:
        assert not line.phone or f'href="tel:{line.tel}"' in words
        assert not line.text or f'href="sms:{line.sms}"' in words
    country = reviewed.helplines()[code]
    assert f'href="tel:{country.emergency_tel}"' in words
    assert not country.health_advice or f'href="tel:{country.health_advice_tel}"' in words


def test_each_entry_says_when_it_was_last_checked(client: Client) -> None:
    client.post("/help/country", {"country": "CH"})
    assert page(client).count("We last checked this in November 2026") == 3


def test_bleeding_fever_and_chest_pain_are_named_with_whom_to_call(client: Client) -> None:
    client.post("/help/country", {"country": "GB"})
    words = page(client)
    for sign in ("a pad is full within an hour", "fever", "chest hurts"):
        assert sign in words
    assert "Say that you have been pregnant" in words


def test_the_first_days_open_from_help_now_for_a_visitor(client: Client) -> None:
    assert 'href="/help/first-days"' in page(client)
    words = page(client, "/help/first-days")
    assert "This page is for any country." in words
    assert "Laws change" in words
    for title in ("Milk", "Papers and registration", "saying goodbye", "Work, leave and money"):
        assert title in words


def test_the_first_days_follow_the_country(client: Client, ida: Member) -> None:
    client.force_login(ida)
    words = page(client, "/help/first-days")
    assert "From 23 weeks" in words
    assert "24 weeks" not in words
    client.post("/help/country", {"country": "NZ", "next": "/help/first-days"})
    assert "whānau" in page(client, "/help/first-days")


@pytest.mark.parametrize("path", ["/help", "/help/first-days"])
def test_the_pages_need_no_script_and_lead_to_no_other_site(client: Client, path: str) -> None:
    client.post("/help/country", {"country": "GB"})
    words = page(client, path)
    main = words.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in main
    assert "style=" not in main
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', words)


@pytest.mark.parametrize("path", ["/help", "/help/first-days"])
def test_the_pages_ask_little_of_the_database(
    client: Client, ida: Member, path: str, django_assert_max_num_queries
) -> None:
    client.force_login(ida)
    with django_assert_max_num_queries(4):
        client.get(path)
