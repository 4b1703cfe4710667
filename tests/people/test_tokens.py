"""The token that a form makes: the same however often it is sent, another for all else, and nobody's to guess."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from lessalone.people.tokens import digest_of, token_of_form

PAGE = uuid4()
GIVEN: dict[str, Any] = {"member_id": 1, "what_for": "families.invite", "about_id": 2, "chosen": ["friend"]}


def test_the_same_form_makes_the_same_token():
    token = token_of_form(PAGE, **GIVEN)
    assert token == token_of_form(PAGE, **GIVEN)
    assert len(token) == 43
    assert len(digest_of(token)) == 64


@pytest.mark.parametrize(
    "other",
    [
        {"member_id": 3},
        {"about_id": 3},
        {"what_for": "circles.invite"},
        {"chosen": ["parent"]},
        {"chosen": []},
    ],
    ids=str,
)
def test_whatever_else_differs_makes_another(other):
    assert token_of_form(PAGE, **GIVEN) != token_of_form(PAGE, **GIVEN | other)


def test_choices_do_not_run_into_each_other():
    one = token_of_form(PAGE, **GIVEN | {"chosen": ["a", "b"]})
    assert one != token_of_form(PAGE, **GIVEN | {"chosen": ["ab", ""]})
    assert one != token_of_form(PAGE, **GIVEN | {"chosen": ['a", "b']})


def test_another_page_makes_another():
    assert token_of_form(PAGE, **GIVEN) != token_of_form(uuid4(), **GIVEN)


def test_a_form_without_one_makes_a_new_token_each_time():
    assert token_of_form(None, **GIVEN) != token_of_form(None, **GIVEN)


def test_who_knows_all_that_was_given_but_not_the_secret_cannot_make_it():
    token = token_of_form(PAGE, **GIVEN)
    with override_settings(SECRET_KEY="another place"):
        assert token_of_form(PAGE, **GIVEN) != token
