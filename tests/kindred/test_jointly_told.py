"""A story that is both parents' is found by what each of them answered, as long as it is theirs and they share it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from lessalone.families import actions as families
from lessalone.families import experiences
from lessalone.families.events import ParentJoined, VoiceGained
from lessalone.families.models import Baby, Experience, Parent
from lessalone.kindred import counting, frequencies
from lessalone.kindred.models import Frequencies, SafeCounts, Told
from lessalone.kindred.near import askings_of, stories_near
from lessalone.kindred.reasons import ANOTHER
from lessalone.kit import events, queue
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import Purpose
from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Consent, Item, Rung
from tests.cast import a_baby, a_cover_voice, a_member, shown_voice, viewer_of
from tests.kindred.conftest import HIDDEN, MATCH, SHOWN, a_story, open_page, tell

WORDS = "Pelikanstory"
TEXT = f"{WORDS}. A ferry carried her ashes past the lighthouse, and we watched the gulls from the wall."
LIKE = "Lighthouse. We scattered him from the harbour wall where the ferry leaves, and the gulls screamed."
MOTHER = {"role": "mother", "weeks": "39"}
FATHER = {"role": "father", "weeks": "20", "child": "son"}
BOTH_FATHERS = "You are both fathers."


@pytest.fixture
def ana() -> Member:
    """She writes."""
    return a_member("Ana", is_bereaved=True)


@pytest.fixture
def sam() -> Member:
    """The other parent."""
    return a_member("Sam", is_bereaved=True)


@pytest.fixture
def baby(ana: Member, sam: Member) -> Baby:
    return a_baby(ana, sam)


@pytest.fixture
def his(sam: Member, baby: Baby) -> Experience:
    """What he told of it."""
    return tell(sam, FATHER, baby=baby)


def agrees(member: Member, item: Item) -> None:
    sharing.answer(actor=member, version=item.versions.latest("pk"), choice=Consent.Answer.AGREE)
    queue.run_due()


@pytest.fixture
def story(ana: Member, sam: Member, baby: Baby, his: Experience) -> Item:
    """Of both, in her words; he agreed."""
    tell(ana, MOTHER, baby=baby)
    item = a_story(ana, TEXT, baby=baby)
    agrees(sam, item)
    return item


def why(member: Member) -> str:
    """What is said of this story on the page of this member: nothing where it is not near."""
    _before, found, after = open_page(member).partition("<h2>The newest")[0].partition(WORDS)
    return after.partition("</details>")[0] if found else ""


def is_near(member: Member) -> bool:
    (asking,) = askings_of(member.pk)
    found = stories_near(viewer_of(member), asking, today=timezone.now().date())
    return bool(found)


def test_a_father_finds_the_story_that_a_mother_wrote_by_what_the_father_told(father, story):
    said = why(father)
    assert f"{ANOTHER} You both lost a baby at around 20 weeks. {BOTH_FATHERS}" in said
    assert "Who you are to the baby: about half of it" in said


def test_a_mother_finds_it_by_what_its_mother_told_and_nothing_else_is_said(story):
    mother = a_member("Mia", is_bereaved=True)
    tell(mother, MOTHER)
    assert "You both lost a baby at around 39 weeks. You are each a mother" in why(mother)
    assert str(ANOTHER) not in why(mother)


def test_it_stands_there_once(father, story):
    assert Told.objects.filter(item=story).count() == 2
    assert open_page(father).count(f"/stories/{story.public_id}") == 1


def test_until_he_agrees_it_is_found_by_nobody(ana, baby, his, father):
    tell(ana, MOTHER, baby=baby)
    a_story(ana, WORDS, baby=baby)
    assert WORDS not in open_page(father)


def test_a_mother_whose_words_it_is_need_tell_nothing(ana, sam, baby, his, father):
    agrees(sam, a_story(ana, WORDS, baby=baby))
    assert BOTH_FATHERS in why(father)


# --- What each of them decides.


def test_what_he_hides_finds_nobody_and_what_she_told_still_does(sam, his, story, father):
    mother = a_member("Mia", is_bereaved=True)
    tell(mother, MOTHER)
    before = why(mother)
    tell(sam, FATHER, HIDDEN, experience=his)
    assert BOTH_FATHERS not in why(father)
    assert str(ANOTHER) not in why(father)
    assert why(mother) == before


def test_what_only_finds_is_said_of_neither(sam, his, story, father):
    tell(sam, FATHER, MATCH, experience=his)
    said = why(father)
    assert BOTH_FATHERS not in said
    assert str(ANOTHER) not in said, "that there is another parent is not said without a word of theirs"
    assert "Other things: nearly all of it" in said


def test_consent_that_he_takes_back_is_gone_at_once(sam, story, father):
    assert "around 20 weeks" in why(father)
    facets.take_back_consent(actor=sam, purpose=Purpose.HEALTH)
    assert "around 20 weeks" not in why(father)
    assert WORDS in open_page(father), "it is shared as before"


def test_what_he_removes_is_gone_at_once(sam, his, story, father):
    experiences.remove_experience(actor=sam, experience=his)
    assert str(ANOTHER) not in why(father)
    assert WORDS in open_page(father)


def test_what_she_removes_leaves_what_he_told(ana, story, father):
    experiences.remove_experience(actor=ana, experience=ana.experiences.get())
    assert BOTH_FATHERS in why(father)


def _leaves(sam, baby):
    families.leave_family(actor=sam, parent=Parent.objects.get(baby=baby, member=sam))


def _leaves_the_service(sam, baby):
    Member.objects.filter(pk=sam.pk).update(is_active=False)


def _loses_his_voice(name):
    def lose(sam, baby):
        Parent.objects.filter(baby=baby, member=sam).update(**{name: timezone.now()})

    return lose


GONE = {
    "he leaves the family": _leaves,
    "he leaves the service": _leaves_the_service,
    "a safety separation": _loses_his_voice("suspended_at"),
    "he cannot be reached": _loses_his_voice("waived_at"),
    "he died": _loses_his_voice("died_at"),
}


@pytest.mark.parametrize("how", GONE)
def test_without_a_voice_his_answers_find_nobody_at_once(sam, baby, story, father, how):
    GONE[how](sam, baby)
    assert Told.objects.filter(member=sam).exists(), "no task ran yet"
    said = why(father)
    assert said, "it is shared as before"
    assert BOTH_FATHERS not in said
    assert str(ANOTHER) not in said


@pytest.mark.parametrize("back", [VoiceGained, ParentJoined])
def test_who_leaves_leaves_nothing_and_who_is_back_is_found_again(sam, baby, story, father, back):
    _leaves(sam, baby)
    queue.run_due()
    assert not Told.objects.filter(member=sam).exists()
    Parent.objects.filter(baby=baby, member=sam).update(left_at=None)
    events.publish(back(baby_id=baby.pk, member_id=sam.pk))
    queue.run_due()
    assert BOTH_FATHERS in why(father)


def test_a_parent_who_joins_later_is_asked_before_their_answers_find_anyone(ana, baby, story, father):
    third = a_member("Uma", is_bereaved=True)
    Parent.objects.create(baby=baby, member=third)
    tell(third, {"role": "father", "weeks": "20", "funeral": "wished"}, baby=baby)
    assert WORDS not in open_page(father)
    Parent.objects.filter(member=third).update(waived_at=timezone.now())
    assert WORDS in open_page(father)
    Parent.objects.filter(member=third).update(waived_at=None)
    agrees(third, story)
    tell(father, {"funeral": "wished"}, experience=father.experiences.get())
    assert "You both wish that there had been a goodbye." in why(father)


def test_one_of_them_takes_it_back_for_both(sam, story, father):
    sharing.take_back(actor=sam, item=story)
    assert WORDS not in open_page(father)


def test_shared_with_nobody_it_is_found_by_nobody(sam, story, father):
    sharing.lower(actor=sam, item=story, spec=AudienceSpec(Rung.ONLY_US))
    assert WORDS not in open_page(father)


# --- Who meets it.


def test_whom_the_other_parent_blocked_does_not_meet_it(sam, story, father):
    people.block(actor=sam, blocked=shown_voice(father))
    assert WORDS not in open_page(father)


@pytest.mark.parametrize("name", ["shown", "cover"])
def test_blocking_a_name_that_is_not_on_it_does_not_tell_that_it_is_the_other_parents(
    sam, story, father, name
):
    voice = shown_voice(sam) if name == "shown" else a_cover_voice(sam)
    before = why(father)
    people.block(actor=father, blocked=voice)
    assert why(father) == before


def test_it_is_not_brought_to_the_other_parents_former_family_by_his_answers(sam, story, father):
    a_baby(sam, father)
    assert why(father), "by hers"
    assert BOTH_FATHERS not in why(father)
    assert str(ANOTHER) not in why(father)


def test_neither_of_them_meets_it_here(ana, sam, story):
    assert not is_near(ana)
    assert not is_near(sam)


def test_under_a_cover_name_it_is_never_matched_by_what_the_other_parent_told(ana, sam, baby, his, father):
    """Her own words of which he is not to know; and what both agreed to, told under a cover name."""
    tell(ana, MOTHER, baby=baby)
    alone = a_story(ana, WORDS, baby=baby, cover="Willow")
    assert not alone.is_joint
    assert not Told.objects.filter(item=alone, member=sam).exists()
    assert not why(father)
    Item.objects.filter(pk=alone.pk).update(is_joint=True)
    sharing.Ceiling.objects.create(
        item=alone, version_id=alone.current_id, member=sam, audience_id=alone.current.audience_id
    )
    tell(sam, FATHER, experience=his)
    assert not Told.objects.filter(item=alone, member=sam).exists()
    assert not why(father)


@pytest.mark.parametrize("change", ["alone", "cover"])
def test_told_otherwise_since_it_is_not_found_by_what_was_kept_before(ana, sam, story, father, change):
    """Until it is made anew, his row is left out: policy is asked, not the row here."""
    if change == "alone":
        Item.objects.filter(pk=story.pk).update(is_joint=False)
    else:
        Item.objects.filter(pk=story.pk).update(voice=a_cover_voice(ana))
    assert Told.objects.filter(item=story, member=sam).exists()
    assert BOTH_FATHERS not in why(father)


# --- What else is made of it.


def test_nobody_is_counted_twice(sam, story):
    for number in range(10):
        tell(a_member(f"Crowd{number}", is_bereaved=True), {"role": "father"})
    frequencies.count()
    assert Frequencies.objects.get().counts["role"] == {"": 12, "father": 11}
    Member.objects.update(admitted_at=timezone.now() - counting.SETTLED * 3)
    counting.count_safely()
    assert not SafeCounts.objects.get().said, "who changed something lately is not counted"


@pytest.mark.parametrize("stories", [1, 20])
def test_at_most_eight_queries(ana, sam, baby, his, father, stories):
    from tests.privacy.test_queries import queries_of

    tell(ana, MOTHER, baby=baby)
    for number in range(stories):
        agrees(sam, a_story(ana, f"{WORDS}{number}x", baby=baby))
    a_story(father, "His own words")
    assert open_page(father).count(BOTH_FATHERS) == stories
    browser = Client()
    browser.force_login(father)
    assert 1 < len(queries_of(lambda: browser.get("/like-you/"))) <= 8


def test_what_he_agreed_to_say_of_health_opens_not_her_words(ana, sam, story, father):
    """Words are of who wrote them."""
    a_story(father, LIKE)
    assert "What you each wrote" in why(father)
    facets.take_back_consent(actor=ana, purpose=Purpose.HEALTH)
    assert BOTH_FATHERS in why(father)
    assert "What you each wrote" not in why(father)


def test_all_that_he_offers_to_say_is_said_of_him(sam, his, story):
    """The page speaks of the one of whom most may be said, also where another is nearer."""
    tell(sam, {"kinds": "stillborn", "photos": "wished"}, SHOWN, experience=his)
    other = a_member("Tim", is_bereaved=True)
    tell(other, {**FATHER, "kinds": "stillborn", "photos": "wished"})
    assert f"{ANOTHER} You both lost a son at around 20 weeks. {BOTH_FATHERS}" in why(other)
