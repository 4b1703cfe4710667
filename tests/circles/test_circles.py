"""Who finds a circle, joins it, leaves it; and that nobody learns who is in one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.circles import actions
from lessalone.circles.models import Circle, CircleInvitation, Membership
from lessalone.people.models import AuditEntry, Role
from tests.cast import a_member, give_duty
from tests.families.test_pages import signed_in, text_of


@pytest.fixture
def dora():
    member = a_member("dora", is_bereaved=True)
    give_duty(member, Role.Duty.MODERATOR)
    return member


@pytest.fixture
def bea():
    """A bereaved member."""
    return a_member("bea", is_bereaved=True)


@pytest.fixture
def carl():
    """A member who told of no loss."""
    return a_member("carl")


@pytest.fixture
def open_circle(dora) -> Circle:
    return actions.make_circle(actor=dora, name="Evenings", purpose="For those who write at night.")


@pytest.fixture
def closed_circle(dora) -> Circle:
    return actions.make_circle(actor=dora, name="Quiet room", joining=Circle.Joining.INVITATION)


def is_in(circle: Circle, member) -> bool:
    return Circle.objects.of(member.pk).filter(pk=circle.pk).exists()


def test_a_bereaved_member_joins_and_leaves_and_no_row_is_left(open_circle: Circle, bea) -> None:
    client = signed_in(bea)
    join = reverse("circles-join", args=[open_circle.public_id])
    assert client.post(join).status_code == 302
    assert client.post(join).status_code == 302
    assert Membership.objects.filter(circle=open_circle, member=bea).count() == 1
    leave = reverse("circles-leave", args=[open_circle.public_id])
    assert client.get(leave).status_code == 200
    assert is_in(open_circle, bea)
    assert client.post(leave).status_code == 302
    assert not Membership.objects.exists()
    assert client.post(leave).status_code == 404


def test_who_told_of_no_loss_reads_about_it_and_cannot_join(open_circle: Circle, carl) -> None:
    client = signed_in(carl)
    said = text_of(client.get(reverse("circles-circles")))
    assert "Evenings" in said
    assert "Join this circle" not in said
    assert client.post(reverse("circles-join", args=[open_circle.public_id])).status_code == 403
    assert not is_in(open_circle, carl)


def test_a_closed_circle_does_not_exist_for_those_outside(closed_circle: Circle, bea, dora) -> None:
    client = signed_in(bea)
    assert "Quiet room" not in text_of(client.get(reverse("circles-circles")))
    for page in ("join", "leave"):
        address = reverse(f"circles-{page}", args=[closed_circle.public_id])
        assert client.post(address).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.join_circle(actor=bea, circle=closed_circle)
    assert "Quiet room" in text_of(signed_in(dora).get(reverse("circles-circles")))


def test_nobody_learns_who_or_how_many_are_in_it(open_circle: Circle, bea, dora) -> None:
    for number in range(12):
        actions.join_circle(actor=a_member(f"zelda{number}", is_bereaved=True), circle=open_circle)
    for member in (bea, dora):
        said = text_of(signed_in(member).get(reverse("circles-circles")))
        assert "Zelda" not in said
        assert "12" not in said
    assert "Zelda" not in text_of(signed_in(dora).get(reverse("circles-tend", args=[open_circle.public_id])))


def test_a_link_lets_one_person_in_once(closed_circle: Circle, dora, bea, carl) -> None:
    made = signed_in(dora).post(reverse("circles-invite", args=[closed_circle.public_id]))
    token = made.context["link"].rstrip("/").rpartition("/")[2]
    assert token not in str(CircleInvitation.objects.values().get())
    address = reverse("circles-invitation", args=[token])
    assert "Quiet room" not in text_of(Client().get(address))
    first = signed_in(carl)
    assert "Quiet room" in text_of(first.get(address))
    assert first.post(address).status_code == 302
    assert first.post(address).status_code == 302, "pressing twice is the same as once"
    assert is_in(closed_circle, carl)
    assert signed_in(bea).get(address).status_code == 404
    assert signed_in(bea).post(address).status_code == 404
    assert not is_in(closed_circle, bea)


def test_the_same_page_pressed_twice_makes_one_link(closed_circle: Circle, dora) -> None:
    lea = a_member("lea")
    give_duty(lea, Role.Duty.MODERATOR)
    client, address = signed_in(dora), reverse("circles-invite", args=[closed_circle.public_id])
    tend = reverse("circles-tend", args=[closed_circle.public_id])
    page, other_page = (client.get(tend).context["invite"]["form_token"].value() for _ in range(2))
    assert f'name="form_token" value="{page}"' not in client.get(tend).content.decode(), (
        "each page has its own"
    )
    first, second = (client.post(address, {"form_token": page}) for _ in range(2))
    assert first.context["link"] == second.context["link"]
    assert CircleInvitation.objects.count() == 1
    others = {
        first.context["link"],
        client.post(address, {"form_token": other_page}).context["link"],
        signed_in(lea).post(address, {"form_token": page}).context["link"],
        client.post(address).context["link"],
        client.post(address, {"form_token": "a page"}).context["link"],
        client.post(address, {"form_token": "a page"}).context["link"],
    }
    assert len(others) == CircleInvitation.objects.count() == 6


@pytest.mark.parametrize("why", ["used", "taken back"])
def test_the_same_page_never_opens_its_link_again(closed_circle: Circle, dora, bea, carl, why: str) -> None:
    client, page = signed_in(dora), uuid4()
    address = reverse("circles-invite", args=[closed_circle.public_id])
    link = client.post(address, {"form_token": page}).context["link"]
    if why == "used":
        signed_in(carl).post(link)
    else:
        actions.revoke_circle_invitation(actor=dora, invitation=CircleInvitation.objects.get())
    before = CircleInvitation.objects.values().get()
    again = client.post(address, {"form_token": page}, follow=True)
    assert "opens nothing any more. You can make a new one." in text_of(again)
    assert CircleInvitation.objects.values().get() == before
    assert signed_in(bea).get(link).status_code == 404


@pytest.mark.parametrize("why", ["too old", "taken back", "the circle ended"])
def test_a_dead_link_opens_nothing(closed_circle: Circle, dora, bea, why: str) -> None:
    invitation, token = actions.invite_to_circle(actor=dora, circle=closed_circle)
    assert actions.open_circle_invitation(token)
    when = timezone.now()
    if why == "too old":
        when += timedelta(days=7, minutes=1)
    elif why == "taken back":
        actions.revoke_circle_invitation(actor=dora, invitation=invitation)
    else:
        actions.end_circle(actor=dora, circle=closed_circle)
    with time_machine.travel(when, tick=True), pytest.raises(actions.InvitationGone):
        actions.accept_circle_invitation(actor=bea, token=token)


def test_only_moderators_make_change_and_end_circles(open_circle: Circle, dora, bea) -> None:
    assert signed_in(bea).get(reverse("circles-make")).status_code == 404
    for page in ("tend", "invite", "end"):
        address = reverse(f"circles-{page}", args=[open_circle.public_id])
        assert signed_in(bea).post(address).status_code == 404
    for refused in (
        lambda: actions.make_circle(actor=bea, name="x"),
        lambda: actions.end_circle(actor=bea, circle=open_circle),
        lambda: actions.invite_to_circle(actor=bea, circle=open_circle),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    client = signed_in(dora)
    given = {"name": "Mornings", "purpose": "Early ones.", "joining": "open"}
    assert client.post(reverse("circles-make"), given).status_code == 302
    made = Circle.objects.get(name="Mornings")
    assert not is_in(made, dora), "making a circle does not put one in it"
    assert AuditEntry.objects.filter(action="circle.made", actor=dora).count() == 2


def test_an_ended_circle_holds_nobody(open_circle: Circle, dora, bea) -> None:
    actions.join_circle(actor=bea, circle=open_circle)
    end = reverse("circles-end", args=[open_circle.public_id])
    client = signed_in(dora)
    assert client.get(end).status_code == 200
    assert is_in(open_circle, bea)
    assert client.post(end).status_code == 302
    assert not is_in(open_circle, bea)
    assert not Membership.objects.exists()
    assert signed_in(bea).post(reverse("circles-join", args=[open_circle.public_id])).status_code == 404
    assert client.post(end).status_code == 404


def test_a_form_with_an_error_keeps_what_was_typed(dora) -> None:
    answer = signed_in(dora).post(
        reverse("circles-make"), {"name": "", "purpose": "For fathers", "joining": "open"}
    )
    said = text_of(answer)
    assert "Please give the circle a name." in said
    assert "For fathers" in said
