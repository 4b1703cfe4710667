"""Stories as their own people see them: the list of one's own, the family's page of one, the question to a parent.

Each page asks once for everything that it shows of a kind, however much there is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.families import facts
from lessalone.families.models import Parent
from lessalone.people.models import Member, Voice
from lessalone.sharing.models import (
    Ceiling,
    Consent,
    FirstReader,
    Hold,
    Item,
    Link,
    Placement,
    Rest,
    Rung,
    Version,
    Withdrawal,
)
from lessalone.sharing.policy import ItemQuerySet, is_their_own
from lessalone.stories import joint
from lessalone.stories.actions import DRAFT, FAMILY_LINE
from lessalone.stories.contents import Contents
from lessalone.stories.models import Draft, FamilyLine, Welcome, Words
from lessalone.stories.rendering import words_context
from lessalone.vault import words

Sealed = tuple[Any, bytes, str]
MOST_DRAFTS, MOST_STORIES = 100, 200


def shown_name(member: str = "member") -> Subquery:
    """The name that a member shows, of a row with this member."""
    return Subquery(Voice.objects.filter(member=OuterRef(member), is_cover=False).values("name")[:1])


# --- The list of one's own.


@dataclass(frozen=True, slots=True)
class Listed:
    """A story on a list of one's own."""

    item: Item
    title: str

    @property
    def is_open(self) -> bool:
        """A version of it waits until everyone has agreed."""
        return bool(self.item.is_open)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class OnesOwn:
    """What one writes and wrote, and what one is asked about."""

    drafts: list[tuple[Draft, str]]
    own: list[Listed]
    asked: list[Listed]


def list_of(member: Member) -> OnesOwn:
    """One's drafts, stories and questions with their titles: of what is shown or asked, else of what was last."""
    drafts = list(
        Draft.objects.owned_by(member.pk).select_related("item").order_by("-saved_at")[:MOST_DRAFTS]
    )
    items = list(_listed(member).order_by("-pk")[:MOST_STORIES])
    said = {
        row.version_id: row
        for row in Words.objects.filter(version__in=[item.last_version for item in items])  # type: ignore[attr-defined]
    }
    sealed: list[Sealed] = [(draft.item.key_id, bytes(draft.sealed), DRAFT) for draft in drafts]
    for item in items:
        row = said.get(item.last_version)  # type: ignore[attr-defined]
        sealed.append((item.key_id, bytes(row.sealed) if row else b"", words_context(item.last_version)))  # type: ignore[attr-defined]
    texts = _opened(sealed)
    titles = [Contents.from_json(text).title for text in texts[: len(drafts)]]
    listed = [Listed(item, title_in(text)) for item, text in zip(items, texts[len(drafts) :], strict=True)]
    return OnesOwn(
        drafts=list(zip(drafts, titles, strict=True)),
        own=[one for one in listed if not one.item.is_question],  # type: ignore[attr-defined]
        asked=[one for one in listed if one.item.is_question],  # type: ignore[attr-defined]
    )


def _listed(member: Member) -> ItemQuerySet:
    """What is their own, or waits for their answer, with how it stands."""
    versions = Version.objects.filter(item=OuterRef("pk"))
    still_up = Case(When(superseded_at=None, then=Value(0)), default=Value(1))
    rests = Rest.objects.filter(item=OuterRef("item"), member=member.pk, reopened_at=None)
    # What they said *not yet* to is no question any more, and nothing tells them whether it was asked again.
    is_kept_from_them = Q(Exists(rests), published_at=None) & ~Q(asked_by=member.pk)
    comes_last = Case(When(is_kept_from_them, then=Value(1)), default=Value(0))
    is_open = versions.filter(~is_kept_from_them, superseded_at=None, published_at=None)
    agreed = Consent.objects.filter(version=OuterRef("pk"), member=member.pk, answer=Consent.Answer.AGREE)
    asked = is_open.filter(~Exists(agreed), is_joint=True).exclude(asked_by=member.pk)
    items = Item.objects.asked_of(member.pk).filter(Exists(versions), kind=Item.Kind.STORY)
    return (
        _with_standing(items)
        .annotate(
            last_version=Subquery(versions.order_by(comes_last, still_up, "-number").values("pk")[:1]),
            is_open=Exists(is_open),
            is_question=Exists(asked),
        )
        .filter(is_their_own(member.pk) | Q(is_question=True))
    )


def _with_standing(items: ItemQuerySet) -> ItemQuerySet:
    """Each with what is needed to say in a few words how it stands, in the same query."""
    ceilings = Ceiling.objects.filter(version=OuterRef("current"))
    agreed = Ceiling.objects.filter(version=OuterRef(OuterRef("current")), member=OuterRef("member"))
    voices = Parent.objects.with_voice().filter(baby=OuterRef("baby"))
    return items.annotate(
        is_held=Exists(Hold.objects.filter(item=OuterRef("pk"), released_at=None)),
        is_taken_back=Exists(Withdrawal.objects.filter(item=OuterRef("pk"), ended_at=None)),
        is_only_ours=Exists(ceilings.filter(audience__rung=Rung.ONLY_US)),
        is_narrowed=Exists(ceilings.exclude(audience__rung=OuterRef("rung"))),
        has_ended=Exists(ceilings.filter(audience__ends_at__lte=timezone.now())),
        lacks_a_yes=Case(
            When(is_joint=True, then=Exists(voices.exclude(Exists(agreed)))), default=Value(False)
        ),
    )


def title_in(text: str) -> str:
    """The title in a version's words as they were sealed; what stands for one when they are gone."""
    return str(json.loads(text)["title"]) if text else _("A story")


def _opened(rows: Iterable[Sealed]) -> list[str]:
    """Sealed texts, with one query; empty for what is empty or gone."""
    return facts.open_words(rows)


# --- One story.


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What a parent said to the others about a story."""

    member_id: int
    speaker: str
    said_at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class OneStory:
    """One story with its parents and what they wrote to each other, as one of its family sees it."""

    item: Item
    asked: Version | None
    """The version that waits until everyone has agreed."""
    parents: list[Parent]
    """Those with a voice, each with `name`."""
    links: list[Link]
    """Those that have not been ended."""
    lines: list[SaidLine]
    texts: dict[int, str]
    """The sealed words of its shown and its asked version, opened, by version id."""
    baby_called: str

    def has_voice(self, member: Member) -> bool:
        """Whether this member is a parent whose consent counts."""
        return any(parent.member_id == member.pk for parent in self.parents)

    def others(self, member_id: int) -> list[Parent]:
        """The parents whose consent is needed, other than this one."""
        return [parent for parent in self.parents if parent.member_id != member_id]

    @property
    def title(self) -> str:
        """Of what is shown, else of what is asked."""
        version = self.item.current or self.asked
        return self.said_by(version)["title"] if version else _("A story")

    def said_by(self, version: Version) -> dict[str, str]:
        """What a version says: `title`, `words`, `told_by`. Raises `vault.words.Gone` when it was erased."""
        text = self.texts.get(version.pk)
        if not text:
            raise words.Gone
        said: dict[str, str] = json.loads(text)
        return said

    @property
    def is_joint_matter(self) -> bool:
        """What is shown or asked is the parents' to decide together."""
        return self.item.baby_id is not None and (
            self.item.is_joint or bool(self.asked and self.asked.is_joint)
        )


def own_story_or_404(member: Member, public_id: str) -> OneStory:
    """A story of this member's own, or 404."""
    return _one(Item.objects.owned_by(member.pk), member, public_id)


def asked_or_own_story_or_404(member: Member, public_id: str) -> OneStory:
    """A story of this member's own or that they are asked about, or 404."""
    return _one(Item.objects.asked_of(member.pk), member, public_id)


def asked_story_or_404(member: Member, public_id: str) -> OneStory:
    """A story that this parent is asked about, with the version that they are asked about; or 404."""
    story = _one(Item.objects.asked_of(member.pk), member, public_id, names_baby=True)
    if story.asked is None or not story.asked.is_joint or not story.has_voice(member):
        raise Http404
    return story


def _one(items: ItemQuerySet, member: Member, public_id: str, *, names_baby: bool = False) -> OneStory:
    rows = list(_with_both_versions(items, member).filter(public_id=public_id, kind=Item.Kind.STORY))
    if not rows:
        raise Http404
    item = rows[0]
    asked: Version | None = getattr(item, "asked", None)
    parents = Parent.objects.none() if item.baby_id is None else Parent.objects.with_voice()
    parents = parents.filter(baby=item.baby_id).annotate(name=shown_name()).order_by("joined_at", "pk")
    lines = list(FamilyLine.objects.filter(item=item.pk).annotate(speaker=shown_name()))
    versions = [version for version in (item.current, asked) if version and hasattr(version, "words")]
    pages = joint.pages_of([item.baby], member) if names_baby and item.baby else []
    opened, texts = facts.words_of_many_and(
        pages,
        [
            *((item.key_id, bytes(v.words.sealed), words_context(v.pk)) for v in versions),
            *((item.key_id, bytes(line.sealed), FAMILY_LINE) for line in lines),
        ],
    )
    return OneStory(
        item=item,
        asked=asked,
        parents=list(parents),
        links=[row.open_link for row in rows if hasattr(row, "open_link")],
        lines=[
            SaidLine(line.member_id, line.speaker or "", line.said_at, text)
            for line, text in zip(lines, texts[len(versions) :], strict=True)
            if text
        ],
        texts={version.pk: text for version, text in zip(versions, texts, strict=False)},
        baby_called=joint.called(pages, opened, member),
    )


def _with_both_versions(items: ItemQuerySet, member: Member) -> ItemQuerySet:
    """With the version that is shown, the one that is asked, and how it stands: once for each link that is open."""
    is_open = Q(versions__superseded_at=None, versions__published_at=None)
    invited = Parent.objects.filter(baby=OuterRef("baby"), member=member.pk, invited_by=OuterRef("author"))
    draft = Draft.objects.owned_by(member.pk).filter(item=OuterRef("pk"))
    placed = Placement.objects.filter(version=OuterRef("asked__pk")).order_by().values("version")
    found = items.annotate(
        asked=FilteredRelation("versions", condition=is_open),
        open_link=FilteredRelation("links", condition=Q(links__ended_at=None)),
        asker=shown_name("asked__asked_by"),
        photo_count=Subquery(placed.annotate(number=Count("pk")).values("number")),
        is_own=Case(When(is_their_own(member.pk), then=Value(True)), default=Value(False)),
        is_held=Exists(Hold.objects.filter(item=OuterRef("pk"), released_at=None)),
        is_taken_back=Exists(Withdrawal.objects.filter(item=OuterRef("pk"), ended_at=None)),
        draft_public_id=Subquery(draft.values("public_id")[:1]),
        first_reader=Subquery(_reads_first(OuterRef("pk")).values("name")[:1]),
        meets_welcome=Exists(invited) & ~Exists(Welcome.objects.filter(member=member.pk)),
    )
    found = found.select_related("baby", "current__words", "asked__words", "asked__audience", "open_link")
    return found.order_by("open_link__pk")


def _reads_first(item: Any) -> QuerySet[Any]:
    return FirstReader.objects.filter(item=item, ended_at=None).annotate(name=shown_name())


def first_reader_of(item: Item) -> str:
    """The name of whoever reads answers to it first; empty when nobody does."""
    return _reads_first(item.pk).values_list("name", flat=True).first() or ""
