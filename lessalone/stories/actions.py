"""Writing: drafts, and turning one into a version that is asked for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.families import facts
from lessalone.families.models import Baby
from lessalone.kit import events, faults
from lessalone.people import actions as people
from lessalone.people.models import Member, Voice
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import NotThere, PlacedPhoto, Refused
from lessalone.sharing.models import Item, Version
from lessalone.stories import joint
from lessalone.stories.contents import Contents, digest_of
from lessalone.stories.events import FamilyLineSaid
from lessalone.stories.models import Draft, DraftPhoto, DraftQuerySet, FamilyLine, Welcome, Words
from lessalone.stories.rendering import DESCRIPTION, Telling, tellings, words_context
from lessalone.vault import words
from lessalone.vault.models import PatchSet, Photo

DRAFT = "draft"
FAMILY_LINE = "family-line"
DRAFT_SAVED = faults.declare("stories.draft-saved")
WORDS_WRITTEN = faults.declare("stories.words-written")
MOST_PHOTOS = 40
PRESSED_TWICE = dt.timedelta(minutes=1)


class OlderWords(Exception):
    """The words that came are based on an older state than what is saved; both are still there."""


@dataclass(frozen=True, slots=True)
class ChosenPhoto:
    """A photo for a draft, with its description as typed."""

    photo: Photo
    description: str
    patch_set: int | None = None


def start_story(*, actor: Member, baby: Baby | None) -> Draft:
    """A draft about a baby of theirs, or about none. Nobody but the writer can see it.

    One in which nothing was written yet is gone on with: pressing twice is the same as once.
    """
    if baby is not None and baby not in joint.babies_to_choose(actor):
        raise Refused(_("Choose a baby whose page you have here."))
    voice = people.shown_voice(actor)
    with transaction.atomic():
        people.lock_member(member=actor)
        untouched = Draft.objects.untouched_by(actor.pk).filter(item__baby=baby).first()
        if untouched is not None:
            return untouched
        item = sharing.make_item(actor=actor, voice=voice, kind=Item.Kind.STORY, baby=baby)
        return Draft.objects.create(writer=actor, item=item)


def contents_of(draft: Draft) -> Contents:
    """What a draft holds. Raises `vault.words.Gone` when it was erased."""
    if not draft.sealed:
        return Contents()
    return Contents.from_json(words.unseal(draft.item.key_id, bytes(draft.sealed), context=DRAFT))


def save_draft(*, actor: Member, draft: Draft, contents: Contents, revision: int | None = None) -> Draft:
    """Save what is being written. Durable on return.

    `revision` is the state that the words are based on; when something newer is saved, nothing is
    overwritten and `OlderWords` is raised, unless the newer words are the same. None overwrites.
    """
    sealed = words.seal(draft.item.key_id, contents.to_json(), context=DRAFT)
    with transaction.atomic():
        current = _locked(actor, draft)
        if revision is not None and revision != current.revision:
            if contents_of(current) != contents:
                raise OlderWords
            return current
        current.sealed = sealed
        current.revision += 1
        current.save(update_fields=["sealed", "revision", "saved_at"])
    faults.reach(DRAFT_SAVED)
    return current


def change_draft(*, actor: Member, draft: Draft, **changes: object) -> Draft:
    """Save some of what a draft holds, and leave the rest as it is."""
    fresh = _fresh(actor, draft)
    return save_draft(actor=actor, draft=fresh, contents=replace(contents_of(fresh), **changes))  # type: ignore[arg-type]


def choose_photos(*, actor: Member, draft: Draft, chosen: Sequence[ChosenPhoto]) -> None:
    """The photos of a draft, in this order. Only photos that the writer keeps, softened by their own patches."""
    kept_ids = set(
        Photo.objects.kept_by(actor.pk)
        .filter(pk__in=[one.photo.pk for one in chosen])
        .values_list("pk", flat=True)
    )
    if any(one.photo.pk not in kept_ids for one in chosen):
        raise Refused(_("One of these photos is not yours to use."))
    patched = {one.patch_set: one.photo.pk for one in chosen if one.patch_set is not None}
    if dict(PatchSet.objects.seen_by(actor.pk).filter(pk__in=patched).values_list("pk", "photo")) != patched:
        raise Refused(_("One of these photos is not yours to use."))
    if len(chosen) > MOST_PHOTOS:
        raise Refused(_("A story can hold up to %(count)s photos.") % {"count": MOST_PHOTOS})
    key_id = draft.item.key_id
    rows = [
        DraftPhoto(
            draft=draft,
            photo=one.photo,
            position=position,
            patch_set_id=one.patch_set,
            description_sealed=words.seal(key_id, one.description, context=DESCRIPTION),
        )
        for position, one in enumerate(chosen)
    ]
    with transaction.atomic():
        _locked(actor, draft)
        DraftPhoto.objects.filter(draft=draft).delete()
        DraftPhoto.objects.bulk_create(rows)


def photos_of(draft: Draft) -> list[ChosenPhoto]:
    """The chosen photos of a draft, with their descriptions."""
    rows = list(draft.photos.select_related("photo"))
    key_id = draft.item.key_id
    described = words.unseal_many([(key_id, bytes(row.description_sealed), DESCRIPTION) for row in rows])
    return [
        ChosenPhoto(photo=row.photo, description=description or "", patch_set=row.patch_set_id)
        for row, description in zip(rows, described, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as it is saved, and what follows from what it holds."""

    contents: Contents
    photos: list[tuple[DraftPhoto, str]]
    """Each with its description."""
    why_joint: joint.Joint
    """Why every parent would have to agree to it, if they would."""
    names_other_babies: bool
    """A baby of the writer's family that it is not about is named in it."""

    @property
    def told_by(self) -> str:
        """Who tells it, where that is not the shown name."""
        return self.contents.cover_name.strip() if self.contents.is_cover else self.contents.told_by.strip()


def read_draft(draft: Draft) -> Written:
    """All of a draft, opened at once. Raises `vault.words.Gone` when it was erased."""
    key_id, baby = draft.item.key_id, draft.item.baby
    rows = list(draft.photos.select_related("photo"))
    pages = joint.pages_of_family(draft.writer_id, baby)
    opened, texts = facts.words_of_many_and(
        pages,
        [
            (key_id, bytes(draft.sealed), DRAFT),
            *((key_id, bytes(row.description_sealed), DESCRIPTION) for row in rows),
        ],
    )
    if draft.sealed and not texts[0]:
        raise words.Gone
    contents = Contents.from_json(texts[0])
    named = joint.named_babies(joint.text_of(contents, texts[1:]), pages, opened)
    return Written(
        contents=contents,
        photos=list(zip(rows, texts[1:], strict=True)),
        why_joint=joint.why_joint(contents, baby=baby, has_photos=bool(rows), named=named),
        names_other_babies=bool(named - {draft.item.baby_id}),
    )


def ask_to_share(*, actor: Member, draft: Draft) -> Version:
    """Make a version of a draft and ask whoever it needs; when it needs nobody else, it is shared now.

    Whether it needs every parent is decided from what it holds. Raises `Refused` with a sentence; the draft
    is then as it was. A draft that was asked for already gives what it became: pressing twice is the same as once.
    """
    with transaction.atomic():
        draft = _locked(actor, draft, or_finished=True)
        item = draft.item
        if draft.finished_at is not None:
            return item.versions.latest("number")
        written = read_draft(draft)
        contents = written.contents
        refuse_unless_ready(item, written)
        _hold_photos(actor, [row.photo_id for row, _description in written.photos])
        voice = _voice_for(actor, contents)
        _refuse_to_unmask_by_answers(actor, item, voice)
        version = sharing.ask(
            actor=actor,
            item=item,
            digest=digest_of(
                item,
                contents,
                voice.pk,
                [(row.photo.public_id, description, row.patch_set_id) for row, description in written.photos],
            ),
            spec=contents.audience,
            is_joint=bool(written.why_joint),
            voice=voice,
            answers=contents.answers,
            notes=contents.notes,
            may_index=contents.may_index,
            publish_at=contents.hour(actor.time_zone),
            photos=[
                PlacedPhoto(row.photo, bytes(row.description_sealed), row.patch_set_id)
                for row, _description in written.photos
            ],
        )
        said = {
            "title": contents.title.strip(),
            "words": contents.words,
            "told_by": written.told_by or voice.name,
        }
        Words.objects.create(
            version=version,
            sealed=words.seal(
                item.key_id, json.dumps(said, ensure_ascii=False), context=words_context(version.pk)
            ),
        )
        faults.reach(WORDS_WRITTEN)
        draft.finished_at = timezone.now()
        draft.save(update_fields=["finished_at"])
    return version


def revise(*, actor: Member, item: Item) -> Draft:
    """A draft of a new version, beginning with the last one. What is up stays up until the new one is agreed."""
    if item.author_id != actor.pk:
        raise Refused(_("Only the person who wrote this can change its words."))
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item.pk)
        if item.erased_at is not None:
            raise NotThere(_("This story is no longer here."))
        going_on = Draft.objects.owned_by(actor.pk).filter(item=item).first()
        if going_on is not None:
            return going_on
        last = item.drafts.exclude(finished_at=None).order_by("-finished_at").first()
        contents = contents_of(last) if last else Contents()
        draft = Draft.objects.create(
            writer=actor,
            item=item,
            sealed=words.seal(item.key_id, contents.to_json(), context=DRAFT),
            night_offer_at=timezone.now(),
        )
        if last is not None:
            kept_ids = Photo.objects.kept_by(actor.pk).values("pk")
            DraftPhoto.objects.bulk_create(
                DraftPhoto(
                    draft=draft,
                    photo_id=row.photo_id,
                    position=row.position,
                    patch_set_id=row.patch_set_id,
                    description_sealed=row.description_sealed,
                )
                for row in last.photos.filter(photo__in=kept_ids)
            )
    return draft


@transaction.atomic
def discard_draft(*, actor: Member, draft: Draft) -> None:
    """Throw a draft away. A story that was never asked for goes with it."""
    draft = _locked(actor, draft)
    if draft.item.versions.exists():
        draft.delete()
        return
    sharing.erase(actor=actor, item=draft.item)


def say_line(*, actor: Member, item: Item, said: str) -> FamilyLine:
    """Write to the other parents about a story. Only they and the writer can read it.

    The same words at once again are a second press of the button.
    """
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item.pk)
        if not Item.objects.asked_of(actor.pk).filter(pk=item.pk).exists():
            raise NotThere(_("This story is no longer here."))
        last = item.family_lines.last()
        if last is not None and _is_said_again(last, actor, item, said):
            return last
        line = FamilyLine.objects.create(
            item=item, member=actor, sealed=words.seal(item.key_id, said, context=FAMILY_LINE)
        )
        events.publish(FamilyLineSaid(item_id=item.pk, member_id=actor.pk))
    return line


def _is_said_again(last: FamilyLine, actor: Member, item: Item, said: str) -> bool:
    if last.member_id != actor.pk or last.said_at < timezone.now() - PRESSED_TWICE:
        return False
    return words.unseal(item.key_id, bytes(last.sealed), context=FAMILY_LINE) == said


def welcome(*, actor: Member, item: Item) -> None:
    """Remember that this parent has met the page that asks how they are."""
    if not Item.objects.asked_of(actor.pk).filter(pk=item.pk).exists():
        raise NotThere(_("This story is no longer here."))
    Welcome.objects.get_or_create(member=actor, item=item)


def telling_of(version: Version) -> Telling:
    """A version as it reads. Raises `vault.words.Gone` when it was erased."""
    found = tellings([version]).get(version.pk)
    if found is None:
        raise words.Gone
    return found


def purge_words(subject_id: int) -> None:
    """A step of an erasure: the sealed words go too, though nothing can open them any more. Repeatable."""
    if not sharing.mark_erased(subject_id):
        return
    Words.objects.filter(version__item=subject_id).delete()
    DraftPhoto.objects.filter(draft__item=subject_id).delete()
    Draft.objects.filter(item=subject_id).delete()
    FamilyLine.objects.filter(item=subject_id).delete()
    Welcome.objects.filter(item=subject_id).delete()


def _fresh(actor: Member, draft: Draft) -> Draft:
    """The draft as it is saved now, whatever the caller still holds. Raises `NotThere` when it was thrown away or
    asked for meanwhile."""
    return _there(Draft.objects.owned_by(actor.pk), draft)


def _locked(actor: Member, draft: Draft, *, or_finished: bool = False) -> Draft:
    """The same, held until the transaction ends; `or_finished`, also one that was asked for."""
    theirs = Draft.objects.of_writer(actor.pk) if or_finished else Draft.objects.owned_by(actor.pk)
    return _there(theirs.select_for_update(of=("self",)), draft)


def _hold_photos(actor: Member, photo_ids: Sequence[int]) -> None:
    """Whoever lets one of these photos go comes before or after; what went before is not shared any more."""
    theirs = Photo.objects.kept_by(actor.pk).select_for_update(of=("self",)).order_by("pk")
    if len(theirs.filter(pk__in=photo_ids)) < len(set(photo_ids)):
        raise Refused(_("A photo is no longer in your keeping. Please look at the photos once more."))


def _there(drafts: DraftQuerySet, draft: Draft) -> Draft:
    found = drafts.select_related("item__baby").filter(pk=draft.pk).first()
    if found is None:
        raise NotThere(_("This draft is no longer here."))
    return found


def _voice_for(actor: Member, contents: Contents) -> Voice:
    if not contents.is_cover:
        return people.shown_voice(actor)
    name = contents.cover_name.strip()
    known = Voice.objects.filter(member=actor, is_cover=True, name=name).first()
    return known or people.make_cover_voice(actor=actor, name=name)


def _refuse_to_unmask_by_answers(actor: Member, item: Item, voice: Voice) -> None:
    """An answer of the author below a story never stands under another name than the story's new one: whoever reads
    both would know whose the cover name is."""
    if item.current_id is None or item.voice_id == voice.pk:
        return
    answers = Item.objects.owned_by(actor.pk).filter(root=item.pk, author=actor.pk).exclude(voice=voice)
    if not voice.is_cover:
        answers = answers.filter(voice__is_cover=True)
    name = answers.values_list("voice__name", flat=True).first()
    if name is not None:
        raise Refused(
            _(
                "You answered below this story as %(name)s. Beside another name, those answers would show who you "
                "are. Take them back first, or tell it anew as another story."
            )
            % {"name": name}
        )


def refuse_unless_ready(item: Item, written: Written) -> None:
    """Refuse while something is missing, or may not be in it."""
    contents, photos = written.contents, written.photos
    if not contents.title.strip():
        raise Refused(_("Give your story a title first. A few plain words are enough."))
    if not contents.words.strip() and not photos:
        raise Refused(_("There are no words and no photos yet."))
    if contents.is_cover and not contents.cover_name.strip():
        raise Refused(_("Choose a cover name first."))
    if any(not description.strip() for _row, description in photos):
        raise Refused(_("Each photo needs a few calm words that say what is in it."))
    if photos and item.baby is None:
        raise Refused(_("A story with photos has to be about one of your babies here."))
    if written.names_other_babies:
        raise Refused(
            _(
                "A baby of your family is named here. Their parents have to agree to that. "
                "Leave the name out, or write it as a story about that baby."
            )
        )
