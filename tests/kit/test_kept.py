"""Kept renderings: made once, made anew for another version, forgotten with their item or their release."""

from __future__ import annotations

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
