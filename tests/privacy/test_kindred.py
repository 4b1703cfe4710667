"""Likeness brings nobody what they are not to meet: an ex least of all, whatever true facts they know."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lessalone.families import experiences
from lessalone.kindred import building
from lessalone.kindred.established import MOST_ALONE
from lessalone.kindred.models import OwnWord, Told
from lessalone.people import facets
from lessalone.people.facets import Answer, Use
from lessalone.people.models import Voice
from lessalone.sharing.models import Item
from tests.cast import a_member, gather
from tests.kindred.conftest import HIDDEN, SHOWN, a_story, open_page, someone_with, tell
from tests.privacy.scene import add_jack_again

WORDS = "Kanarialonex"
TRUE = {
    "role": "mother",
    "weeks": "20+3",
    "kinds": "stillborn",
    "since": "2024-03-09",
    "child": "son",
    "causes": ("cord", "own:rare condition"),
    "photos": "yes",
    "culture": ("own:kanaria",),
    "losses": "first",
}
"""Everything that somebody who was there knows."""
BANDS = {"role": "mother", "weeks": "22", "kinds": "in-labour", "since": "2024-11"}
"""Someone else, of the same bands."""


@pytest.fixture
def cast():
    return gather()


def a_crowd(how_many: int, told=BANDS) -> None:
    """Established members of the same bands, without a story."""
    for number in range(how_many):
        tell(a_member(f"crowd{number}", is_bereaved=True), told)


@pytest.fixture
def crowd():
    a_crowd(MOST_ALONE)


def cover_story(cast, *, baby=True) -> Item:
    """Ana's own words, under a cover name, of the loss of which she told everything."""
    tell(cast.ana, TRUE, SHOWN, baby=cast.jack if baby else None)
    return a_story(cast.ana, WORDS, cover="Willow", baby=cast.jack if baby else None)


@pytest.mark.parametrize("baby", [True, False], ids=["of their baby", "of no baby that it names"])
@pytest.mark.parametrize("who", ["eve", "sam", "gran"])
def test_the_family_present_or_former_meets_it_never(cast, crowd, who, baby):
    cover_story(cast, baby=baby)
    tell(cast.bea, TRUE)
    assert WORDS in open_page(cast.bea), "somebody meets it"
    tell(getattr(cast, who), TRUE)
    page = open_page(getattr(cast, who))
    assert WORDS not in page
    assert "Willow" not in page


@pytest.mark.parametrize("baby", [True, False], ids=["of their baby", "of no baby that it names"])
def test_a_second_account_whose_page_has_the_facts_meets_it_never(cast, crowd, baby):
    cover_story(cast, baby=baby)
    add_jack_again(cast.eve2)
    tell(cast.eve2, TRUE)
    assert WORDS not in open_page(cast.eve2)


def order_of(member) -> list[str]:
    """The stories that likeness brings, in their order; not the newest below."""
    page = open_page(member).partition("<h2>The newest")[0]
    return re.findall(r"Kanari\w+|Crowd\d+x", page)


def why_on(page: str, words: str) -> str:
    """What is said of one story: its reason, and each part's share."""
    return re.sub(r"\s+", " ", page.partition(words)[2].partition("</details>")[0].partition("</article>")[2])


def test_every_true_fact_brings_a_second_account_no_nearer_than_the_bands(cast, crowd):
    """She says nothing of herself that policy could know her by: no page, no block, nothing but answers."""
    cover_story(cast)
    for number in range(3):
        someone_with(BANDS, f"Crowd{number}x", cover="Rowan")
    tell(cast.eve2, TRUE)
    stranger = a_member("Stranger", is_bereaved=True)
    tell(stranger, {**BANDS, "weeks": "20", "causes": ("heart",), "child": "daughter"})
    assert order_of(cast.eve2) == order_of(stranger)
    assert WORDS in order_of(stranger)
    theirs, hers = (why_on(open_page(who), WORDS) for who in (stranger, cast.eve2))
    assert hers == theirs
    assert "rare condition" not in hers
    assert "kanaria" not in hers


@pytest.mark.parametrize("wrong", ["causes", "child", "photos", "culture", "losses"])
def test_trying_another_answer_shows_no_difference(cast, crowd, wrong):
    cover_story(cast)
    someone_with(BANDS, "Crowd1x", cover="Rowan")
    experience = tell(cast.eve2, TRUE)
    with_it = why_on(open_page(cast.eve2), WORDS), order_of(cast.eve2)
    nothing = Answer((), Use.MATCH)
    if wrong == "culture":
        facets.answer_own(actor=cast.eve2, key=wrong, answer=nothing)
    else:
        experiences.answer_about(actor=cast.eve2, experience=experience, key=wrong, answer=nothing)
    assert (why_on(open_page(cast.eve2), WORDS), order_of(cast.eve2)) == with_it


def test_a_band_that_fewer_than_eleven_share_is_not_compared(cast):
    """Ana and nine others: their bands would single out too few."""
    a_crowd(MOST_ALONE - 2)
    cover_story(cast)
    tell(cast.bea, {"weeks": "20+3"})  # of the same week, and of no role: she does not make them more
    told = Told.objects.get(item__voice__is_cover=True)
    assert (told.role, told.kinds, told.weeks, told.weeks_band) == (0, 0, -1, -1)
    assert "Why this one?" not in open_page(cast.bea)
    a_crowd(1)
    building.rebuild(cast.ana.pk)
    told = Told.objects.get(item__voice__is_cover=True)
    assert (told.weeks, told.weeks_band, told.year) == (-1, 20, 2024)
    assert "For each of you it was at 20 to 23 weeks." in open_page(cast.bea)


def test_ten_false_accounts_make_no_crowd(cast):
    """Open joining: whoever was not admitted counts for nothing."""
    for number in range(20):
        tell(a_member(f"false{number}"), BANDS)
    cover_story(cast)
    assert Told.objects.get(item__voice__is_cover=True).role == 0


def test_nothing_exact_lies_with_a_story_under_a_cover_name(cast, crowd):
    cover_story(cast)
    told = Told.objects.get(item__voice__is_cover=True)
    assert told.is_banded
    assert (told.weeks, told.since, told.causes, told.child, told.own) == (-1, -1, 0, 0, [])
    assert not OwnWord.objects.filter(told=told).exists()


def test_a_story_that_is_under_a_cover_name_by_now_is_not_found_by_what_it_said_before(cast):
    """Until it is made anew, it is left out: policy's own word is asked, not the row here."""
    told = someone_with(TRUE, WORDS)
    tell(cast.bea, TRUE)
    assert "Why this one?" in open_page(cast.bea)
    Item.objects.update(voice=Voice.objects.create(member=told, name="Willow", is_cover=True))
    assert "Why this one?" not in open_page(cast.bea)


def bare(page: str) -> str:
    return re.sub(r'value="[\w-]{64}"', "", page)


@pytest.mark.parametrize("key", ["child", "causes", "funeral"])
def test_what_is_hidden_changes_nothing_that_anyone_sees(cast, key):
    other = someone_with({"role": "father", "weeks": "20"}, "Words")
    experience = tell(cast.bea, {"role": "father", "weeks": "20"})
    mine, theirs = bare(open_page(cast.bea)), other.experiences.get()
    value = {"child": "son", "causes": ("own:hidden words",), "funeral": "yes"}[key]
    tell(other, {key: value}, HIDDEN, experience=theirs)
    assert bare(open_page(cast.bea)) == mine
    tell(cast.bea, {key: value}, HIDDEN, experience=experience)
    assert bare(open_page(cast.bea)) == mine
    tell(other, {key: value}, SHOWN, experience=theirs)
    tell(cast.bea, {key: value}, SHOWN, experience=experience)
    assert bare(open_page(cast.bea)) != mine, "said, it would be seen"


def test_a_visitor_finds_nothing_here(cast):
    assert Client().get("/like-you/")["Location"].startswith("/account/login/")
