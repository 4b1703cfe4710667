"""Of two stories that are equally near, the one in words like one's own comes first; and whose words those are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessalone.circles.models import Membership
from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.kindred.likeness import POINT, weights
from lessalone.kindred.near import Asking, Found, askings_of, stories_near
from lessalone.kindred.wording import alike_in_words, scaled, together
from lessalone.kit import queue
from lessalone.kit.derived import meaning, vectors
from lessalone.kit.derived.models import Indexed, Vector
from lessalone.kit.derived.words import words_in
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import Purpose
from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Consent, Hold, Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories import indexing
from lessalone.stories.contents import Contents
from tests.cast import Cast, a_circle, a_member, gather, shown_voice, viewer_of
from tests.kindred.conftest import MATCH, a_story, consent_to_all, open_page, someone_with, tell
from tests.privacy.test_queries import queries_of

TOLD = {"role": "father", "weeks": "20"}
HIS = "Lighthouse. We scattered him from the harbour wall where the ferry leaves, and the gulls screamed."
LIKE = "Harbour. A ferry carried her ashes past the lighthouse, and we watched the gulls from the wall."
UNLIKE = "Garden. My neighbour brought soup every Tuesday until the roses opened, and nobody spoke of it."
WHY = "What you each wrote"


@pytest.fixture
def sam(father: Member) -> Member:
    """The father of 20 weeks, who told his story."""
    a_story(father, HIS)
    return father


@pytest.fixture
def cast() -> Cast:
    return gather()


def near(member: Member, asking: Asking | None = None, **how) -> list[Found]:
    asking = asking or askings_of(member.pk)[0]
    return stories_near(viewer_of(member), asking, today=timezone.now().date(), **how)


def order(member: Member) -> list[str]:
    """Who told the stories near this member, best first."""
    names = dict(Item.objects.values_list("pk", "voice__name"))
    return [names[one.item.pk] for one in near(member)]


def in_words(member: Member, **how) -> dict[int, int]:
    """What words count, by story."""
    return {
        one.item.pk: part.points for one in near(member, **how) for part in one.parts if part.facet == "words"
    }


def story_of(member: Member) -> Item:
    return Item.objects.get(author=member, kind="story")


# --- They bring up what is near.


def test_of_two_that_are_equally_near_the_one_in_words_like_his_comes_first(sam):
    someone_with(TOLD, LIKE)
    someone_with(TOLD, UNLIKE)
    assert order(sam) == ["Harbour.", "Garden."], "the other one is newer"
    page = open_page(sam)
    assert page.index("Harbour.") < page.index("Garden.")
    assert page.count(WHY) == 1


def test_who_has_told_no_story_meets_them_as_their_facets_say(father):
    someone_with(TOLD, LIKE)
    someone_with(TOLD, UNLIKE)
    assert order(father) == ["Garden.", "Harbour."], "alike for him: the newer one first"
    assert WHY not in open_page(father)


def test_words_do_not_outweigh_who_they_are_and_what_happened(sam):
    someone_with({"role": "grandparent", "weeks": "39"}, LIKE)
    someone_with(TOLD, UNLIKE)
    assert order(sam) == ["Garden.", "Harbour."]


def test_words_are_said_where_nothing_else_may_be(sam):
    someone_with({"role": "sibling", "weeks": "39"}, LIKE, MATCH)
    page = open_page(sam)
    assert f"{WHY}: nearly all of it" in page
    assert "Something in your stories is alike." in page


def test_another_version_is_compared_with_its_own_words(sam):
    other = someone_with(TOLD, UNLIKE)
    assert not in_words(sam)
    draft = stories.revise(actor=other, item=story_of(other))
    contents = Contents(title=LIKE, words=LIKE, audience=AudienceSpec(Rung.MEMBERS))
    stories.save_draft(actor=other, draft=draft, contents=contents)
    stories.ask_to_share(actor=other, draft=draft)
    queue.run_due()
    assert in_words(sam)


@pytest.mark.parametrize("others", [1, 30])
def test_at_most_eight_queries_of_all_stores_for_who_told_a_story(sam, others):
    someone_with(TOLD, LIKE)
    for number in range(others):
        someone_with(TOLD, f"Story{number}x {UNLIKE}")
    assert WHY in open_page(sam)
    browser = Client()
    browser.force_login(sam)
    assert 1 < len(queries_of(lambda: browser.get("/like-you/"))) <= 8


# --- Whose words.


def test_a_draft_is_used_for_nothing(father):
    someone_with(TOLD, LIKE)
    draft = stories.start_story(actor=father, baby=None)
    stories.save_draft(actor=father, draft=draft, contents=Contents(title=HIS, words=HIS))
    queue.run_due()
    assert not in_words(father)
    assert Vector.objects.count() == 1


def test_what_only_the_family_sees_is_used_for_nothing(father):
    someone_with(TOLD, LIKE)
    a_story(father, HIS, rung=Rung.ONLY_US)
    assert not in_words(father)


def test_what_the_other_parent_wrote_is_not_his(cast):
    someone_with(TOLD, LIKE)
    tell(cast.sam, TOLD, baby=cast.jack)
    tell(cast.ana, {"role": "mother", "weeks": "20"}, baby=cast.jack)
    agreed(a_story(cast.ana, HIS, baby=cast.jack), cast.sam)
    assert not in_words(cast.sam)
    assert in_words(cast.ana)
    agreed(a_story(cast.sam, HIS, baby=cast.jack), cast.ana)
    assert in_words(cast.sam)


def agreed(item: Item, other: Member) -> None:
    """The other parent agrees to a story that is theirs too."""
    sharing.answer(actor=other, version=item.versions.get(), choice=Consent.Answer.AGREE)
    queue.run_due()


def test_a_story_of_another_loss_is_not_compared(father):
    someone_with(TOLD, LIKE)
    baby = families.add_baby(actor=father)
    tell(father, TOLD, baby=baby)
    a_story(father, HIS, baby=baby)
    of_the_baby, of_none = askings_of(father.pk)
    assert not [part for one in near(father, of_none) for part in one.parts if part.facet == "words"]
    assert [part for one in near(father, of_the_baby) for part in one.parts if part.facet == "words"]


def test_under_a_cover_name_words_are_compared_on_neither_side(father):
    for number in range(11):
        tell(a_member(f"Other{number}", is_bereaved=True), TOLD)
    hers = someone_with(TOLD, LIKE, cover="Fern")
    a_story(father, HIS)
    assert story_of(hers).pk in [one.item.pk for one in near(father)]
    assert not in_words(father)
    tom = someone_with(TOLD, LIKE)
    assert in_words(father)
    under_cover = someone_with(TOLD, HIS, cover="Moss")
    assert story_of(tom).pk in [one.item.pk for one in near(under_cover)]
    assert not in_words(under_cover)


def test_without_consent_words_are_compared_on_neither_side_at_once(father):
    role = {"role": "father"}
    other = someone_with(role, LIKE)
    a_story(father, HIS)
    assert in_words(father)
    assert in_words(other)
    facets.take_back_consent(actor=other, purpose=Purpose.HEALTH)
    assert not in_words(father)
    assert not in_words(other)
    assert "Harbour" in open_page(father), "she still offers to be found by who she is"
    consent_to_all(other)
    tell(other, role, experience=other.experiences.get())
    assert in_words(father)


# --- What nobody may see changes nothing.


@pytest.mark.parametrize("hidden", ["circle", "blocked", "hour", "held", "note", "family"])
def test_words_of_a_story_that_he_may_not_see_change_nothing_that_he_sees(sam, cast, hidden):
    """Not even how rare a word is."""
    someone_with(TOLD, LIKE)
    someone_with(TOLD, UNLIKE)
    before, counts = open_page(sam), in_words(sam)
    other = a_member("Hidden", is_bereaved=True)
    tell(other, TOLD)
    if hidden == "circle":
        circle = a_circle(a_member("Someone"), other)
        a_story(other, LIKE, rung=Rung.CIRCLES, circles=frozenset({circle.pk}))
    elif hidden == "hour":
        a_story(other, LIKE, when="at", at=timezone.now() + dt.timedelta(days=1))
    elif hidden == "note":
        people.set_bearing(actor=sam, choices={"pregnancy": "hide"}, until=None)
        a_story(other, LIKE, notes=("pregnancy",))
    else:
        a_story(other, LIKE)
    if hidden == "held":
        Hold.objects.create(item=story_of(other), placed_by=cast.dora, reason="")
    if hidden == "blocked":
        people.block(actor=other, blocked=shown_voice(sam))
    if hidden == "family":
        for parent in (sam, other):
            Parent.objects.create(baby=cast.jack, member=parent)
    assert Vector.objects.filter(item_id=story_of(other).pk).exists()
    assert in_words(sam, without_notes=frozenset({"pregnancy"})) == counts
    assert _without_tokens(open_page(sam)) == _without_tokens(before)
    if hidden == "circle":
        Membership.objects.create(circle=circle, member=sam)
        assert in_words(sam) != counts, "it can be noticed"


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


# --- Gone at once.


@pytest.mark.parametrize("whose", ["his", "theirs"])
@pytest.mark.parametrize("how", ["take_back", "lower", "erase"])
def test_what_is_taken_back_has_no_vector_left_at_once(sam, how, whose, django_capture_on_commit_callbacks):
    other = someone_with(TOLD, LIKE)
    assert in_words(sam)
    who = sam if whose == "his" else other
    item = story_of(who)
    with django_capture_on_commit_callbacks(execute=True):
        if how == "lower":
            sharing.lower(actor=who, item=item, spec=AudienceSpec(Rung.ONLY_US))
        else:
            getattr(sharing, how)(actor=who, item=item)
    assert not Vector.objects.filter(item_id=item.pk).exists(), "no task ran yet"
    assert not in_words(sam)


def test_what_is_taken_back_is_compared_by_nobody_even_if_its_vector_stays(sam):
    """As if we ended between the two."""
    someone_with(TOLD, LIKE)
    item = story_of(sam)
    there = Vector.objects.get(item_id=item.pk)
    sharing.take_back(actor=sam, item=item)
    there.save(force_insert=not Vector.objects.filter(pk=there.pk).exists())
    assert not in_words(sam)


def test_an_empty_store_is_filled_anew(sam):
    someone_with(TOLD, LIKE)
    before = dict(Vector.objects.values_list("item_id", "words"))
    assert len(before) == 2
    Vector.objects.all().delete()
    Indexed.objects.all().delete()
    assert not in_words(sam)
    indexing.keep_all_findable()
    assert dict(Vector.objects.values_list("item_id", "words")) == before
    assert in_words(sam)


# --- How much alike.

texts = st.lists(
    st.sampled_from(["gull", "wall", "ferry", "rose", "soup", "night", "letter", "window"]), max_size=30
)


def counted(words: list[str]) -> dict[int, int]:
    return vectors.unpacked(vectors.packed(words))


@given(texts, st.lists(texts, max_size=5))
def test_no_text_is_more_like_a_text_than_itself_twice_over(own, others):
    found = alike_in_words(
        counted(own), {"self": counted(own), **{n: counted(words) for n, words in enumerate(others)}}
    )
    assert all(one >= 0 for one in found.values())
    assert found["self"] == pytest.approx(1 if own else 0)
    same = {n for n, words in enumerate(others) if counted(words) == counted(own)}
    assert all(found[n] == pytest.approx(found["self"]) for n in same)


def test_a_rare_word_counts_more_than_one_that_all_have():
    own = counted(["night", "ferry"])
    others = {n: counted(["night", f"other{n}"]) for n in range(10)}
    found = alike_in_words(own, {"ferry": counted(["ferry", "other"]), **others})
    assert found["ferry"] > 3 * found[0] > 0


def test_nothing_in_common_or_nothing_at_all_is_no_likeness():
    assert alike_in_words(counted(["gull"]), {1: counted(["rose"]), 2: {}}) == {1: 0, 2: 0}
    assert alike_in_words({}, {1: counted(["rose"])}) == {1: 0}


@pytest.mark.parametrize("kind", ["words", "meaning"])
def test_what_strangers_have_in_common_counts_nothing_and_never_more_than_the_most(kind):
    scale, most = getattr(weights(), kind), weights().words["most"] * POINT
    assert scaled(scale["least"], scale) == scaled(0, scale) == 0
    assert scaled(scale["full"], scale) == scaled(1, scale) == most
    assert 0 < scaled((scale["least"] + scale["full"]) / 2, scale) < most


def test_several_texts_are_one():
    texts = [vectors.Compared(counted(words), None) for words in (["gull", "gull"], ["gull", "rose"])]
    assert together(texts) == vectors.Compared(counted(["gull"] * 3 + ["rose"]), None)


@pytest.mark.parametrize("length", [0, 1, 249, 250, 251, 5_000])
def test_a_text_of_any_length_takes_at_most_a_thousand_bytes(length):
    words = [f"word{number}" for number in range(length)]
    vector = vectors.packed(words)
    assert len(vector) == 4 * min(length, 250)
    assert vectors.unpacked(vector).keys() <= {vectors.number_of(word) for word in words}


def test_of_a_long_text_the_longest_words_stay():
    vector = vectors.packed(["a", "lighthouse", *[f"word{number}" for number in range(249)]])
    kept = vectors.unpacked(vector).keys()
    assert vectors.number_of("lighthouse") in kept
    assert vectors.number_of("a") not in kept


def test_a_word_said_very_often_is_counted_as_far_as_there_is_room():
    assert vectors.unpacked(vectors.packed(["no"] * 1_000)) == {vectors.number_of("no"): 255}


def test_endings_and_accents_make_no_difference():
    one, other = (vectors.packed(words_in(text)) for text in ("Two candles for Zoë", "two candle for ZOE"))
    assert one == other


# --- What they mean, where the operator wants it.


def meaning_of(member: Member, *first: int) -> None:
    """As if the model had said this of a story."""
    numbers = bytes(one % 256 for one in [*first, *[0] * (meaning.SIZE - len(first))])
    Vector.objects.filter(item_id=story_of(member).pk).update(meaning=numbers)


def test_what_is_meant_brings_up_a_story_in_other_words(sam, settings):
    same = someone_with(TOLD, "Boat. Nobody ashore said anything, and then it was quiet.")
    other = someone_with(TOLD, "Garden. Nobody ashore said anything, and then it was quiet.")
    for member, *numbers in ((sam, 100, 50), (same, 90, 60), (other, -20, 40)):
        meaning_of(member, *numbers)
    assert order(sam) == ["Garden.", "Boat."], "it is not wanted: the newer one first"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"compare_meaning": True})
    assert order(sam) == ["Boat.", "Garden."]
    assert list(in_words(sam)) == [story_of(same).pk]
    Vector.objects.filter(item_id=story_of(sam).pk).update(meaning=b"")
    assert order(sam) == ["Garden.", "Boat."], "only where both have it"


def test_what_several_own_stories_mean_is_one():
    one, other = ([100] + [0] * 383, [0, 100] + [0] * 382)
    texts = [vectors.Compared({}, numbers) for numbers in (one, other, None)]
    made = together(texts).meaning
    assert made is not None
    assert meaning.alike(made, one) == pytest.approx(meaning.alike(made, other))
