"""A father who gave only "father, about 20 weeks" reads the story nearest to his, and sees why it is near."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.circles.models import Membership
from lessalone.families import actions as families
from lessalone.families import experiences
from lessalone.kindred import actions
from lessalone.kindred.building import CHANGES_A_DAY
from lessalone.kindred.models import OwnWord, TellsOf, Told
from lessalone.kindred.tasks import take_effect
from lessalone.kit import queue
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import Answer, Purpose
from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Item, Rung
from tests.cast import a_circle, a_member, shown_voice
from tests.kindred.conftest import HIDDEN, MATCH, SHOWN, a_story, open_page, someone_with, tell, years_ago


def test_he_reads_the_nearest_first_and_why(father):
    someone_with({"role": "mother", "weeks": "8"}, "Early")
    someone_with({"role": "father", "weeks": "21"}, "Oneweekapart")
    someone_with({"role": "father", "weeks": "20+3"}, "Sameweek")
    someone_with({"role": "mother", "weeks": "20"}, "Hers")
    page = open_page(father)
    places = [page.index(words) for words in ("Sameweek", "Oneweekapart", "Hers", "Early")]
    assert places == sorted(places)
    assert "You both lost a baby at around 20 weeks. You are both fathers." in page
    assert "20+3" not in page


def test_he_opens_one_and_can_answer_it(father):
    someone_with({"role": "father", "weeks": "20"}, "Sameweek")
    item = Item.objects.get()
    assert reverse("stories-read", args=[item.public_id]) in open_page(father)
    page = open_page(father, reverse("stories-read", args=[item.public_id]))
    assert reverse("responses-write", args=[item.public_id]) in page


def test_each_further_answer_brings_the_nearer_one_up():
    ana = a_member("Ana", is_bereaved=True)
    experience = tell(ana, {"role": "mother", "weeks": "20"})
    someone_with({"role": "mother", "weeks": "20", "kinds": "tfmr", "child": "daughter"}, "Chosen")
    someone_with({"role": "mother", "weeks": "20", "kinds": "stillborn", "child": "son"}, "Stillborn")
    page = open_page(ana)
    assert page.index("Stillborn") < page.index("Chosen"), "alike so far: the newer one first"
    tell(ana, {"kinds": "tfmr"}, experience=experience)
    page = open_page(ana)
    assert page.index("Chosen") < page.index("Stillborn")
    assert "For each of you a pregnancy was ended for medical reasons." in page


def test_the_sentences_of_the_design():
    told = {"role": "father", "weeks": "20", "child": "son", "since": years_ago(2)}
    sam = a_member("Sam", is_bereaved=True)
    tell(sam, told)
    someone_with(told, "Theirs")
    said = "You both lost a son at around 20 weeks. You are both fathers. It was about two years ago for each of you."
    assert said in open_page(sam)


def test_what_only_finds_is_never_said():
    sam = a_member("Sam", is_bereaved=True)
    tell(sam, {"role": "father", "weeks": "20"})
    someone_with({"role": "father", "weeks": "20"}, "Quiet", MATCH)
    page = open_page(sam)
    assert "Quiet" in page
    assert "Something in your stories is alike." in page
    assert "fathers" not in page
    assert "around 20 weeks" not in page


def test_what_is_hidden_finds_nobody():
    sam = a_member("Sam", is_bereaved=True)
    tell(sam, {"role": "father", "weeks": "20"}, HIDDEN)
    someone_with({"role": "father", "weeks": "20"}, "Other")
    page = open_page(sam)
    assert "Why this one?" not in page
    assert "Other" in page, "the newest"


def test_someone_who_told_nothing_reads_the_newest(father):
    someone_with({"role": "father"}, "Newest")
    page = open_page(a_member("New"))
    assert "Newest" in page
    assert "Tell a little about your loss" in page


def test_one_who_is_not_let_in_yet_is_not_here():
    browser = Client()
    browser.force_login(a_member("Wim", is_approved=False))
    assert browser.get("/like-you/").status_code == 403
    assert Client().get("/like-you/").status_code == 302


@pytest.mark.parametrize("stories", [1, 30])
def test_at_most_eight_queries(father, stories, django_assert_max_num_queries):
    for number in range(stories):
        someone_with({"role": "father", "weeks": str(18 + number % 5)}, f"Story{number}x")
    open_page(father)
    browser = Client()
    browser.force_login(father)
    with django_assert_max_num_queries(8):
        browser.get("/like-you/")


def test_at_most_eight_queries_where_nothing_near_may_be_seen(father, django_assert_max_num_queries):
    """Then the newest are there."""
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    someone_with({}, "Newest")
    people.block(actor=other, blocked=shown_voice(father))
    assert "Newest" in open_page(father)
    browser = Client()
    browser.force_login(father)
    with django_assert_max_num_queries(8):
        browser.get("/like-you/")


# --- It is true at once.


def test_an_edit_counts_at_once(father):
    other = a_member("Other", is_bereaved=True)
    experience = tell(other, {"role": "mother", "weeks": "8"})
    a_story(other, "Words")
    assert "You are both fathers" not in open_page(father)
    tell(other, {"role": "father"}, experience=experience)
    assert "You are both fathers" in open_page(father)


def test_taking_consent_back_counts_at_once(father):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    assert "around 20 weeks" in open_page(father)
    facets.take_back_consent(actor=other, purpose=Purpose.HEALTH)
    assert "around 20 weeks" not in open_page(father)


def test_a_story_that_is_taken_back_is_gone_at_once(father):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    assert "Words" in open_page(father)
    sharing.take_back(actor=other, item=Item.objects.get())
    assert "Words" not in open_page(father)


def test_an_erased_story_leaves_nothing_here(father):
    other = someone_with({"role": "father", "weeks": "20", "causes": "own:a rare condition"}, "Words")
    assert OwnWord.objects.exists()
    sharing.erase(actor=other, item=Item.objects.get())
    queue.run_due()
    assert not Told.objects.exists()
    assert not OwnWord.objects.exists()


def test_who_removed_what_they_told_is_not_found_by_it(father):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    experiences.remove_experience(actor=other, experience=other.experiences.get())
    assert "Why this one?" not in open_page(father)


def test_blocked_people_do_not_meet(father):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    assert "Words" in open_page(father)
    people.block(actor=other, blocked=shown_voice(father))
    assert "Words" not in open_page(father)


def test_who_left_is_gone_at_once(father):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    Member.objects.filter(pk=other.pk).update(is_active=False)
    assert "Why this one?" not in open_page(father)


def test_an_account_that_rests_finds_nothing(father):
    Member.objects.filter(pk=father.pk).update(resting_since=father.joined_at)
    browser = Client()
    browser.force_login(father)
    assert browser.get("/like-you/").status_code == 302


def test_a_circle_keeps_its_stories(father):
    other = a_member("Other", is_bereaved=True)
    circle = a_circle(a_member("Dora"), other)
    tell(other, {"role": "father", "weeks": "20"})
    a_story(other, "Words", rung=Rung.CIRCLES, circles=frozenset({circle.pk}))
    assert "Words" not in open_page(father)
    Membership.objects.create(circle=circle, member=father)
    assert "Words" in open_page(father)


# --- Which story tells of which loss.


def test_a_story_without_a_baby_tells_of_the_only_loss(father):
    other = a_member("Other", is_bereaved=True)
    tell(other, {"role": "father", "weeks": "20"})
    a_story(other, "Words")
    assert "You are both fathers" in open_page(father)
    tell(other, {"role": "grandparent"})
    assert "You are both fathers" not in open_page(father), "it could be of either: nobody guesses"


def test_a_story_of_a_baby_tells_of_that_loss():
    other, father = a_member("Other", is_bereaved=True), a_member("Tom", is_bereaved=True)
    baby = families.add_baby(actor=other)
    tell(other, {"role": "grandparent", "weeks": "39"})
    tell(other, {"role": "father", "weeks": "20"}, baby=baby)
    a_story(other, "Words", baby=baby)
    tell(father, {"role": "father", "weeks": "20"})
    assert "You are both fathers" in open_page(father)


def test_with_several_losses_each_has_a_page():
    ana = a_member("Ana", is_bereaved=True)
    first = tell(ana, {"role": "mother", "weeks": "8"})
    tell(ana, {"role": "mother", "weeks": "39"})
    someone_with({"role": "mother", "weeks": "8"}, "Early")
    someone_with({"role": "mother", "weeks": "39"}, "Late")
    page = open_page(ana)
    assert page.index("Late") < page.index("Early")
    page = open_page(ana, f"/like-you/?loss={first.public_id}")
    assert page.index("Early") < page.index("Late")


def test_her_own_stories_are_not_like_hers():
    ana = a_member("Ana", is_bereaved=True)
    tell(ana, {"role": "mother", "weeks": "8"})
    a_story(ana, "Mine")
    assert "Why this one?" not in open_page(ana)


# --- Bearing.


def test_what_she_hides_is_not_here_and_what_she_is_asked_about_is_covered(father):
    someone_with({"role": "father", "weeks": "20"}, "Hopeful", notes=("pregnancy",))
    page = open_page(father)
    assert "Hopeful" not in page
    assert "A story you asked to be told about first" in page
    people.set_bearing(actor=father, choices={"pregnancy": "hide"}, until=None)
    assert "A story you asked to be told about first" not in open_page(father)
    people.set_bearing(actor=father, choices={"pregnancy": "show"}, until=None)
    assert "Hopeful" in open_page(father)


def test_expecting_again_is_said_only_to_who_wants_to_meet_it():
    ana = a_member("Ana", is_bereaved=True)
    tell(ana, {"role": "mother", "again": "pregnant"})
    someone_with({"role": "mother", "again": "pregnant"}, "Words")
    assert "You are both expecting now." not in open_page(ana)
    people.set_bearing(actor=ana, choices={"pregnancy": "show"}, until=None)
    assert "You are both expecting now." in open_page(ana)


# --- Never zero.


def test_we_look_more_widely_and_say_where(father):
    someone_with({"role": "father", "weeks": "21"}, "Next")
    page = open_page(father)
    assert "We looked more widely. These families also lost a baby at 19 to 21 weeks." in page


def test_a_widening_says_nothing_that_its_family_did_not_offer(father):
    someone_with({"role": "father", "weeks": "21"}, "Next", MATCH)
    page = open_page(father)
    assert "19 to 21" not in page
    assert "We looked more widely: also at other weeks than yours." in page


def test_with_enough_near_ones_nothing_is_widened(father):
    for number in range(5):
        someone_with({"role": "father", "weeks": "20"}, f"Near{number}x")
    someone_with({"role": "father", "weeks": "25"}, "Further")
    page = open_page(father)
    assert "more widely" not in page
    assert "Further" not in page


def test_the_only_story_of_quite_another_loss_is_not_nothing(father):
    someone_with({"role": "grandparent", "weeks": "39"}, "Other")
    page = open_page(father)
    assert "Other" in page
    assert "nobody" not in page.lower()


# --- Why this one?


def test_why_this_one_names_what_both_offered_and_nothing_else():
    sam = a_member("Sam", is_bereaved=True)
    experience = tell(sam, {"role": "father", "weeks": "20"})
    tell(sam, {"funeral": "wished", "child": "son"}, MATCH, experience=experience)
    someone_with({"role": "father", "weeks": "20", "funeral": "wished", "child": "son"}, "Words")
    page = open_page(sam)
    assert "Who you are to the baby: about half of it" in page
    assert "How many weeks it was: about half of it" in page
    assert "Other things: a little of it" in page
    assert "A goodbye:" not in page
    assert "A son or a daughter:" not in page


# --- No probing.


def test_changing_ones_answers_again_and_again_shows_nothing_any_more():
    """An attacker tries one cause after another to see for which one somebody's story comes first."""
    eve = a_member("Eve", is_bereaved=True)
    someone_with({"role": "mother", "causes": ("own:rare thing",)}, "Target", MATCH)
    someone_with({"role": "mother"}, "Another")
    experience = tell(eve, {"role": "mother"}, MATCH)
    for number in range(CHANGES_A_DAY + 10):
        experiences.answer_about(
            actor=eve, experience=experience, key="causes", answer=Answer((f"own:guess {number}",), MATCH)
        )
    experiences.answer_about(
        actor=eve, experience=experience, key="causes", answer=Answer(("own:rare thing",), MATCH)
    )
    page = open_page(eve)
    assert page.index("Another") < page.index("Target"), "alike for her: the newer one first"
    assert "You changed a lot today." in page


def test_taking_away_is_never_limited():
    ana = a_member("Ana", is_bereaved=True)
    experience = tell(ana, {"role": "mother", "weeks": "20"})
    for number in range(CHANGES_A_DAY + 3):
        tell(ana, {"causes": (f"own:guess {number}",)}, experience=experience)
    someone_with({"role": "mother", "weeks": "20"}, "Words")
    assert "around 20 weeks" in open_page(ana)
    experiences.answer_about(actor=ana, experience=experience, key="weeks", answer=Answer(("20",), HIDDEN))
    assert "around 20 weeks" not in open_page(ana)


def test_what_waited_counts_on_the_next_day(time_machine):
    from lessalone.kindred.building import CHANGES_A_DAY

    ana = a_member("Ana", is_bereaved=True)
    experience = tell(ana, {"role": "mother"})
    for number in range(CHANGES_A_DAY + 3):
        tell(ana, {"causes": (f"own:guess {number}",)}, experience=experience)
    someone_with({"role": "mother", "causes": ("own:last",)}, "Words")
    tell(ana, {"causes": ("own:last",)}, experience=experience)
    assert "“last”" not in open_page(ana)
    time_machine.move_to(timezone.now() + dt.timedelta(days=1, minutes=5))
    take_effect()
    assert "“last”" in open_page(ana)


def test_how_it_is_found_follows_at_once_however_often_it_changed():
    """The limit is on what one sees oneself; nobody is found by what they took back."""
    other = a_member("Other", is_bereaved=True)
    experience = tell(other, {"role": "father"})
    for number in range(CHANGES_A_DAY + 3):
        tell(other, {"causes": (f"own:guess {number}",)}, experience=experience)
    a_story(other, "Words")
    tell(other, {"role": "grandparent"}, SHOWN, experience=experience)
    gran = a_member("Gran", is_bereaved=True)
    tell(gran, {"role": "grandparent"})
    assert "You are both grandparents." in open_page(gran)


def test_what_is_widened_is_what_brings_the_best(father):
    """Another father, of 39 weeks, is further from him than a mother of the same week."""
    someone_with({"role": "father", "weeks": "39"}, "Father")
    someone_with({"role": "mother", "weeks": "20"}, "Mother")
    page = open_page(father)
    widened = page.index("also at people who are something else to their baby")
    assert widened < page.index("Mother") < page.index("more widely still") < page.index("Father")


# --- Several losses.


def test_which_loss_a_story_without_a_baby_tells_of_is_said_and_never_guessed(father):
    ana = a_member("Ana", is_bereaved=True)
    early = tell(ana, {"role": "mother", "weeks": "8"})
    tell(ana, {"role": "mother", "weeks": "20"})
    item = a_story(ana, "Snow")
    assert "around 20 weeks" not in open_page(father)
    browser = Client()
    browser.force_login(ana)
    later = ana.experiences.latest("pk")
    browser.post("/like-you/which-loss", {item.public_id: later.public_id})
    assert "around 20 weeks" in open_page(father)
    assert f'value="{later.public_id}" selected' in open_page(ana, "/like-you/which-loss")
    browser.post("/like-you/which-loss", {item.public_id: early.public_id})
    assert "around 20 weeks" not in open_page(father)
    browser.post("/like-you/which-loss", {item.public_id: ""})
    assert not TellsOf.objects.exists()


def test_nobody_says_it_of_anothers_story_or_with_anothers_loss(father):
    ana = a_member("Ana", is_bereaved=True)
    mine, theirs = tell(ana, {"weeks": "20"}), father.experiences.get()
    item = a_story(ana, "Snow")
    for actor, loss in ((father, theirs), (ana, theirs)):
        with pytest.raises(ValueError, match="theirs"):
            actions.say_which_losses(actor=actor, chosen=[(item, loss)])
    browser = Client()
    browser.force_login(father)
    browser.post("/like-you/which-loss", {item.public_id: theirs.public_id})
    browser.force_login(ana)
    assert browser.post("/like-you/which-loss", {item.public_id: theirs.public_id}).status_code == 422
    assert not TellsOf.objects.exists()
    other = a_story(ana, "Rain")
    with pytest.raises(ValueError, match="theirs"):
        actions.say_which_losses(actor=ana, chosen=[(other, mine), (item, theirs)])
    assert not TellsOf.objects.exists(), "all or nothing"
    actions.say_which_losses(actor=ana, chosen=[(other, mine), (item, mine)])
    assert TellsOf.objects.count() == 2
    experiences.remove_experience(actor=ana, experience=mine)
    assert not TellsOf.objects.exists()
