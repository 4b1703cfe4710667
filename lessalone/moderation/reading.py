"""Reads for moderators: what waits, what is held, what was decided, what leads look over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.safestring import SafeString

from lessalone.families.models import LoneConsentRequest, SafetySeparation, SameBaby
from lessalone.kit import cursors
from lessalone.kit.ids import LENGTH as ID_LENGTH
from lessalone.moderation import actions
from lessalone.moderation.models import Decision, Objection, Report
from lessalone.people import duties
from lessalone.people.models import AuditEntry, Member, Voice
from lessalone.responses import kept_words
from lessalone.responses.models import Response
from lessalone.sharing.models import Hold, Item, Opening
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
    return rows.annotate(is_held=_is_held("item"), taker=_shown_name("taken_by"))


def decisions_to_second(member: Member) -> QuerySet[Decision]:
    """Decisions that wait for another moderator than the one who made them."""
    rows = Decision.objects.to_second().select_related("item")
    return rows.annotate(maker=_shown_name("made_by"), is_mine=Q(made_by=member))


def current_holds() -> QuerySet[Hold]:
    """What is held now, oldest first."""
    decided = Decision.objects.standing().filter(item=OuterRef("item"), seconded_at__isnull=False)
    rows = Hold.objects.filter(released_at=None, item__erased_at=None).select_related("item")
    return rows.annotate(placer=_shown_name("placed_by"), is_decided=Exists(decided)).order_by(
        "placed_at", "pk"
    )


def objections_open() -> QuerySet[Objection]:
    """Objections that wait for someone who had no part in it, oldest first."""
    return Objection.objects.filter(answered_at=None).select_related("item").order_by("pk")


def openings_by_moderators() -> QuerySet[Opening]:
    """What moderators opened with a reason, newest first: for leads."""
    rows = Opening.objects.filter(member__isnull=False).select_related("item")
    return rows.annotate(who=_shown_name("member")).order_by("-pk")


def audit_log() -> QuerySet[AuditEntry]:
    """What everyone with a duty did, newest first: for leads."""
    return AuditEntry.objects.annotate(who=_shown_name("actor")).order_by("-pk")


def _shown_name(member: str) -> Subquery:
    shown = Voice.objects.filter(member=OuterRef(member), is_cover=False)
    return Subquery(shown.values("name")[:1])


def _is_held(item: str) -> Exists:
    return Exists(Hold.objects.filter(item=OuterRef(item), released_at=None))


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


def look_at(item: Item, member: Member) -> Looked:
    """Everything a moderator decides from. Whoever asks has asked policy."""
    decision = (
        Decision.objects.standing()
        .filter(item=item)
        .annotate(maker=_shown_name("made_by"), seconder=_shown_name("seconded_by"))
        .first()
    )
    reports = list(Report.objects.open().filter(item=item))
    for one in reports:
        one.words = actions.words_of(one.key_id, one.words_sealed, actions.REPORT_WORDS)  # type: ignore[attr-defined]
    return Looked(
        item=item,
        body=body_of(item),
        is_held=Hold.objects.filter(item=item, released_at=None).exists(),
        is_outside=actions.is_outside(member, item),
        decision=decision,
        decision_words=words_of_decision(decision),
        reports=reports,
    )


def body_of(item: Item) -> SafeString | None:
    """An item as every reader gets it, photos covered."""
    if item.erased_at is not None:
        return None
    if item.kind == Item.Kind.STORY:
        shown = rendering.page_body(item) if item.current_id else None
        return rendering.within_a_page(shown) if shown else None
    row = Response.objects.filter(item=item).values_list("item_id", "revision", "item__voice__name").first()
    return kept_words.html_of([row]).get(item.pk) if row else None


def words_of_decision(decision: Decision | None) -> str:
    """What its author is told in the moderator's words."""
    if decision is None:
        return ""
    return actions.words_of(decision.key_id, decision.words_sealed, actions.DECISION_WORDS)


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
