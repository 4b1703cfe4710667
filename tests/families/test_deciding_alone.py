"""Silence never becomes consent: only two moderators, a notice and 90 days, or a death that two looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from lessalone.families import actions
from lessalone.families.models import LoneConsentRequest, Parent
from lessalone.people.models import AuditEntry
from tests.families.conftest import Family
from tests.families.test_pages import signed_in, text_of


@pytest.fixture
def request_about_sam(family: Family) -> LoneConsentRequest:
    address = reverse("families-alone", args=[family.jack.public_id])
    given = {
        "parent": family.parent(family.sam).pk,
        "because": "unreachable",
        "reason": "no answer for a year",
    }
    client = signed_in(family.ana)
    assert client.post(address, given).status_code == 302
    assert client.post(address, given).status_code == 302
    return LoneConsentRequest.objects.get()


def has_say(family: Family) -> bool:
    return Parent.objects.with_voice().filter(baby=family.jack, member=family.sam).exists()


def approve_twice(family: Family, request: LoneConsentRequest) -> None:
    actions.approve_waiver(actor=family.dora, request=request, reason="looked at it")
    actions.approve_waiver(actor=family.dan, request=request, reason="I too")


def test_one_moderator_is_not_enough_and_one_cannot_count_twice(
    family: Family, request_about_sam: LoneConsentRequest
) -> None:
    actions.approve_waiver(actor=family.dora, request=request_about_sam)
    actions.approve_waiver(actor=family.dora, request=request_about_sam)
    request_about_sam.refresh_from_db()
    assert request_about_sam.noticed_at is None
    actions.approve_waiver(actor=family.dan, request=request_about_sam)
    request_about_sam.refresh_from_db()
    assert request_about_sam.noticed_at
    assert AuditEntry.objects.filter(action="lone-consent.approved").count() == 2


@pytest.mark.parametrize("who", ["ana", "sam", "gran", "eve", "bea"])
def test_nobody_else_can_approve(family: Family, request_about_sam: LoneConsentRequest, who: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.approve_waiver(actor=getattr(family, who), request=request_about_sam)
    with pytest.raises(PermissionDenied):
        actions.read_lone_consent_reason(actor=getattr(family, who), request=request_about_sam)
    reason = actions.read_lone_consent_reason(actor=family.dora, request=request_about_sam)
    assert reason == "no answer for a year"


def test_nothing_changes_before_the_ninety_days_are_over(
    family: Family, request_about_sam: LoneConsentRequest
) -> None:
    approve_twice(family, request_about_sam)
    now = timezone.now()
    assert actions.finish_waivers(now + timedelta(days=89, hours=23)) == 0
    assert has_say(family)
    assert actions.finish_waivers(now + timedelta(days=90, minutes=1)) == 1
    assert not has_say(family)
    assert Parent.objects.with_access().filter(member=family.sam).exists(), "their page stays open to them"
    assert actions.finish_waivers(now + timedelta(days=91)) == 0


def test_the_parent_is_told_and_can_stop_it(family: Family, request_about_sam: LoneConsentRequest) -> None:
    page = reverse("families-baby", args=[family.jack.public_id])
    client = signed_in(family.sam)
    assert "I am here" not in text_of(client.get(page)), "nothing is said before two moderators agreed"
    approve_twice(family, request_about_sam)
    assert "I am here" in text_of(client.get(page))
    assert "Someone asks to decide without you" in text_of(client.get(reverse("families-babies")))
    assert "I am here" not in text_of(signed_in(family.ana).get(page))
    here = reverse("families-here", args=[family.jack.public_id])
    assert signed_in(family.bea).post(here).status_code == 404
    assert client.post(here).status_code == 302
    assert actions.finish_waivers(timezone.now() + timedelta(days=100)) == 0
    assert has_say(family)
    assert "I am here" not in text_of(client.get(page))


def test_a_waived_parent_takes_their_say_back_at_once(
    family: Family, request_about_sam: LoneConsentRequest
) -> None:
    approve_twice(family, request_about_sam)
    actions.finish_waivers(timezone.now() + timedelta(days=91))
    assert not has_say(family)
    client = signed_in(family.sam)
    assert "I am here" in text_of(client.get(reverse("families-baby", args=[family.jack.public_id])))
    client.post(reverse("families-here", args=[family.jack.public_id]))
    assert has_say(family)


def test_a_death_needs_two_moderators_and_no_waiting(family: Family) -> None:
    request = actions.ask_to_decide_alone(
        actor=family.ana, parent=family.parent(family.sam), because="died", reason="in June"
    )
    with pytest.raises(PermissionDenied):
        actions.approve_waiver(actor=family.dora, request=request)
    actions.approve_death(actor=family.dora, request=request)
    assert has_say(family)
    actions.approve_death(actor=family.dan, request=request)
    assert not has_say(family)
    assert family.parent(family.sam).died_at


def test_someone_wrongly_thought_dead_is_believed(family: Family) -> None:
    request = actions.ask_to_decide_alone(
        actor=family.ana, parent=family.parent(family.sam), because="died", reason="I heard"
    )
    for moderator in (family.dora, family.dan):
        actions.approve_death(actor=moderator, request=request)
    client = signed_in(family.sam)
    assert client.get(reverse("families-baby", args=[family.jack.public_id])).status_code == 404
    assert "Here it says that you died." in text_of(client.get(reverse("families-babies")))
    client.post(reverse("families-here", args=[family.jack.public_id]))
    assert has_say(family)


def test_a_refused_request_is_over(family: Family, request_about_sam: LoneConsentRequest) -> None:
    approve_twice(family, request_about_sam)
    with pytest.raises(PermissionDenied):
        actions.refuse_lone_consent(actor=family.sam, request=request_about_sam, reason="no")
    actions.refuse_lone_consent(actor=family.dan, request=request_about_sam, reason="he wrote to us")
    assert actions.finish_waivers(timezone.now() + timedelta(days=91)) == 0
    assert has_say(family)


def test_whoever_asked_can_take_it_back(family: Family, request_about_sam: LoneConsentRequest) -> None:
    address = reverse("families-alone-withdraw", args=[family.jack.public_id, request_about_sam.pk])
    assert signed_in(family.sam).post(address).status_code == 404
    assert signed_in(family.ana).post(address).status_code == 302
    with pytest.raises(actions.NothingToDo):
        actions.approve_waiver(actor=family.dora, request=request_about_sam)


def test_who_is_kept_apart_for_safety_cannot_be_waived_meanwhile(
    family: Family, request_about_sam: LoneConsentRequest
) -> None:
    approve_twice(family, request_about_sam)
    separation = actions.request_safety_separation(actor=family.ana, parent=family.parent(family.sam))
    actions.grant_safety_separation(actor=family.lea, separation=separation)
    later = timezone.now() + timedelta(days=91)
    assert actions.finish_waivers(later) == 0
    with time_machine.travel(later, tick=True):
        actions.end_safety_separation(actor=family.lea, separation=separation, reason="over")
        assert actions.finish_waivers() == 0, "the notice could not be seen: it begins anew"
        assert has_say(family)
    assert actions.finish_waivers(later + timedelta(days=91)) == 1


@pytest.mark.parametrize("who", ["gran", "eve", "bea", "dora"])
def test_only_another_parent_can_ask(family: Family, who: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.ask_to_decide_alone(
            actor=getattr(family, who), parent=family.parent(family.sam), because="died"
        )


def test_nothing_is_asked_about_someone_who_has_no_say(family: Family) -> None:
    with pytest.raises(actions.NothingToDo):
        actions.ask_to_decide_alone(actor=family.ana, parent=family.parent(family.eve), because="died")


def test_the_notice_also_goes_by_a_mail_that_says_nothing(
    family: Family, request_about_sam: LoneConsentRequest, monkeypatch
) -> None:
    sent = []
    monkeypatch.setattr(actions.mail, "send_later", lambda **mail: sent.append(mail))
    family.sam.email = "sam@example.org"
    family.sam.save(update_fields=["email"])
    actions.approve_waiver(actor=family.dora, request=request_about_sam)
    assert sent == []
    fresh = LoneConsentRequest.objects.get(pk=request_about_sam.pk)
    actions.approve_waiver(actor=family.dan, request=fresh)
    assert sent == [{"to": "sam@example.org", "kind": "new", "path": "/"}]
