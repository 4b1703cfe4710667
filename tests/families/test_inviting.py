"""A link handed over in person: once, for seven days, and only when every parent with a say agrees."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.families import actions
from lessalone.families.models import Baby, Invitation, Parent, Relation
from lessalone.vault.models import ShelfKeeper
from tests.cast import a_member
from tests.families.conftest import Family, invited
from tests.families.test_pages import signed_in, text_of


def an_invitation(family: Family, kind: str = Invitation.PARENT, **options: bool) -> tuple[Invitation, str]:
    return actions.invite(actor=family.ana, parent=family.parent(family.ana), kind=kind, **options)


def test_the_first_other_parent_needs_nobody_elses_agreement() -> None:
    ana, sam = a_member("ana"), a_member("sam")
    jack = actions.add_baby(actor=ana, name="Jack")
    mine = Parent.objects.get(baby=jack, member=ana)
    _invitation, token = actions.invite(actor=ana, parent=mine, kind="parent", with_photos=True)
    parent = actions.accept_invitation(actor=sam, token=token)
    assert (parent.page_id, parent.shelf_id) == (mine.page_id, mine.shelf_id)
    assert set(Baby.objects.of(sam.pk)) == {jack}
    assert ShelfKeeper.objects.filter(shelf=mine.shelf, member=sam, until=None).exists()


def test_only_the_digest_of_the_token_is_kept(family: Family) -> None:
    invitation, token = an_invitation(family)
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values().get())


def test_it_opens_only_when_the_other_parent_agreed(family: Family) -> None:
    invitation, token = an_invitation(family, Relation.Kind.FRIEND)
    address = reverse("families-invitation", args=[token])
    assert signed_in(family.bea).get(address).status_code == 404
    with pytest.raises(actions.InvitationGone):
        actions.accept_invitation(actor=family.bea, token=token)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    said = text_of(signed_in(family.bea).get(address))
    assert "Ana invites you" in said
    assert "Jack" not in said, "the name is not shown before it is accepted"
    actions.take_back_agreement(actor=family.sam, invitation=invitation)
    assert signed_in(family.bea).get(address).status_code == 404


def test_nobody_but_another_parent_with_a_say_can_agree(family: Family) -> None:
    invitation, _token = an_invitation(family)
    for refused in (family.ana, family.gran, family.eve, family.bea, family.dora):
        with pytest.raises(PermissionDenied):
            actions.agree_to_invitation(actor=refused, invitation=invitation)
    assert not invitation.agreements.exists()


def test_a_guest_accepts_after_reading_who_will_see_what(family: Family) -> None:
    invitation, token = an_invitation(family, with_photos=True)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    client = signed_in(family.bea)
    address = reverse("families-invitation", args=[token])
    said = text_of(client.get(address))
    assert "You see the photos that are there now" in said
    assert "You start at: only us." in said
    answer = client.post(address)
    assert answer.url == reverse("families-baby", args=[family.jack.public_id])
    assert "Jack" in text_of(client.get(answer.url))


def test_pressing_twice_is_the_same_as_once(family: Family) -> None:
    invitation, token = an_invitation(family)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    client = signed_in(family.bea)
    address = reverse("families-invitation", args=[token])
    first, second = client.post(address), client.post(address)
    assert first.url == second.url
    assert Parent.objects.filter(baby=family.jack, member=family.bea).count() == 1


def test_a_used_link_opens_nothing_for_the_next(family: Family) -> None:
    invitation, token = an_invitation(family)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    actions.accept_invitation(actor=family.bea, token=token)
    address = reverse("families-invitation", args=[token])
    assert signed_in(family.dora).get(address).status_code == 404
    assert signed_in(family.dora).post(address).status_code == 404
    assert not Parent.objects.filter(member=family.dora).exists()


@pytest.mark.parametrize("why", ["too old", "taken back", "its maker left", "never made"])
def test_a_dead_link_says_the_same_whatever_the_reason(family: Family, why: str) -> None:
    invitation, token = an_invitation(family)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    address = reverse("families-invitation", args=[token])
    assert signed_in(family.bea).get(address).status_code == 200
    when = timezone.now()
    if why == "too old":
        when += timedelta(days=7, minutes=1)
    elif why == "taken back":
        actions.revoke_invitation(actor=family.ana, invitation=invitation)
    elif why == "its maker left":
        actions.leave_family(actor=family.ana, parent=family.parent(family.ana))
    else:
        address = reverse("families-invitation", args=["x" * 43])
    client = signed_in(family.bea)
    with time_machine.travel(when, tick=True):
        client.force_login(family.bea)
        answer = client.get(address)
        assert answer.status_code == 404
        assert "This link does not open anything now" in answer.content.decode()
        assert client.post(address).status_code == 404


def test_of_two_who_accept_at_the_same_moment_one_is_let_in() -> None:
    """Real threads on real connections: the row decides, not who read it first."""
    people = [a_member(f"guest{n}") for n in range(2)]
    ana = a_member("ana")
    jack = actions.add_baby(actor=ana)
    _row, token = actions.invite(actor=ana, parent=Parent.objects.get(baby=jack), kind="parent")
    invitation = actions.open_invitation(token)
    outcomes = []
    for guest in people:
        # Both read the open invitation before either has used it.
        try:
            actions._use(invitation, guest)
            outcomes.append("in")
        except actions.InvitationGone:
            outcomes.append("gone")
    assert outcomes == ["in", "gone"]


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_threads_accept_one_invitation() -> None:
    ana, one, other = a_member("ana"), a_member("one"), a_member("other")
    jack = actions.add_baby(actor=ana)
    _row, token = actions.invite(actor=ana, parent=Parent.objects.get(baby=jack), kind="parent")
    barrier, outcomes = threading.Barrier(2), []

    def accept(guest) -> None:
        try:
            barrier.wait(timeout=10)
            actions.accept_invitation(actor=guest, token=token)
            outcomes.append("in")
        except actions.InvitationGone:
            outcomes.append("gone")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[guest]) for guest in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["gone", "in"]
    assert Parent.objects.filter(baby=jack).count() == 2


def test_someone_without_an_account_is_told_nothing_of_the_family(family: Family) -> None:
    _row, token = an_invitation(family)
    answer = Client().get(reverse("families-invitation", args=[token]))
    said = text_of(answer)
    assert "Ana" not in said
    assert "Jack" not in said
    assert "Sign in" in said


def test_who_carried_the_baby_chooses_how_to_belong() -> None:
    ana, sue, tess = a_member("ana"), a_member("sue"), a_member("tess")
    jack = actions.add_baby(actor=ana)
    mine = Parent.objects.get(baby=jack)
    for guest, answer, expected in ((sue, "no", Relation), (tess, "yes", Parent)):
        _row, token = actions.invite(actor=ana, parent=mine, kind=Relation.Kind.SURROGATE)
        client = signed_in(guest)
        address = reverse("families-invitation", args=[token])
        assert "How do you want to belong?" in text_of(client.get(address))
        assert client.post(address, {"as_parent": answer}).status_code == 302
        assert expected.objects.filter(baby=jack, member=guest).exists()


def test_a_grandparent_cannot_make_themselves_a_parent(family: Family) -> None:
    invitation, token = an_invitation(family, Relation.Kind.GRANDPARENT)
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    signed_in(family.bea).post(reverse("families-invitation", args=[token]), {"as_parent": "yes"})
    assert not Parent.objects.filter(member=family.bea).exists()
    assert Relation.objects.filter(member=family.bea).exists()


@pytest.mark.parametrize("who", ["gran", "eve", "bea", "dora"])
def test_only_a_parent_here_can_invite(family: Family, who: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.invite(actor=getattr(family, who), parent=family.parent(family.ana), kind="friend")


def test_invitations_are_taken_back_by_who_made_them(family: Family) -> None:
    invitation, _token = an_invitation(family)
    address = reverse("families-invitation-revoke", args=[family.jack.public_id, invitation.pk])
    for other in (family.sam, family.bea, family.gran):
        assert signed_in(other).post(address).status_code == 404
    assert signed_in(family.ana).post(address).status_code == 302
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_too_many_open_invitations_are_refused_kindly(family: Family) -> None:
    for _ in range(actions.OPEN_INVITATIONS):
        an_invitation(family)
    answer = signed_in(family.ana).post(
        reverse("families-invite", args=[family.jack.public_id]), {"kind": "friend"}
    )
    assert "Please take one back first." in text_of(answer)


def test_a_parent_ends_what_someone_may_see(family: Family) -> None:
    gran = Relation.objects.get(member=family.gran)
    address = reverse("families-relation-end", args=[family.jack.public_id, gran.pk])
    for other in (family.bea, family.gran, family.eve):
        assert signed_in(other).post(address).status_code == 404
    page = reverse("families-baby", args=[family.jack.public_id])
    assert signed_in(family.gran).get(page).status_code == 200
    assert signed_in(family.sam).post(address).status_code == 302
    assert signed_in(family.gran).get(page).status_code == 404


def test_a_grandparent_who_becomes_a_parent_is_no_relation_any_more(family: Family) -> None:
    invited(family.ana, family.jack, family.gran, "parent")
    assert Relation.objects.get(member=family.gran).left_at
    assert Parent.objects.with_voice().filter(member=family.gran).exists()


# --- Pressed twice.


def page_of(family: Family, who: str = "ana") -> tuple[Client, str, str]:
    """A browser, the address of the form, and the token of the page that is open in it."""
    client = signed_in(getattr(family, who))
    address = reverse("families-invite", args=[family.jack.public_id])
    page = client.get(address).content.decode()
    [form_token] = re.findall(r'name="form_token" value="([0-9a-f-]{36})"', page)
    return client, address, form_token


def test_the_same_form_sent_twice_is_one_invitation_with_one_link(family: Family) -> None:
    client, address, page = page_of(family)
    first, second = (client.post(address, {"kind": "friend", "form_token": page}) for _ in range(2))
    assert first.context["link"] == second.context["link"]
    assert first.context["link"] in second.content.decode()
    assert Invitation.objects.filter(used_at=None).count() == 1
    token = first.context["link"].rstrip("/").rpartition("/")[2]
    assert token not in str(Invitation.objects.values().latest("pk"))


def test_another_page_another_choice_or_another_parent_makes_another_link(family: Family) -> None:
    client, address, page = page_of(family)
    _client, _address, other_page = page_of(family)
    sam, _address, _page = page_of(family, "sam")
    links = [
        browser.post(address, {"form_token": token, **form}).context["link"]
        for browser, token, form in (
            (client, page, {"kind": "parent"}),
            (client, other_page, {"kind": "parent"}),
            (client, page, {"kind": "parent", "with_photos": "on"}),
            (client, page, {"kind": "friend"}),
            (sam, page, {"kind": "friend"}),
        )
    ]
    assert len(set(links)) == Invitation.objects.filter(used_at=None).count() == 5
    assert list(
        Invitation.objects.filter(used_at=None).order_by("pk").values_list("kind", "with_photos", "made_by")
    ) == [
        ("parent", False, family.ana.pk),
        ("parent", False, family.ana.pk),
        ("parent", True, family.ana.pk),
        ("friend", False, family.ana.pk),
        ("friend", False, family.sam.pk),
    ]


def test_one_form_for_two_babies_makes_two_links(family: Family) -> None:
    other = actions.add_baby(actor=family.ana)
    page = uuid4()
    made = [
        actions.invite(
            actor=family.ana,
            parent=Parent.objects.get(baby=baby, member=family.ana),
            kind="friend",
            form_token=page,
        )
        for baby in (family.jack, other)
    ]
    assert made[0][1] != made[1][1]
    assert [invitation.baby for invitation, _token in made] == [family.jack, other]


@pytest.mark.parametrize("why", ["used", "taken back", "too old"])
def test_the_same_form_never_opens_its_link_again(family: Family, why: str) -> None:
    client, address, page = page_of(family)
    given = {"kind": "friend", "form_token": page}
    link = client.post(address, given).context["link"]
    invitation, when = Invitation.objects.latest("pk"), timezone.now()
    actions.agree_to_invitation(actor=family.sam, invitation=invitation)
    if why == "used":
        signed_in(family.bea).post(link)
    elif why == "taken back":
        actions.revoke_invitation(actor=family.ana, invitation=invitation)
    else:
        when += timedelta(days=7, minutes=1)
    before = Invitation.objects.values().latest("pk")
    with time_machine.travel(when, tick=True):
        client.force_login(family.ana)
        again = client.post(address, given, follow=True)
        assert again.redirect_chain == [(address, 302)]
        assert "opens nothing any more. You can make a new one." in text_of(again)
        assert page not in again.content.decode(), "the new page makes a new link"
        assert Invitation.objects.values().latest("pk") == before
        late = signed_in(family.dora)
        assert late.get(link).status_code == 404


@pytest.mark.parametrize(
    "given", [{}, {"form_token": ""}, {"form_token": "a form"}, {"form_token": "0" * 4000}]
)
def test_a_form_without_a_proper_token_makes_a_link_each_time(family: Family, given: dict[str, str]) -> None:
    client, address, _page = page_of(family)
    links = {client.post(address, {"kind": "friend", **given}).context["link"] for _ in range(2)}
    assert len(links) == Invitation.objects.filter(used_at=None).count() == 2


def test_the_last_invitation_that_may_be_open_is_shown_again(family: Family) -> None:
    for _ in range(actions.OPEN_INVITATIONS - 1):
        an_invitation(family)
    client, address, page = page_of(family)
    first, second = (client.post(address, {"kind": "friend", "form_token": page}) for _ in range(2))
    assert first.context["link"] == second.context["link"]


def test_who_has_no_say_any_more_is_not_shown_the_link_again(family: Family) -> None:
    page, mine = uuid4(), family.parent(family.ana)
    actions.invite(actor=family.ana, parent=mine, kind="friend", form_token=page)
    actions.leave_family(actor=family.ana, parent=mine)
    with pytest.raises(PermissionDenied):
        actions.invite(actor=family.ana, parent=mine, kind="friend", form_token=page)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_double_click_at_the_same_moment_is_one_invitation() -> None:
    ana = a_member("ana")
    mine = Parent.objects.get(baby=actions.add_baby(actor=ana))
    barrier, links, page = threading.Barrier(2), [], uuid4()

    def press() -> None:
        try:
            barrier.wait(timeout=10)
            links.append(actions.invite(actor=ana, parent=mine, kind="parent", form_token=page)[1])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(links) == 2
    assert len(set(links)) == Invitation.objects.count() == 1
