"""See it as: a story rendered by the same policy for made viewers, never as a real person.

A draft is shared inside a transaction that is always rolled back, as if everyone had agreed; then policy is
asked. A real person would reveal their blocks, their circles and what they choose to meet; a made one has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, OuterRef, Value, When
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessalone.families.models import Parent
from lessalone.people.models import Member
from lessalone.people.viewer import VISITOR, Viewer
from lessalone.sharing.actions import Refused, agree_for_everyone, digest_of
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Ceiling, Consent, Hold, Item, Link, Rung, Version, Withdrawal
from lessalone.sharing.policy import ItemQuerySet
from lessalone.stories import actions
from lessalone.stories.models import Draft
from lessalone.stories.rendering import Telling, render_telling, tellings, within_a_page

KINDS: dict[str, str | Promise] = {
    "visitor": gettext_lazy("someone without an account"),
    "link": gettext_lazy("someone who has the link"),
    "member": gettext_lazy("a member"),
    "bereaved": gettext_lazy("a member who lost a baby too"),
    "circle": gettext_lazy("a member of a circle you chose"),
    "person": gettext_lazy("a person you chose"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A story on a list of one's own."""

    item: Item
    title: str
    is_question: bool
    is_open: bool = False
    """A version of it waits until everyone has agreed."""


def kinds(audience: AudienceSpec) -> list[tuple[str, str | Promise]]:
    """The made viewers that tell something apart for this audience."""
    wanted = ["visitor", "member", "bereaved"]
    if audience.rung == Rung.LINK:
        wanted.insert(1, "link")
    if audience.rung == Rung.CIRCLES:
        wanted.append("circle")
    if audience.rung == Rung.PEOPLE:
        wanted.append("person")
    return [(kind, KINDS[kind]) for kind in wanted]


def seen_as(draft: Draft, member: Member, kind: str) -> Telling | None:
    """What a made viewer of this kind would see, once all agreed and its hour has come; None: nothing.

    Raises Http404 for a kind that there is not. A draft that could not be shared yet is shown to nobody.
    """
    if kind not in KINDS:
        raise Http404
    contents = actions.contents_of(draft)
    with transaction.atomic():
        try:
            version = actions.ask_to_share(actor=member, draft=draft)
        except Refused:
            transaction.set_rollback(True)
            return None
        item = agree_for_everyone(version)
        viewer = _made_viewer(kind, contents.audience, item, member)
        seen = tellings([version]).get(version.pk) if item.is_visible_to(viewer) else None
        transaction.set_rollback(True)
    return seen


def preview(draft: Draft, member: Member) -> SafeString | None:
    """How it would read, whoever may see it. None when something is missing."""
    with transaction.atomic():
        try:
            version = actions.ask_to_share(actor=member, draft=draft)
            shown = within_a_page(render_telling(actions.telling_of(version), address=""))
        except Refused:
            shown = None
        transaction.set_rollback(True)
    return shown


def _made_viewer(kind: str, audience: AudienceSpec, item: Item, member: Member) -> Viewer:
    no_circles: frozenset[int] = frozenset()
    if kind == "visitor":
        return VISITOR
    if kind == "link":
        link = Link.objects.create(item=item, token_digest=digest_of(item.public_id), made_by=member)
        return Viewer(links=frozenset({link.pk}))
    if kind == "person":
        return Viewer(is_member=True, circle_ids=no_circles, seat_ids=audience.seats)
    if kind == "circle":
        return Viewer(is_member=True, is_bereaved=True, circle_ids=audience.circles)
    return Viewer(is_member=True, is_bereaved=kind == "bereaved", circle_ids=no_circles)


def with_standing(items: ItemQuerySet) -> ItemQuerySet:
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
            When(is_joint=True, then=Exists(voices.exclude(Exists(agreed)))),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def titles(items: Iterable[Item], member: Member) -> list[Listed]:
    """The member's stories with their titles: what is shown, else what was last asked."""
    kept = list(items)
    own = set(
        Item.objects.owned_by(member.pk).filter(pk__in=[i.pk for i in kept]).values_list("pk", flat=True)
    )
    versions: dict[int, Version] = {}
    rows = Version.objects.filter(item__in=kept).select_related("item").order_by("item", "number")
    for version in rows:
        if (
            version.superseded_at is None
            or version.pk == version.item.current_id
            or version.item_id not in versions
        ):
            versions[version.item_id] = version
    told = tellings(versions.values())
    listed = []
    for item in kept:
        last = versions.get(item.pk)
        telling = told.get(last.pk) if last else None
        is_question = last is not None and _is_question_to(member, last)
        if item.pk in own or is_question:
            is_open = last is not None and last.superseded_at is None and last.published_at is None
            listed.append(Listed(item, telling.title if telling else _("A story"), is_question, is_open))
    return listed


def _is_question_to(member: Member, version: Version) -> bool:
    """Whether this version waits for an answer of this parent."""
    is_open = version.superseded_at is None and version.published_at is None
    return (
        is_open
        and version.is_joint
        and version.asked_by_id != member.pk
        and not version.consents.filter(member=member, answer=Consent.Answer.AGREE).exists()
    )
