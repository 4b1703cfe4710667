"""Someone says that something breaks the rules: what it hides, what it does not, and who never learns of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lessalone.families import actions as families
from lessalone.families.models import BabyPage, SameBaby
from lessalone.moderation import actions
from lessalone.moderation.actions import NotTheirs, TooManyReports
from lessalone.moderation.models import Decision, Report
from lessalone.people.models import AuditEntry, Member
from lessalone.sharing.models import Hold, Item, Opening, Rung
from tests.cast import a_baby, give_duty, viewer_of
from tests.responses.stories import a_joint_story, a_story

pytestmark = pytest.mark.django_db(databases="__all__")

HIDING = ["my-baby", "address", "sexual"]
NOT_HIDING = ["cruel", "danger", "selling", "other"]


def sees(member, item):
    return Item.objects.get(pk=item.pk).is_visible_to(viewer_of(member))


@pytest.mark.parametrize("reason", NOT_HIDING)
def test_a_report_hides_nothing_by_itself(cast, story, reason):
    actions.report(actor=cast.bea, item=story, reason=reason)
    assert sees(cast.carl, story)
    assert not Hold.objects.exists()


@pytest.mark.parametrize("reason", HIDING)
def test_three_reasons_hide_until_someone_has_looked(cast, story, reason):
    actions.report(actor=cast.bea, item=story, reason=reason)
    assert not sees(cast.carl, story)
    assert not sees(cast.bea, story)
    assert sees(cast.ana, story), "its own people keep it"
    assert sees(cast.dora, story), "moderators look"
    (hold,) = Hold.objects.all()
    assert hold.placed_by is None


def test_anyone_can_say_that_it_is_their_baby_without_an_account(cast):
    story = a_story(cast.ana, rung=Rung.PUBLIC)
    assert sees(None, story)
    actions.report(actor=None, item=story, reason="my-baby", address="192.0.2.1")
    assert not sees(None, story)
    assert not sees(cast.bea, story)


def test_an_address_is_kept_as_a_digest_and_for_thirty_days(cast, story):
    made = actions.report(actor=None, item=story, reason="cruel", address="192.0.2.1")
    assert made.address_digest
    assert "192.0.2.1" not in made.address_digest
    assert actions.forget_addresses() == 0
    Report.objects.update(made_at=timezone.now() - dt.timedelta(days=31))
    assert actions.forget_addresses() == 1
    made.refresh_from_db()
    assert made.address_digest == ""


def test_what_is_written_with_a_report_is_sealed(cast, story):
    made = actions.report(actor=cast.bea, item=story, reason="cruel", words="only for moderators")
    assert b"only for moderators" not in bytes(made.words_sealed)
    assert actions.words_of(made.key_id, made.words_sealed, actions.REPORT_WORDS) == "only for moderators"


def test_telling_twice_is_once(cast, story):
    first = actions.report(actor=cast.bea, item=story, reason="cruel")
    assert actions.report(actor=cast.bea, item=story, reason="cruel").pk == first.pk
    assert actions.report(actor=cast.bea, item=story, reason="selling").pk != first.pk
    assert actions.report(actor=cast.carl, item=story, reason="cruel").pk != first.pk


def test_danger_is_looked_at_first(cast, story):
    cruel = actions.report(actor=cast.bea, item=story, reason="cruel")
    danger = actions.report(actor=cast.carl, item=story, reason="danger")
    assert list(Report.objects.open()) == [danger, cruel]


def test_a_parent_who_says_it_is_their_baby_shows_moderators_the_two_pages(cast, signed_in):
    """Sam has a page for Jack; someone else made another one, with other dates, and tells of it."""
    again = a_baby(cast.max)
    long_ago = dt.date(2010, 1, 1)
    BabyPage.objects.filter(baby=again).update(born_on=long_ago, died_on=long_ago, due_on=long_ago)
    story = a_story(cast.max, baby=again)
    actions.report(actor=cast.sam, item=story, reason="cruel")
    assert not SameBaby.objects.exists()
    before = story.baby_id
    actions.report(actor=cast.sam, item=story, reason="my-baby")
    (pair,) = SameBaby.objects.unsettled()
    assert {pair.first_id, pair.second_id} == {before, cast.jack.pk}
    assert b"/moderation/same-baby/" in signed_in(cast.dora).get("/moderation/same-baby").content


def test_who_has_no_page_or_says_it_of_their_own_pairs_nothing(cast):
    story = a_story(cast.max, baby=a_baby(cast.max))
    actions.report(actor=cast.bea, item=story, reason="my-baby")
    actions.report(actor=None, item=story, reason="my-baby", address="192.0.2.1")
    joint = a_joint_story(cast)
    actions.report(actor=cast.sam, item=joint, reason="my-baby")
    assert Report.objects.count() == 3
    assert not SameBaby.objects.exists()


def test_what_a_moderator_settled_stays_settled_whoever_says_it_again(cast, ole):
    story = a_story(cast.max, baby=a_baby(cast.max))
    actions.report(actor=cast.sam, item=story, reason="my-baby")
    families.settle_as_different(actor=ole, pair=SameBaby.objects.get(), reason="two hospitals")
    actions.report(actor=cast.ana, item=story, reason="my-baby")
    assert not SameBaby.objects.unsettled().exists()


# --- Against misuse.


def test_after_a_moderator_let_it_be_seen_no_report_hides_it_again(cast, story):
    actions.report(actor=cast.bea, item=story, reason="my-baby")
    assert not sees(cast.carl, story)
    actions.decide(actor=cast.dora, item=story, verdict="in", reason="my-baby")
    assert sees(cast.carl, story)
    actions.report(actor=cast.max, item=story, reason="my-baby")
    assert sees(cast.carl, story), "it goes to the list, and stays seen"
    assert Report.objects.open().filter(reporter=cast.max).exists()


def test_that_a_moderator_found_it_not_cruel_says_nothing_about_whose_baby_it_is(cast, story):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    actions.release(actor=cast.dora, item=story, reason="cruel")
    assert sees(cast.carl, story)
    actions.report(actor=cast.bea, item=story, reason="my-baby")
    assert not sees(cast.carl, story)


def test_one_member_hides_three_things_a_day_and_no_more(cast):
    stories = [a_story(cast.ana, title=f"Number {number}") for number in range(4)]
    for story in stories:
        actions.report(actor=cast.bea, item=story, reason="sexual")
    assert [sees(cast.carl, story) for story in stories] == [False, False, False, True]
    another = a_story(cast.ana, title="Another")
    actions.report(actor=cast.max, item=another, reason="sexual")
    assert not sees(cast.carl, another), "someone else still can"


def test_a_new_member_hides_one_thing_a_day(cast):
    Member.objects.filter(pk=cast.bea.pk).update(joined_at=timezone.now())
    cast.bea.refresh_from_db()
    stories = [a_story(cast.ana, title=f"Number {number}") for number in range(2)]
    for story in stories:
        actions.report(actor=cast.bea, item=story, reason="address")
    assert [sees(cast.carl, story) for story in stories] == [False, True]


def test_one_network_address_hides_one_thing_a_day(cast):
    stories = [a_story(cast.ana, rung=Rung.PUBLIC, title=f"Number {number}") for number in range(3)]
    actions.report(actor=None, item=stories[0], reason="my-baby", address="192.0.2.1")
    actions.report(actor=None, item=stories[1], reason="my-baby", address="192.0.2.1")
    actions.report(actor=None, item=stories[2], reason="my-baby", address="192.0.2.2")
    assert [sees(None, story) for story in stories] == [False, True, False]


def test_visitors_together_hide_only_so_much_in_a_day(cast, monkeypatch):
    monkeypatch.setattr(actions, "ALL_VISITORS_HOLDS_A_DAY", 1)
    stories = [a_story(cast.ana, rung=Rung.PUBLIC, title=f"Number {number}") for number in range(2)]
    for number, story in enumerate(stories):
        actions.report(actor=None, item=story, reason="my-baby", address=f"192.0.2.{number}")
    assert [sees(None, story) for story in stories] == [False, True]


def test_after_two_reports_sent_to_do_harm_their_reports_hide_nothing(cast):
    stories = [a_story(cast.ana, title=f"Number {number}") for number in range(3)]
    for story in stories[:2]:
        made = actions.report(actor=cast.bea, item=story, reason="my-baby")
        assert not sees(cast.carl, story)
        actions.settle_report(actor=cast.dora, report=made, outcome="wrongful")
        actions.release(actor=cast.dora, item=story, reason="my-baby")
    actions.report(actor=cast.bea, item=stories[2], reason="my-baby")
    assert sees(cast.carl, stories[2])
    assert Report.objects.open().filter(item=stories[2]).exists(), "it is still looked at"
    actions.report(actor=cast.max, item=stories[2], reason="my-baby")
    assert not sees(cast.carl, stories[2])


def test_a_report_that_was_only_mistaken_costs_nothing(cast):
    stories = [a_story(cast.ana, title=f"Number {number}") for number in range(3)]
    for story in stories[:2]:
        made = actions.report(actor=cast.bea, item=story, reason="my-baby")
        actions.settle_report(actor=cast.dora, report=made, outcome="not")
    actions.report(actor=cast.bea, item=stories[2], reason="my-baby")
    assert not sees(cast.carl, stories[2])


def test_too_many_reports_in_a_day_are_refused_kindly(cast, story, monkeypatch):
    monkeypatch.setattr(actions, "REPORTS_A_DAY", 1)
    actions.report(actor=cast.bea, item=story, reason="cruel")
    with pytest.raises(TooManyReports) as refusal:
        actions.report(actor=cast.bea, item=story, reason="selling")
    assert "still here" in str(refusal.value)
    assert actions.report(actor=cast.carl, item=story, reason="selling")


# --- What moderators see.


def test_moderators_see_what_members_see_and_what_was_reported(cast):
    story = a_story(cast.ana, rung=Rung.BEREAVED)
    Member.objects.filter(pk=cast.dora.pk).update(admitted_at=None)
    assert not sees(cast.dora, story)
    actions.report(actor=cast.bea, item=story, reason="cruel")
    assert sees(cast.dora, story)
    assert not sees(cast.carl, story)
    Opening.objects.update(until=timezone.now() - dt.timedelta(minutes=1))
    assert not sees(cast.dora, story), "after 30 days it is closed again"


def test_breaking_the_glass_opens_for_one_moderator_for_an_hour_with_a_reason(cast, ole):
    story = a_story(cast.ana, rung=Rung.ONLY_US)
    assert not sees(cast.dora, story)
    opening = actions.break_glass(actor=cast.dora, item=story, reason="A call about their safety")
    assert sees(cast.dora, story)
    assert not sees(ole, story)
    assert opening.until - opening.at <= dt.timedelta(hours=1, seconds=1)
    entry = AuditEntry.objects.get(action="item.opened")
    assert (entry.actor, entry.reason) == (cast.dora, "A call about their safety")
    Opening.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert not sees(cast.dora, story)


def test_breaking_the_glass_needs_a_reason_and_a_moderator(cast, story):
    with pytest.raises(ValueError, match="reason"):
        actions.break_glass(actor=cast.dora, item=story, reason="  ")
    with pytest.raises(PermissionDenied):
        actions.break_glass(actor=cast.bea, item=story, reason="I want to")


# --- Looking after.


def test_of_two_moderators_one_looks_after_a_report_and_can_give_it_back(cast, ole, story):
    made = actions.report(actor=cast.bea, item=story, reason="cruel")
    actions.take_report(actor=cast.dora, report=made)
    actions.take_report(actor=ole, report=made)
    made.refresh_from_db()
    assert made.taken_by == cast.dora
    actions.give_back_report(actor=ole, report=made)
    made.refresh_from_db()
    assert made.taken_by == cast.dora, "only whoever has it gives it back"
    actions.give_back_report(actor=cast.dora, report=made)
    made.refresh_from_db()
    assert made.taken_by is None


def test_nobody_settles_their_own_report_or_one_about_their_own_family(cast, ole):
    story = a_joint_story(cast)
    give_duty(cast.sam, "moderator")
    made = actions.report(actor=cast.dora, item=story, reason="cruel")
    with pytest.raises(PermissionDenied):
        actions.settle_report(actor=cast.dora, report=made, outcome="right")
    with pytest.raises(NotTheirs):
        actions.settle_report(actor=Member.objects.get(pk=cast.sam.pk), report=made, outcome="not")
    with pytest.raises(PermissionDenied):
        actions.settle_report(actor=cast.bea, report=made, outcome="not")
    actions.settle_report(actor=ole, report=made, outcome="not")
    assert not Report.objects.open().exists()
    assert not Decision.objects.exists()
