"""People we choose: by a link that works once, or whom one already knows here."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from lessalone.circles.models import Membership
from lessalone.people import actions as people
from lessalone.people.models import Voice
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung, Seat
from lessalone.stories import actions
from lessalone.stories.known import can_read_first, known_voices, viewer_for
from tests.cast import shown_voice
from tests.stories.conftest import COVER, sees


@pytest.fixture
def for_one(cast, write):
    """Ana's words, for whoever opens the link first."""
    draft = write(cast.ana, COVER)
    seat, token = sharing.make_seat(actor=cast.ana, item=draft.item, label="Mum")
    actions.change_draft(
        actor=cast.ana, draft=draft, audience=AudienceSpec(Rung.PEOPLE, seats=frozenset({seat.pk}))
    )
    return actions.ask_to_share(actor=cast.ana, draft=draft).item, token


def test_the_first_who_opens_the_link_is_the_chosen_person(cast, browser, for_one):
    item, token = for_one
    assert not sees(cast.carl, item)
    answer = browser(cast.carl).get(reverse("stories-seat", args=[token]))
    assert answer["Location"] == reverse("stories-read", args=[item.public_id])
    assert sees(cast.carl, item)
    again = browser(cast.max).get(reverse("stories-seat", args=[token]))
    assert again.status_code == 404
    assert not sees(cast.max, item)


def test_only_its_digest_is_kept(for_one):
    _item, token = for_one
    assert token not in Seat.objects.get().token_digest


def test_an_old_link_opens_nothing(cast, browser, for_one):
    from django.utils import timezone

    item, token = for_one
    Seat.objects.update(expires_at=timezone.now())
    assert browser(cast.carl).get(reverse("stories-seat", args=[token])).status_code == 404
    assert not sees(cast.carl, item)


def test_a_password_and_an_end_close_a_link(cast, browser, write):
    draft = write(cast.ana, replace(COVER, audience=AudienceSpec(Rung.LINK)))
    item = actions.ask_to_share(actor=cast.ana, draft=draft).item
    link, token = sharing.make_link(actor=cast.ana, item=item, password="willow tree")
    visitor, address = browser(None), reverse("stories-link", args=[token])
    story = reverse("stories-read", args=[item.public_id])
    assert COVER.title not in visitor.get(address).content.decode()
    assert visitor.get(story).status_code == 404
    assert visitor.post(address, {"password": "wrong one"}).status_code == 200
    assert visitor.get(story).status_code == 404
    assert visitor.post(address, {"password": "willow tree"}).status_code == 302
    assert visitor.get(story).status_code == 200
    sharing.end_link(actor=cast.ana, link=link)
    assert visitor.get(story).status_code == 404
    assert browser(None).get(address).status_code == 404


def answer_of(cast, member, item, voice=None):
    return responses.respond(
        actor=member,
        viewer=viewer_for(member),
        voice=voice or people.shown_voice(member),
        story_item=item,
        words="We were there too.",
        above=None,
    )


def test_who_answered_can_be_chosen_under_the_name_they_used(cast, shared):
    cover = people.make_cover_voice(actor=cast.bea, name="Willow")
    answer_of(cast, cast.bea, shared, cover)
    names = [voice.name for voice in known_voices(cast.ana).voices]
    assert "Willow" in names
    assert "Carl" not in names, "there is no member list"


def test_a_blocked_person_is_not_among_them(cast, shared):
    answer_of(cast, cast.max, shared)
    people.block(actor=cast.max, blocked=people.shown_voice(cast.ana))
    assert people.shown_voice(cast.max) not in known_voices(cast.ana).voices


def test_a_moderator_or_friend_reads_first_and_the_family_does_not_see_it_before(cast, browser, shared):
    assert people.shown_voice(cast.dora) in can_read_first(cast.ana, shared).voices
    page = browser(cast.ana).post(
        reverse("stories-first-reader", args=[shared.public_id]),
        {"reader": people.shown_voice(cast.dora).public_id},
    )
    assert page.status_code == 302
    answer = answer_of(cast, cast.bea, shared)
    assert Item.objects.get(pk=answer.pk).waiting_for == Item.Waiting.FIRST_READER
    assert not answer.is_visible_to(viewer_for(cast.ana))
    assert answer.is_visible_to(viewer_for(cast.dora))
    assert not answer.is_visible_to(viewer_for(cast.carl))


def test_nobody_else_names_a_first_reader(cast, browser, shared):
    address = reverse("stories-first-reader", args=[shared.public_id])
    for other in (cast.bea, cast.eve, cast.gran, cast.dora):
        assert browser(other).get(address).status_code == 404


def test_people_with_the_same_name_are_told_apart_by_where_they_are_known_from(cast, write):
    Voice.objects.filter(member__in=[cast.bea, cast.max]).update(name="Robin")
    assert [voice.label for voice in known_voices(cast.ana).voices] == ["Robin"], (
        "one needs nothing beside the name"
    )
    item = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, COVER)).item
    responses.respond(actor=cast.max, voice=shown_voice(cast.max), story_item=item, words="I read this.")
    labels = [voice.label for voice in known_voices(cast.ana).voices]
    assert len(labels) == len(set(labels)) == 2
    assert "Robin (Evening circle)" in labels
    assert any(label.startswith("Robin (wrote to you on ") for label in labels)


@pytest.mark.parametrize("other", ["Robin", "ROBIN", "Ｒobin", "R\u043ebin", "Ro\u200bbin"])
def test_of_people_whom_nothing_tells_apart_none_is_offered(cast, browser, write, shared, other):
    """What is shared with the wrong Robin cannot be taken back out of their mind."""
    Membership.objects.create(circle=cast.circle, member=cast.max)
    Membership.objects.create(circle=cast.circle, member=cast.wim)
    Voice.objects.filter(member__in=[cast.bea, cast.wim]).update(name="Robin")
    Voice.objects.filter(member=cast.max).update(name=other)
    known = known_voices(cast.ana)
    assert known.voices == []
    assert "Robin" in known.alike
    address = reverse("stories-audience", args=[write(cast.ana, COVER).public_id])
    audience = browser(cast.ana).get(address)
    reader = browser(cast.ana).get(reverse("stories-first-reader", args=[shared.public_id]))
    assert "More than one person you know here is called Robin." in audience.content.decode()
    assert "More than one person whom you could choose is called Robin." in reader.content.decode()
    given = {"rung": "10", "known": shown_voice(cast.bea).public_id}
    refused = browser(cast.ana).post(address, given)
    assert refused.status_code == 200
    assert not Seat.objects.exists()


def test_a_name_that_looks_like_somebody_from_a_circle_is_not_offered_either(cast):
    for member in (cast.max, cast.wim):
        Membership.objects.create(circle=cast.circle, member=member)
    Voice.objects.filter(member=cast.bea).update(name="Robin")
    Voice.objects.filter(member=cast.wim).update(name="Robin (Evening circle)")
    assert known_voices(cast.ana).alike == []
    Voice.objects.filter(member=cast.max).update(name="Robin")
    assert known_voices(cast.ana) == ([], ["Robin", "Robin (Evening circle)"])


def test_a_cover_name_is_not_told_apart_by_a_circle(cast, write):
    """Its circle would say whose it is."""
    Voice.objects.filter(member=cast.max).update(name="Robin")
    robin = people.make_cover_voice(actor=cast.bea, name="Robin")
    item = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, COVER)).item
    for member, voice in ((cast.bea, robin), (cast.max, shown_voice(cast.max))):
        answer = responses.respond(actor=member, voice=voice, story_item=item, words="I read this.")
    Item.objects.filter(pk=answer.pk).update(published_at=timezone.now() - dt.timedelta(minutes=2))
    labels = {voice.pk: voice.label for voice in known_voices(cast.ana).voices}
    assert labels[robin.pk].startswith("Robin (wrote to you on ")
    assert "circle" not in labels[robin.pk]


def test_a_one_time_link_opened_again_by_the_same_person_is_the_same_as_once_and_by_another_opens_nothing(
    cast, write
):
    item = write(cast.ana, COVER).item
    _seat, token = sharing.make_seat(actor=cast.ana, item=item, label="Mum")
    assert sharing.take_seat(actor=cast.ana, token=token) == item, "she tries it out"
    assert sharing.take_seat(actor=cast.carl, token=token) == item, "and it was not used up"
    assert sharing.take_seat(actor=cast.carl, token=token) == item
    assert sharing.take_seat(actor=cast.bea, token=token) is None
    assert sharing.take_seat(actor=cast.bea, token="") is None
    assert Seat.objects.get().member == cast.carl


def test_who_has_many_addresses_has_no_more_tries_at_a_password(cast, browser, write):
    item = write(cast.ana, COVER).item
    _link, token = sharing.make_link(actor=cast.ana, item=item, password="willow tree")
    address, visitor = reverse("stories-link", args=[token]), browser(None)

    def tries(password: str, where: int) -> int:
        return visitor.post(address, {"password": password}, REMOTE_ADDR=f"192.0.2.{where}").status_code

    answers = [tries("wrong one", where) for where in range(70)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert tries("willow tree", 99) == 429, "not now, also for who knows it"


def test_a_link_with_a_password_that_ended_looks_like_one_that_never_was(cast, browser, write):
    item = write(cast.ana, COVER).item
    ended = timezone.now() - dt.timedelta(seconds=1)
    _link, token = sharing.make_link(actor=cast.ana, item=item, password="willow tree", ends_at=ended)
    gone, never = (browser(None).get(reverse("stories-link", args=[one])) for one in (token, "never"))
    assert gone.status_code == never.status_code == 404
    assert b"password" not in gone.content


def test_the_familys_page_lists_each_open_link_and_none_that_ended(cast, browser, by_link):
    ana, page = browser(cast.ana), reverse("stories-family", args=[by_link.public_id])
    assert ana.get(page).context["story"].links == []
    links = [sharing.make_link(actor=cast.ana, item=by_link)[0] for _each in range(3)]
    found = ana.get(page)
    assert found.context["story"].links == links
    assert found.content.decode().count("A link of ") == 3
    ana.post(reverse("stories-end-link", args=[by_link.public_id, links[1].pk]))
    assert ana.get(page).context["story"].links == [links[0], links[2]]


# --- Pressed twice.


@pytest.fixture
def by_link(cast, write):
    draft = write(cast.ana, replace(COVER, audience=AudienceSpec(Rung.LINK)))
    return actions.ask_to_share(actor=cast.ana, draft=draft).item


def form_token_of(page):
    [form_token] = re.findall(r'name="form_token" value="([0-9a-f-]{36})"', page.content.decode())
    return form_token


def test_the_same_page_pressed_twice_makes_one_link(cast, browser, by_link):
    ana = browser(cast.ana)
    page = form_token_of(ana.get(reverse("stories-family", args=[by_link.public_id])))
    address = reverse("stories-make-link", args=[by_link.public_id])
    given = {"password": "willow tree", "ends_on": "2099-01-01", "form_token": page}
    first, second = (ana.post(address, given) for _ in range(2))
    assert first.context["address"] == second.context["address"]
    assert by_link.links.count() == 1
    assert browser(None).post(first.context["address"], {"password": "willow tree"}).status_code == 302
    others = {
        ana.post(address, {**given, **more}).context["address"]
        for more in (
            {"password": "another tree"},
            {"password": ""},
            {"ends_on": ""},
            {"form_token": str(uuid4())},
            {"form_token": ""},
            {"form_token": "a page"},
        )
    }
    assert len({first.context["address"], *others}) == by_link.links.count() == 7
    assert by_link.links.filter(password="").count() == 1, "a password that was added counts"


def test_the_page_that_says_what_is_wrong_makes_its_link_once_too(cast, browser, by_link):
    ana, address = browser(cast.ana), reverse("stories-make-link", args=[by_link.public_id])
    page = str(uuid4())
    wrong = ana.post(address, {"password": "short", "form_token": page})
    assert wrong.status_code == 422
    assert form_token_of(wrong) == page


def test_another_parent_with_the_same_page_makes_another_link(cast, by_link):
    page = uuid4()
    _link, token = sharing.make_link(actor=cast.ana, item=by_link, form_token=page)
    for other in (cast.sam, cast.carl, cast.eve):
        with pytest.raises(sharing.Refused):
            sharing.make_link(actor=other, item=by_link, form_token=page)
    assert sharing.make_link(actor=cast.ana, item=by_link, form_token=page)[1] == token
    assert by_link.links.count() == 1


def test_the_same_page_never_opens_an_ended_link_again(cast, browser, by_link):
    ana, address = browser(cast.ana), reverse("stories-make-link", args=[by_link.public_id])
    page = str(uuid4())
    link = ana.post(address, {"form_token": page}).context["address"]
    sharing.end_link(actor=cast.ana, link=by_link.links.get())
    again = ana.post(address, {"form_token": page}, follow=True)
    assert "opens nothing any more. You can make a new one." in again.content.decode()
    assert by_link.links.get().ended_at
    assert browser(None).get(link).status_code == 404


def test_a_person_who_is_added_by_pressing_twice_is_one_person_with_one_link(cast, browser, write):
    draft = write(cast.ana, COVER)
    ana, address = browser(cast.ana), reverse("stories-audience", args=[draft.public_id])
    given = {"rung": "10", "new_seat": "Mum", "form_token": form_token_of(ana.get(address))}
    first, second = (ana.post(address, given) for _ in range(2))
    assert first.context["address"] == second.context["address"]
    seat = draft.item.seats.get()
    draft.refresh_from_db()
    assert actions.contents_of(draft).audience.seats == {seat.pk}
    other = ana.post(address, {**given, "new_seat": "Dad"})
    another_page = ana.post(address, {**given, "form_token": str(uuid4())})
    links = {page.context["address"] for page in (first, other, another_page)}
    assert len(links) == draft.item.seats.count() == 3


@pytest.mark.parametrize("why", ["used", "too old"])
def test_the_same_page_never_opens_the_link_of_a_person_again(cast, browser, write, why):
    draft = write(cast.ana, COVER)
    ana, address = browser(cast.ana), reverse("stories-audience", args=[draft.public_id])
    given = {"rung": "10", "new_seat": "Mum", "form_token": str(uuid4())}
    link = ana.post(address, given).context["address"]
    if why == "used":
        sharing.take_seat(actor=cast.carl, token=link.rpartition("/")[2])
    else:
        Seat.objects.update(expires_at=timezone.now())
    before = Seat.objects.values().get()
    again = ana.post(address, given, follow=True)
    assert "opens nothing any more. You can make a new one." in again.content.decode()
    assert Seat.objects.values().get() == before
    assert browser(cast.max).get(link).status_code == 404


def test_someone_known_here_who_is_chosen_by_pressing_twice_is_chosen_once(cast, browser, shared, write):
    answer_of(cast, cast.bea, shared)
    draft = write(cast.ana, COVER)
    ana, address = browser(cast.ana), reverse("stories-audience", args=[draft.public_id])
    given = {"rung": "10", "known": shown_voice(cast.bea).public_id}
    for _ in range(2):
        assert ana.post(address, given).status_code == 302
    assert draft.item.seats.get().member == cast.bea
