"""Reads for moderators: what waits, what is held, what was decided, what leads look over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils.safestring import SafeString

from lessalone.families import facts
from lessalone.families.models import LoneConsentRequest, SafetySeparation, SameBaby
from lessalone.kit import cursors
from lessalone.kit.ids import LENGTH as ID_LENGTH
from lessalone.moderation import actions
from lessalone.moderation.models import Decision, Objection, Report
from lessalone.people import duties
from lessalone.people.models import AuditEntry, Member, Voice
from lessalone.people.viewer import Viewer
from lessalone.responses import kept_words
from lessalone.sharing.models import Hold, Item, Opening
from lessalone.sharing.prepared import Prepared
from lessalone.stories import rendering

LENGTH = 20
_PUBLIC_ID = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{ID_LENGTH}}}(?![A-Za-z0-9_-])")


def what_waits(member: Member) -> dict[str, bool]:
    """What waits for this moderator, by the name of its page. One query."""
    is_lead = duties.is_lead(member)
    waits: dict[str, QuerySet[Any]] = {
        "reports": Report.objects.open().filter(Q(taken_by=None) | Q(taken_by=member)),
        "decisions": Decision.objects.to_second().exclude(made_by=member),
        "objections": Objection.objects.filter(answered_at=None),
        "joining": Member.objects.waiting(),
        "losses": Member.objects.to_be_admitted(),
        "same-baby": SameBaby.objects.unsettled(),
        "lone-consent": LoneConsentRequest.objects.waiting().exclude(approvals__moderator=member),
    }
    if is_lead:
        waits["separations"] = SafetySeparation.objects.waiting()
    asked = {name.replace("-", "_"): Exists(rows) for name, rows in waits.items()}
    row = Member.objects.filter(pk=member.pk).values(**asked).get()
    return {name: bool(row[name.replace("-", "_")]) for name in waits}


def reports_for(member: Member, *, is_all: bool = False) -> QuerySet[Report]:
    """Open reports that nobody or this moderator looks after (or all), the soonest due first."""
    rows = Report.objects.open().select_related("item")
    if not is_all:
        rows = rows.filter(Q(taken_by=None) | Q(taken_by=member))
    return rows.annotate(is_held=_is_held("item"), taker=shown_name("taken_by"))


def decisions_to_second(member: Member) -> QuerySet[Decision]:
    """Decisions that wait for another moderator than the one who made them."""
    rows = Decision.objects.to_second().select_related("item")
    return rows.annotate(maker=shown_name("made_by"), is_mine=Q(made_by=member))


def current_holds() -> QuerySet[Hold]:
    """What is held now, oldest first."""
    decided = Decision.objects.standing().filter(item=OuterRef("item"), seconded_at__isnull=False)
    rows = Hold.objects.filter(released_at=None, item__erased_at=None).select_related("item")
    return rows.annotate(placer=shown_name("placed_by"), is_decided=Exists(decided)).order_by(
        "placed_at", "pk"
    )


def objections_open() -> QuerySet[Objection]:
    """Objections that wait for someone who had no part in it, oldest first."""
    return Objection.objects.filter(answered_at=None).select_related("item").order_by("pk")


def openings_by_moderators() -> QuerySet[Opening]:
    """What moderators opened with a reason, newest first: for leads."""
    rows = Opening.objects.filter(member__isnull=False).select_related("item")
    return rows.annotate(who=shown_name("member")).order_by("-pk")


def audit_log() -> QuerySet[AuditEntry]:
    """What everyone with a duty did, newest first: for leads."""
    return AuditEntry.objects.annotate(who=shown_name("actor")).order_by("-pk")


def shown_name(member: str) -> Subquery:
    """The name that a member shows, of a row with this member."""
    shown = Voice.objects.filter(member=OuterRef(member), is_cover=False)
    return Subquery(shown.values("name")[:1])


def _is_held(item: str) -> Exists:
    return Exists(Hold.objects.filter(item=OuterRef(item), released_at=None))


# --- One thing, as a moderator looks at it.


def seen_by(viewer: Viewer, public_id: str) -> Item | None:
    """A story or response that this moderator sees, with how they stand to it; None when they may not see it."""
    return next(iter(_seen.fetch(viewer, public_id=public_id)), None)


def erased(item: Item, member: Member) -> Item:
    """The same of something that was erased: of it there is nothing to see."""
    return _with_standing(Item.objects.filter(pk=item.pk), member.pk).get()


def _with_standing(items: QuerySet[Item], member_id: int | None) -> QuerySet[Item]:
    if member_id is None:
        return items.none()
    return items.annotate(
        is_held=_is_held("pk"),
        is_outside=ExpressionWrapper(actions.outside(member_id), output_field=BooleanField()),
        had_part=Exists(actions.had_part(member_id, OuterRef("pk"))),
        voice_name=F("voice__name"),
        revision=F("response__revision"),
    )


_seen = Prepared(
    "moderation:item",
    lambda viewer, marks: _with_standing(
        Item.objects.visible_to(viewer).filter(public_id=marks["public_id"]), viewer.member_id
    ),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """Something as members see it, photos covered, with what is known about it."""

    item: Item
    body: SafeString | None
    """None: it was erased, or there is nothing to see."""
    is_held: bool
    is_outside: bool
    """The moderator who looks is not of its family, so may decide."""
    decision: Decision | None
    decision_words: str
    reports: list[Report]
    objection: str
    """What its author wrote who asks to look again, if that was asked for."""


def look_at(item: Any, objection: Objection | None = None) -> Looked:
    """Everything a moderator decides from, of what `seen_by` or `erased` gave."""
    decision = (
        Decision.objects.standing()
        .filter(item=item)
        .annotate(maker=shown_name("made_by"), seconder=shown_name("seconded_by"))
        .first()
    )
    reports = list(Report.objects.open().filter(item=item))
    sealed: list[facts.Sealed] = [(one.key_id, one.words_sealed, actions.REPORT_WORDS) for one in reports]
    for row, context in ((decision, actions.DECISION_WORDS), (objection, actions.OBJECTION_WORDS)):
        sealed.append((row.key_id, row.words_sealed, context) if row else (None, b"", context))
    *told, decision_words, objection_words = facts.open_words(sealed)
    for one, text in zip(reports, told, strict=True):
        one.words = text  # type: ignore[attr-defined]
    return Looked(
        item=item,
        body=body_of(item),
        is_held=item.is_held,
        is_outside=item.is_outside,
        decision=decision,
        decision_words=decision_words,
        reports=reports,
        objection=objection_words,
    )


def body_of(item: Any) -> SafeString | None:
    """An item as every reader gets it, photos covered."""
    if item.erased_at is not None:
        return None
    if item.kind == Item.Kind.STORY:
        shown = rendering.page_body(item) if item.current_id else None
        return rendering.within_a_page(shown) if shown else None
    if item.revision is None:
        return None
    return kept_words.html_of([(item.pk, item.revision, item.voice_name)]).get(item.pk)


def item_at(address: str) -> Item | None:
    """The item that a pasted address is about, in whatever state, for breaking the glass."""
    ids = _PUBLIC_ID.findall(address)
    return Item.objects.filter(public_id__in=ids, erased_at=None).order_by("-pk").first() if ids else None


def page(
    rows: QuerySet[Any], cursor: str | None, *, newest_first: bool = False
) -> tuple[list[Any], str | None]:
    """Some rows by their number from `cursor` on, and the cursor of the next page."""
    keys = cursors.decode(cursor)
    if keys and isinstance(keys[0], int):
        rows = rows.filter(pk__lt=keys[0]) if newest_first else rows.filter(pk__gt=keys[0])
    found = list(rows[: LENGTH + 1])
    return found[:LENGTH], cursors.encode(found[LENGTH - 1].pk) if len(found) > LENGTH else None


def page_of_reports(rows: QuerySet[Report], cursor: str | None) -> tuple[list[Report], str | None]:
    """The same for reports, whose order is when they are due."""
    keys = cursors.decode(cursor)
    if keys and len(keys) == 2:
        due, pk = datetime.fromisoformat(keys[0]), keys[1]
        rows = rows.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk))
    found = list(rows[: LENGTH + 1])
    if len(found) <= LENGTH:
        return found, None
    last = found[LENGTH - 1]
    return found[:LENGTH], cursors.encode(last.due_at.isoformat(), last.pk)
