"""Notices when two pages, made apart, may be about the same baby. Never told to the members.

A baby added twice to go round the other parent is seen here, and goes to the moderators. Pages of exactly
the same parents are left alone (their twins have the same dates); any other difference counts, so that a
parent who adds the baby again alone is seen too. A pair stays until a moderator settles it: changing the
facts does not undo it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from lessalone.families.events import SameBabyNoticed
from lessalone.families.models import BabyPage, Parent, Precision, SameBaby
from lessalone.kit import events, queue

DAYS_APART = 3
WEEKS_APART = 1


def notice_same_baby(page: BabyPage) -> list[SameBaby]:
    """Pair this page's baby with those whose facts match. Returns the new pairs, and publishes each."""
    return pair_with(page.baby_id, {other.baby_id for other in _near(page) if _is_same(page, other)})


def pair_with(baby_id: int, others: set[int]) -> list[SameBaby]:
    """Pair this baby with each of the others that other parents have. Returns the new pairs, and publishes
    each. A pair that a moderator settled stays settled."""
    new = []
    for other in sorted(others - {baby_id} - _with_the_same_parents(baby_id, others)):
        first, second = sorted((baby_id, other))
        pair, is_new = SameBaby.objects.get_or_create(first_id=first, second_id=second)
        if is_new:
            events.publish(SameBabyNoticed(pair_id=pair.pk))
            new.append(pair)
    return new


def _near(page: BabyPage) -> list[BabyPage]:
    """Pages of other babies with a date within three days of this one's. By the three date indexes."""
    span = datetime.timedelta(days=DAYS_APART)
    near = Q()
    for which, day in page.known_days():
        near |= Q(**{f"{which}_precision": Precision.DAY, f"{which}_on__range": (day - span, day + span)})
    return list(BabyPage.objects.filter(near).exclude(baby=page.baby_id)) if near else []


def _is_same(page: BabyPage, other: BabyPage) -> bool:
    """Near in birth or death; or near in the due date, with no birth or death that says otherwise."""
    if page.weeks is not None and other.weeks is not None and abs(page.weeks - other.weeks) > WEEKS_APART:
        return False
    theirs = dict(other.known_days())
    apart = {
        which: abs((day - theirs[which]).days) <= DAYS_APART
        for which, day in page.known_days()
        if which in theirs
    }
    lived = [apart[which] for which in ("born", "died") if which in apart]
    return any(lived) if lived else apart.get("due", False)


def _with_the_same_parents(baby_id: int, others: set[int]) -> set[int]:
    """Those of the other babies whose parents, present and former, are exactly this baby's."""
    parents: dict[int, set[int]] = defaultdict(set)
    if others:
        rows = Parent.objects.filter(baby__in={baby_id, *others}).values_list("baby", "member")
        for baby, member in rows:
            parents[baby].add(member)
    return {other for other in others if parents[other] == parents[baby_id]}


@queue.task(name="families.compare-page")
def compare_page(page_id: int) -> None:
    """Notice pages of the same baby as this one, if it is still there."""
    page = BabyPage.objects.filter(pk=page_id).first()
    if page is not None:
        notice_same_baby(page)


def compare_later(page: BabyPage) -> None:
    """Compare tomorrow, with the facts as they are then: for someone who changes dates again and again."""
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    queue.enqueue(compare_page, unique_key=str(page.pk), run_at=tomorrow, page_id=page.pk)
