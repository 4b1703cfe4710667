"""A reason says only what both offered to say; nothing else leaves a trace in it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lessalone.families.experiences import OF_LOSS
from lessalone.kindred import codes
from lessalone.kindred.likeness import parts, terms_of
from lessalone.kindred.matched import Matched, banded, matched_of
from lessalone.kindred.near import Side
from lessalone.kindred.reasons import ANOTHER, REST, SOMETHING, TITLES, may_say, reason, shares
from lessalone.people.facets import OWN, Answer, Shape, Use
from tests.kindred.test_likeness import COUNTS, NOW, anyone, matched, someone

FACETS = {**OWN, **OF_LOSS}
ALL = frozenset(codes.FACETS)


def said(mine, theirs, **how):
    return said_of(mine, [side(mine, theirs)], **how)


def side(mine, theirs, *, is_author=True):
    return Side(theirs, tuple(parts(terms_of(mine, COUNTS, NOW), theirs)), is_author)


def said_of(mine, sides, **how):
    return reason(mine, sides, now=NOW, **how)


def why(mine, theirs, **how):
    return shares(mine, theirs, parts(terms_of(mine, COUNTS, NOW), theirs), **how)


def without(one: Matched, facets: frozenset[str]) -> Matched:
    """The same person, who never answered these."""
    return replace(
        one,
        values={facet: values for facet, values in one.values.items() if facet not in facets},
        groups=frozenset() if "kinds" in facets else one.groups,
        weeks=None if "weeks" in facets else one.weeks,
        weeks_band=None if "weeks" in facets else one.weeks_band,
        since=None if "since" in facets else one.since,
        year=None if "since" in facets else one.year,
        shown=one.shown - facets,
    )


@given(someone(), anyone())
def test_what_either_did_not_offer_to_say_changes_no_word_of_the_reason(mine, theirs):
    unsaid = ALL - may_say(mine, theirs)
    assert said(mine, theirs) == said(without(mine, unsaid), without(theirs, unsaid))


@given(someone(), anyone())
def test_what_either_did_not_offer_to_say_has_no_name_in_the_shares(mine, theirs):
    named = {str(TITLES[facet]) for facet in may_say(mine, theirs)} | {str(REST)}
    assert {share.what for share in why(mine, theirs)} <= named


@given(someone(), anyone())
def test_there_is_always_a_sentence(mine, theirs):
    assert said(mine, theirs).endswith(".")


@given(someone(), st.integers(0, 4), someone())
def test_under_a_cover_name_nothing_is_said_but_bands(theirs, level, mine):
    coarse = banded(replace(theirs, shown=ALL), level)
    page = said(replace(mine, shown=ALL), coarse)
    assert "around" not in page
    assert "ago" not in page
    assert "own:" not in page
    assert {share.what for share in why(mine, coarse)} <= {
        str(TITLES[facet]) for facet in ("role", "kinds", "weeks", "since")
    } | {str(REST)}


@given(someone(), anyone(), anyone())
def test_of_two_whose_story_it_is_nothing_that_they_did_not_offer_changes_a_word(mine, hers, his):
    """Nor whose answers are said."""

    def page(her, him):
        sides = [side(mine, her), side(mine, him, is_author=False)]
        return said_of(mine, sorted(sides, key=lambda one: -one.points))

    offered = [without(one, ALL - may_say(mine, one)) for one in (hers, his)]
    assert page(hers, his) == page(*offered)


@given(someone(), anyone(), anyone())
def test_of_two_whose_story_it_is_the_page_speaks_of_one_and_says_of_whom(mine, hers, his):
    of_her, of_him = (said(mine, one) for one in (hers, his))
    page = said_of(mine, [side(mine, hers), side(mine, his, is_author=False)])
    assert page in (of_her, f"{ANOTHER} {of_him}")
    assert str(ANOTHER) not in page or of_him != str(SOMETHING)


def answered(facet, value):
    if facet.shape == Shape.WEEKS:
        return "20+3"
    return "2024-03" if facet.shape == Shape.DATE else value


@st.composite
def answers(draw):
    """What someone answered, each with its use."""
    made = {}
    for key, facet in FACETS.items():
        value = answered(facet, draw(st.sampled_from([*facet.values, "own:mine"])))
        use = draw(st.none() | st.sampled_from(Use))
        if use and (not value.startswith("own:") or facet.takes_own):
            made[key] = Answer((value,), use)
    return made


@given(answers())
def test_what_is_hidden_is_as_if_it_had_never_been_answered(given_answers):
    used = {key: answer for key, answer in given_answers.items() if answer.use != Use.HIDDEN}
    assert matched_of(given_answers) == matched_of(used)
    shown = {key for key, answer in used.items() if answer.use == Use.SHOWN}
    assert matched_of(given_answers).shown == shown


# --- Sentences.


def test_what_the_other_parent_is_is_not_said_of_who_wrote_it():
    mine, hers, his = (matched(role=role, weeks=20, shown=ALL) for role in ("father", "mother", "father"))
    page = said_of(mine, [side(mine, hers), side(mine, his, is_author=False)])
    assert page == f"{ANOTHER} You both lost a baby at around 20 weeks. You are both fathers."
    alike = said_of(mine, [side(mine, his, is_author=False), side(mine, his)])
    assert alike == "You both lost a baby at around 20 weeks. You are both fathers."


def test_a_grandmother_is_not_told_that_she_lost_a_son():
    mine = matched(weeks=20, role="grandparent", child="son", shown=ALL)
    assert said(mine, mine).startswith(
        "For each of you it was a boy, at around 20 weeks. You are both grandparents."
    )


def test_that_they_are_parents_is_not_said_between_the_lines():
    """Who did not offer to say who they are is not told to have lost "a son"."""
    mine = matched(role="father", child="son", shown=ALL)
    theirs = matched(role="mother", child="son", shown=["child"])
    assert said(mine, theirs) == "For each of you it was a boy."


def test_something_is_alike_where_nothing_may_be_said():
    mine = matched(weeks=20, role="father")
    assert said(mine, mine) == str(SOMETHING)


def test_weeks_are_around_and_a_week_apart_is_still_around():
    mine, next_to, far = (matched(weeks=w, role="father", shown=ALL) for w in (20, 21, 24))
    assert "at around 20 weeks" in said(mine, next_to)
    assert "weeks" not in said(mine, far)


def test_time_is_said_in_years():
    def ago(months):
        return matched(since=NOW - months, shown=ALL)

    assert said(ago(3), ago(9)) == "It was within the last year for each of you."
    assert said(ago(24), ago(27)) == "It was about two years ago for each of you."
    assert said(ago(180), ago(170)) == "It was about 15 years ago for each of you."
    assert said(ago(24), ago(60)) == str(SOMETHING)
    assert said(ago(2), ago(20)) == str(SOMETHING)


def test_words_of_ones_own_are_said_where_both_offered_them():
    mine = matched(causes="own:trisomy 18", shown=ALL)
    assert said(mine, mine) == "The same was found for each of you: “trisomy 18”."
    assert said(mine, replace(mine, shown=frozenset())) == str(SOMETHING)


def test_what_a_reader_does_not_want_to_meet_is_not_said():
    mine = matched(again="pregnant", shown=ALL)
    assert said(mine, mine, unsaid=frozenset({"again"})) == str(SOMETHING)
    assert [share.what for share in why(mine, mine, unsaid=frozenset({"again"}))] == [str(REST)]


def test_at_most_three_sentences():
    mine = matched(
        weeks=20, since=NOW - 24, role="father", child="son", kinds="stillborn", faith="none", shown=ALL
    )
    assert said(mine, mine).count(".") == 3
