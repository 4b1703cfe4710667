"""A member who tries things: names, numbers and addresses of others in forms, links after their end, odd requests.

Each is tried beside the same thing done rightly, or it would show nothing.
"""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.people import actions as people
from lessalone.people.models import Member
from lessalone.responses import actions as responses
from lessalone.responses.models import Gesture, LessAlone, Response
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Answers, AudienceCircle, AudienceSeat, FirstReader, Item, Placement, Rung
from lessalone.stories import actions as stories
from lessalone.stories.actions import ChosenPhoto
from lessalone.vault.models import Photo
from tests.cast import a_circle, shown_voice, viewer_of
from tests.privacy import scene as scenes
from tests.privacy.scene import Scene, a_story

HIDDEN_FROM_CARL = ("asked", "not yet", "taken back", "narrowed", "circle", "bereaved", "only us", "erased")


@pytest.fixture
def scene() -> Scene:
    return scenes.build()


def signed_in(member: Member | None) -> Client:
    browser = Client()
    if member is not None:
        browser.force_login(member)
    return browser


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def _draft_of(member: Member) -> object:
    return stories.start_story(actor=member, baby=None)


# --- Names and numbers of others in a form.


def test_nobody_answers_under_a_voice_of_somebody_else(scene: Scene) -> None:
    """Neither their shown one nor a cover name that is read under a story."""
    cast = scene.cast
    address = at("responses-write", scene.items["told"].public_id)
    browser, before = signed_in(cast.carl), Response.objects.count()
    for voice in (
        shown_voice(cast.bea),
        scene.items["answer under a cover name"].voice,
        scene.items["cover"].voice,
    ):
        answer = browser.post(address, {"words": "I am somebody else.", "voice": voice.public_id})
        assert answer.status_code == 422
        with pytest.raises(ValueError, match="voice"):
            responses.respond(
                actor=cast.carl, voice=voice, story_item=scene.items["told"], words="I am somebody else."
            )
    assert Response.objects.count() == before
    own = {"words": "I am Carl.", "voice": shown_voice(cast.carl).public_id}
    assert browser.post(address, own).status_code == 302
    assert Response.objects.count() == before + 1


def test_an_audience_holds_no_circle_or_seat_that_is_not_ones_own(scene: Scene) -> None:
    """A circle that one is not in, a seat of another story, a person one does not know."""
    cast = scene.cast
    draft, browser = _draft_of(cast.carl), signed_in(cast.carl)
    address = at("stories-audience", draft.public_id)
    other_seat = scene.items["people"].seats.first()
    theirs = AudienceSeat.objects.count(), AudienceCircle.objects.count()
    tried = (
        {"rung": "20", "circles": str(cast.circle.pk)},
        {"rung": "10", "seats": str(scene.items["told"].seats.create(label="x", made_by=cast.ana).pk)},
        {"rung": "10", "known": shown_voice(cast.max).public_id},
        {"rung": "70"},
    )
    for form in tried:
        answer = browser.post(address, form)
        assert answer.status_code == 200, form
        assert b'class="errors"' in answer.content, form
    assert other_seat is not None
    assert stories.contents_of(stories._fresh(cast.carl, draft)).audience.rung == Rung.ONLY_US
    assert (AudienceSeat.objects.count(), AudienceCircle.objects.count()) == theirs
    own = a_circle(cast.carl, cast.carl, name="Carl's circle")
    assert browser.post(address, {"rung": "20", "circles": str(own.pk)}).status_code == 302


def test_a_draft_holds_no_photo_of_others_by_its_own_or_by_its_place_in_a_story(scene: Scene) -> None:
    """Carl reads the story with the photo, and knows the address of its place there."""
    cast = scene.cast
    draft, browser = _draft_of(cast.carl), signed_in(cast.carl)
    placed = Placement.objects.get(public_id=scene.numbers["placement"])
    assert browser.get(at("sharing-photo", placed.public_id, 320)).status_code == 200
    for key in (placed.public_id, placed.photo.public_id):
        form = {"photo": key, f"position-{key}": "1", f"description-{key}": "Mine."}
        assert browser.post(at("stories-photos", draft.public_id), form).status_code == 302
        for name in ("vault-photo", "vault-photo-veil", "vault-photo-original", "vault-photo-soften"):
            assert browser.get(at(name, key)).status_code == 404, name
    assert not draft.photos.exists()
    with pytest.raises(Refused):
        stories.choose_photos(actor=cast.carl, draft=draft, chosen=[ChosenPhoto(placed.photo, "Mine.")])


def test_nobody_is_made_a_first_reader_by_their_number_alone(scene: Scene) -> None:
    """Somebody whom the family does not know, or who may not see the story, is not on the list."""
    cast = scene.cast
    story = scene.items["narrowed"]
    address = at("stories-first-reader", story.public_id)
    browser = signed_in(cast.ana)
    for member in (cast.eve2, cast.rae, cast.max, cast.ana):
        assert browser.post(address, {"reader": shown_voice(member).public_id}).status_code == 200
    assert browser.post(address, {"reader": scene.items["cover"].voice.public_id}).status_code == 200
    assert not FirstReader.objects.filter(item=story).exists()
    told = at("stories-first-reader", scene.items["told"].public_id)
    assert browser.post(told, {"reader": shown_voice(cast.bea).public_id}).status_code == 302


def test_only_a_parent_answers_for_the_baby_and_only_to_the_version_of_that_story(scene: Scene) -> None:
    cast = scene.cast
    asked, other = scene.items["asked"], scene.items["not yet"]
    version, other_version = asked.versions.get(), other.versions.get()
    form = {"version": version.pk, "answer": "agree"}
    for who in (cast.carl, cast.eve, cast.gran, cast.dora, cast.eve2):
        assert signed_in(who).post(at("stories-asked", asked.public_id), form).status_code == 404
        with pytest.raises(Refused):
            sharing.answer(actor=who, version=version, choice="agree")
    sam = signed_in(cast.sam)
    wrong = sam.post(at("stories-asked", asked.public_id), {**form, "version": other_version.pk})
    assert wrong.status_code == 404
    assert Item.objects.get(pk=other.pk).current is None
    assert sam.post(at("stories-asked", asked.public_id), {**form, "answer": "yes"}).status_code == 404
    assert sam.post(at("stories-asked", asked.public_id), form).status_code == 302
    assert Item.objects.get(pk=asked.pk).current_id == version.pk


def test_a_press_cannot_widen(scene: Scene) -> None:
    """Narrowing takes only what is narrower, whatever the form says; who is not of the family narrows nothing."""
    cast, story = scene.cast, scene.items["told"]
    address = at("stories-narrow", story.public_id)
    for rung in ("60", "50", "20", "10", "-1", "x", ""):
        assert signed_in(cast.sam).post(address, {"rung": rung}).status_code in (302, 404)
    assert story.is_visible_to(viewer_of(cast.carl))
    assert not story.is_visible_to(viewer_of(None))
    assert signed_in(cast.carl).post(address, {"rung": "0"}).status_code == 404
    assert story.is_visible_to(viewer_of(cast.carl))
    assert signed_in(cast.sam).post(address, {"rung": "30"}).status_code == 302
    assert not story.is_visible_to(viewer_of(cast.carl))


# --- What one cannot see.


def test_nothing_can_be_answered_pressed_or_told_about_that_one_cannot_see(scene: Scene) -> None:
    """Also with everything right but that: the same presses work on a story that Carl reads."""
    cast = scene.cast
    browser = signed_in(cast.carl)
    voice = {"voice": shown_voice(cast.carl).public_id, "words": "I found you."}
    presses = (
        ("responses-write", voice),
        ("responses-gesture", {"gesture": "candle"}),
        ("responses-less-alone", {}),
        ("responses-hard-for-me", {"note": "hospital", "suggest": "on"}),
        ("moderation-tell", {"reason": "cruel", "words": "Look."}),
    )
    counted = Response.objects.count(), Gesture.objects.count(), LessAlone.objects.count()
    for name in HIDDEN_FROM_CARL:
        for door, form in presses:
            answer = browser.post(at(door, scene.items[name].public_id), form)
            assert answer.status_code == 404, f"{door} {name}"
    assert (Response.objects.count(), Gesture.objects.count(), LessAlone.objects.count()) == counted
    for door, form in presses:
        answer = browser.post(at(door, scene.items["public"].public_id), form)
        assert answer.status_code in (200, 302), door


@pytest.mark.parametrize(
    "above", ["answer for the first reader", "answer put away", "answer that waits", "erased answer"]
)
def test_nobody_answers_below_something_that_they_cannot_see(above: str, scene: Scene) -> None:
    cast, told = scene.cast, scene.items["told"]
    form = {"words": "To you.", "voice": shown_voice(cast.bea).public_id, "to": scene.items[above].public_id}
    before = Response.objects.count()
    assert signed_in(cast.bea).post(at("responses-write", told.public_id), form).status_code == 404
    with pytest.raises(Refused):
        responses.respond(
            actor=cast.bea,
            voice=shown_voice(cast.bea),
            story_item=told,
            above=scene.items[above],
            words="To you.",
        )
    assert Response.objects.count() == before
    form["to"] = scene.items["answer"].public_id
    assert signed_in(cast.bea).post(at("responses-write", told.public_id), form).status_code == 302


def test_an_answer_to_another_story_cannot_be_answered_here(scene: Scene) -> None:
    """Else it would be carried to readers of this one."""
    cast = scene.cast
    form = {
        "words": "To you.",
        "voice": shown_voice(cast.carl).public_id,
        "to": scene.items["answer"].public_id,
    }
    answer = signed_in(cast.carl).post(at("responses-write", scene.items["public"].public_id), form)
    assert answer.status_code == 404
    assert not Item.objects.filter(above=scene.items["answer"]).exists()


def test_numbers_of_others_beside_an_address_of_ones_own_open_nothing(scene: Scene) -> None:
    """Somebody's link, invitation, relation, separation, request or draft, by its number."""
    cast, numbers = scene.cast, scene.numbers
    bea = families.add_baby(actor=cast.bea, name="Robin")
    own = scene.items["bereaved"].public_id
    tried = (
        at("stories-end-link", own, numbers["link"]),
        at("families-invitation-revoke", bea.public_id, numbers["family invitation"]),
        at("families-invitation-agree", bea.public_id, numbers["family invitation"]),
        at("families-relation-end", bea.public_id, numbers["relation"]),
        at("families-safety-withdraw", bea.public_id, numbers["separation"]),
        at("families-alone-withdraw", bea.public_id, numbers["alone"]),
        at("stories-save", scene.drafts["draft"].public_id),
        at("stories-discard", scene.drafts["draft"].public_id),
        at("responses-change", scene.items["answer that waits"].public_id),
        at("responses-erase", scene.items["answer that waits"].public_id),
    )
    for address in tried:
        assert signed_in(cast.bea).post(address, {"words": "x", "title": "x"}).status_code == 404, address
    assert scene.items["link"].links.get().ended_at is None


def test_actions_ask_for_themselves_who_it_is(scene: Scene) -> None:
    """Whoever calls an action without a page in front of it gets no further."""
    cast, story = scene.cast, scene.items["told"]
    waits = scene.items["answer that waits"]
    parent = Parent.objects.get(baby=cast.jack, member=cast.ana)
    for act in (
        lambda: sharing.take_back(actor=cast.carl, item=story),
        lambda: sharing.erase(actor=cast.sam, item=story),
        lambda: sharing.make_link(actor=cast.carl, item=story),
        lambda: sharing.make_seat(actor=cast.carl, item=story, label="me", member=cast.carl),
        lambda: sharing.name_first_reader(actor=cast.carl, item=story, member=cast.carl),
        lambda: sharing.end_link(actor=cast.sam, link=scene.items["link"].links.get()),
        lambda: stories.revise(actor=cast.sam, item=story),
        lambda: stories.welcome(actor=cast.carl, item=story),
        lambda: stories.say_line(actor=cast.carl, item=scene.items["asked"], said="Me too."),
        lambda: responses.let_be_seen(actor=cast.carl, item=waits),
        lambda: responses.pass_on(actor=cast.bea, item=scene.items["answer for the first reader"]),
        lambda: responses.put_away(actor=cast.bea, item=scene.items["answer"]),
        lambda: responses.edit(actor=cast.bea, item=waits, words="I was wrong."),
        lambda: responses.erase(actor=cast.ana, item=waits),
        lambda: families.invite(actor=cast.carl, parent=parent, kind="parent"),
        lambda: families.leave_family(actor=cast.sam, parent=parent),
        lambda: families.set_own_words(actor=cast.sam, parent=parent, own_words="x"),
    ):
        with pytest.raises((Refused, PermissionDenied)):
            act()
    assert story.is_visible_to(viewer_of(cast.carl))
    assert Item.objects.get(pk=waits.pk).waiting_for == "family"


# --- Links and invitations, guessed, used again, after their end.


def test_a_link_that_was_opened_shows_nothing_from_its_end_on(scene: Scene) -> None:
    """Also in the browser that has it open, by every address of the story."""
    cast, story = scene.cast, scene.items["link"]
    visitor = signed_in(None)
    assert visitor.get(at("stories-link", scene.tokens["link"])).status_code == 302
    pages = [at(name, story.public_id) for name in ("stories-read", "stories-still", "responses-list")]
    assert [visitor.get(page).status_code for page in pages] == [200, 204, 200]
    assert [signed_in(None).get(page).status_code for page in pages] == [404] * 3, (
        "the session, not the address"
    )
    sharing.end_link(actor=cast.carl, link=story.links.get())
    assert [visitor.get(page).status_code for page in pages] == [404] * 3
    assert visitor.get(at("stories-link", scene.tokens["link"])).status_code == 404


def test_a_link_opens_its_own_story_and_no_other_on_that_rung(scene: Scene) -> None:
    other, _ = a_story(scene, scene.cast.bea, Rung.LINK, words="Another story.")
    visitor = signed_in(None)
    visitor.get(at("stories-link", scene.tokens["link"]))
    assert visitor.get(at("stories-read", scene.items["link"].public_id)).status_code == 200
    assert visitor.get(at("stories-read", other.public_id)).status_code == 404


def test_an_invitation_works_once_and_guesses_are_counted(scene: Scene) -> None:
    cast = scene.cast
    address = at("families-invitation", scene.tokens["open family"])
    assert signed_in(cast.noa).post(address).status_code == 302
    assert signed_in(cast.carl).post(address).status_code == 404
    assert signed_in(cast.carl).get(at("families-baby", cast.jack.public_id)).status_code == 404
    assert signed_in(cast.noa).get(at("families-baby", cast.jack.public_id)).status_code == 200
    guessing = signed_in(cast.carl)
    answers = [guessing.get(at("families-invitation", f"guess{n}")).status_code for n in range(70)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_who_is_not_agreed_to_by_every_parent_gets_what_a_wrong_link_gives(scene: Scene) -> None:
    waiting, never = (
        signed_in(scene.cast.carl).get(at("families-invitation", token))
        for token in (scene.tokens["family"], "never")
    )
    assert waiting.status_code == never.status_code == 404
    new = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
    alike = waiting.content.replace(scene.tokens["family"].encode(), b"never")
    assert new.sub(b"", alike) == new.sub(b"", never.content)


# --- Odd requests.


def _addresses(scene: Scene) -> list[str]:
    story = scene.items["told"].public_id
    placed = scene.numbers["placement"]
    return [
        at("home"),
        at("stories-read", story),
        at("stories-still", story),
        at("responses-list", story),
        at("responses-answer", scene.items["answer"].public_id),
        at("sharing-photo", placed, 320),
        at("sharing-veil", placed),
    ]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_no_answer_is_kept_by_a_browser_or_can_be_asked_about_again(method: str, scene: Scene) -> None:
    """Without ETag and Last-Modified nobody is told "not modified" about what was taken back."""
    browser = signed_in(scene.cast.carl)
    asked = {"If-None-Match": "*", "If-Modified-Since": "Tue, 24 Nov 2099 10:00:00 GMT", "Range": "bytes=0-9"}
    for address in _addresses(scene):
        answer = getattr(browser, method)(address, headers=asked)
        assert answer.status_code in ((200, 204) if method == "get" else (200, 204, 405)), address
        assert "no-store" in answer["Cache-Control"], address
        for name in ("ETag", "Last-Modified", "Content-Range"):
            assert name not in answer.headers, f"{address}: {name}"


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_by_no_method_is_a_hidden_thing_told_apart_from_one_that_never_was(method: str, scene: Scene) -> None:
    """After it was taken back, with every header that asks for less than the whole."""
    cast, told = scene.cast, scene.items["told"]
    addresses = _addresses(scene)[1:]
    sharing.take_back(actor=cast.sam, item=told)
    hidden_ids = {told.public_id, scene.items["answer"].public_id, str(scene.numbers["placement"])}
    asked = {"If-None-Match": "*", "Range": "bytes=0-9"}
    new = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
    for who in (cast.carl, None):
        browser = signed_in(who)
        for address in addresses:
            never = address
            for one in hidden_ids:
                never = never.replace(one, "A" * len(one))
            got, wanted = (getattr(browser, method)(one, headers=asked) for one in (address, never))
            assert got.status_code == wanted.status_code, address
            assert got.status_code in (404, 405) or (who is None and got.status_code == 302), address
            same = new.sub(b"", got.content).replace(address.encode(), never.encode())
            assert same == new.sub(b"", wanted.content), address
            left_out = {"Content-Length", "Set-Cookie", "Location"}
            heads = [{k: v for k, v in one.headers.items() if k not in left_out} for one in (got, wanted)]
            assert heads[0] == heads[1], address


def test_photos_of_a_superseded_version_are_nobodys_any_more(scene: Scene) -> None:
    """Other words without the photo were agreed to: the old place of the photo opens to nobody, nor its veil."""
    cast, told = scene.cast, scene.items["told"]
    placed = scene.numbers["placement"]
    assert signed_in(cast.carl).get(at("sharing-photo", placed, 320)).status_code == 200
    draft = stories.revise(actor=cast.ana, item=told)
    stories.choose_photos(actor=cast.ana, draft=draft, chosen=[])
    version = stories.ask_to_share(actor=cast.ana, draft=draft)
    assert signed_in(cast.carl).get(at("sharing-photo", placed, 320)).status_code == 200, "until all agree"
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    for who in (cast.carl, cast.ana, cast.sam, None):
        assert signed_in(who).get(at("sharing-photo", placed, 320)).status_code == 404
        assert signed_in(who).get(at("sharing-veil", placed)).status_code == 404


def test_the_photo_of_a_version_that_is_asked_about_is_the_familys_alone(scene: Scene) -> None:
    """And no longer of a parent who said *not yet*, nor at a width that was never made."""
    cast = scene.cast
    item, _ = a_story(
        scene, cast.ana, words="With a photo.", photo="A hand.", baby=cast.jack, answers=Answers.ANYONE
    )
    placed = item.versions.get().placements.get().public_id
    may = {"ana": 200, "sam": 200}
    for name, member in cast.members().items():
        assert signed_in(member).get(at("sharing-photo", placed, 320)).status_code == may.get(name, 404), name
    assert signed_in(cast.ana).get(at("sharing-photo", placed, 321)).status_code == 404
    sharing.answer(actor=cast.sam, version=item.versions.get(), choice="not-yet")
    assert signed_in(cast.sam).get(at("sharing-photo", placed, 320)).status_code == 404
    assert signed_in(cast.ana).get(at("sharing-photo", placed, 320)).status_code == 200


def test_blocking_shuts_pages_that_are_open_and_answers_that_are_half_written(scene: Scene) -> None:
    cast, told = scene.cast, scene.items["told"]
    browser = signed_in(cast.carl)
    assert browser.get(at("responses-write", told.public_id)).status_code == 200
    people.block(actor=cast.sam, blocked=shown_voice(cast.carl))
    voice = {"voice": shown_voice(cast.carl).public_id, "words": "Cruel words."}
    assert browser.post(at("responses-write", told.public_id), voice).status_code == 404
    assert browser.post(at("responses-gesture", told.public_id), {"gesture": "candle"}).status_code == 404
    assert browser.get(at("sharing-photo", scene.numbers["placement"], 320)).status_code == 404


def test_uploads_and_shelves_of_others_do_not_exist(scene: Scene) -> None:
    cast = scene.cast
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    upload, shelf = at("vault-upload", scene.numbers["upload"]), at("vault-shelf", scene.numbers["shelf"])
    for who in (cast.sam, cast.carl, cast.eve):
        browser = signed_in(who)
        assert browser.head(upload, headers=tus).status_code == 404
        sent = browser.patch(upload, b"x", content_type="application/offset+octet-stream", headers=tus)
        assert sent.status_code == 404
        assert browser.delete(upload, headers=tus).status_code == 404
        if who != cast.sam:
            assert browser.post(shelf, {}).status_code == 404
    assert signed_in(cast.ana).head(upload, headers=tus).status_code == 200
    assert Photo.objects.count() == 1
