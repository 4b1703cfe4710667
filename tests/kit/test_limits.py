"""Someone who guesses is stopped; someone who mistypes once is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections

from lessalone.kit import limits
from lessalone.kit.derived.models import Tally


def test_the_first_tries_pass_and_the_next_does_not():
    assert [limits.allow("sign-in:quiet-river-stone", 3, 60) for _ in range(5)] == [True] * 3 + [False] * 2


def test_one_person_does_not_use_up_the_tries_of_another():
    assert limits.allow("sign-in:ana", 1, 60)
    assert not limits.allow("sign-in:ana", 1, 60)
    assert limits.allow("sign-in:sam", 1, 60)


def test_after_the_time_one_may_try_again():
    with time_machine.travel("2026-11-01T10:00:00Z", tick=False) as clock:
        assert limits.allow("door", 1, 60)
        clock.shift(59)
        assert not limits.allow("door", 1, 60)
        clock.shift(1)
        assert limits.allow("door", 1, 60)
        assert not limits.allow("door", 1, 60)


def test_a_right_password_forgets_the_wrong_ones():
    assert limits.allow("door", 1, 60)
    limits.forget("door")
    assert limits.allow("door", 1, 60)


def test_the_store_does_not_say_who_tried():
    limits.allow("203.0.113.9", 1, 60)
    assert "203.0.113.9" not in str(list(Tally.objects.values_list()))


def test_what_has_ended_is_swept_and_what_has_not_stays():
    with time_machine.travel("2026-11-01T10:00:00Z", tick=False) as clock:
        limits.allow("short", 1, 10)
        limits.allow("long", 1, 1000)
        clock.shift(11)
        assert limits.sweep() == 1
        assert not limits.allow("long", 1, 1000)


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_many_at_once_cannot_slip_past():
    def attempt(_: int) -> bool:
        try:
            return limits.allow("door", 7, 60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 7


def test_the_shared_cache_has_its_table_in_the_derived_store():
    cache.set("kit.test", "kept", 60)
    assert cache.get("kit.test") == "kept"
    assert "kit_cache" in connections["derived"].introspection.table_names()
    assert "kit_cache" not in connections["default"].introspection.table_names()


def test_two_limits_are_asked_at_once_and_the_stricter_decides():
    hour_and_day = (("hour:ana", 2, 3600), ("day:ana", 3, 86400))
    with time_machine.travel("2026-11-01T10:00:00Z", tick=False) as clock:
        assert [limits.allow_all(*hour_and_day) for _ in range(3)] == [True, True, False]
        clock.shift(3600)
        assert not limits.allow_all(*hour_and_day), "a new hour, but three were tried today"
        clock.shift(86400)
        assert limits.allow_all(*hour_and_day)
