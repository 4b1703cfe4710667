"""See it as: a story rendered by the same policy for made viewers, never as a real person.

A draft is shared inside a transaction that is always rolled back, as if everyone had agreed; then policy is
asked. A real person would reveal their blocks, their circles and what they choose to meet; a made one has none.
"""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from lessalone.people.models import Member
from lessalone.people.viewer import VISITOR, Viewer
from lessalone.sharing.actions import Refused, agree_for_everyone, digest_of
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Link, Placement, Rung, Version
from lessalone.stories import actions
from lessalone.stories.actions import Written
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


def preview(draft: Draft, written: Written) -> SafeString | None:
    """How it would read, whoever may see it. None when something is missing. `draft` knows the `shown_name`."""
    try:
        actions.refuse_unless_ready(draft.item, written)
    except Refused:
        return None
    contents = written.contents
    version = Version(item=draft.item, notes=sorted(set(contents.notes)))
    telling = Telling(
        version=version,
        title=contents.title.strip(),
        words=contents.words,
        told_by=written.told_by or draft.shown_name,  # type: ignore[attr-defined]
        photos=tuple(
            (Placement(version=version, photo=row.photo, position=position), description)
            for position, (row, description) in enumerate(written.photos)
        ),
    )
    return within_a_page(render_telling(telling, address=""))


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
