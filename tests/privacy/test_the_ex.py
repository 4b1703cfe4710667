"""An ex, with a second account and every true fact, meets no cover-name story of the other parent by any door."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from lessalone.circles.models import Membership
from lessalone.families.models import Parent, Relation, SameBaby
from lessalone.moderation import actions as moderation
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions as stories
from tests import cast as people
from tests.cast import gather, give_duty, shown_voice, viewer_of
from tests.privacy.doors import NO_ID
from tests.privacy.scene import Scene, a_story, add_jack_again

WORDS = "Kanarialonex"


@pytest.fixture
def scene():
    return Scene(gather())


@pytest.fixture
def exes(scene):
    """Eve who left, and her second account, which tells every true fact about Jack."""
    add_jack_again(scene.cast.eve2)
    return [scene.cast.eve, scene.cast.eve2]


def signed_in(member) -> Client:
    browser = Client()
    if member is not None:
        browser.force_login(member)
    return browser


@pytest.fixture(params=[True, False], ids=["of her baby", "that names no baby"])
def cover_story(request, scene) -> Callable[..., Item]:
    """Ana tells something of her own under a cover name."""
    baby = scene.cast.jack if request.param else None
    return lambda rung=Rung.MEMBERS, **how: a_story(
        scene, scene.cast.ana, rung, words=WORDS, cover="Willow", baby=baby, **how
    )[0]


def doors_to(item: Item) -> list[str]:
    """Every address that is about a story."""
    pages = ("stories-read", "stories-still", "stories-family", "stories-asked", "stories-asked-story")
    ways = (
        "responses-list",
        "responses-write",
        "responses-hard-for-me",
        "moderation-tell",
        "moderation-held",
    )
    family = ("responses-came-in", "responses-wordless", "stories-take-back", "stories-first-reader")
    return [reverse(name, args=[item.public_id]) for name in (*pages, *ways, *family)]


LISTS = (
    "home",
    "stories-mine",
    "stories-resting",
    "responses-mine",
    "responses-read-first",
    "circles-circles",
)


def test_she_meets_it_by_no_address_and_on_no_list(scene, exes, cover_story):
    item = cover_story()
    answer = responses.respond(
        actor=scene.cast.bea, story_item=item, words=f"{WORDS} too", voice=shown_voice(scene.cast.bea)
    )
    assert signed_in(scene.cast.bea).get(doors_to(item)[0]).status_code == 200, "somebody meets it"
    assert WORDS in signed_in(scene.cast.bea).get("/").content.decode()
    for ex in exes:
        browser = signed_in(ex)
        for address in [*doors_to(item), reverse("responses-answer", args=[answer.public_id])]:
            assert browser.get(address).status_code == 404, address
        for name in LISTS:
            assert WORDS not in browser.get(reverse(name)).content.decode(), name


def test_what_she_gets_is_what_an_address_gives_that_never_was(scene, exes, cover_story):
    """Apart from the address itself, which she typed."""
    item = cover_story()
    new = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    for ex in exes:
        browser = signed_in(ex)
        for address in doors_to(item):
            hidden, never = browser.get(address), browser.get(address.replace(item.public_id, NO_ID))
            assert hidden.status_code == never.status_code == 404
            alike = new.sub("", hidden.content.decode()).replace(item.public_id, NO_ID)
            assert alike == new.sub("", never.content.decode())


@pytest.mark.parametrize(
    "rung", [Rung.PEOPLE, Rung.CIRCLES, Rung.BEREAVED, Rung.MEMBERS, Rung.LINK, Rung.PUBLIC]
)
def test_no_audience_lets_her_in(scene, exes, cover_story, rung):
    """Also where she sits on a seat, is in the circle, or holds the link."""
    Membership.objects.bulk_create(Membership(circle=scene.cast.circle, member=ex) for ex in exes)
    seats = [("Eve", ex) for ex in exes] + [("Bea", scene.cast.bea)]
    item = cover_story(
        rung,
        seats=seats if rung == Rung.PEOPLE else (),
        circles_named=[scene.cast.circle] if rung == Rung.CIRCLES else (),
    )
    links = frozenset()
    if rung == Rung.LINK:
        link, _ = sharing.make_link(actor=scene.cast.ana, item=item)
        links = frozenset({link.pk})
    assert item.is_visible_to(replace(viewer_of(scene.cast.bea), links=links)), "somebody meets it"
    for ex in exes:
        assert not item.is_visible_to(replace(viewer_of(ex), links=links))


def test_she_meets_it_no_more_from_the_moment_her_page_has_the_facts(scene, cover_story):
    item = cover_story()
    eve2 = viewer_of(scene.cast.eve2)
    assert item.is_visible_to(eve2), "until then nothing says who she is"
    add_jack_again(scene.cast.eve2)
    assert not item.is_visible_to(eve2)
    SameBaby.objects.update(settled_as_different_at=item.made_at)
    assert item.is_visible_to(eve2), "a moderator found that it is another baby"


def test_her_mother_does_not_meet_it_either(scene, exes, cover_story):
    """Whoever belongs to her page of the same baby belongs to the family."""
    Relation.objects.create(
        baby=Parent.objects.get(member=scene.cast.eve2).baby, member=scene.cast.noa, kind="grandparent"
    )
    assert not cover_story().is_visible_to(viewer_of(scene.cast.noa))


def test_a_moderator_of_the_family_is_not_shown_it_when_it_is_reported(scene, exes, cover_story):
    item = cover_story()
    moderation.report(actor=scene.cast.carl, item=item, reason="cruel", words="Look at this.")
    for ex in exes:
        give_duty(ex, "moderator")
        moderation.break_glass(actor=ex, item=item, reason="I want to see it.")
        assert not item.is_visible_to(viewer_of(ex))
        for report in item.reports.all():
            page = signed_in(ex).get(reverse("moderation-report", args=[report.public_id]))
            assert WORDS not in page.content.decode()
    assert item.is_visible_to(viewer_of(scene.cast.dora)), "another moderator looks"


def test_a_moderator_of_the_family_is_not_shown_it_when_its_author_objects(scene, exes, cover_story):
    item = cover_story()
    moderation.hold(actor=scene.cast.dora, item=item, reason="cruel")
    objection = moderation.object_to(actor=scene.cast.ana, item=item, words="Please look again.")
    for ex in exes:
        give_duty(ex, "moderator")
        page = signed_in(ex).get(reverse("moderation-objection", args=[objection.public_id]))
        assert WORDS not in page.content.decode()


def test_an_address_she_was_asked_at_never_becomes_a_cover_name_story(scene):
    """Sam knows the address of what he was asked; his second account would find it there."""
    asked, _ = a_story(scene, scene.cast.ana, words=WORDS, baby=scene.cast.jack)
    sharing.answer(actor=scene.cast.sam, version=asked.versions.get(), choice="not-yet")
    draft = stories.revise(actor=scene.cast.ana, item=asked)
    draft = stories.change_draft(actor=scene.cast.ana, draft=draft, is_cover=True, cover_name="Willow")
    with pytest.raises(Refused):
        stories.ask_to_share(actor=scene.cast.ana, draft=draft)
    assert Item.objects.get(pk=asked.pk).current_id is None


def test_a_cover_name_that_the_other_parent_knows_tells_nothing_that_they_are_not_to_meet(scene):
    """They decided together to tell it as Willow: so he knows who Willow is."""
    a_story(scene, scene.cast.ana, words=f"{WORDS} together", cover="Willow", baby=scene.cast.jack, photo="")
    together, _ = a_story(
        scene, scene.cast.ana, words="Jack", cover="Birch", baby=scene.cast.jack, is_asked=False
    )
    sharing.ask(
        actor=scene.cast.ana,
        item=together,
        digest="together",
        spec=sharing.AudienceSpec(Rung.MEMBERS),
        is_joint=True,
        voice=people.a_cover_voice(scene.cast.ana, "Birch"),
    )
    with pytest.raises(Refused):
        a_story(scene, scene.cast.ana, words=WORDS, cover="Birch", baby=scene.cast.jack)
    assert a_story(scene, scene.cast.ana, words=WORDS, cover="Rowan", baby=scene.cast.jack)[0].current_id


def test_asking_the_other_parent_does_not_show_whose_the_cover_name_was(scene, cover_story):
    alone = cover_story()
    with pytest.raises(Refused):
        sharing.ask(
            actor=scene.cast.ana,
            item=alone,
            digest="together",
            spec=sharing.AudienceSpec(Rung.MEMBERS),
            is_joint=True,
            voice=shown_voice(scene.cast.ana),
        )


def test_a_parent_alone_may_change_their_mind_about_the_name(scene):
    """Nobody else was asked, so nobody knows anything."""
    rose = people.a_baby(scene.cast.carl)
    item, _ = a_story(scene, scene.cast.carl, words="Rose and me.", baby=rose)
    draft = stories.revise(actor=scene.cast.carl, item=item)
    draft = stories.change_draft(actor=scene.cast.carl, draft=draft, is_cover=True, cover_name="Willow")
    assert stories.ask_to_share(actor=scene.cast.carl, draft=draft).published_at


def test_see_it_as_never_says_who_is_of_the_family(scene, exes):
    """A rehearsal is for made viewers: what it shows does not depend on who has an account here."""
    _, draft = a_story(
        scene, scene.cast.ana, words=WORDS, cover="Willow", baby=scene.cast.jack, is_asked=False
    )
    ana = signed_in(scene.cast.ana)
    for kind, is_shown in (("visitor", False), ("member", True), ("bereaved", True)):
        page = ana.get(reverse("stories-rehearse", args=[draft.public_id, kind])).content.decode()
        assert (WORDS in page) is is_shown, kind
    for ex in exes:
        address = reverse("stories-rehearse", args=[draft.public_id, "member"])
        assert signed_in(ex).get(address).status_code == 404


def test_a_moderator_decides_nothing_about_their_own_former_family(scene, exes):
    """Also where they see what everyone sees: a joint story."""
    told, _ = a_story(scene, scene.cast.ana, words="Jack and us.", baby=scene.cast.jack)
    sharing.answer(actor=scene.cast.sam, version=told.versions.get(), choice="agree")
    for one in (scene.cast.eve, scene.cast.gran, scene.cast.sam):
        give_duty(one, "moderator")
        with pytest.raises(moderation.NotTheirs):
            moderation.decide(actor=one, item=told, verdict="out", reason="cruel")
    moderation.decide(actor=scene.cast.dora, item=told, verdict="out", reason="cruel")
