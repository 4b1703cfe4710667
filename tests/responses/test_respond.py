"""Someone answers a story with words: who may, who sees it, and who reads it first."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.utils import timezone

from lessalone.kit import queue
from lessalone.people import actions as people_actions
from lessalone.people.models import Member
from lessalone.responses import actions
from lessalone.responses.actions import NotOpen, NotThere, TooOften
from lessalone.responses.kept_words import words_of
from lessalone.responses.listing import page_of
from lessalone.responses.models import Response
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Answers, Hold, Item, Opening, Rung
from lessalone.vault import words
from tests.cast import a_cover_voice, shown_voice, viewer_of
from tests.responses.stories import a_joint_story, a_story

pytestmark = pytest.mark.django_db(databases="__all__")
ONE, ANOTHER = UUID(int=1), UUID(int=2)
"""The form tokens of two pages."""


def respond(member, story, words="I am sorry he is not here.", **how):
    how.setdefault("voice", shown_voice(member))
    return actions.respond(actor=member, story_item=story, words=words, **how)


def sees(member, item):
    return Item.objects.get(pk=item.pk).is_visible_to(viewer_of(member))


def test_bea_answers_and_every_reader_can_read_it(cast, story):
    answer = respond(cast.bea, story)
    assert words_of([answer.pk]) == {answer.pk: "I am sorry he is not here."}
    assert sees(cast.carl, answer)
    assert sees(cast.ana, answer)
    assert not sees(None, answer), "the story is for members, and an answer is never more visible"


def test_her_words_are_not_in_the_database_as_she_wrote_them(cast, story):
    answer = respond(cast.bea, story, "a sentence that only Bea would write")
    assert b"only Bea" not in bytes(Response.objects.get(item=answer).sealed)


def test_who_cannot_read_the_story_cannot_answer_it(cast):
    story = a_story(cast.ana, rung=Rung.BEREAVED)
    assert respond(cast.bea, story)
    with pytest.raises(NotThere):
        respond(cast.carl, story)


def test_someone_who_waits_to_be_let_in_cannot_answer_a_public_story(cast):
    story = a_story(cast.ana, rung=Rung.PUBLIC)
    assert sees(cast.wim, story)
    with pytest.raises(NotOpen):
        respond(cast.wim, story)
    assert respond(cast.carl, story)


@pytest.mark.parametrize(
    ("answers", "with_words", "without_words"),
    [
        (Answers.ANYONE, True, True),
        (Answers.APPROVED, True, True),
        (Answers.GESTURES, False, True),
        (Answers.NOBODY, False, False),
    ],
)
def test_the_family_says_which_answers_they_take(cast, answers, with_words, without_words):
    story = a_story(cast.ana, answers=answers)
    if with_words:
        assert respond(cast.bea, story)
    else:
        with pytest.raises(NotOpen):
            respond(cast.bea, story)
    if without_words:
        assert actions.press_gesture(actor=cast.bea, story_item=story, kind="candle")
        assert actions.press_less_alone(actor=cast.bea, story_item=story)
    else:
        with pytest.raises(NotOpen):
            actions.press_gesture(actor=cast.bea, story_item=story, kind="candle")
        with pytest.raises(NotOpen):
            actions.press_less_alone(actor=cast.bea, story_item=story)


def test_a_story_that_was_taken_back_takes_no_answer_from_its_family_neither(cast, story):
    assert respond(cast.ana, story)
    sharing.take_back(actor=cast.ana, item=story)
    with pytest.raises(NotThere):
        respond(cast.bea, story)
    with pytest.raises(NotOpen):
        respond(cast.ana, story)


def test_a_held_story_takes_no_answer(cast, story):
    hold = Hold.objects.create(item=story, placed_by=cast.dora, reason="cruel")
    with pytest.raises(NotThere):
        respond(cast.bea, story)
    with pytest.raises(NotOpen):
        respond(cast.ana, story)
    hold.delete()
    assert respond(cast.bea, story)


def test_an_erased_story_takes_no_answer(cast, story):
    assert respond(cast.bea, story)
    sharing.erase(actor=cast.ana, item=story)
    with pytest.raises(NotThere):
        respond(cast.bea, Item.objects.get(pk=story.pk))


def test_a_moderator_who_only_reads_a_reported_story_does_not_answer_it(cast):
    story = a_story(cast.ana, rung=Rung.BEREAVED)
    Member.objects.filter(pk=cast.dora.pk).update(admitted_at=None)
    dora = Member.objects.get(pk=cast.dora.pk)
    Opening.objects.create(item=story, reason="reported", until=timezone.now() + dt.timedelta(days=1))
    assert sees(dora, story)
    with pytest.raises(NotThere):
        respond(dora, story, viewer=viewer_of(dora))


# --- Reading first.


def test_the_family_reads_first_when_they_asked_to(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.bea, story)
    assert sees(cast.ana, answer)
    assert sees(cast.bea, answer)
    assert not sees(cast.carl, answer)
    actions.let_be_seen(actor=cast.ana, item=answer)
    assert sees(cast.carl, answer)


def test_only_the_family_lets_it_be_seen(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.bea, story)
    for other in (cast.bea, cast.carl, cast.sam, cast.dora):
        with pytest.raises(NotThere):
            actions.let_be_seen(actor=other, item=answer)
    actions.let_be_seen(actor=cast.ana, item=answer)


def test_the_other_parent_reads_first_too_when_it_is_jointly_theirs(cast):
    story = a_joint_story(cast, answers=Answers.APPROVED)
    assert story.is_joint
    answer = respond(cast.bea, story)
    assert sees(cast.sam, answer)
    assert not sees(cast.carl, answer)
    actions.let_be_seen(actor=cast.sam, item=answer)
    assert sees(cast.carl, answer)


def test_the_other_parent_does_not_read_answers_to_words_under_a_cover_name(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED, cover_name="Willow", baby=cast.jack)
    answer = respond(cast.bea, story)
    assert sees(cast.ana, answer)
    assert not sees(cast.sam, story)
    assert not sees(cast.sam, answer)
    with pytest.raises(NotThere):
        actions.let_be_seen(actor=cast.sam, item=answer)


def test_cruel_words_never_reach_the_family_when_a_first_reader_puts_them_away(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    cruel, kind = respond(cast.carl, story, "cruel"), respond(cast.bea, story, "kind")
    assert sees(cast.noa, cruel)
    assert not sees(cast.ana, cruel)
    assert not sees(cast.ana, kind)
    actions.put_away(actor=cast.noa, item=cruel)
    actions.pass_on(actor=cast.noa, item=kind)
    assert not sees(cast.ana, cruel)
    assert sees(cast.ana, kind)
    assert not sees(cast.bea, cruel)
    assert not sees(cast.dora, cruel)
    assert sees(cast.carl, cruel), "its writer is not told"
    assert not sees(cast.carl, kind), "the family reads it now"
    actions.let_be_seen(actor=cast.ana, item=kind)
    assert sees(cast.carl, kind)


def test_where_anyone_may_answer_what_the_first_reader_passes_on_is_seen_at_once(cast, story):
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    answer = respond(cast.bea, story)
    assert not sees(cast.carl, answer)
    actions.pass_on(actor=cast.noa, item=answer)
    assert sees(cast.carl, answer)


def test_only_the_first_reader_passes_on(cast, story):
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    answer = respond(cast.bea, story)
    for other in (cast.ana, cast.bea, cast.carl, cast.dora):
        with pytest.raises(NotThere):
            actions.pass_on(actor=other, item=answer)
    actions.pass_on(actor=cast.noa, item=answer)


def test_a_first_reader_who_is_one_no_more_reads_nothing(cast, story):
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    answer = respond(cast.bea, story)
    assert sees(cast.noa, answer)
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.carl)
    assert not sees(cast.noa, answer)
    with pytest.raises(NotThere):
        actions.pass_on(actor=cast.noa, item=answer)
    actions.pass_on(actor=cast.carl, item=answer)


def test_the_familys_own_words_and_the_first_readers_do_not_wait_for_themselves(cast):
    story = a_story(cast.ana, answers=Answers.ANYONE)
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    assert respond(cast.ana, story).waiting_for == Item.Waiting.NOBODY
    assert respond(cast.noa, story).waiting_for == Item.Waiting.NOBODY
    assert respond(cast.bea, story).waiting_for == Item.Waiting.FIRST_READER


# --- Twice, often, below.


def test_a_button_pressed_twice_sends_once(cast, story):
    first = respond(cast.bea, story, form_token=ONE)
    second = respond(cast.bea, story, form_token=ONE)
    assert first.pk == second.pk
    assert Response.objects.filter(root=story).count() == 1
    assert respond(cast.bea, story, form_token=ANOTHER).pk != first.pk


def test_the_same_form_in_other_hands_is_another_form(cast, story):
    assert respond(cast.bea, story, form_token=ONE).pk != respond(cast.carl, story, form_token=ONE).pk


def test_two_presses_at_the_same_instant_are_one_answer(cast, story, monkeypatch):
    first = respond(cast.bea, story, form_token=ONE)
    answers = iter([None])  # the second press looks before the first is there
    look = actions._sent_before
    monkeypatch.setattr(actions, "_sent_before", lambda digest: next(answers, look(digest)))
    assert respond(cast.bea, story, form_token=ONE).pk == first.pk
    assert Response.objects.filter(root=story).count() == 1


def test_someone_who_writes_very_often_is_asked_to_rest_and_nobody_else(cast, story, monkeypatch):
    monkeypatch.setattr(actions, "RESPONSES_AN_HOUR", 2)
    respond(cast.bea, story)
    respond(cast.bea, story)
    with pytest.raises(TooOften) as refusal:
        respond(cast.bea, story)
    assert "still here" in str(refusal.value)
    assert respond(cast.carl, story)


def test_an_answer_can_be_answered_once_below_and_no_deeper(cast, story):
    answer = respond(cast.bea, story)
    below = respond(cast.carl, story, above=answer)
    assert below.above_id == answer.pk
    assert Response.objects.get(item=below).thread == answer.pk
    with pytest.raises(NotThere):
        respond(cast.bea, story, above=below)


def test_an_answer_to_another_story_cannot_be_answered_here(cast, story):
    elsewhere = respond(cast.bea, a_story(cast.sam))
    with pytest.raises(NotThere):
        respond(cast.carl, story, above=elsewhere)


def test_what_others_cannot_read_yet_cannot_be_answered_by_its_family(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.bea, story)
    with pytest.raises(NotThere):
        respond(cast.ana, story, above=answer)
    actions.let_be_seen(actor=cast.ana, item=answer)
    assert respond(cast.ana, story, above=Item.objects.get(pk=answer.pk))


def test_nobody_answers_under_the_voice_of_someone_else(cast, story):
    with pytest.raises(ValueError, match="voice"):
        respond(cast.bea, story, voice=shown_voice(cast.carl))
    assert respond(cast.bea, story, voice=a_cover_voice(cast.bea)).voice.name == "Willow"


# --- Blocking.


def test_who_blocked_each_other_do_not_meet_in_answers(cast, story):
    of_max, of_bea = respond(cast.max, story), respond(cast.bea, story)
    people_actions.block(actor=cast.bea, blocked=cast.max)
    assert not sees(cast.bea, of_max)
    assert not sees(cast.max, of_bea)
    assert sees(cast.carl, of_max)
    assert sees(cast.carl, of_bea)


def test_whom_the_author_blocked_cannot_answer_and_is_not_told_why(cast, story):
    respond(cast.max, story)
    people_actions.block(actor=cast.ana, blocked=cast.max)
    with pytest.raises(NotThere) as refusal:
        respond(cast.max, story)
    assert "no longer here" in str(refusal.value)
    assert respond(cast.bea, story)


# --- Changing and taking back.


def test_bea_changes_her_own_words_and_nobody_elses(cast, story):
    answer = respond(cast.bea, story)
    actions.edit(actor=cast.bea, item=answer, words="I am so sorry.")
    assert words_of([answer.pk]) == {answer.pk: "I am so sorry."}
    for other in (cast.carl, cast.ana, cast.dora):
        with pytest.raises(NotThere):
            actions.edit(actor=other, item=answer, words="not mine")
    assert words_of([answer.pk]) == {answer.pk: "I am so sorry."}


def test_changed_words_are_read_first_again(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.bea, story)
    actions.let_be_seen(actor=cast.ana, item=answer)
    assert sees(cast.carl, answer)
    actions.edit(actor=cast.bea, item=answer, words="Something else.")
    assert not sees(cast.carl, answer)
    assert sees(cast.ana, answer)


def test_changed_words_meet_the_first_reader_again(cast, story):
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    answer = respond(cast.bea, story)
    actions.pass_on(actor=cast.noa, item=answer)
    actions.edit(actor=cast.bea, item=answer, words="cruel now")
    assert not sees(cast.ana, answer)
    assert sees(cast.noa, answer)


def test_where_anyone_may_answer_changed_words_stay_seen(cast, story):
    answer = respond(cast.bea, story)
    actions.edit(actor=cast.bea, item=answer, words="Something else.")
    assert sees(cast.carl, answer)


def test_changing_what_was_put_away_does_not_bring_it_back(cast, story):
    answer = respond(cast.bea, story)
    actions.put_away(actor=cast.ana, item=answer)
    actions.edit(actor=cast.bea, item=answer, words="And again.")
    assert not sees(cast.carl, answer)


def test_bea_takes_her_words_back_and_their_key_is_gone(cast, story):
    answer = respond(cast.bea, story)
    sealed = bytes(Response.objects.get(item=answer).sealed)
    actions.erase(actor=cast.bea, item=answer)
    for anyone in (cast.bea, cast.ana, cast.carl, cast.dora):
        assert not sees(anyone, answer), "from that moment, before any task ran"
    queue.run_due()
    assert not Response.objects.filter(item=answer).exists()
    with pytest.raises(words.Gone):
        words.unseal(answer.key_id, sealed, context=actions.CONTEXT)


def test_nobody_else_takes_her_words_back_for_good(cast, story):
    answer = respond(cast.bea, story)
    for other in (cast.ana, cast.carl, cast.dora):
        with pytest.raises(NotThere):
            actions.erase(actor=other, item=answer)
    assert words_of([answer.pk])


def test_what_someone_wrote_below_is_not_destroyed_with_it(cast, story):
    answer = respond(cast.bea, story)
    below = respond(cast.carl, story, above=answer)
    actions.erase(actor=cast.bea, item=answer)
    queue.run_due()
    assert words_of([below.pk]), "they are Carl's words"
    assert not sees(cast.noa, below), "what it answered is gone"


def test_when_a_story_is_erased_what_came_without_words_goes_too(cast, story):
    respond(cast.bea, story)
    actions.press_gesture(actor=cast.bea, story_item=story, kind="candle")
    actions.press_less_alone(actor=cast.bea, story_item=story)
    sharing.erase(actor=cast.ana, item=story)
    queue.run_due()
    assert not story.gestures.exists()
    assert not story.less_alone.exists()
    assert Response.objects.filter(root=story).exists(), "her words are hers"


# --- Putting away.


def test_what_the_family_puts_away_is_gone_for_all_but_its_writer_who_is_not_told(cast, story):
    answer = respond(cast.bea, story)
    actions.put_away(actor=cast.ana, item=answer)
    assert not sees(cast.carl, answer)
    assert not sees(cast.dora, answer)
    assert sees(cast.bea, answer)
    assert sees(cast.ana, answer)
    actions.let_be_seen(actor=cast.ana, item=answer)
    assert sees(cast.carl, answer)


def test_nobody_else_puts_it_away(cast, story):
    answer = respond(cast.bea, story)
    for other in (cast.bea, cast.carl, cast.sam, cast.dora):
        with pytest.raises(NotThere):
            actions.put_away(actor=other, item=answer)
    assert sees(cast.carl, answer)


def test_putting_away_twice_is_once(cast, story):
    answer = respond(cast.bea, story)
    actions.put_away(actor=cast.ana, item=answer)
    actions.put_away(actor=cast.ana, item=answer)
    assert answer.put_away.count() == 1


# --- Without words.


def test_a_gesture_is_made_and_taken_back(cast, story):
    assert actions.press_gesture(actor=cast.bea, story_item=story, kind="candle") is True
    assert story.gestures.count() == 1
    assert actions.press_gesture(actor=cast.bea, story_item=story, kind="candle") is False
    assert story.gestures.count() == 0


def test_less_alone_is_said_and_taken_back(cast, story):
    assert actions.press_less_alone(actor=cast.bea, story_item=story) is True
    assert actions.press_less_alone(actor=cast.bea, story_item=story) is False
    assert not story.less_alone.exists()


def test_who_cannot_see_a_story_makes_no_gesture(cast):
    story = a_story(cast.ana, rung=Rung.BEREAVED)
    with pytest.raises(Refused):
        actions.press_gesture(actor=cast.carl, story_item=story, kind="candle")
    assert actions.press_gesture(actor=cast.bea, story_item=story, kind="candle")


# --- Hard for me to see.


def test_bea_lays_an_answer_aside_and_only_she_does_not_meet_it(cast, story):
    answer = respond(cast.carl, story)
    assert [entry.item.pk for entry in page_of(viewer_of(cast.bea), story, None).entries] == [answer.pk]
    actions.lay_aside(actor=cast.bea, item=answer)
    assert not page_of(viewer_of(cast.bea), story, None)
    assert page_of(viewer_of(cast.noa), story, None)
    actions.take_out_again(actor=cast.bea, item=answer)
    assert page_of(viewer_of(cast.bea), story, None)


def test_a_note_is_asked_for_once_and_nobody_knows_by_whom(cast, story):
    assert actions.suggest_note(actor=cast.bea, story_item=story, note="hospital") is True
    assert actions.suggest_note(actor=cast.bea, story_item=story, note="birth") is False
    (row,) = story.note_suggestions.all()
    assert {field.name for field in row._meta.fields} == {"id", "item", "note", "made_at", "settled_at"}
    with pytest.raises(NotThere):
        actions.settle_suggestion(actor=cast.bea, suggestion=row)
    actions.settle_suggestion(actor=cast.ana, suggestion=row)
    row.refresh_from_db()
    assert row.settled_at


# --- Exchanging words.


def test_words_that_a_family_lets_through_are_an_exchange(cast):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.carl, story)
    cast.carl.refresh_from_db()
    assert cast.carl.exchanged_at is None, "nobody has read it"
    actions.let_be_seen(actor=cast.ana, item=answer)
    cast.carl.refresh_from_db()
    assert cast.carl.exchanged_at is not None


def test_answering_oneself_is_not_an_exchange(cast, story):
    answer = respond(cast.carl, story)
    respond(cast.carl, story, above=answer)
    cast.carl.refresh_from_db()
    assert cast.carl.exchanged_at is None
    respond(cast.noa, story, above=answer)
    cast.carl.refresh_from_db()
    assert cast.carl.exchanged_at is not None
