"""A page of a story's responses, as one reader sees it, and how that reader stands towards the story.

The words are the same for every reader and kept rendered; only the line under them is made for the reader.
A page costs two queries, the standing one more, however many responses there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lessalone.kit import cursors
from lessalone.kit.prepared import Marks
from lessalone.people.viewer import Viewer
from lessalone.responses.kept_words import html_of
from lessalone.responses.models import Gesture, LaidAside, LessAlone, PutAway
from lessalone.sharing import policy
from lessalone.sharing.models import Answers, FirstReader, Hold, Item
from lessalone.sharing.prepared import Prepared

LENGTH = 50
_NO_ID = "0" * 22
_COLUMNS = (
    *("pk", "public_id", "above_id", "author_id", "published_at", "waiting_for"),
    *("voice_name", "thread", "revision", "edited_at", "told_waiting"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One response on the page."""

    item: Item
    words: SafeString
    """The name and the words, as everybody sees them."""
    is_own: bool
    is_below: bool
    """It answers the response before it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some responses in the order they were written, each exchange together."""

    entries: list[Entry]
    next_cursor: str | None
    is_first: bool

    def __bool__(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands towards a story: what they may do, and what they already did."""

    is_family: bool = False
    is_shown: bool = False
    """Published, not taken back, not held."""
    is_held: bool = False
    answers: str = Answers.NOBODY
    gestures: frozenset[str] = frozenset()
    is_less_alone: bool = False
    has_first_reader: bool = False
    is_first_reader: bool = False
    is_waited_for: bool = False
    """Responses wait for this reader, who is of the family."""
    also: frozenset[str] = frozenset()
    """The names of what rooms above asked (`also_ask`) that is so."""

    @property
    def has_answered(self) -> bool:
        """Without words: then the ways to answer stay open, so that it can be taken back."""
        return self.is_less_alone or bool(self.gestures)

    @property
    def takes_gestures(self) -> bool:
        return self.is_shown and self.answers != Answers.NOBODY and not self.is_family

    @property
    def takes_words(self) -> bool:
        return self.is_shown and self.answers in (Answers.ANYONE, Answers.APPROVED)


Question = Callable[[Viewer], Q]
_questions: dict[str, Question] = {}


def also_ask(name: str, question: Question) -> None:
    """A room above wants to know something of a story whose page is made. `question(viewer)` is a condition over it.

    It is asked in the query that asks how the reader stands, so that the page asks none more.
    """
    _questions[f"also_{name}"] = question


def page_of(viewer: Viewer, story_item: Item, cursor: str | None) -> Page:
    """The responses to a story that this viewer may see, from `cursor` on; a wrong cursor starts anew.

    The viewer's own are there while they wait. Those that wait for the viewer are not: they are on a page of
    their own, opened when one is ready for them.
    """
    thread, item_id = _position(cursor)
    rows = _page.fetch(viewer, item=story_item.pk, before_id=thread, after_id=item_id)
    shown, has_more = rows[:LENGTH], len(rows) > LENGTH
    kept = html_of((row.pk, row.revision, row.voice_name) for row in shown)
    entries, heads = [], {thread}
    for row in shown:
        if row.pk not in kept or (row.above_id is not None and row.thread not in heads):
            continue
        heads.add(row.thread)
        entries.append(Entry(row, kept[row.pk], row.author_id == viewer.member_id, row.above_id is not None))
    last = shown[-1] if has_more else None
    return Page(entries, cursors.encode(last.thread, last.pk) if last else None, is_first=not thread)


def standing_of(viewer: Viewer, story_item: Item) -> Standing:
    """How this viewer stands towards a story that they may see. One query."""
    found = _standing.fetch(viewer, item=story_item.pk)
    if not found:
        return Standing()
    row = found[0]
    return Standing(
        is_family=bool(row.is_family),
        is_shown=bool(row.is_shown),
        is_held=bool(row.is_held),
        answers=row.answers,
        gestures=frozenset(kind for kind in Gesture.Kind.values if getattr(row, _column(kind))),
        is_less_alone=bool(row.is_less_alone),
        has_first_reader=bool(row.has_first_reader),
        is_first_reader=bool(row.is_first_reader),
        is_waited_for=bool(row.is_family and row.has_waiting),
        also=frozenset(name.removeprefix("also_") for name in _questions if getattr(row, name)),
    )


def rendered(page: Page, story_item: Item, *, can_answer: bool) -> list[SafeString]:
    """Each entry as a list item: the kept words, and under them what this reader can do."""
    compose = _Composer(story_item, can_answer=can_answer)
    return [compose(entry) for entry in page.entries]


class _Composer:
    """Puts list items together from parts that are safe, each made safe once for the page.

    A template for each, or `format_html`, would cost more than everything else on the page.
    """

    def __init__(self, story_item: Item, *, can_answer: bool) -> None:
        self.answer_url = reverse("responses-write", args=[story_item.public_id]) if can_answer else ""
        self.own_url = reverse("responses-answer", args=[_NO_ID])
        self.own, self.waiting = escape(_("Yours")), escape(_("Not seen by others yet"))
        self.changed = escape(_("Changed since"))
        self.answer, self.more = escape(_("Answer")), escape(_("More"))
        self.zone = timezone.get_current_timezone()
        self.name = cache(escape)
        self.day = cache(lambda day: escape(date_format(day, "DATE_FORMAT")))

    def __call__(self, entry: Entry) -> SafeString:
        item = entry.item
        at = item.published_at.astimezone(self.zone)
        unseen = f'<span class="unseen"> {self.name(item.voice_name)}</span></a>'
        line = [f'<time datetime="{at:%Y-%m-%dT%H:%M%z}">{self.day(at.date())}</time>']
        if entry.is_own:
            line.append(self.own)
            if is_waiting_for_its_writer(item):
                line.append(self.waiting)
        if item.edited_at:
            line.append(self.changed)
        if self.answer_url and not entry.is_below and not is_waiting_for_its_writer(item):
            line.append(f'<a href="{self.answer_url}?to={item.public_id}">{self.answer}{unseen}')
        line.append(f'<a href="{self.own_url.replace(_NO_ID, item.public_id)}">{self.more}{unseen}')
        return mark_safe(  # noqa: S308 - every part is escaped above, or made of letters that need none
            f'<li class="response{" below" if entry.is_below else ""}" id="answer-{item.public_id}">'
            f'{entry.words}<p class="soft small">{" · ".join(line)}</p></li>'
        )


def is_waiting_for_its_writer(item: Item) -> bool:
    """Whether its writer is told that it waits. That does not change when it is put away."""
    told = getattr(item, "told_waiting", None)
    return bool(item.waiting_for if told is None else told)


def _position(cursor: str | None) -> tuple[int, int]:
    keys = cursors.decode(cursor)
    if not keys or len(keys) != 2 or not all(isinstance(key, int) for key in keys):
        return 0, 0
    return keys[0], keys[1]


def _column(kind: str) -> str:
    return f"did_{kind.replace('-', '_')}"


def _build_page(viewer: Viewer, marks: Marks) -> models.QuerySet:
    """`before_id` stands for the thread, `after_id` for the item that the page before ended with."""
    thread, item_id = marks["before_id"], marks["after_id"]
    after = Q(response__thread__gt=thread) | Q(response__thread=thread, response__item__gt=item_id)
    seen_by_all = Q(waiting_for="") & (Q(above=None) | Q(above__waiting_for=""))
    items = Item.objects.filter(after, response__root=marks["item"], response__thread__gte=thread)
    if viewer.member_id is None:
        items = items.filter(seen_by_all)
    else:
        aside = LaidAside.objects.filter(member=viewer.member_id, item=OuterRef("pk"))
        items = items.filter(seen_by_all | Q(author=viewer.member_id)).filter(~Exists(aside))
    return (
        items.visible_to(viewer, policy.Part.BRANCHES)
        .annotate(
            voice_name=F("voice__name"),
            thread=F("response__thread"),
            revision=F("response__revision"),
            edited_at=F("response__edited_at"),
            told_waiting=told_waiting(),
        )
        .order_by("response__thread", "response__item")
        .values_list(*_COLUMNS)[: LENGTH + 1]
    )


def told_waiting() -> models.Subquery:
    """What the writer of a put away response is told that it waits for; null when it was not put away."""
    away = PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)
    return models.Subquery(away.values("was_waiting_for")[:1])


def _build_standing(viewer: Viewer, marks: Marks) -> models.QuerySet:
    me = viewer.member_id
    no = Value(False, output_field=BooleanField())
    waiting = Item.objects.filter(
        ~Exists(PutAway.objects.filter(item=OuterRef("pk"), ended_at=None)),
        root=OuterRef("pk"),
        waiting_for=Item.Waiting.FAMILY,
        erased_at=None,
    )
    mine = Gesture.objects.filter(item=OuterRef("pk"), member=me)
    did = {
        _column(kind): no if me is None else Exists(mine.filter(kind=kind)) for kind in Gesture.Kind.values
    }
    own = no if me is None else Exists(Item.objects.owned_by(me).filter(pk=OuterRef("pk")))
    less_alone = LessAlone.objects.filter(item=OuterRef("pk"), member=me)
    first = FirstReader.objects.filter(item=OuterRef("pk"), ended_at=None)
    return (
        Item.objects.filter(pk=marks["item"])
        .only("answers")
        .annotate(
            is_family=own,
            is_shown=_as_boolean(policy.is_published() & policy.is_not_taken_back() & policy.is_not_held()),
            is_held=Exists(Hold.objects.filter(item=OuterRef("pk"), released_at=None)),
            is_less_alone=no if me is None else Exists(less_alone),
            has_first_reader=Exists(first),
            is_first_reader=no if me is None else Exists(first.filter(member=me)),
            has_waiting=no if me is None else Exists(waiting),
            **did,
            **{name: _as_boolean(question(viewer)) for name, question in _questions.items()},
        )
    )


def _as_boolean(condition: Q) -> models.Case:
    return models.Case(
        models.When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


_page = Prepared("responses:page", _build_page)
_standing = Prepared("responses:standing", _build_standing)
