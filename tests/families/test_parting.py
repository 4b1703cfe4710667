"""Leaving, keeping apart, and being kept safe. What each sees afterwards is compared, not assumed."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from lessalone.families import actions, facts, listing
from lessalone.families.models import (
    Baby,
    Invitation,
    LoneConsentRequest,
    Parent,
    Relation,
    SafetySeparation,
)
from lessalone.people.models import AuditEntry
from lessalone.vault.models import ShelfKeeper
from tests.families.conftest import Family, invited
from tests.families.test_pages import signed_in, text_of


def keeps_now(parent: Parent) -> set[int]:
    """The shelves on which new photos belong to this parent."""
    rows = ShelfKeeper.objects.filter(member=parent.member_id, until=None)
    return set(rows.values_list("shelf", flat=True))


# --- Leaving


def test_who_left_finds_no_page_and_has_no_say(family: Family) -> None:
    eve = family.parent(family.eve)
    assert eve.left_at
    assert eve not in Parent.objects.with_voice()
    assert eve not in Parent.objects.with_access()
    assert not Baby.objects.of(family.eve.pk).exists()
    assert keeps_now(eve) == set()
    with pytest.raises(PermissionDenied):
        actions.name_baby(actor=family.eve, parent=eve, name="Other")
    with pytest.raises(PermissionDenied):
        actions.come_back(actor=family.eve, parent=eve)


def test_leaving_twice_is_the_same_as_once(family: Family) -> None:
    client = signed_in(family.sam)
    address = reverse("families-leave", args=[family.jack.public_id])
    assert client.post(address).status_code == 302
    left_at = family.parent(family.sam).left_at
    assert client.post(address).status_code == 404
    assert family.parent(family.sam).left_at == left_at


def test_the_last_parent_can_come_back_to_what_nobody_else_opens(family: Family) -> None:
    for member in (family.sam, family.ana):
        actions.leave_family(actor=member, parent=family.parent(member))
    client = signed_in(family.ana)
    assert "Come back to it" in text_of(client.get(reverse("families-babies")))
    address = reverse("families-come-back", args=[family.jack.public_id])
    assert client.post(address).status_code == 302
    assert family.parent(family.ana).left_at is None
    assert signed_in(family.sam).post(address).status_code == 404, "now only an invitation leads back"
    assert signed_in(family.bea).post(address).status_code == 404


def test_who_left_can_be_invited_again(family: Family) -> None:
    invited(family.ana, family.jack, family.eve, Invitation.PARENT)
    assert family.parent(family.eve) in Parent.objects.with_voice()
    assert facts.name_for(family.jack, family.eve.pk) == "Jack"


# --- Keeping apart


def test_each_keeps_the_page_and_neither_sees_what_the_other_adds(family: Family) -> None:
    signed_in(family.sam).post(reverse("families-part", args=[family.jack.public_id]))
    ana, sam = family.parent(family.ana), family.parent(family.sam)
    assert ana.page_id != sam.page_id
    assert ana.shelf_id != sam.shelf_id
    assert keeps_now(ana) == {ana.shelf_id}
    assert keeps_now(sam) == {sam.shelf_id}
    assert {one.shelf_id for one in ana.earlier_shelves.all()} == {
        one.shelf_id for one in sam.earlier_shelves.all()
    }
    actions.name_baby(actor=family.sam, parent=sam, name="Jacob")
    assert facts.name_for(family.jack, family.ana.pk) == "Jack"
    assert facts.name_for(family.jack, family.sam.pk) == "Jacob"
    assert sorted(facts.names_of(family.jack)) == ["Jack", "Jacob"], "neither may be said alone"


def test_those_who_part_still_have_their_say(family: Family) -> None:
    actions.part_ways(actor=family.ana, parent=family.parent(family.ana))
    voices = Parent.objects.with_voice().filter(baby=family.jack)
    assert {one.member for one in voices} == {family.ana, family.sam}
    with pytest.raises(actions.NothingToDo):
        actions.part_ways(actor=family.ana, parent=family.parent(family.ana))
    assert (
        signed_in(family.ana).get(reverse("families-part", args=[family.jack.public_id])).status_code == 404
    )


def test_when_one_of_three_parts_the_other_two_stay_together(family: Family) -> None:
    invited(family.ana, family.jack, family.bea, Invitation.PARENT)
    actions.part_ways(actor=family.sam, parent=family.parent(family.sam))
    ana, bea, sam = (family.parent(one) for one in (family.ana, family.bea, family.sam))
    assert ana.page_id == bea.page_id != sam.page_id
    assert ana.shelf_id == bea.shelf_id != sam.shelf_id
    assert keeps_now(ana) == keeps_now(bea) == {ana.shelf_id}


def test_a_relation_goes_with_who_invited_them(family: Family) -> None:
    actions.part_ways(actor=family.sam, parent=family.parent(family.sam))
    actions.name_baby(actor=family.sam, parent=family.parent(family.sam), name="Jacob")
    said = text_of(signed_in(family.gran).get(reverse("families-baby", args=[family.jack.public_id])))
    assert "Jack " in said
    assert "Jacob" not in said
    gran = Relation.objects.get(member=family.gran)
    with pytest.raises(PermissionDenied):
        actions.end_relation(actor=family.sam, parent=family.parent(family.sam), relation=gran)


# --- Being kept safe


@pytest.fixture
def asked(family: Family) -> SafetySeparation:
    signed_in(family.ana).post(
        reverse("families-safety", args=[family.jack.public_id]),
        {"parent": family.parent(family.sam).pk, "own_words": "he follows me"},
    )
    return SafetySeparation.objects.get()


def test_asking_leaves_no_trace_for_the_other(family: Family, asked: SafetySeparation) -> None:
    client = signed_in(family.sam)
    for page in ("baby", "family", "safety"):
        said = text_of(client.get(reverse(f"families-{page}", args=[family.jack.public_id])))
        assert "You asked on" not in said
        assert "he follows me" not in said
    assert b"follows" not in bytes(asked.words_sealed)
    assert "You asked on" in text_of(
        signed_in(family.ana).get(reverse("families-safety", args=[family.jack.public_id]))
    )
    withdraw = reverse("families-safety-withdraw", args=[family.jack.public_id, asked.pk])
    assert signed_in(family.sam).post(withdraw).status_code == 404


def test_only_a_lead_outside_the_family_reads_and_decides(family: Family, asked: SafetySeparation) -> None:
    for refused in (family.ana, family.sam, family.gran, family.bea, family.dora):
        with pytest.raises(PermissionDenied):
            actions.read_safety_separation(actor=refused, separation=asked)
        with pytest.raises(PermissionDenied):
            actions.grant_safety_separation(actor=refused, separation=asked)
        with pytest.raises(PermissionDenied):
            actions.decline_safety_separation(actor=refused, separation=asked, reason="no")
    assert family.parent(family.sam).suspended_at is None
    assert actions.read_safety_separation(actor=family.lea, separation=asked) == "he follows me"
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    assert family.parent(family.sam).suspended_at
    assert AuditEntry.objects.filter(action="separation.granted", actor=family.lea).count() == 1
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    assert AuditEntry.objects.filter(action="separation.granted").count() == 1


def test_a_lead_of_the_same_family_does_not_decide_about_it(family: Family) -> None:
    invited(family.ana, family.jack, family.lea, Relation.Kind.FRIEND)
    row = actions.request_safety_separation(actor=family.ana, parent=family.parent(family.sam))
    with pytest.raises(PermissionDenied):
        actions.grant_safety_separation(actor=family.lea, separation=row)


def test_who_is_kept_apart_has_their_page_and_no_say_and_sees_nothing_new(
    family: Family, asked: SafetySeparation
) -> None:
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    sam = family.parent(family.sam)
    assert sam not in Parent.objects.with_voice()
    assert sam not in Parent.objects.with_access()
    assert set(Baby.objects.of(family.sam.pk)) == {family.jack}
    actions.name_baby(actor=family.ana, parent=family.parent(family.ana), name="Jack the brave")
    invitation, _token = actions.invite(
        actor=family.ana, parent=family.parent(family.ana), kind=Invitation.PARENT
    )
    with pytest.raises(PermissionDenied):
        actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    _row, token = invitation, _token
    actions.accept_invitation(actor=family.bea, token=token)
    client = signed_in(family.sam)
    for page in ("baby", "family"):
        said = text_of(client.get(reverse(f"families-{page}", args=[family.jack.public_id])))
        assert "Jack" in said
        assert "the brave" not in said
        assert "Bea" not in said
        assert "would like to invite" not in said


def seen_pages(member, family: Family) -> list[str]:
    """Every page of the family as this member sees it, without what is new on each answer."""
    client, pages = signed_in(member), []
    for page in ("baby", "family", "safety", "alone", "leave", "invite"):
        answer = client.get(reverse(f"families-{page}", args=[family.jack.public_id]))
        pages.append(
            f"{answer.status_code} "
            + re.sub(
                r'value="[\w]{64}"|name="form_token" value="[^"]+"|"X-CSRFToken":"\w+"',
                "",
                answer.content.decode(),
            )
        )
    return pages


def test_being_kept_apart_looks_exactly_like_any_parting(family: Family) -> None:
    """The same family twice: once Ana parts from Sam, once a lead keeps Sam apart. Sam sees the same."""

    class Undo(Exception):
        pass

    seen: list[list[str]] = []
    for is_for_safety in (False, True):
        try:
            with transaction.atomic():
                if is_for_safety:
                    row = actions.request_safety_separation(
                        actor=family.ana, parent=family.parent(family.sam)
                    )
                    actions.grant_safety_separation(actor=family.lea, separation=row)
                    assert family.parent(family.sam).suspended_at
                else:
                    actions.part_ways(actor=family.ana, parent=family.parent(family.ana))
                    assert family.parent(family.sam).suspended_at is None
                pages = seen_pages(family.sam, family)
                shelf = family.parent(family.sam).shelf
                seen.append([page.replace(shelf.public_id, "SHELF") for page in pages])
                raise Undo
        except Undo:
            pass
    for parted, kept_apart in zip(*seen, strict=True):
        assert parted == kept_apart


def test_what_they_do_then_looks_the_same_and_reaches_nobody(family: Family, asked: SafetySeparation) -> None:
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    client = signed_in(family.sam)
    answer = client.post(reverse("families-invite", args=[family.jack.public_id]), {"kind": "parent"})
    assert "Here is the link" in text_of(answer)
    invitation = Invitation.objects.latest("pk")
    assert listing.invitations_seen_by(family.parent(family.ana))[1] == []
    with pytest.raises(PermissionDenied):
        actions.agree_to_invitation(actor=family.ana, invitation=invitation)
    client.post(
        reverse("families-alone", args=[family.jack.public_id]),
        {"parent": family.parent(family.ana).pk, "because": "unreachable", "reason": "gone"},
    )
    assert LoneConsentRequest.objects.count() == 1
    assert not LoneConsentRequest.objects.waiting().exists()
    with pytest.raises(actions.NothingToDo):
        actions.approve_waiver(actor=family.dora, request=LoneConsentRequest.objects.get())


def test_an_invitation_of_theirs_opens_nothing_any_more(family: Family, asked: SafetySeparation) -> None:
    invitation, token = actions.invite(
        actor=family.sam, parent=family.parent(family.sam), kind=Invitation.PARENT
    )
    actions.agree_to_invitation(actor=family.ana, invitation=invitation)
    assert actions.open_invitation(token)
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    with pytest.raises(actions.InvitationGone):
        actions.accept_invitation(actor=family.bea, token=token)


def test_a_lead_ends_it_and_they_have_their_say_again_apart(family: Family, asked: SafetySeparation) -> None:
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    with pytest.raises(PermissionDenied):
        actions.end_safety_separation(actor=family.ana, separation=asked, reason="")
    actions.end_safety_separation(actor=family.lea, separation=asked, reason="she asked for it")
    sam = family.parent(family.sam)
    assert sam in Parent.objects.with_voice()
    assert sam.page_id != family.parent(family.ana).page_id


def test_a_declined_request_changes_nothing(family: Family, asked: SafetySeparation) -> None:
    actions.decline_safety_separation(actor=family.lea, separation=asked, reason="talked to her")
    assert family.parent(family.sam) in Parent.objects.with_voice()
    assert family.parent(family.sam).page_id == family.parent(family.ana).page_id
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    assert family.parent(family.sam).suspended_at is None, "what is decided is decided"


def test_one_can_leave_while_kept_apart_and_is_not_let_in_again_by_a_link(
    family: Family, asked: SafetySeparation
) -> None:
    actions.grant_safety_separation(actor=family.lea, separation=asked)
    actions.leave_family(actor=family.sam, parent=family.parent(family.sam))
    invitation, token = actions.invite(
        actor=family.ana, parent=family.parent(family.ana), kind=Invitation.PARENT
    )
    with pytest.raises(actions.InvitationGone):
        actions.accept_invitation(actor=family.sam, token=token)
    assert invitation.used_at is None
