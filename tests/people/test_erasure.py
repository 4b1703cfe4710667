"""Leaving is whole: nothing that people know of someone stays."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import serializers
from django.test import Client

from lessalone.people import actions, duties, recovery
from lessalone.people.erasure import forget_person
from lessalone.people.models import AuditEntry, Bearing, Block, Member, Voice
from tests.people.conftest import PASSWORD, sign_in_by_page


def everything_about(member: Member) -> str:
    rows = [
        *Member.objects.filter(pk=member.pk),
        *Voice.objects.filter(member=member),
        *Bearing.objects.filter(member=member),
        *EmailAddress.objects.filter(user=member),
        *Authenticator.objects.filter(user=member),
        *UserSession.objects.filter(user=member),
        *member.recovery_codes.all(),
        *member.terms_acceptances.all(),
    ]
    return serializers.serialize("json", rows)


def test_after_she_left_nothing_about_her_is_known_and_no_way_in_is_left(ana, bea):
    browser = Client()
    sign_in_by_page(browser, ana.handle)
    handle = ana.handle
    codes = recovery.make_recovery_sheet(actor=ana)
    actions.set_vocabulary(actor=ana, choices={"baby": "own", "own_baby": "your bean"})
    actions.set_bearing(actor=ana, choices={"faith": "hide"})
    actions.set_place(actor=ana, country="IE", time_zone="Europe/Dublin")
    actions.block(actor=ana, blocked=bea)
    actions.block(actor=bea, blocked=ana)
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=True)
    told = ('"Ana"', handle, "your bean", '"faith"', '"IE"', "Europe/Dublin", "ana@example.org")
    assert all(word in everything_about(ana) for word in told)

    forget_person(member=ana)
    forget_person(member=ana)

    left = everything_about(Member.objects.get(pk=ana.pk))
    assert not [word for word in told if word in left]
    assert browser.get("/you/").status_code == 302
    assert sign_in_by_page(Client(), handle).status_code == 200
    assert recovery.use_recovery_code(handle=handle, code=codes[0]) is None
    assert not Member.objects.get(pk=ana.pk).check_password(PASSWORD)
    assert not Block.objects.filter(blocker=ana).exists()
    assert Block.objects.filter(blocker=bea).exists()


def test_what_a_moderator_did_stays_in_the_log_without_their_name(dora):
    actions.log_audit(actor=dora, action="test.done", subject="item:1")
    forget_person(member=dora)
    assert not duties.is_moderator(dora)
    assert AuditEntry.objects.filter(action="test.done", actor=dora).exists()


def test_others_are_not_touched(ana, bea):
    before = everything_about(bea)
    forget_person(member=ana)
    assert everything_about(Member.objects.get(pk=bea.pk)) == before
