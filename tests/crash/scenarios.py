"""What people are doing when they are interrupted, at which points, and how it must be when they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lessalone.responses import kept_words
from lessalone.sharing.models import Item
from lessalone.stories import actions as stories
from lessalone.stories.models import Draft
from lessalone.vault.models import Photo
from tests.cast import Cast
from tests.crash import family
from tests.crash.family import CHANGED, COVER, DESCRIPTION, NAMED
from tests.crash.seen import Seen
from tests.crash.workers import Deed

ERASURE = (
    "erasure.requested",
    "erasure.ledgered",
    "erasure.word-keys-destroyed",
    "erasure.photo-keys-destroyed",
    "erasure.keys-noted",
    "erasure.bytes-noted",
    "erasure.purged",
    "erasure.receipt-written",
)
"""Every point that an erasure of words reaches."""
FIRST = "You are not alone in this."
FAMILY = {"ana", "sam"}
BEREAVED = {"bea", "dora", "lea", "eve", "eve2", "max"}
"""The other bereaved members who do not rest."""
MEMBERS = BEREAVED | {"carl", "gran", "noa"}


@dataclass(frozen=True)
class Scenario:
    """One thing that people do."""

    points: tuple[str, ...]
    """Where it is interrupted."""
    given: Callable[[Cast], list[Deed]]
    """Makes what was there before, and says what they then do."""
    expected: Callable[[Seen], None]
    """Looks at what everyone sees when it is done."""
    makes: Mapping[str, int] = field(default_factory=dict)
    """How many more rows there are of each kind of which rows are counted (`soundness.COUNTED`)."""
    is_seen_later: bool = False
    """What is read changes with the work that follows, not with the action."""


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str,
    *,
    points: tuple[str, ...],
    makes: Mapping[str, int] | None = None,
    is_seen_later: bool = False,
) -> Callable[[Callable[[Cast], list[Deed]]], Callable[[Callable[[Seen], None]], None]]:
    """Register what is given; the result registers what is expected."""

    def given(make: Callable[[Cast], list[Deed]]) -> Callable[[Callable[[Seen], None]], None]:
        def expected(check: Callable[[Seen], None]) -> None:
            SCENARIOS[name] = Scenario(points, make, check, makes or {}, is_seen_later)

        return expected

    return given


def readers(seen: Seen, words: str) -> set[str]:
    """Who sees these words."""
    return {name for name, met in seen.items() if any(m.startswith("sees") and words in m for m in met)}


def finders(seen: Seen, words: str) -> set[str]:
    """Who finds these words on the home page."""
    return {name for name, met in seen.items() if any(m.startswith("finds") and words in m for m in met)}


def asked_about(seen: Seen, words: str) -> set[str]:
    """Whose page asks them about these words."""
    return {name for name, met in seen.items() if any(m.startswith("is asked") and words in m for m in met)}


def writers(seen: Seen, words: str) -> set[str]:
    """Who has a draft with these words."""
    return {name for name, met in seen.items() if any(m.startswith("is writing") and words in m for m in met)}


# --- Writing and deciding.


@scenario(
    "saves-a-draft",
    points=("sharing.key-written", "stories.draft-saved"),
    makes={"Item": 1, "Draft": 1},
)
def _saves_a_draft(cast: Cast) -> list[Deed]:
    return [
        ("begin", {"member": cast.ana.pk, "baby": cast.jack.pk}),
        ("save", {"member": cast.ana.pk, "contents": NAMED.to_json()}),
    ]


@_saves_a_draft
def _has_a_draft(seen: Seen) -> None:
    assert writers(seen, NAMED.words) == {"ana"}
    assert len([met for met in seen["ana"] if met.startswith("is writing")]) == 1
    assert not readers(seen, NAMED.words)


@scenario("saves-over-a-draft", points=("stories.draft-saved",))
def _saves_over_a_draft(cast: Cast) -> list[Deed]:
    family.a_draft(cast.ana, NAMED, baby=cast.jack)
    return [("save", {"member": cast.ana.pk, "contents": CHANGED.to_json()})]


@_saves_over_a_draft
def _the_later_words_are_saved(seen: Seen) -> None:
    assert writers(seen, CHANGED.words) == {"ana"}
    assert not writers(seen, NAMED.words)


@scenario(
    "asks",
    points=("sharing.version-written", "stories.words-written"),
    makes={"Version": 1, "Words": 1, "Placement": 1, "Consent": 1, "Ceiling": 1},
)
def _asks(cast: Cast) -> list[Deed]:
    draft = family.a_draft(cast.ana, NAMED, baby=cast.jack, photo=family.a_photo(cast))
    return [("ask", {"member": cast.ana.pk, "draft": draft.pk})]


@_asks
def _sam_is_asked(seen: Seen) -> None:
    assert asked_about(seen, NAMED.words) == FAMILY
    assert asked_about(seen, DESCRIPTION) == FAMILY
    assert not readers(seen, NAMED.words)


@scenario(
    "shares-her-own-words",
    points=("sharing.version-written", "sharing.published", "stories.words-written"),
    makes={"Version": 1, "Words": 1, "Consent": 1, "Ceiling": 1},
)
def _shares_her_own_words(cast: Cast) -> list[Deed]:
    draft = family.a_draft(cast.ana, COVER, baby=cast.jack)
    return [("ask", {"member": cast.ana.pk, "draft": draft.pk})]


@_shares_her_own_words
def _members_read_her_own_words(seen: Seen) -> None:
    assert readers(seen, COVER.words) == MEMBERS - {"eve", "gran"} | {"ana"}
    assert finders(seen, COVER.words) == readers(seen, COVER.words)


@scenario(
    "agrees", points=("sharing.consent-written", "sharing.published"), makes={"Consent": 1, "Ceiling": 1}
)
def _agrees(cast: Cast) -> list[Deed]:
    item = family.asked(cast, photo=family.a_photo(cast))
    return [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]


@_agrees
def _the_bereaved_read_it(seen: Seen) -> None:
    assert readers(seen, NAMED.words) == readers(seen, DESCRIPTION) == BEREAVED | FAMILY
    assert finders(seen, NAMED.words) == BEREAVED | FAMILY
    assert not asked_about(seen, NAMED.words)


@scenario("says-not-yet", points=("sharing.consent-written",), makes={"Consent": 1, "Rest": 1})
def _says_not_yet(cast: Cast) -> list[Deed]:
    item = family.asked(cast)
    return [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "not-yet"})]


@_says_not_yet
def _nobody_reads_and_sam_rests(seen: Seen) -> None:
    assert not readers(seen, NAMED.words)
    assert asked_about(seen, NAMED.words) == {"ana"}


@scenario("says-only-us", points=("sharing.consent-written",), makes={"Consent": 1, "Rest": 1})
def _says_only_us(cast: Cast) -> list[Deed]:
    item = family.shared(cast)
    return [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "only-us"})]


@_says_only_us
def _only_they_read_it(seen: Seen) -> None:
    assert readers(seen, NAMED.words) == FAMILY


@scenario(
    "asks-about-other-words",
    points=("sharing.version-written", "stories.words-written"),
    makes={"Version": 1, "Words": 1, "Placement": 1, "Consent": 1, "Ceiling": 1},
)
def _asks_about_other_words(cast: Cast) -> list[Deed]:
    item = family.shared(cast, photo=family.a_photo(cast))
    draft = family.a_revision(cast, item)
    return [("ask", {"member": cast.ana.pk, "draft": draft.pk})]


@_asks_about_other_words
def _the_old_words_stay_up(seen: Seen) -> None:
    assert readers(seen, NAMED.words) == BEREAVED | FAMILY
    assert asked_about(seen, CHANGED.words) == FAMILY
    assert not readers(seen, CHANGED.words)


@scenario(
    "agrees-to-other-words",
    points=("sharing.consent-written", "sharing.published"),
    makes={"Consent": 1, "Ceiling": 1},
)
def _agrees_to_other_words(cast: Cast) -> list[Deed]:
    item = family.shared(cast, photo=family.a_photo(cast))
    stories.ask_to_share(actor=cast.ana, draft=family.a_revision(cast, item))
    return [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]


@_agrees_to_other_words
def _the_new_words_are_up(seen: Seen) -> None:
    assert readers(seen, CHANGED.words) == readers(seen, DESCRIPTION) == BEREAVED | FAMILY
    assert not readers(seen, NAMED.words)


@scenario("takes-back", points=("sharing.taken-back",), makes={"Withdrawal": 1})
def _takes_back(cast: Cast) -> list[Deed]:
    item = family.shared(cast, photo=family.a_photo(cast))
    family.an_answer(cast.bea, item, FIRST)
    stories.ask_to_share(actor=cast.ana, draft=family.a_revision(cast, item))
    return [("take_back", {"member": cast.sam.pk, "item": item.pk})]


@_takes_back
def _every_door_is_shut(seen: Seen) -> None:
    assert readers(seen, NAMED.words) == readers(seen, FIRST) == FAMILY
    assert not finders(seen, NAMED.words), "their own people have it on pages of their own"
    assert not asked_about(seen, CHANGED.words)


@scenario(
    "shares-it-again",
    points=("sharing.consent-written", "sharing.published"),
    makes={"Consent": 1, "Ceiling": 1},
)
def _shares_it_again(cast: Cast) -> list[Deed]:
    item = family.shared(cast)
    family.deeds.take_back(member=cast.sam.pk, item=item.pk)
    stories.ask_to_share(actor=cast.ana, draft=family.a_revision(cast, item))
    return [("answer", {"member": cast.sam.pk, "item": item.pk, "choice": "agree"})]


@_shares_it_again
def _the_doors_are_open_to_the_new_words(seen: Seen) -> None:
    assert readers(seen, CHANGED.words) == finders(seen, CHANGED.words) == BEREAVED | FAMILY
    assert not readers(seen, NAMED.words)


# --- Answering.


@scenario(
    "responds",
    points=("responses.key-written", "responses.response-written"),
    makes={"Item": 1, "Response": 1},
)
def _responds(cast: Cast) -> list[Deed]:
    item = family.shared(cast)
    form = "the form that Bea has open"
    return [("respond", {"member": cast.bea.pk, "story": item.pk, "words": FIRST, "form": form})]


@_responds
def _the_answer_is_there(seen: Seen) -> None:
    assert readers(seen, FIRST) == BEREAVED | FAMILY


@scenario(
    "erases-an-answer",
    points=("responses.erasure-asked", *ERASURE),
    makes={"Response": -1, "ErasureRequest": 1, "Receipt": 1},
)
def _erases_an_answer(cast: Cast) -> list[Deed]:
    item = family.shared(cast)
    answer = family.an_answer(cast.bea, item, FIRST)
    family.an_answer(cast.dora, item, "Another answer, which stays.")
    return [("erase_response", {"member": cast.bea.pk, "item": answer.pk})]


@_erases_an_answer
def _the_answer_is_gone(seen: Seen) -> None:
    assert not readers(seen, FIRST)
    assert readers(seen, "Another answer, which stays.") == BEREAVED | FAMILY


# --- Erasing.


@scenario(
    "erases-a-story",
    points=ERASURE,
    makes={
        "ErasureRequest": 1,
        "Receipt": 1,
        "LessAlone": -1,
        "Words": -2,
        "Draft": -2,
        "Placement": -2,
    },
)
def _erases_a_story(cast: Cast) -> list[Deed]:
    item = family.shared(cast, photo=family.a_photo(cast))
    answer = family.an_answer(cast.bea, item, FIRST)
    family.an_answer(cast.ana, item, "Thank you, Bea.", above=answer)
    family.deeds.less_alone(member=cast.bea.pk, story=item.pk)
    stories.ask_to_share(actor=cast.ana, draft=family.a_revision(cast, item))
    stories.say_line(actor=cast.sam, item=item, said="Shall we?")
    family.own_words(cast.ana)
    return [("erase_story", {"member": cast.ana.pk, "item": item.pk})]


@_erases_a_story
def _the_story_is_gone(seen: Seen) -> None:
    for words in (NAMED.words, CHANGED.words, FIRST, "Thank you, Bea."):
        assert not readers(seen, words) | asked_about(seen, words) | writers(seen, words)
    left = kept_words.words_of(Item.objects.filter(kind="response").values_list("pk", flat=True))
    assert set(left.values()) == {FIRST, "Thank you, Bea."}, "what others wrote stays with them"
    assert readers(seen, COVER.words) == MEMBERS - {"eve", "gran"} | {"ana"}, "nobody asked to erase this one"
    assert Photo.objects.filter(erased_at=None).count() == 1, "the photo stays in their keeping"


@scenario(
    "discards-a-draft",
    points=("erasure.requested", "erasure.keys-noted", "erasure.receipt-written"),
    makes={"ErasureRequest": 1, "Receipt": 1, "Draft": -1},
)
def _discards_a_draft(cast: Cast) -> list[Deed]:
    draft = family.a_draft(cast.ana, NAMED, baby=cast.jack)
    return [("discard", {"member": cast.ana.pk, "draft": draft.pk})]


@_discards_a_draft
def _the_draft_is_gone(seen: Seen) -> None:
    assert not writers(seen, NAMED.words)
    assert not Draft.objects.exists()
    assert Item.objects.exclude(erased_at=None).count() == 1


@scenario(
    "lets-a-photo-go",
    points=(*ERASURE, "erasure.file-removed", "erasure.file-removed:3"),
    makes={"ErasureRequest": 1, "Receipt": 1, "Placement": -1},
    is_seen_later=True,
)
def _lets_a_photo_go(cast: Cast) -> list[Deed]:
    photo = family.a_photo(cast)
    family.shared(cast, photo=photo)
    family.deeds.let_go(member=cast.sam.pk, photo=photo.pk)
    family.deeds.work()
    return [("let_go", {"member": cast.ana.pk, "photo": photo.pk})]


@_lets_a_photo_go
def _the_story_stays_without_the_photo(seen: Seen) -> None:
    assert not Photo.objects.exists()
    assert readers(seen, NAMED.words) == BEREAVED | FAMILY
    assert not readers(seen, DESCRIPTION)
