"""Making `Profile` and `Told` anew from what a member answered: in the same transaction, so that it is true at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q
from django.utils import timezone

from lessalone.families.experiences import OF_LOSS, answers_about
from lessalone.families.models import Experience, Parent
from lessalone.kindred import codes
from lessalone.kindred.counts import cells_in
from lessalone.kindred.established import MOST_ALONE, established
from lessalone.kindred.matched import Matched, banded, columns_of, matched_of, months_of, own_words
from lessalone.kindred.models import OwnWord, Profile, TellsOf, Told
from lessalone.kindred.packing import told_columns
from lessalone.kit import limits, queue
from lessalone.people import facets
from lessalone.people.facets import OWN, Answer, Purpose
from lessalone.people.models import Member
from lessalone.sharing.models import Item, Rung

CHANGES_A_DAY, CHANGES_A_MONTH = 30, 90
"""How often what a member's own pages compare may become more or other. Enough to answer every question once."""
DAY = dt.timedelta(days=1)
FACETS = {**OWN, **OF_LOSS}


@facets.follows
def rebuild(member_id: int) -> None:
    """Everything of this member that is compared, from their answers as they are now. Repeatable."""
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
        if member is None:
            return
        matched = _matched(member)
        profiles = _keep_profiles(member, matched)
        _keep_told(member, matched, profiles)


@queue.task(name="kindred.compare-story")
def compare_story(item_id: int) -> None:
    """A story is shared, or otherwise shared than before: what is compared of all whose it is or was, anew."""
    theirs = Member.objects.filter(
        Q(pk__in=Item.objects.filter(pk=item_id).values("author"))
        | Q(pk__in=Parent.objects.with_voice().filter(baby__items=item_id).values("member"))
        | Q(pk__in=Told.objects.filter(item=item_id).values("member"))
    )
    for member_id in list(theirs.order_by("pk").values_list("pk", flat=True)):
        rebuild(member_id)


@queue.task(name="kindred.compare-member")
def compare_member(member_id: int) -> None:
    """They have a voice in stories that they had none in, or the other way round."""
    rebuild(member_id)


def _matched(member: Member) -> dict[Experience, Matched]:
    """What may be compared of each loss of theirs: what is in use, and consented to where the law asks."""
    consented = facets.purposes_of(member) | {""}
    own = facets.own_answers(member)
    month = months_of(timezone.now().date())
    made = {}
    for experience in Experience.objects.filter(member=member):
        answers = _with_consent({**own, **answers_about(experience)}, consented)
        found = matched_of(answers)
        made[experience] = replace(
            found,
            since=None if found.since is None else min(found.since, month),
            shown=found.shown | ({codes.WORDS} if Purpose.HEALTH in consented else set()),
        )
    return made


def _with_consent(answers: dict[str, Answer], consented: set[str]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if FACETS[key].purpose in consented}


# --- What is compared of people.


def _keep_profiles(member: Member, matched: dict[Experience, Matched]) -> dict[int, Profile]:
    there = {row.experience_id: row for row in Profile.objects.filter(member=member)}
    asks, waits_until = _asks(member.pk, matched, there)
    rows = [
        Profile(
            experience=experience,
            member=member,
            asks=asks[experience.pk].kept(),
            waits_until=waits_until,
            **columns_of(mine),
        )
        for experience, mine in matched.items()
    ]
    for row in rows:
        row.same_since = _same_since(row, there.get(row.experience_id))
    names = [field.name for field in Profile._meta.concrete_fields if not field.primary_key]
    Profile.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["experience"], update_fields=names
    )
    return {row.experience_id: row for row in rows}


def _same_since(now: Profile, before: Profile | None) -> dt.datetime:
    """An edit of what is not counted, or is hidden, leaves no trace in what is."""
    if before is not None and cells_in(before) == cells_in(now):
        return before.same_since
    return timezone.now()


def _asks(
    member_id: int, matched: dict[Experience, Matched], there: dict[int, Profile]
) -> tuple[dict[int, Matched], dt.datetime | None]:
    """What their own pages compare from now on, and until when something new waits.

    Taking away is true at once, always. What is new or other counts against the day: whoever changes their answers
    again and again, to see whose story comes nearer, sees no difference any more.
    """
    new = {experience.pk: mine for experience, mine in matched.items()}
    before = {pk: Matched.read(there[pk].asks) if pk in there else Matched() for pk in new}
    less = {pk: before[pk].only_with(mine) for pk, mine in new.items()}
    if all(less[pk].kept() == mine.kept() for pk, mine in new.items()) or _may_change(member_id):
        return new, None
    return less, timezone.now() + DAY


def _may_change(member_id: int) -> bool:
    return limits.allow_all(
        (f"kindred:day:{member_id}", CHANGES_A_DAY, 24 * 3600),
        (f"kindred:month:{member_id}", CHANGES_A_MONTH, 30 * 24 * 3600),
    )


# --- What is compared of stories.


def _keep_told(member: Member, matched: dict[Experience, Matched], profiles: dict[int, Profile]) -> None:
    Told.objects.filter(member=member).delete()
    told, words = [], []
    said = dict(TellsOf.objects.filter(item__author=member).values_list("item", "experience"))
    for item in _stories_of(member):
        experience = _told_in(item, list(matched), said.get(item.pk))
        if experience is None or matched[experience].is_empty:
            continue
        is_banded = item.voice.is_cover
        mine = in_bands(matched[experience]) if is_banded else matched[experience]
        if item.author_id != member.pk:
            mine = replace(mine, shown=mine.shown - {codes.WORDS})  # they are its author's words
        row = Told(
            item=item,
            profile=profiles[experience.pk],
            member=member,
            is_banded=is_banded,
            **told_columns(item.pk, mine),
        )
        told.append(row)
        words += [OwnWord(told=row, key=codes.key_of(*word)) for word in own_words(mine)]
    Told.objects.bulk_create(told)
    OwnWord.objects.bulk_create(words)


def _stories_of(member: Member) -> Iterable[Item]:
    """Stories shared with somebody that they wrote, or in which they have a voice as a parent; of those under a cover
    name only what they wrote. Whoever finds one asks policy for it, and whether each parent agreed.
    """
    babies = Parent.objects.with_voice().filter(member=member).values("baby")
    jointly = Q(is_joint=True, voice__is_cover=False, baby__in=babies)
    own = Item.objects.owned_by(member.pk).filter(Q(author=member) | jointly, kind=Item.Kind.STORY)
    return own.filter(current__isnull=False).exclude(rung=Rung.ONLY_US).select_related("voice")


def _told_in(item: Item, experiences: list[Experience], said: int | None) -> Experience | None:
    """The loss that a story tells of: of its baby, the one that was said, or the only one. Never a guess."""
    if item.baby_id is not None:
        return next((one for one in experiences if one.baby_id == item.baby_id), None)
    if said is not None:
        return next((one for one in experiences if one.pk == said), None)
    return experiences[0] if len(experiences) == 1 else None


def in_bands(mine: Matched) -> Matched:
    """What is compared under a cover name: the finest bands that enough established members share.

    Whoever knows every true fact meets no more in it than what is true of all of them.
    """
    for level in (4, 3, 2, 1):
        coarse = banded(mine, level)
        if not coarse.is_empty and _is_shared(coarse):
            return coarse
    return Matched()


def _is_shared(coarse: Matched) -> bool:
    alike = Profile.objects.filter(established("member__"))
    if role := coarse.one("role"):
        alike = alike.filter(role=codes.code("role", role))
    if groups := codes.group_bits(coarse.groups):
        in_common = ExpressionWrapper(F("kinds").bitand(groups), output_field=BigIntegerField())
        alike = alike.annotate(in_common=in_common).filter(in_common=groups)
    if coarse.weeks_band is not None:
        after = next((first for first in codes.WEEKS if first > coarse.weeks_band), 99)
        alike = alike.filter(weeks__gte=coarse.weeks_band, weeks__lt=after)
    if coarse.year is not None:
        alike = alike.filter(since__gte=coarse.year * 12, since__lt=coarse.year * 12 + 12)
    return len(alike.values("member").distinct()[:MOST_ALONE]) >= MOST_ALONE
