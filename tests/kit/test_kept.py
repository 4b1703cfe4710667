"""Kept renderings: made once, made anew for another version, forgotten with their item or their release."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

from lessalone.kit.derived import kept


def test_what_is_kept_is_made_once_for_a_version():
    asked = []

    def render(ids):
        asked.append(ids)
        return {pk: f"<p>{pk}</p>" for pk in ids}

    assert kept.get_many("card", [(1, 1), (2, 1)], render) == {1: "<p>1</p>", 2: "<p>2</p>"}
    assert kept.get_many("card", [(1, 1), (2, 2)], render) == {1: "<p>1</p>", 2: "<p>2</p>"}
    assert asked == [[1, 2], [2]], "another version is made anew"


def test_what_cannot_be_made_is_left_out():
    assert kept.get_many("card", [(1, 1)], lambda ids: {}) == {}


def test_it_goes_with_its_item():
    kept.get_many("card", [(1, 1)], lambda ids: {1: "old"})
    kept.drop([1])
    assert kept.get_many("card", [(1, 1)], lambda ids: {1: "new"}) == {1: "new"}


def test_another_release_makes_everything_anew():
    assert kept.forget_unless_made_by("one")
    kept.get_many("card", [(1, 1)], lambda ids: {1: "old"})
    assert not kept.forget_unless_made_by("one")
    assert kept.get_many("card", [(1, 1)], lambda ids: {1: "new"}) == {1: "old"}
    assert kept.forget_unless_made_by("two")
    assert kept.get_many("card", [(1, 1)], lambda ids: {1: "new"}) == {1: "new"}


@pytest.mark.sqlite
def test_what_was_forgotten_is_in_no_file_of_the_store(transactional_db):
    name = str(connections["derived"].settings_dict["NAME"])

    def files() -> bytes:
        return b"".join(Path(name + end).read_bytes() for end in ("", "-wal") if Path(name + end).exists())

    kept.get_many("card", [(1, 1)], lambda ids: {1: "she slept in the yellow blanket"})
    assert b"yellow blanket" in files(), "else the test shows nothing"
    kept.drop([1])
    assert b"yellow blanket" not in files()
