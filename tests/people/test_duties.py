"""Being admitted; roles, one-time links, and a log that is only added to."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError

from lessalone.kit import events
from lessalone.people import actions, duties, tasks, telling, terms
from lessalone.people.events import LossTold
from lessalone.people.models import AuditEntry, Invitation, Member, NeverChanged, Role
from tests.people.conftest import PASSWORD, join_by_pages

# --- Being admitted ---------------------------------------------------------------------------------


def test_after_the_days_and_a_first_exchange_someone_who_told_is_admitted(ana):
    actions.tell_of_loss(actor=ana)
    actions.note_exchange(member=ana)
    tasks.admit_those_due()
    ana.refresh_from_db()
    assert ana.admitted_at is None
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=3, minutes=1)):
        tasks.admit_those_due()
    ana.refresh_from_db()
    assert ana.admitted_at is not None


@pytest.mark.parametrize("missing", ["told", "exchanged", "approved", "active"])
def test_nobody_is_admitted_while_one_thing_is_missing(ana, missing):
    if missing != "told":
        actions.tell_of_loss(actor=ana)
    if missing != "exchanged":
        actions.note_exchange(member=ana)
    if missing == "approved":
        Member.objects.filter(pk=ana.pk).update(approved_at=None)
    if missing == "active":
        Member.objects.filter(pk=ana.pk).update(is_active=False)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=30)):
        tasks.admit_those_due()
    ana.refresh_from_db()
    assert ana.admitted_at is None


def test_the_days_are_a_setting(ana, community):
    community(admitted_after_days=0)
    actions.tell_of_loss(actor=ana)
    actions.note_exchange(member=ana)
    tasks.admit_those_due()
    ana.refresh_from_db()
    assert ana.admitted_at is not None


def test_who_was_vouched_for_is_admitted_on_telling(dora):
    actions.invite_to_join(actor=dora, is_vouching=True)
    member = actions.join(terms=terms.current(), password=PASSWORD, invitation=Invitation.objects.get())
    assert member.admitted_at is None
    actions.tell_of_loss(actor=member)
    member.refresh_from_db()
    assert member.admitted_at is not None


def test_a_moderator_admits_someone_who_told_and_it_is_in_the_log(dora, ana):
    with pytest.raises(actions.NoLossTold):
        actions.admit(actor=dora, member=ana)
    actions.tell_of_loss(actor=ana)
    actions.admit(actor=dora, member=ana)
    actions.admit(actor=dora, member=ana)
    assert AuditEntry.objects.filter(action="member.admitted", actor=dora).count() == 1


def test_a_member_admits_nobody(ana, bea):
    actions.tell_of_loss(actor=ana)
    with pytest.raises(PermissionDenied):
        actions.admit(actor=bea, member=ana)
    ana.refresh_from_db()
    assert ana.admitted_at is None


def test_telling_is_told_upward_once_with_an_id_only(ana, monkeypatch):
    heard = []
    monkeypatch.setitem(events._handlers, LossTold, [heard.append])
    monkeypatch.setattr(telling, "keep", None)
    actions.tell_of_loss(actor=ana, words="Jack")
    actions.tell_of_loss(actor=ana, words="Jack")
    assert heard == [LossTold(member_id=ana.pk)]


# --- Roles ------------------------------------------------------------------------------------------


def test_a_lead_gives_and_ends_a_role_and_both_are_in_the_log(lea, ana):
    actions.give_role(actor=lea, member=ana, duty="moderator")
    actions.give_role(actor=lea, member=ana, duty="moderator")
    assert duties.is_moderator(ana)
    assert not duties.is_lead(ana)
    actions.end_role(actor=lea, member=ana, duty="moderator", reason="Moves on")
    assert not duties.is_moderator(ana)
    assert Role.objects.filter(member=ana).count() == 1
    assert list(AuditEntry.objects.filter(actor=lea).values_list("action", flat=True)) == [
        "role.given",
        "role.ended",
    ]


def test_a_moderator_gives_nobody_a_role_and_ends_nobody_elses(dora, ana, lea):
    with pytest.raises(PermissionDenied):
        actions.give_role(actor=dora, member=ana, duty="moderator")
    with pytest.raises(PermissionDenied):
        actions.end_role(actor=dora, member=lea, duty="lead")
    assert not duties.is_moderator(ana)
    assert duties.is_lead(lea)


def test_a_moderator_can_stop_at_any_time(dora):
    actions.end_role(actor=dora, member=dora, duty="moderator")
    assert not duties.is_moderator(dora)


def test_someone_is_always_lead(lea):
    with pytest.raises(actions.LastLead):
        actions.end_role(actor=lea, member=lea, duty="lead")
    assert duties.is_lead(lea)


def test_the_first_link_makes_a_lead_and_the_next_a_moderator(client):
    link = actions.invite_moderator()
    client.get(link)
    join_by_pages(client)
    first = Member.objects.get()
    assert duties.is_lead(first)
    assert "/team/" in client.get("/you/").content.decode()
    actions.invite_moderator()
    assert Invitation.objects.latest("pk").duty == "moderator"


def test_a_moderators_link_works_in_a_closed_community_and_past_the_waiting(client, community):
    community(joining="approval")
    client.get(actions.invite_moderator())
    join_by_pages(client)
    assert Member.objects.get().approved_at is not None


def test_someone_with_an_account_takes_the_duty_by_the_link_once(as_, ana, bea, lea):
    link = actions.invite_moderator(actor=lea)
    hers, other = as_(ana), as_(bea)
    hers.get(link)
    other.get(link)
    assert not duties.is_moderator(Member.objects.get(pk=ana.pk))
    hers.post("/join/invited/")
    other.post("/join/invited/")
    assert duties.is_moderator(Member.objects.get(pk=ana.pk))
    assert not duties.is_moderator(Member.objects.get(pk=bea.pk))


def test_the_link_is_too_old_after_two_days(client, lea):
    link = actions.invite_moderator(actor=lea)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=49)):
        assert client.get(link).status_code == 410


def test_an_invitation_to_join_gives_nobody_a_duty(as_, ana, dora):
    browser = as_(ana)
    browser.get(actions.invite_to_join(actor=dora, is_vouching=False))
    browser.post("/join/invited/")
    assert not duties.is_moderator(Member.objects.get(pk=ana.pk))


def test_a_made_up_link_is_as_gone_as_a_used_one(client, lea):
    used = actions.invite_moderator(actor=lea)
    Invitation.objects.update(used_at=dt.datetime.now(dt.UTC))
    made_up = "/join/invited/made-up/"
    answers = [client.get(path).content.decode().replace(path, "") for path in (used, made_up)]
    assert answers[0] == answers[1]


# --- The team's pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/team/", "/team/invitations/"])
def test_the_team_pages_do_not_exist_for_members(as_, ana, dora, path):
    assert as_(ana).get(path).status_code == 404
    assert as_(dora).get(path).status_code == 200


def test_only_a_lead_makes_links_for_moderators(as_, dora, lea, ana):
    assert as_(ana).post("/team/invite/").status_code == 404
    assert as_(dora).post("/team/invite/").status_code == 404
    page = as_(lea).post("/team/invite/")
    assert "/join/invited/" in page.content.decode()
    assert Invitation.objects.get().duty == "moderator"


def test_a_moderator_invites_and_takes_the_invitation_back(as_, dora, lea):
    assert "/join/invited/" in as_(dora).post("/team/invitations/", {"is_vouching": "on"}).content.decode()
    invitation = Invitation.objects.get()
    other = actions.join(terms=terms.current(), password=PASSWORD)
    actions.give_role(actor=lea, member=other, duty="moderator")
    assert as_(other).post(f"/team/invitations/{invitation.public_id}/end/").status_code == 404
    as_(dora).post(f"/team/invitations/{invitation.public_id}/end/")
    invitation.refresh_from_db()
    assert invitation.ended_at is not None


def test_a_duty_ends_on_the_page_with_a_reason(as_, lea, dora):
    role = Role.objects.get(member=dora)
    assert as_(lea).post(f"/team/roles/{role.pk}/end/", {"reason": ""}).status_code == 200
    as_(lea).post(f"/team/roles/{role.pk}/end/", {"reason": "Agreed together"})
    role.refresh_from_db()
    assert role.ended_at is not None


def test_on_the_page_a_moderator_ends_nobody_elses_duty(as_, lea, dora):
    role = Role.objects.get(member=lea)
    assert as_(dora).post(f"/team/roles/{role.pk}/end/", {"reason": "x"}).status_code == 404


# --- The log ----------------------------------------------------------------------------------------


def test_the_log_is_only_added_to(dora):
    entry = actions.log_audit(actor=dora, action="test.done", subject="item:1", reason="Because")
    entry.reason = "Another reason"
    for change in (
        entry.save,
        entry.delete,
        lambda: AuditEntry.objects.update(reason=""),
        lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
        lambda: AuditEntry.objects.bulk_update([entry], ["reason"]),
        lambda: AuditEntry._base_manager.all().delete(),
        lambda: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"reason": ""}),
    ):
        with pytest.raises(NeverChanged):
            change()
    assert AuditEntry.objects.get(pk=entry.pk).reason == "Because"


def test_someone_in_the_log_cannot_be_deleted_from_under_it(dora):
    actions.log_audit(actor=dora, action="test.done", subject="item:1")
    with pytest.raises(ProtectedError):
        Member.objects.filter(pk=dora.pk).delete()


@pytest.mark.parametrize(
    ("page", "address", "choices"),
    [
        ("/team/", "/team/invite/", ({}, {"is_lead": "1"})),
        ("/team/invitations/", "/team/invitations/", ({}, {"is_vouching": "on"})),
    ],
)
def test_the_same_page_pressed_twice_makes_one_link(as_, lea, a_person, page, address, choices):
    other = a_person("Oda")
    actions.give_role(actor=None, member=other, duty="lead")
    hers = as_(lea)
    before = Invitation.objects.count()
    one, two = (form_token_of(hers.get(page)) for _ in range(2))
    assert one != two, "each page has its own"
    first, second = (hers.post(address, {**choices[0], "form_token": one}) for _ in range(2))
    assert first.context["link"] == second.context["link"]
    assert Invitation.objects.count() == before + 1
    assert AuditEntry.objects.filter(action="invitation.made").count() == 1
    others = {
        first.context["link"],
        hers.post(address, {**choices[1], "form_token": one}).context["link"],
        hers.post(address, {**choices[0], "form_token": two}).context["link"],
        hers.post(address, {**choices[0], "form_token": ""}).context["link"],
        hers.post(address, {**choices[0], "form_token": "a page"}).context["link"],
        as_(other).post(address, {**choices[0], "form_token": one}).context["link"],
    }
    assert len(others) == Invitation.objects.count() - before == 6


@pytest.mark.parametrize("address", ["/team/invite/", "/team/invitations/"])
@pytest.mark.parametrize("why", ["used", "taken back", "too old"])
def test_the_same_page_never_opens_its_link_again(as_, lea, address, why):
    hers, page = as_(lea), str(uuid4())
    link = hers.post(address, {"form_token": page}).context["link"]
    now = dt.datetime.now(dt.UTC)
    column = {"used": "used_at", "taken back": "ended_at", "too old": "expires_at"}[why]
    Invitation.objects.update(**{column: now})
    before = Invitation.objects.values().get()
    again = hers.post(address, {"form_token": page}, follow=True)
    assert "opens nothing any more. You can make a new one." in again.content.decode()
    assert Invitation.objects.values().get() == before
    assert hers.get(link).status_code == 410


def form_token_of(page) -> str:
    [form_token] = re.findall(r'name="form_token" value="([0-9a-f-]{36})"', page.content.decode())
    return form_token
