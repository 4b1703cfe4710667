"""Everything that changes who may see an item: ask, answer, narrow, take back, erase; seats and links.

Each action checks, writes, and tells those above. Refusals are `Refused`, with a sentence for the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.families.models import Baby, Parent
from lessalone.kit import events, faults
from lessalone.kit.derived import index, kept
from lessalone.people.models import Member, Voice
from lessalone.people.tokens import digest_of, token_of_form
from lessalone.sharing import audience as audiences
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.events import (
    AudienceNarrowed,
    ConsentAsked,
    ItemErased,
    ItemPublished,
    ItemTakenBack,
)
from lessalone.sharing.models import (
    Answers,
    Ceiling,
    Consent,
    FirstReader,
    Item,
    ItemNote,
    Link,
    Placement,
    Rest,
    Rung,
    Seat,
    Version,
    Withdrawal,
)
from lessalone.vault import erasure, words
from lessalone.vault.models import Photo

KEY_WRITTEN = faults.declare("sharing.key-written")
VERSION_WRITTEN = faults.declare("sharing.version-written")
CONSENT_WRITTEN = faults.declare("sharing.consent-written")
PUBLISHED = faults.declare("sharing.published")
TAKEN_BACK = faults.declare("sharing.taken-back")
SEAT_LASTS = dt.timedelta(days=7)


class Refused(Exception):
    """It may not be done; the message is a sentence for the person who tried."""


class NotThere(Refused, Http404):
    """It is not there (any more), or never was for this person. A page that does not say so itself answers 404."""


@dataclass(frozen=True, slots=True)
class PlacedPhoto:
    """A photo as a version shows it."""

    photo: Photo
    description_sealed: bytes
    patch_set: int | None = None


def make_item(
    *,
    actor: Member,
    voice: Voice,
    kind: str,
    baby: Baby | None = None,
    root: Item | None = None,
    above: Item | None = None,
    **more: object,
) -> Item:
    """A new item with a key of its own. The key is written first; without its row the key is swept later."""
    key_id = words.new_key(purpose=f"item:{kind}")
    faults.reach(KEY_WRITTEN)
    return Item.objects.create(
        kind=kind, author=actor, voice=voice, baby=baby, root=root, above=above, key_id=key_id, **more
    )


def parents_to_ask(item: Item, *, besides: Member) -> list[Parent]:
    """The parents of the item's baby whose consent is needed, other than `besides`."""
    if item.baby_id is None:
        return []
    return list(
        Parent.objects.with_voice()
        .filter(baby=item.baby_id)
        .exclude(member=besides)
        .select_related("member")
        .order_by("joined_at", "pk")
    )


@transaction.atomic
def ask(
    *,
    actor: Member,
    item: Item,
    digest: str,
    spec: AudienceSpec,
    is_joint: bool,
    voice: Voice,
    answers: str = Answers.APPROVED,
    notes: Sequence[str] = (),
    may_index: bool = False,
    publish_at: dt.datetime | None = None,
    photos: Sequence[PlacedPhoto] = (),
) -> Version:
    """Make a version of an item and ask every parent it needs. The actor's own agreement is part of asking.

    What all agreed to before stays up until this one is agreed. A version that needs nobody else is published.
    Asking says the same to the actor whether a parent rests, has not looked, or has not decided.
    """
    item = _locked(item.pk)
    _refuse_unless_writer(actor, item)
    if photos and not is_joint:
        raise ValueError("a photo is always jointly theirs")
    if is_joint and item.baby_id is None:
        raise Refused(_("Choose which baby this is about first."))
    _refuse_to_unmask(item, voice, is_joint)
    item.versions.filter(superseded_at=None, published_at=None).update(superseded_at=timezone.now())
    last = item.versions.order_by("-number").first()
    version = Version.objects.create(
        item=item,
        number=(last.number if last else 0) + 1,
        digest=digest,
        audience=audiences.store(spec),
        is_joint=is_joint,
        voice=voice,
        answers=answers,
        notes=sorted(set(notes)),
        may_index=may_index and spec.rung == Rung.PUBLIC,
        publish_at=publish_at,
        asked_by=actor,
    )
    Placement.objects.bulk_create(
        Placement(
            version=version,
            photo=placed.photo,
            patch_set_id=placed.patch_set,
            position=position,
            description_sealed=placed.description_sealed,
        )
        for position, placed in enumerate(photos)
    )
    faults.reach(VERSION_WRITTEN)
    _agree(actor, version)
    asked = parents_to_ask(item, besides=actor) if is_joint else []
    resting = set(
        Rest.objects.filter(item=item, reopened_at=None).values_list("member", flat=True) if asked else ()
    )
    told = tuple(parent.member_id for parent in asked if parent.member_id not in resting)
    if told:
        events.publish(ConsentAsked(item_id=item.pk, version_id=version.pk, member_ids=told))
    _publish_if_all_agree(version)
    return version


@transaction.atomic
def answer(*, actor: Member, version: Version, choice: str) -> Version:
    """A parent's answer to a version: agree, not yet, or only us. Answering twice is the same as once.

    *Not yet* rests the request: nobody can ask this parent about this item until they reopen it. *Only us*
    also lowers what is already shown to "only us". Neither is told to anyone.
    """
    item = _locked(version.item_id)
    version = Version.objects.select_for_update().get(pk=version.pk)
    if item.erased_at is not None:
        raise NotThere(_("This story is no longer here. Nothing was shared."))
    if (
        not version.is_joint
        or not Parent.objects.with_voice().filter(baby=item.baby_id, member=actor).exists()
    ):
        raise Refused(_("Only a parent of this baby can answer."))
    if version.superseded_at is not None:
        raise Refused(_("This has been changed since. Please read the new one first. Nothing was shared."))
    choice = Consent.Answer(choice)
    if choice == Consent.Answer.AGREE and _has_narrowed(actor, version):
        raise Refused(_("It was made narrower since. To share it wider again, it has to be asked for again."))
    last = version.consents.filter(member=actor).order_by("-pk").first()
    if last is None or last.answer != choice:
        Consent.objects.create(version=version, member=actor, answer=choice)
    faults.reach(CONSENT_WRITTEN)
    if choice == Consent.Answer.AGREE:
        Rest.objects.filter(item=item, member=actor, reopened_at=None).update(reopened_at=timezone.now())
        _agree(actor, version, record=False)
        _publish_if_all_agree(version)
        return version
    Ceiling.objects.filter(version=version, member=actor).delete()
    if not Rest.objects.filter(item=item, member=actor, reopened_at=None).exists():
        Rest.objects.create(item=item, member=actor)
    if choice == Consent.Answer.ONLY_US and item.current_id is not None:
        _lower(actor, item, audiences.ONLY_US)
    return version


@transaction.atomic
def reopen(*, actor: Member, item: Item) -> None:
    """A parent who said *not yet* is ready to be asked again. What was asked meanwhile is now on their page."""
    Rest.objects.filter(item=item, member=actor, reopened_at=None).update(reopened_at=timezone.now())


@transaction.atomic
def lower(*, actor: Member, item: Item, spec: AudienceSpec) -> None:
    """One of the family narrows who may see it, alone and at once. Wider needs all: then ask instead."""
    item = _locked(item.pk)
    _refuse_unless_family(actor, item)
    if item.current_id is None:
        raise Refused(_("This is not shared yet."))
    now = _ceiling_of(actor, item)
    if not audiences.is_provably_narrower(spec, now):
        raise Refused(
            _("This may let more people see it, so everyone whose baby this is has to agree first.")
        )
    _lower(actor, item, spec)


@transaction.atomic
def take_back(*, actor: Member, item: Item) -> None:
    """One of the family takes it back. Every door is shut when this returns. Doing it twice is the same as once."""
    item = _locked(item.pk)
    _refuse_unless_family(actor, item)
    if not item.withdrawals.filter(ended_at=None).exists():
        Withdrawal.objects.create(item=item, by=actor)
    item.versions.filter(superseded_at=None, published_at=None).update(superseded_at=timezone.now())
    faults.reach(TAKEN_BACK)
    _forget_words(item)
    events.publish(ItemTakenBack(item_id=item.pk))


@transaction.atomic
def erase(*, actor: Member, item: Item) -> None:
    """Its author erases it for good: every door is shut now, then its key, its words and its renditions go.

    Answers of others are never more visible than the story, so they are shut too; but their words are theirs, and
    stay with them. Twice is the same as once.
    """
    item = _locked(item.pk)
    if item.author_id != actor.pk:
        raise Refused(_("Only the person who wrote this can erase it. You can take it back."))
    if item.erased_at is not None:
        return
    item.erased_at = timezone.now()
    item.save(update_fields=["erased_at"])
    erasure.request_erasure(actor_id=actor.pk, kind="item", subject_id=item.pk, key_ids=[item.key_id])
    _forget_words(item)
    events.publish(ItemErased(item_id=item.pk))


def mark_erased(subject_id: int) -> bool:
    """For the steps of the rooms that purge an item, whichever runs first: after a restore from an older backup
    its row may not know yet that it was erased. Answers of others to it are not erased: they are theirs.

    False when the item has its key, so that nothing of it may go: it is another one, which was given the number anew.
    """
    item = Item.objects.filter(pk=subject_id).first()
    if item is not None and words.open_keys([item.key_id]):
        return False
    Item.objects.filter(pk=subject_id, erased_at=None).update(erased_at=timezone.now())
    return True


def purge_item(subject_id: int) -> None:
    """The last step of an erasure: what was made from an item is forgotten. Repeatable.

    The bare row stays, so that an address is never given twice and the audit log still points at something.
    """
    if not mark_erased(subject_id):
        return
    branches = Item.objects.filter(Q(root=subject_id) | Q(above=subject_id)).values_list("pk", flat=True)
    kept.drop_for_good([subject_id, *branches])
    index.drop_for_good([subject_id])
    Placement.objects.filter(version__item=subject_id).delete()
    Seat.objects.filter(item=subject_id).delete()
    Link.objects.filter(item=subject_id).delete()
    ItemNote.objects.filter(item=subject_id).delete()
    FirstReader.objects.filter(item=subject_id).delete()
    Version.objects.filter(item=subject_id).update(digest="", notes=[])
    Item.objects.filter(pk=subject_id).update(notes=[])


def purge_photo(subject_id: int) -> None:
    """A step of an erasure: the places of a photo in stories go, and those stories are rendered anew. Repeatable."""
    placements = Placement.objects.filter(photo=subject_id)
    kept.drop_for_good(placements.values_list("version__item", flat=True).distinct())
    placements.delete()


# --- People we choose, and links.


@transaction.atomic
def make_seat(
    *,
    actor: Member,
    item: Item,
    label: str,
    member: Member | None = None,
    form_token: UUID | None = None,
) -> tuple[Seat, str]:
    """A chosen person. Without a member: the token of a one-time link to hand over, shown once.

    The same member under the same label, or the same `form_token` with the same label, is the same seat. Raises
    Refused if the link was used or is too old.
    """
    item = _locked(item.pk)
    _refuse_unless_family(actor, item)
    label = label.strip()[:80] or _("A person we chose")
    if member:
        same = Seat.objects.filter(item=item, member=member, label=label, token_digest="").first()
        now = timezone.now()
        return same or _new_seat(actor, item, label, member=member, taken_at=now), ""
    token = token_of_form(
        form_token, member_id=actor.pk, what_for="sharing.seat", about_id=item.pk, chosen=[label]
    )
    digest, expires_at = digest_of(token), timezone.now() + SEAT_LASTS
    if made := Seat.objects.filter(token_digest=digest).first():
        assert made.expires_at is not None
        _refuse_if_gone(is_open=made.taken_at is None and made.expires_at > timezone.now())
        return made, token
    return _new_seat(actor, item, label, token_digest=digest, expires_at=expires_at), token


def _new_seat(actor: Member, item: Item, label: str, **more: object) -> Seat:
    return Seat.objects.create(item=item, label=label, made_by=actor, **more)


@transaction.atomic
def take_seat(*, actor: Member, token: str) -> Item | None:
    """Whoever opens a one-time link first, signed in, is the chosen person. None: used, expired or wrong.

    For that person, opening it again is the same as once. One of the family who tries the link out does not
    use it up.
    """
    seats = Seat.objects.select_for_update(of=("self",)).select_related("item")
    seat = seats.filter(token_digest=digest_of(token)).first()
    if seat is None or seat.item.erased_at is not None:
        return None
    if seat.member_id == actor.pk or Item.objects.owned_by(actor.pk).filter(pk=seat.item_id).exists():
        return seat.item
    if seat.taken_at is not None or seat.expires_at is None or seat.expires_at <= timezone.now():
        return None
    seat.member, seat.taken_at = actor, timezone.now()
    seat.save(update_fields=["member", "taken_at"])
    return seat.item


@transaction.atomic
def make_link(
    *,
    actor: Member,
    item: Item,
    password: str = "",
    ends_at: dt.datetime | None = None,
    form_token: UUID | None = None,
) -> tuple[Link, str]:
    """A secret address for people without an account. The token is shown once; only its digest is kept.

    With the same `form_token`, password and end a second time it is the first link. Raises Refused if that has ended.
    """
    item = _locked(item.pk)
    _refuse_unless_family(actor, item)
    chosen = [password, ends_at.isoformat() if ends_at else ""]
    token = token_of_form(
        form_token, member_id=actor.pk, what_for="sharing.link", about_id=item.pk, chosen=chosen
    )
    if made := Link.objects.filter(token_digest=digest_of(token)).first():
        _refuse_if_gone(is_open=_open_links(token).exists())
        return made, token
    link = Link.objects.create(
        item=item,
        token_digest=digest_of(token),
        password=make_password(password) if password else "",
        ends_at=ends_at,
        made_by=actor,
    )
    return link, token


def end_link(*, actor: Member, link: Link) -> None:
    """One of the family ends a link at once. Twice is the same as once."""
    _refuse_unless_family(actor, link.item)
    Link.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now())


def open_link(*, token: str, password: str) -> Link | None:
    """The link of this token, if it has not ended and the password is right (or none is asked for)."""
    link = _open_links(token).first()
    if link is None:
        return None
    if link.password and not check_password(password, link.password):
        return None
    return link


def asks_for_password(*, token: str) -> bool:
    """Whether this token is of a link that has not ended and has a password. One that ended looks like none."""
    return _open_links(token).exclude(password="").exists()


def _open_links(token: str) -> QuerySet[Link]:
    links = Link.objects.filter(token_digest=digest_of(token), ended_at=None, item__erased_at=None)
    return links.exclude(ends_at__lte=timezone.now())


def _refuse_if_gone(*, is_open: bool) -> None:
    """A form that is sent once more never opens its link again."""
    if not is_open:
        raise Refused(_("The link that you made here opens nothing any more. You can make a new one."))


@transaction.atomic
def name_first_reader(*, actor: Member, item: Item, member: Member | None) -> None:
    """Someone who reads responses before the family does; None: nobody any more, and what waits goes on.

    Naming the same person twice is the same as once.
    """
    item = _locked(item.pk)
    _refuse_unless_family(actor, item)
    now_reading = item.first_readers.filter(ended_at=None)
    if member is not None and now_reading.filter(member=member).exists():
        return
    now_reading.update(ended_at=timezone.now())
    if member is not None:
        FirstReader.objects.create(item=item, member=member, named_by=actor)
        return
    Item.objects.filter(root=item, waiting_for=Item.Waiting.FIRST_READER).update(
        waiting_for=Item.Waiting.FAMILY
    )


# --- Rehearsal.


def agree_for_everyone(version: Version) -> Item:
    """For a rehearsal only, inside a transaction that is rolled back: as if all had agreed and its hour had come."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a rehearsal is always rolled back")
    item = version.item
    asked = parents_to_ask(item, besides=version.asked_by) if version.is_joint else []
    Ceiling.objects.bulk_create(
        Ceiling(version=version, member=parent.member, item=item, audience_id=version.audience_id)
        for parent in asked
    )
    _publish_if_all_agree(version)
    Item.objects.filter(pk=item.pk).update(published_at=timezone.now() - dt.timedelta(seconds=1))
    return Item.objects.get(pk=item.pk)


# --- Steps.


def _locked(item_id: int) -> Item:
    """The item as it is now, held until the transaction ends: whoever else changes it comes before or after."""
    item: Item = Item.objects.select_for_update().get(pk=item_id)
    return item


def _agree(member: Member, version: Version, *, record: bool = True) -> None:
    if record:
        Consent.objects.create(version=version, member=member, answer=Consent.Answer.AGREE)
    Ceiling.objects.update_or_create(
        version=version,
        member=member,
        defaults={"item_id": version.item_id, "audience_id": version.audience_id},
    )


def _publish_if_all_agree(version: Version) -> None:
    item = version.item
    if version.published_at is not None:
        return
    needed = {version.asked_by_id}
    if version.is_joint:
        needed |= set(Parent.objects.with_voice().filter(baby=item.baby_id).values_list("member", flat=True))
    agreed = set(version.ceilings.values_list("member", flat=True))
    if not needed <= agreed:
        return
    now = timezone.now()
    version.published_at = now
    version.save(update_fields=["published_at"])
    item.versions.exclude(pk=version.pk).filter(superseded_at=None).update(superseded_at=now)
    was_shown = (
        item.current_id is not None
        and item.published_at is not None
        and item.published_at <= now
        and not item.withdrawals.filter(ended_at=None).exists()
    )
    hour = F("published_at") if was_shown else max(now, version.publish_at or now)
    Item.objects.filter(pk=item.pk).update(
        current=version,
        is_joint=version.is_joint,
        voice=version.voice_id,
        rung=version.audience.rung,
        answers=version.answers,
        may_index=version.may_index,
        notes=version.notes,
        published_at=hour,
    )
    item.withdrawals.filter(ended_at=None).update(ended_at=now)
    ItemNote.objects.filter(item=item).delete()
    ItemNote.objects.bulk_create(ItemNote(item=item, note=note) for note in version.notes)
    faults.reach(PUBLISHED)
    events.publish(ItemPublished(item_id=item.pk, version_id=version.pk))


def _lower(member: Member, item: Item, spec: AudienceSpec) -> None:
    if item.current_id is None:
        raise ValueError("only what is shared has a ceiling to lower")
    stored = audiences.store(spec)
    Ceiling.objects.update_or_create(
        version_id=item.current_id, member=member, defaults={"item": item, "audience": stored}
    )
    if spec.rung < item.rung:
        Item.objects.filter(pk=item.pk).update(rung=spec.rung)
    if spec.rung == Rung.ONLY_US:
        _forget_words(item)
    events.publish(AudienceNarrowed(item_id=item.pk))


def _forget_words(item: Item) -> None:
    """Out of the index of words as soon as it is shown to nobody else. If we end before, the events see to it."""
    item_id = item.pk
    transaction.on_commit(lambda: index.drop([item_id]), robust=True)


def _has_narrowed(member: Member, version: Version) -> bool:
    own = Ceiling.objects.filter(version=version, member=member).first()
    return version.published_at is not None and own is not None and own.audience_id != version.audience_id


def _ceiling_of(member: Member, item: Item) -> AudienceSpec:
    ceiling = (
        Ceiling.objects.filter(version=item.current_id, member=member).select_related("audience").first()
    )
    return audiences.load(ceiling.audience) if ceiling else audiences.ONLY_US


def _refuse_unless_family(actor: Member, item: Item) -> None:
    _refuse_if_erased(item)
    if not Item.objects.owned_by(actor.pk).filter(pk=item.pk).exists():
        raise NotThere(_("Only the baby’s family here can do this."))


def _refuse_to_unmask(item: Item, voice: Voice, is_joint: bool) -> None:
    """An address or a cover name that other parents were asked about never becomes words that they are not to
    meet, nor the other way round: whoever knows the one would know whose the other is."""
    same = Version.objects.filter(Q(item=item) | Q(voice=voice, voice__is_cover=True))
    others = Parent.objects.exclude(member=item.author_id)
    if is_joint:
        if others.filter(baby=item.baby_id).exists() and same.filter(is_joint=False).exists():
            raise Refused(
                _(
                    "This story, or this cover name, was yours alone until now. Asking would show that it is "
                    "you. Start a new story for what you decide together, with another name."
                )
            )
        return
    if same.filter(Exists(others.filter(baby=OuterRef("item__baby"))), is_joint=True).exists():
        raise Refused(
            _(
                "The other parents know this story, or this cover name. They would know that it is you. "
                "Start a new story for your own words, with another cover name."
            )
        )


def _refuse_unless_writer(actor: Member, item: Item) -> None:
    if item.author_id != actor.pk:
        raise Refused(_("Only the person who writes this can ask."))
    _refuse_if_erased(item)


def _refuse_if_erased(item: Item) -> None:
    """Who had a page open while it was erased is told so. Nothing is written about what is gone."""
    if item.erased_at is not None:
        raise NotThere(_("This story is no longer here."))
