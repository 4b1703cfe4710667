"""Holds by one, out of sight by two, objections by someone else."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from lessalone.moderation import actions, notices
from lessalone.moderation.actions import NotTheirs
from lessalone.moderation.models import Decision, Objection
from lessalone.people.models import AuditEntry, Member
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Hold, Item
from tests.cast import give_duty
from tests.moderation.test_reports import sees
from tests.responses.stories import a_joint_story
from tests.responses.test_respond import respond

pytestmark = pytest.mark.django_db(databases="__all__")


def test_one_moderator_holds_anything_at_once(cast, story, answer):
    for thing in (answer, story):
        assert sees(cast.bea, thing)
        actions.hold(actor=cast.dora, item=thing, reason="cruel")
        assert not sees(cast.bea, thing)
        assert sees(cast.dora, thing)
    assert sees(cast.ana, story)
    assert AuditEntry.objects.filter(action="item.held", actor=cast.dora).count() == 2


def test_nobody_else_holds_anything(cast, story):
    for other in (cast.bea, cast.ana, cast.wim):
        with pytest.raises(PermissionDenied):
            actions.hold(actor=other, item=story, reason="cruel")
    assert sees(cast.bea, story)


def test_one_moderator_lets_it_be_seen_again(cast, ole, story):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    with pytest.raises(PermissionDenied):
        actions.release(actor=cast.ana, item=story, reason="cruel")
    actions.release(actor=ole, item=story, reason="cruel")
    assert sees(cast.bea, story)
    hold = Hold.objects.get()
    assert (hold.placed_by, hold.released_by) == (cast.dora, ole)


def test_out_of_sight_for_good_takes_two_different_moderators(cast, ole, story):
    decision = actions.decide(actor=cast.dora, item=story, verdict="out", reason="cruel")
    assert not sees(cast.bea, story), "it is held at once"
    assert not decision.is_in_force
    with pytest.raises(NotTheirs):
        actions.second(actor=cast.dora, decision=decision)
    with pytest.raises(PermissionDenied):
        actions.second(actor=cast.bea, decision=decision)
    actions.second(actor=ole, decision=decision)
    decision.refresh_from_db()
    assert decision.is_in_force


def test_the_database_itself_refuses_the_same_moderator_twice(cast, story):
    decision = actions.decide(actor=cast.dora, item=story, verdict="out", reason="cruel")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(seconded_by=cast.dora)


def test_a_moderator_who_does_not_agree_lets_it_be_seen(cast, ole, story):
    first = actions.decide(actor=cast.dora, item=story, verdict="out", reason="cruel")
    actions.decide(actor=ole, item=story, verdict="in", reason="cruel")
    assert sees(cast.bea, story)
    actions.second(actor=cast.lea, decision=first)
    first.refresh_from_db()
    assert first.seconded_by is None, "it was replaced"
    assert Decision.objects.standing().filter(item=story).count() == 1


def test_nobody_decides_about_their_own_family(cast, ole):
    story = a_joint_story(cast)
    to_them, of_ole = respond(cast.bea, story), respond(ole, story)
    give_duty(cast.sam, "moderator")
    sam = Member.objects.get(pk=cast.sam.pk)
    for thing in (story, to_them):
        for verdict in ("in", "out"):
            with pytest.raises(NotTheirs):
                actions.decide(actor=sam, item=thing, verdict=verdict, reason="other")
        actions.decide(actor=ole, item=thing, verdict="out", reason="other")
    with pytest.raises(NotTheirs):
        actions.decide(actor=ole, item=of_ole, verdict="in", reason="other")


# --- What its author is told.


def test_its_author_is_told_why_and_never_that_someone_reported_it(cast, ole, story):
    actions.report(actor=cast.bea, item=story, reason="my-baby", words="He is mine, I am Eve")
    told = notices.notice_of(story, cast.ana)
    assert told.is_held
    assert not told.is_looked_at
    assert told.why == "", "the reason alone could say who"
    actions.decide(
        actor=cast.dora, item=story, verdict="out", reason="cruel", words="One sentence may hurt someone."
    )
    told = notices.notice_of(story, cast.ana)
    assert told.is_looked_at
    assert not told.is_final
    assert told.words == "One sentence may hurt someone."
    actions.second(actor=ole, decision=Decision.objects.standing().get())
    assert notices.notice_of(story, cast.ana).is_final


def test_nothing_is_told_where_nothing_happened(cast, story):
    assert notices.notice_of(story, cast.ana) is None
    actions.report(actor=cast.bea, item=story, reason="cruel")
    assert notices.notice_of(story, cast.ana) is None, "a report is not told"


# --- Objections.


def test_an_objection_is_answered_by_someone_who_had_no_part_in_it(cast, ole, story):
    actions.decide(actor=cast.dora, item=story, verdict="out", reason="cruel")
    actions.second(actor=ole, decision=Decision.objects.standing().get())
    objection = actions.object_to(actor=cast.ana, item=story, words="It is what happened.")
    for with_a_part in (cast.dora, ole):
        with pytest.raises(NotTheirs):
            actions.answer_objection(actor=with_a_part, objection=objection, is_upheld=False, words="No.")
    with pytest.raises(PermissionDenied):
        actions.answer_objection(actor=cast.bea, objection=objection, is_upheld=True, words="Yes.")
    actions.answer_objection(actor=cast.lea, objection=objection, is_upheld=True, words="You are right.")
    assert sees(cast.bea, story)
    assert notices.notice_of(story, cast.ana).answer == "You are right."


def test_an_objection_that_is_not_upheld_changes_nothing(cast, story):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    objection = actions.object_to(actor=cast.ana, item=story, words="Please look again.")
    actions.answer_objection(actor=cast.lea, objection=objection, is_upheld=False, words="I am sorry.")
    assert not sees(cast.bea, story)


def test_only_its_own_people_object_once_at_a_time_and_only_while_it_is_held(cast, story):
    with pytest.raises(Refused):
        actions.object_to(actor=cast.ana, item=story, words="Nothing holds it.")
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    with pytest.raises(PermissionDenied):
        actions.object_to(actor=cast.bea, item=story, words="Not mine.")
    first = actions.object_to(actor=cast.ana, item=story, words="Please.")
    assert actions.object_to(actor=cast.ana, item=story, words="Please again.").pk == first.pk
    assert Objection.objects.count() == 1


def test_the_other_parent_may_object_too(cast):
    story = a_joint_story(cast)
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    for parent in (cast.ana, cast.sam):
        assert actions.object_to(actor=parent, item=story, words="Please look again.")
    with pytest.raises(PermissionDenied):
        actions.object_to(actor=cast.eve, item=story, words="I was one of them.")


def test_what_was_objected_to_is_open_to_whoever_answers(cast, story):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    actions.object_to(actor=cast.ana, item=story, words="Please.")
    assert sees(cast.lea, Item.objects.get(pk=story.pk))
