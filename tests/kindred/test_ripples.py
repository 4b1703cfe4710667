"""Whoever told their story after reading another may say so: who is told, where readers are led, how it ends."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.families.models import Parent, Relation, SameBaby
from lessalone.kindred import actions, ripples
from lessalone.kindred.models import Ripple, RippleAgreement
from lessalone.moderation import actions as moderation
from lessalone.people import actions as people
from lessalone.people.bearing import ASK, HIDE, SHOW, bearing_of, left_out_by
from lessalone.people.models import Bearing, Member, Voice
from lessalone.people.notes import KEYS
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import NotThere
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions as stories
from lessalone.vault.erasure import run_erasure
from lessalone.vault.models import ErasureRequest
from tests.cast import (
    Cast,
    a_baby,
    a_cover_voice,
    a_member,
    gather,
    shown_voice,
    viewer_of,
)
from tests.kindred.conftest import a_story
from tests.privacy.scene import add_jack_again

HELPED, TOLD = "We held Jack for an hour.", "Nobody asked me his name."
HERE, AFTER = "Told after reading this", "Told after reading yours"


@dataclass
class Two:
    """Jack's parents' story, and the one that Bea told after it."""

    cast: Cast
    first: Item
    second: Item

    def __post_init__(self) -> None:
        self.teller = self.second.author

    def say(self) -> Ripple:
        return actions.say_what_helped(
            actor=self.teller, item=self.second, story=self.first, viewer=viewer_of(self.teller)
        )

    def lead(self, *members: Member) -> None:
        """They let readers be led there; unless named, everyone whose stories the two are."""
        for member in members or (self.teller, self.cast.ana, self.cast.sam):
            ripple = Ripple.objects.get(item=self.second)
            actions.agree_to_lead(actor=member, ripple=ripple, viewer=viewer_of(member))

    def is_told(self, member: Member) -> bool:
        """Whether this one of the first story's family meets the second on the page for it, and the way there."""
        page = browse(member, "kindred-told-after-yours", self.first).content.decode()
        family = browse(member, "stories-family", self.first).content.decode()
        assert (AFTER in family) == (self.second.public_id in page)
        return self.second.public_id in page

    def is_led(self, member: Member | None) -> bool:
        """Whether this reader of the first story is led to the second, and finds the way there."""
        story = browse(member, "stories-read", self.first, read="1")
        answer = browse(member, "kindred-told-after", self.first)
        is_there = answer.status_code == 200 and self.second.public_id in answer.content.decode()
        if story.status_code == 200:
            assert (HERE in story.content.decode()) == is_there
        return is_there


def browse(member: Member | None, name: str, item: Item, **parameters: str):
    return signed_in(member).get(reverse(name, args=[item.public_id]), parameters)


def press(member: Member, name: str, item: Item, **form: str) -> int:
    return signed_in(member).post(reverse(name, args=[item.public_id]), form).status_code


def signed_in(member: Member | None) -> Client:
    browser = Client()
    if member is not None:
        browser.force_login(member)
    return browser


def joint(cast: Cast, words: str = HELPED, **how) -> Item:
    item = a_story(cast.ana, words, baby=cast.jack, **how)
    sharing.answer(actor=cast.sam, version=item.versions.get(), choice="agree")
    return earlier(item)


def earlier(item: Item, days: int = 3) -> Item:
    """It was told some days ago."""
    Item.objects.filter(pk=item.pk).update(published_at=timezone.now() - dt.timedelta(days=days))
    return Item.objects.get(pk=item.pk)


def thank(member: Member, item: Item) -> None:
    responses.press_less_alone(actor=member, story_item=item)


@pytest.fixture
def cast() -> Cast:
    return gather()


@pytest.fixture
def two(cast) -> Two:
    first = joint(cast)
    thank(cast.bea, first)
    return Two(cast, first, a_story(cast.bea, TOLD))


def offered_to(two: Two) -> list[str]:
    page = browse(two.teller, "kindred-helped", two.second).content.decode()
    return re.findall(r'value="([\w-]{22})"', page)


# --- Saying it.


def test_bea_says_that_jacks_story_helped_and_his_parents_are_told_and_nobody_else(two):
    cast = two.cast
    assert offered_to(two) == [two.first.public_id]
    assert press(cast.bea, "kindred-helped", two.second, story=two.first.public_id) == 302
    assert two.is_told(cast.ana)
    assert two.is_told(cast.sam)
    for member in (cast.carl, cast.dora, cast.eve, cast.gran, cast.bea):
        assert browse(member, "kindred-told-after-yours", two.first).status_code == 404
        assert not two.is_led(member)


def test_the_way_there_stands_on_the_page_of_ones_own_story_once_one_answered_others(two):
    question = "Did reading someone’s story help"
    assert question in browse(two.teller, "stories-family", two.second).content.decode()
    assert question not in browse(two.cast.ana, "stories-family", two.first).content.decode(), (
        "she answered none"
    )
    two.say()
    page = browse(two.teller, "stories-family", two.second).content.decode()
    assert question not in page
    assert "What helped to tell this story" in page


@pytest.mark.parametrize("how", ["less alone", "a gesture", "words"])
def test_only_a_story_that_she_answered_is_offered(cast, how):
    first, other = joint(cast), earlier(a_story(cast.carl, "Another one."))
    if how == "less alone":
        thank(cast.bea, first)
    elif how == "a gesture":
        responses.press_gesture(actor=cast.bea, story_item=first, kind="me-too")
    else:
        responses.respond(actor=cast.bea, voice=shown_voice(cast.bea), story_item=first, words="We too.")
    two = Two(cast, first, a_story(cast.bea, TOLD))
    assert offered_to(two) == [first.public_id]
    with pytest.raises(NotThere):
        actions.say_what_helped(actor=cast.bea, item=two.second, story=other, viewer=viewer_of(cast.bea))
    assert press(cast.bea, "kindred-helped", two.second, story=other.public_id) == 422
    assert not Ripple.objects.exists()


def test_a_story_that_was_told_later_did_not_help(two):
    later = a_story(two.cast.carl, "Told later.")
    thank(two.cast.bea, later)
    assert offered_to(two) == [two.first.public_id]


@pytest.mark.parametrize("why", ["taken back", "blocked by them", "blocked by her", "hidden note", "erased"])
def test_what_she_may_not_or_does_not_want_to_meet_any_more_is_not_offered(cast, why):
    first = joint(cast, notes=("tfmr",))
    thank(cast.bea, first)
    two = Two(cast, first, a_story(cast.bea, TOLD))
    assert offered_to(two) == [first.public_id]
    if why == "taken back":
        sharing.take_back(actor=cast.sam, item=first)
    elif why == "erased":
        sharing.erase(actor=cast.ana, item=first)
    elif why == "hidden note":
        Bearing.objects.create(member=cast.bea, note="tfmr", choice=HIDE)
    elif why == "blocked by them":
        people.block(actor=cast.sam, blocked=shown_voice(cast.bea))
    else:
        people.block(actor=cast.bea, blocked=shown_voice(cast.ana))
    assert offered_to(two) == []
    with pytest.raises(NotThere):
        two.say()


def test_a_story_that_is_not_told_yet_says_nothing(cast):
    thank(cast.bea, joint(cast))
    for state in ("taken back", "scheduled"):
        second = a_story(cast.bea, TOLD)
        if state == "taken back":
            sharing.take_back(actor=cast.bea, item=second)
        else:
            Item.objects.filter(pk=second.pk).update(published_at=timezone.now() + dt.timedelta(days=1))
        assert browse(cast.bea, "kindred-helped", second).status_code == 404
        assert "Did reading" not in browse(cast.bea, "stories-family", second).content.decode()


def test_only_who_wrote_it_says_what_helped(cast):
    """Sam answered too, and the story is his as well; but she told it."""
    first = earlier(a_story(cast.carl, HELPED))
    for member in (cast.ana, cast.sam, cast.bea):
        thank(member, first)
    second = a_story(cast.ana, TOLD, baby=cast.jack)
    sharing.answer(actor=cast.sam, version=second.versions.get(), choice="agree")
    for member in (cast.sam, cast.bea, cast.carl, cast.eve):
        assert browse(member, "kindred-helped", second).status_code == 404
        assert press(member, "kindred-helped", second, story=first.public_id) == 404
    assert press(cast.ana, "kindred-helped", second, story=first.public_id) == 302


def test_pressed_twice_is_said_once_and_another_story_takes_its_place(two):
    other = earlier(a_story(two.cast.carl, "Another one."))
    thank(two.cast.bea, other)
    assert two.say().pk == two.say().pk
    two.lead()
    two.say()
    assert two.is_led(two.cast.carl), "the same again changes nothing"
    actions.say_what_helped(actor=two.teller, item=two.second, story=other, viewer=viewer_of(two.teller))
    assert not two.is_told(two.cast.ana)
    assert Ripple.objects.get().led_by == other
    assert not RippleAgreement.objects.exists()


# --- Who is told.


def test_who_may_not_see_the_tellers_story_is_told_nothing_at_all(two):
    """Not even that someone did: what is hidden from them does not exist."""
    second = a_story(two.cast.bea, TOLD, rung=Rung.CIRCLES, circles=frozenset({two.cast.circle.pk}))
    two = Two(two.cast, two.first, second)
    two.say()
    assert two.is_told(two.cast.ana), "she is in the circle"
    assert not two.is_told(two.cast.sam)
    page = browse(two.cast.sam, "stories-family", two.first).content.decode()
    assert "Someone told" not in page


def test_blocking_one_voice_after_the_other_shows_nothing(two):
    second = a_story(two.cast.bea, TOLD, rung=Rung.ONLY_US)
    Two(two.cast, two.first, second).say()
    with_it = browse(two.cast.ana, "stories-family", two.first).content.decode()
    people.block(actor=two.cast.ana, blocked=shown_voice(two.cast.bea))
    new = re.compile(r'value="[\w-]{64}"')
    assert new.sub("", browse(two.cast.ana, "stories-family", two.first).content.decode()) == new.sub(
        "", with_it
    )


@pytest.mark.parametrize("who", ["Ana blocked Bea", "Bea blocked Ana"])
def test_people_who_blocked_each_other_are_told_nothing(two, who):
    two.say()
    two.lead()
    assert two.is_led(two.cast.carl)
    if who == "Ana blocked Bea":
        people.block(actor=two.cast.ana, blocked=shown_voice(two.cast.bea))
    else:
        people.block(actor=two.cast.bea, blocked=shown_voice(two.cast.ana))
    assert not two.is_told(two.cast.ana)
    assert not two.is_led(two.cast.carl), "nor does the one's story lead to the other's"
    assert two.is_told(two.cast.sam), "who is told nothing of it"


@pytest.mark.parametrize("end", ["taken back", "held", "narrowed", "left", "erased"])
def test_when_the_tellers_story_is_gone_so_is_what_was_said(two, end):
    cast = two.cast
    two.say()
    two.lead()
    assert two.is_told(cast.ana)
    assert two.is_led(cast.carl)
    if end == "taken back":
        sharing.take_back(actor=cast.bea, item=two.second)
    elif end == "held":
        moderation.hold(actor=cast.dora, item=two.second, reason="cruel")
    elif end == "narrowed":
        sharing.lower(actor=cast.bea, item=two.second, spec=AudienceSpec(Rung.ONLY_US))
    elif end == "left":
        Member.objects.filter(pk=cast.bea.pk).update(is_active=False)
    else:
        sharing.erase(actor=cast.bea, item=two.second)
    assert not two.is_told(cast.ana)
    for reader in (cast.carl, cast.dora, cast.ana):
        assert not two.is_led(reader)


def erase(actor: Member, item: Item) -> None:
    sharing.erase(actor=actor, item=item)
    for request in ErasureRequest.objects.filter(finished_at=None):
        run_erasure(request_id=request.pk)


@pytest.mark.parametrize("which", ["first", "second"])
def test_erasing_either_story_forgets_what_was_said(two, which):
    two.say()
    two.lead()
    item = getattr(two, which)
    erase(item.author, item)
    assert not Ripple.objects.exists()
    assert not RippleAgreement.objects.exists()
    assert not two.is_led(two.cast.carl)


def test_when_the_story_that_helped_is_taken_back_it_leads_nowhere_and_the_teller_is_not_shown_which(two):
    two.say()
    two.lead()
    sharing.take_back(actor=two.cast.sam, item=two.first)
    assert not two.is_led(two.cast.carl)
    page = browse(two.cast.bea, "kindred-helped", two.second).content.decode()
    assert two.first.public_id not in page
    assert HELPED not in page
    assert "You cannot read that story any more." in page
    assert press(two.cast.bea, "kindred-helped-take-back", two.second) == 302
    assert not Ripple.objects.exists()


# --- Cover names.


def test_under_a_cover_name_only_what_was_answered_under_it_is_offered(cast):
    """Her gesture stands there with her own name; beside it, Willow would be known."""
    first, other = joint(cast), earlier(a_story(cast.carl, "Another one.", answers="anyone"))
    thank(cast.bea, first)
    responses.press_gesture(actor=cast.bea, story_item=first, kind="candle")
    responses.respond(actor=cast.bea, voice=shown_voice(cast.bea), story_item=first, words="We too.")
    willow = a_cover_voice(cast.bea)
    responses.respond(actor=cast.bea, voice=willow, story_item=other, words="We too.")
    covered = Two(cast, first, a_story(cast.bea, TOLD, cover="Willow"))
    assert offered_to(covered) == [other.public_id]
    with pytest.raises(NotThere):
        covered.say()
    named = Two(cast, first, a_story(cast.bea, "As Bea."))
    assert offered_to(named) == [first.public_id], "and what Willow answered is not Bea's"


def test_told_under_another_name_since_it_is_said_to_nobody(two):
    two.say()
    two.lead()
    draft = stories.revise(actor=two.cast.bea, item=two.second)
    draft = stories.change_draft(actor=two.cast.bea, draft=draft, is_cover=True, cover_name="Willow")
    stories.ask_to_share(actor=two.cast.bea, draft=draft)
    assert not two.is_told(two.cast.ana)
    assert not two.is_led(two.cast.carl)
    assert "What helped" not in browse(two.cast.bea, "stories-family", two.second).content.decode()


@pytest.fixture
def by_the_ex(cast) -> Two:
    """A story by Eve, who was a parent of Jack once; Ana, as Willow, answered it and told her own of Jack."""
    add_jack_again(cast.eve2)
    first = earlier(a_story(cast.eve, HELPED, answers="anyone"))
    willow = a_cover_voice(cast.ana)
    responses.respond(actor=cast.ana, voice=willow, story_item=first, words="We too.")
    return Two(cast, first, a_story(cast.ana, TOLD, cover="Willow", baby=cast.jack))


def test_nothing_leads_to_a_cover_name_story_of_ones_own_family(by_the_ex):
    """Also where it was said before anyone could know; not for Eve, not below her story, not for anyone."""
    two = by_the_ex
    assert two.second.is_visible_to(viewer_of(two.cast.carl)), "somebody meets it"
    assert offered_to(two) == []
    with pytest.raises(NotThere):
        two.say()
    ripple = Ripple.objects.create(item=two.second, led_by=two.first, voice=two.second.voice)
    RippleAgreement.objects.bulk_create(
        RippleAgreement(ripple=ripple, member=member) for member in (two.cast.eve, two.cast.ana)
    )
    assert not two.is_told(two.cast.eve)
    for reader in (two.cast.eve, two.cast.eve2, two.cast.carl, two.cast.dora):
        assert not two.is_led(reader)


def test_an_ex_with_a_second_account_that_told_the_facts_is_led_to_nothing(cast):
    """She reads, as anyone, a stranger's story from which others are led to the one that is kept from her."""
    first = earlier(a_story(cast.carl, HELPED, answers="anyone"))
    willow = a_cover_voice(cast.ana)
    responses.respond(actor=cast.ana, voice=willow, story_item=first, words="We too.")
    two = Two(cast, first, a_story(cast.ana, TOLD, cover="Willow", baby=cast.jack))
    two.say()
    two.lead(cast.ana, cast.carl)
    assert two.is_led(cast.bea)
    assert two.is_led(cast.eve2), "until then nothing says who she is"
    add_jack_again(cast.eve2)
    assert not two.is_led(cast.eve2)
    for of_family in (cast.eve, cast.sam, cast.gran):
        assert not two.is_led(of_family)


def test_nothing_by_ones_own_family_is_led_to_though_it_may_be_read(cast):
    """She told it under her own name and it names no baby, so policy shows it to Eve; but nothing brings it to her."""
    first = earlier(a_story(cast.carl, HELPED))
    thank(cast.ana, first)
    two = Two(cast, first, a_story(cast.ana, TOLD))
    two.say()
    two.lead(cast.ana, cast.carl)
    assert two.is_led(cast.bea)
    for of_family in (cast.eve, cast.sam, cast.gran):
        assert two.second.is_visible_to(viewer_of(of_family))
        assert not two.is_led(of_family)
    assert not two.is_led(cast.ana), "it is her own"


def test_the_second_accounts_own_story_leads_to_nothing_once_its_facts_are_known(cast):
    first = earlier(a_story(cast.eve2, HELPED, answers="anyone"))
    willow = a_cover_voice(cast.ana)
    responses.respond(actor=cast.ana, voice=willow, story_item=first, words="We too.")
    two = Two(cast, first, a_story(cast.ana, TOLD, cover="Willow", baby=cast.jack))
    two.say()
    two.lead(cast.ana, cast.eve2)
    assert two.is_told(cast.eve2)
    assert two.is_led(cast.bea)
    add_jack_again(cast.eve2)
    assert not two.is_told(cast.eve2)
    assert not two.is_led(cast.bea), "nor is anyone else led there"
    SameBaby.objects.update(settled_as_different_at=timezone.now())
    assert two.is_led(cast.bea), "a moderator found that it is another baby"


def test_a_relation_of_the_family_is_led_to_nothing_of_it_either(cast):
    """Noa is a friend of Jack's family on a page of it; her story helped Ana."""
    first = earlier(a_story(cast.noa, HELPED, answers="anyone"))
    thank(cast.ana, first)
    second = a_story(cast.ana, TOLD, cover="Willow", baby=cast.jack)
    ripple = Ripple.objects.create(item=second, led_by=first, voice=second.voice)
    for member in (cast.noa, cast.ana):
        RippleAgreement.objects.create(ripple=ripple, member=member)
    two = Two(cast, first, second)
    assert two.is_led(cast.bea)
    Relation.objects.create(baby=cast.jack, member=cast.noa, kind="friend", invited_by=cast.ana)
    assert not two.is_told(cast.noa)
    assert not two.is_led(cast.bea)


# --- Leading readers on.


def test_readers_are_led_when_everyone_whose_stories_they_are_has_said_yes(two):
    cast = two.cast
    two.say()
    for member in (cast.bea, cast.ana):
        two.lead(member)
        assert not two.is_led(cast.carl)
    two.lead(cast.sam)
    assert two.is_led(cast.carl)
    assert TOLD in browse(cast.carl, "kindred-told-after", two.first).content.decode()


def test_without_asking_readers_are_led_nowhere(two):
    two.say()
    assert not RippleAgreement.objects.exists()
    assert not two.is_led(two.cast.carl)


@pytest.mark.parametrize("who", ["bea", "ana", "sam"])
def test_each_alone_stops_it_at_once_and_then_all_have_to_agree_anew(two, who):
    cast = two.cast
    two.say()
    two.lead()
    assert press(getattr(cast, who), "kindred-lead-no-more", two.second) == 302
    assert not two.is_led(cast.carl)
    two.lead(getattr(cast, who))
    assert not two.is_led(cast.carl)
    two.lead()
    assert two.is_led(cast.carl)


def test_leaving_a_family_does_not_bring_back_what_one_stopped(two):
    cast = two.cast
    two.say()
    two.lead()
    press(cast.sam, "kindred-lead-no-more", two.second)
    Parent.objects.filter(baby=cast.jack, member=cast.sam).update(left_at=timezone.now())
    assert not two.is_led(cast.carl)


def test_a_parent_who_joins_has_to_agree_too(two):
    cast = two.cast
    two.say()
    two.lead()
    sam = Parent.objects.get(baby=cast.jack, member=cast.sam)
    Parent.objects.create(baby=cast.jack, member=cast.noa, page=sam.page, shelf=sam.shelf)
    assert not two.is_led(cast.carl)


def test_both_parents_of_the_tellers_story_have_to_agree_and_either_takes_it_back(cast):
    rose = a_baby(cast.carl, cast.max)
    first = joint(cast)
    thank(cast.carl, first)
    second = a_story(cast.carl, TOLD, baby=rose)
    sharing.answer(actor=cast.max, version=second.versions.get(), choice="agree")
    two = Two(cast, first, second)
    two.say()
    assert two.is_told(cast.ana), "the one who wrote it says so under their own name"
    two.lead(cast.carl, cast.ana, cast.sam)
    assert not two.is_led(cast.bea)
    two.lead(cast.max)
    assert two.is_led(cast.bea)
    assert "Carl said that reading this story" in browse(cast.max, "kindred-helped", second).content.decode()
    assert press(cast.max, "kindred-helped-take-back", second) == 302
    assert not two.is_told(cast.ana)
    assert not two.is_led(cast.bea)


@pytest.mark.parametrize("name", ["kindred-lead", "kindred-lead-no-more", "kindred-helped-take-back"])
def test_nobody_else_decides_about_it(two, name):
    cast = two.cast
    two.say()
    two.lead(cast.bea)
    others = [cast.carl, cast.dora, cast.eve, cast.gran]
    if name == "kindred-helped-take-back":
        others += [cast.ana, cast.sam]
    for member in others:
        assert press(member, name, two.second) == 404
    assert RippleAgreement.objects.get().member == cast.bea
    assert press(cast.bea, name, two.second) == 302


def test_a_parent_who_may_not_see_the_tellers_story_does_not_decide_about_it(cast):
    first = joint(cast)
    thank(cast.bea, first)
    second = a_story(cast.bea, TOLD, rung=Rung.CIRCLES, circles=frozenset({cast.circle.pk}))
    two = Two(cast, first, second)
    two.say()
    assert press(cast.ana, "kindred-lead", second) == 302
    for name in ("kindred-lead", "kindred-lead-no-more"):
        assert press(cast.sam, name, second) == 404
    two.lead(cast.bea)
    assert not two.is_led(cast.dora), "so nobody is led there"


def test_agreeing_twice_and_stopping_twice_is_the_same_as_once(two):
    two.say()
    for name, number in (("kindred-lead", 1), ("kindred-lead-no-more", 0)):
        for _ in range(2):
            assert press(two.cast.ana, name, two.second) == 302
        assert RippleAgreement.objects.count() == number
    for _ in range(2):
        assert press(two.cast.bea, "kindred-helped-take-back", two.second) == 302


def test_taken_back_while_the_others_have_the_page_open(two):
    ripple = two.say()
    actions.take_back_what_helped(actor=two.cast.bea, item=two.second)
    assert press(two.cast.ana, "kindred-lead", two.second) == 404
    for act in (actions.agree_to_lead, actions.stop_leading):
        with pytest.raises(NotThere):
            act(actor=two.cast.ana, ripple=ripple, viewer=viewer_of(two.cast.ana))


def test_the_teller_who_may_not_read_the_story_any_more_leads_nobody_to_theirs(two):
    two.say()
    sharing.take_back(actor=two.cast.sam, item=two.first)
    assert press(two.cast.bea, "kindred-lead", two.second) == 404


def test_visitors_and_people_who_wait_or_rest_are_led_nowhere(cast):
    first = joint(cast, rung=Rung.PUBLIC)
    thank(cast.bea, first)
    two = Two(cast, first, a_story(cast.bea, TOLD, rung=Rung.PUBLIC))
    two.say()
    two.lead()
    assert two.is_led(cast.carl)
    for reader in (None, cast.wim, cast.rae):
        assert not two.is_led(reader)
    assert ripples.links_of(viewer_of(None), first) != [], "what the page does not ask, policy would allow"


def test_readers_are_led_to_the_newest_five_in_their_order(cast):
    first = joint(cast)
    told = []
    for number in range(7):
        member = a_member(f"teller{number}", is_bereaved=True)
        thank(member, first)
        two = Two(cast, first, a_story(member, f"Story {number} told."))
        two.say()
        two.lead()
        told.append(two.second)
    page = browse(cast.carl, "kindred-told-after", first).content.decode()
    assert re.findall(r"Story \d told", page)[::2] == [f"Story {number} told" for number in (6, 5, 4, 3, 2)]
    assert not re.search(
        r"\b(5|7|five|seven)\b", re.sub(r"<[^>]*>|Story \d told.", "", page.partition("<main")[2])
    )


def test_the_family_finds_older_ones_on_further_pages(cast, monkeypatch):
    monkeypatch.setattr(ripples, "ON_A_PAGE", 1)
    monkeypatch.setattr(ripples, "_led_to", ripples.Prepared("ripples:one on a page", ripples._build_led_to))
    first = joint(cast)
    for number in range(2):
        member = a_member(f"teller{number}", is_bereaved=True)
        thank(member, first)
        Two(cast, first, a_story(member, f"Story {number} told.")).say()
    browser, address = signed_in(cast.ana), reverse("kindred-told-after-yours", args=[first.public_id])
    page = browser.get(address).content.decode()
    assert "Story 1" in page
    assert "Story 0" not in page
    older = re.search(r'href="([^"]*after=[^"]*)"', page)
    assert older
    page = browser.get(older[1] if older[1].startswith("/") else address + older[1]).content.decode()
    assert "Story 0" in page
    assert "Story 1" not in page


# --- What a reader does not want to meet.


def with_note(cast: Cast, note: str) -> Two:
    first = joint(cast)
    thank(cast.bea, first)
    two = Two(cast, first, a_story(cast.bea, TOLD, notes=(note,)))
    two.say()
    two.lead()
    return two


def test_a_hidden_kind_of_story_reaches_nobody_this_way(cast):
    two = with_note(cast, "pregnancy")
    assert two.is_led(cast.carl)
    for member in (cast.carl, cast.ana):
        Bearing.objects.create(member=member, note="pregnancy", choice=HIDE)
    assert not two.is_led(cast.carl)
    assert not two.is_told(cast.ana)
    assert two.is_told(cast.sam)


def test_who_wants_to_be_asked_first_is_asked_here_too(cast):
    two = with_note(cast, "pregnancy")
    page = browse(cast.carl, "kindred-told-after", two.first).content.decode()
    assert two.is_led(cast.carl)
    assert TOLD not in page
    assert "A story you asked to be told about first" in page


def test_stories_with_photos_reach_those_who_leave_photos_out(cast):
    two = with_note(cast, "photos")
    Bearing.objects.create(member=cast.carl, note="photos", choice=HIDE)
    assert two.is_led(cast.carl)


SOON, BEFORE = dt.timedelta(hours=1), dt.timedelta(hours=-1)


@pytest.mark.parametrize("lasting", [None, SHOW, ASK, HIDE])
@pytest.mark.parametrize("for_a_while", [None, SHOW, HIDE])
@pytest.mark.parametrize("ends", [SOON, BEFORE])
def test_what_is_hidden_is_the_same_in_a_query_as_on_a_page(lasting, for_a_while, ends):
    member, now = a_member(), timezone.now()
    note = sorted(KEYS)[0]
    if lasting:
        Bearing.objects.create(member=member, note=note, choice=lasting)
    if for_a_while:
        Bearing.objects.create(member=member, note=note, choice=for_a_while, until=now + ends)
    found = set(left_out_by(member.pk, now).values_list("note", flat=True))
    assert found == set(bearing_of(member).left_out)


def test_a_moderator_who_opened_a_story_is_not_led_to_it(cast):
    """What she may look at with a reason is not brought to her."""
    first = earlier(a_story(cast.carl, HELPED))
    thank(cast.bea, first)
    two = Two(cast, first, a_story(cast.bea, TOLD))
    two.say()
    two.lead(cast.bea, cast.carl)
    assert two.is_led(cast.dora)
    sharing.take_back(actor=cast.bea, item=two.second)
    moderation.break_glass(actor=cast.dora, item=two.second, reason="I have to look.")
    assert two.second.is_visible_to(viewer_of(cast.dora))
    assert not two.is_led(cast.dora)


def test_the_shown_voice_is_not_unmasked_by_a_block(cast):
    """Ana blocks Bea by her shown name. What Willow told stays where it was: else it would show who Willow is."""
    first = joint(cast, answers="anyone")
    willow = a_cover_voice(cast.bea)
    responses.respond(actor=cast.bea, voice=willow, story_item=first, words="We too.")
    two = Two(cast, first, a_story(cast.bea, TOLD, cover="Willow"))
    two.say()
    two.lead()
    people.block(actor=cast.ana, blocked=shown_voice(cast.bea))
    assert two.is_told(cast.ana)
    assert two.is_led(cast.carl)
    people.block(actor=cast.ana, blocked=Voice.objects.get(pk=willow.pk))
    assert not two.is_told(cast.ana)
    assert not two.is_led(cast.carl)


def test_a_made_viewer_decides_nothing(two):
    two.say()
    made = replace(viewer_of(two.cast.ana), member_id=None)
    assert not ripples.concerning(made).exists()
