"""A query that was built once says what the same query says that is built each time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lessalone.kit.prepared import Prepared, marks, statement
from lessalone.people.models import Member, Voice


def a_member(handle: str, **more: object) -> Member:
    return Member.objects.create(handle=handle, **more)


def test_a_prepared_query_finds_what_the_query_finds_for_each_value():
    ana, sam = a_member("ana"), a_member("sam")
    by_handle = Prepared(lambda marks: Member.objects.filter(handle=marks["handle"]), handle=str)
    assert by_handle.fetch(handle="ana") == [ana]
    assert by_handle.fetch(handle="sam") == [sam]
    assert by_handle.fetch(handle="nobody") == []


def test_its_rows_have_the_types_that_the_models_fields_give():
    now = timezone.now()
    made = a_member("ana", approved_at=now, is_active=True)
    [found] = Prepared(lambda marks: Member.objects.filter(pk=marks["pk"]), pk=int).fetch(pk=made.pk)
    assert found.approved_at == now
    assert found.approved_at.tzinfo is not None
    assert found.is_active is True
    assert found.resting_since is None
    assert not found._state.adding


def test_times_are_given_as_times():
    early, late = timezone.now() - dt.timedelta(days=2), timezone.now()
    a_member("early", approved_at=early)
    a_member("late", approved_at=late)
    since = Prepared(
        lambda marks: Member.objects.filter(approved_at__gt=marks["since"]).values_list("handle"),
        since=dt.datetime,
    )
    assert since.fetch(since=early) == [("late",)]


def test_what_is_not_read_is_left_out_and_what_is_added_is_there():
    ana = a_member("ana")
    Voice.objects.create(member=ana, name="Ana, Jack’s mother")
    voices = Prepared(
        lambda marks: (
            Voice.objects.filter(member=marks["member"]).only("name").annotate(handle=F("member__handle"))
        ),
        member=int,
    )
    [voice] = voices.fetch(member=ana.pk)
    assert (voice.name, voice.handle) == ("Ana, Jack’s mother", "ana")
    assert voice.get_deferred_fields() == {"public_id", "member_id", "is_cover", "made_at"}


def test_values_are_read_by_name():
    ana = a_member("ana")
    rows = Prepared(lambda marks: Member.objects.filter(pk=marks["pk"]).values_list("pk", "handle"), pk=int)
    [row] = rows.fetch(pk=ana.pk)
    assert (row.pk, row.handle) == (ana.pk, "ana")
    assert row == (ana.pk, "ana")


def test_a_value_is_a_value_whatever_is_in_it():
    """Percent signs, quotes and what looks like a mark are somebody's words, in constants too."""
    odd = "100 % %s %(viewer)s ' \" $1 ; mark 1 ###"
    a_member(odd[:30])
    found = Prepared(lambda marks: Member.objects.filter(handle=marks["handle"]), handle=str)
    assert [one.handle for one in found.fetch(handle=odd[:30])] == [odd[:30]]
    constant = Prepared(lambda marks: Member.objects.filter(handle=odd[:30]).values_list("handle"))
    assert constant.fetch() == [(odd[:30],)]


def test_true_and_one_are_two_constants():
    ana = a_member("ana")
    found = Prepared(
        lambda marks: Member.objects.filter(Q(is_active=True) & ~Q(pk=1_000_001)).filter(pk=marks["pk"]),
        pk=int,
    )
    assert found.fetch(pk=ana.pk) == [ana]


def test_a_value_that_was_forgotten_is_an_error_and_not_everything():
    a_member("ana")
    by_handle = Prepared(lambda marks: Member.objects.filter(handle=marks["handle"]), handle=str)
    with pytest.raises(Exception, match="handle"):
        by_handle.fetch()


def test_several_queries_become_one():
    for handle in ("ana", "sam", "bea"):
        a_member(handle)
    given = marks(first=str, second=str)
    joined = statement(
        [Member.objects.filter(handle=given[name]).values_list("handle") for name in given],
        given,
        lambda queries: " UNION ALL ".join(queries) + " ORDER BY 1",
    )
    with CaptureQueriesContext(connection) as asked:
        assert joined.fetch({"first": "sam", "second": "ana"}) == [("ana",), ("sam",)]
    assert len(asked) == 1


def test_asking_again_and_again_is_one_query_each_time():
    ana = a_member("ana")
    by_id = Prepared(lambda marks: Member.objects.filter(pk=marks["pk"]), pk=int)
    for _time in range(7):  # PostgreSQL thinks about its plan again after the fifth
        with CaptureQueriesContext(connection) as asked:
            assert by_id.fetch(pk=ana.pk) == [ana]
        assert len(asked) == 1


@pytest.mark.postgresql
def test_postgresql_plans_once_unless_a_pooler_stands_between(monkeypatch):
    def said() -> str:
        by_id = Prepared(lambda marks: Member.objects.filter(pk=marks["pk"]), pk=int)
        with CaptureQueriesContext(connection) as asked:
            by_id.fetch(pk=1)
        return asked[0]["sql"]

    assert said().startswith("EXECUTE")
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert said().startswith("SELECT")
