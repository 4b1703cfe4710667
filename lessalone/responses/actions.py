"""Writes of answers: respond, change, take back; pass on, let be seen, put away; gestures and less alone.

Each action checks, writes, and leaves privacy to the item's own columns, which policy reads. Refusals are
`Refused`, with a sentence for the person who tried; their words are theirs, and views show them again.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.kit import faults, limits, prepared
from lessalone.kit.derived import kept
from lessalone.kit.prepared import Marks
from lessalone.people.actions import note_exchange
from lessalone.people.models import Member, Voice
from lessalone.people.viewer import Viewer
from lessalone.responses.models import Gesture, LaidAside, LessAlone, NoteSuggestion, PutAway, Response
from lessalone.responses.waiting import after_first_reader, reads_first
from lessalone.sharing import actions as sharing
from lessalone.sharing import policy
from lessalone.sharing.actions import Refused, mark_erased
from lessalone.sharing.models import Answers, Item, Version
from lessalone.sharing.names import name_needs_others
from lessalone.sharing.prepared import Prepared
from lessalone.vault import erasure
from lessalone.vault import words as words_of_vault

KEY_WRITTEN = faults.declare("responses.key-written")
RESPONSE_WRITTEN = faults.declare("responses.response-written")
ERASURE_ASKED = faults.declare("responses.erasure-asked")

CONTEXT = "response.words"
LONGEST = 10_000
"""Characters in one response."""
HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
RESPONSES_AN_HOUR, RESPONSES_A_DAY, GESTURES_AN_HOUR = 30, 120, 240


class NotThere(sharing.NotThere):
    """To this viewer the story or response does not exist (any more)."""


class NotOpen(Refused):
    """It is there, and it takes no such answer."""


class NotYoursAlone(Refused):
    """The words name a baby whose other parents have to agree to that."""


class TooOften(Refused):
    """Not so many in so short a time."""


# --- Words.


def respond(
    *,
    actor: Member,
    voice: Voice,
    story_item: Item,
    words: str,
    above: Item | None = None,
    viewer: Viewer | None = None,
    form_token: UUID | None = None,
) -> Item:
    """A response to a story, or (`above`) to a response to it. Returns its item.

    With the same `form_token` a second time, the first response is returned and nothing is written. It waits
    for whoever reads first. Raises `NotThere`, `NotOpen`, `NotYoursAlone` or `TooOften`.
    """
    text = _checked(words)
    form_digest = _digest_of_form(actor, form_token)
    already = _sent_before(form_digest)
    if already is not None:
        return already
    if voice.member_id != actor.pk:
        raise ValueError("a response is under a voice of its writer")
    _refuse_unless_open(story_item, viewer or viewer_of(actor), with_words=True, actor=actor)
    _refuse_between_two_names(actor, story_item)
    if above is not None:
        _refuse_unless_answerable(above, story_item, viewer or viewer_of(actor))
    _refuse_name(actor, story_item, text)
    _refuse_too_often(actor)
    key_id, sealed = words_of_vault.seal_under_new_key(text, purpose="item:response", context=CONTEXT)
    faults.reach(KEY_WRITTEN)
    try:
        item = _write(actor, voice, story_item, above, key_id, sealed, form_digest)
    except IntegrityError:
        already = _sent_before(form_digest)
        if already is None:
            raise
        words_of_vault.destroy([key_id])
        return already
    if above is not None and not item.waiting_for:
        _note_exchange(actor, above.author)
    return item


def edit(*, actor: Member, item: Item, words: str) -> Item:
    """Change one's own words. Whoever reads first reads them again; until then others do not see them."""
    text = _checked(words)
    _refuse_unless_writer(actor, item)
    assert item.root is not None
    _refuse_name(actor, item.root, text)
    _refuse_too_often(actor)
    sealed = words_of_vault.seal(item.key_id, text, context=CONTEXT)
    with transaction.atomic():
        response = (
            Response.objects.select_for_update(of=("self",))
            .select_related("root")
            .filter(item=item, item__erased_at=None)
            .first()
        )
        if response is None:
            raise NotThere(_("This answer is no longer here."))
        response.sealed, response.revision, response.edited_at = sealed, response.revision + 1, timezone.now()
        response.save(update_fields=["sealed", "revision", "edited_at"])
        waiting = reads_first(writer=actor, story_item=response.root)
        put_away = PutAway.objects.filter(item=item, ended_at=None)
        if put_away.exists():
            put_away.update(was_waiting_for=waiting)
        else:
            Item.objects.filter(pk=item.pk).update(waiting_for=waiting)
            item.waiting_for = waiting
    return item


@transaction.atomic
def erase(*, actor: Member, item: Item) -> None:
    """Take one's own words back for good: nobody sees them from now on, and their key is destroyed."""
    _refuse_unless_writer(actor, item)
    if not Item.objects.filter(pk=item.pk, erased_at=None).update(erased_at=timezone.now()):
        return
    erasure.request_erasure(
        actor_id=actor.pk, kind="response", subject_id=item.pk, key_ids=[item.key_id], photo_ids=[]
    )
    faults.reach(ERASURE_ASKED)


@erasure.purges("response")
def purge_response(subject_id: int) -> None:
    """What is left of an erased response when its key is gone. Repeatable, also after a restore."""
    if mark_erased(subject_id):
        _forget([subject_id])


@erasure.purges("item")
def purge_what_came_in(subject_id: int) -> None:
    """A story was erased: what came in for it without words goes too. Words of others stay theirs."""
    if not mark_erased(subject_id):
        return
    for model in (Gesture, LessAlone, NoteSuggestion):
        model.objects.filter(item=subject_id).delete()


def _forget(item_ids: list[int]) -> None:
    kept.drop_for_good(item_ids)
    for model in (PutAway, LaidAside, Response):
        model.objects.filter(item__in=item_ids).delete()


# --- Reading first, and putting away.


@transaction.atomic
def pass_on(*, actor: Member, item: Item) -> None:
    """The first reader lets words through: to the family if they read too, else to all who see the story."""
    item = _waiting_for(Item.Waiting.FIRST_READER, actor, item)
    assert item.root is not None
    _let_through(item, after_first_reader(item.root))


@transaction.atomic
def let_be_seen(*, actor: Member, item: Item) -> None:
    """The family lets words be seen by all who see the story; also words that they had put away.

    Twice, or when the other parent did it at the same moment, is the same as once.
    """
    if Item.objects.filter(pk=item.pk, waiting_for=Item.Waiting.NOBODY, erased_at=None).exists():
        _refuse_unless(_is_family(actor, item.root_id))
        return
    item = _waiting_for(Item.Waiting.FAMILY, actor, item)
    _let_through(item, Item.Waiting.NOBODY)
    _note_exchange(actor, item.author)


@transaction.atomic
def put_away(*, actor: Member, item: Item) -> None:
    """The family, or while it waits for them their first reader, puts a response away.

    It is gone for everyone but its writer and whoever put it away. The writer is not told.
    """
    item = Item.objects.select_for_update().get(pk=item.pk)
    if item.kind != Item.Kind.RESPONSE or item.erased_at is not None:
        raise NotThere(_("This answer is no longer here."))
    waits_for = item.waiting_for
    if waits_for == Item.Waiting.FIRST_READER:
        _refuse_unless(_is_first_reader(actor, item))
    else:
        _refuse_unless(_is_family(actor, item.root_id) and item.author_id != actor.pk)
        Item.objects.filter(pk=item.pk).update(waiting_for=Item.Waiting.FAMILY)
    if not PutAway.objects.filter(item=item, ended_at=None).exists():
        PutAway.objects.create(item=item, by=actor, was_waiting_for=waits_for)


# --- Without words.


def press_gesture(*, actor: Member, story_item: Item, kind: str, viewer: Viewer | None = None) -> bool:
    """Make a gesture, or take it back when it was made. True: it is there now."""
    if kind not in Gesture.Kind.values:
        raise ValueError(kind)
    taken_back, _rows = Gesture.objects.filter(item=story_item, member=actor, kind=kind).delete()
    if taken_back:
        return False
    _refuse_unless_open(story_item, viewer or viewer_of(actor), with_words=False, actor=actor)
    _refuse_too_many_gestures(actor)
    Gesture.objects.bulk_create([Gesture(item=story_item, member=actor, kind=kind)], ignore_conflicts=True)
    return True


def press_less_alone(*, actor: Member, story_item: Item, viewer: Viewer | None = None) -> bool:
    """Say "this helped me feel less alone", or take it back. True: it is said now."""
    taken_back, _rows = LessAlone.objects.filter(item=story_item, member=actor).delete()
    if taken_back:
        return False
    _refuse_unless_open(story_item, viewer or viewer_of(actor), with_words=False, actor=actor)
    _refuse_too_many_gestures(actor)
    LessAlone.objects.bulk_create([LessAlone(item=story_item, member=actor)], ignore_conflicts=True)
    return True


# --- Hard for me to see.


def lay_aside(*, actor: Member, item: Item, viewer: Viewer | None = None) -> None:
    """This reader does not meet this response again. Nobody else knows."""
    if item.kind != Item.Kind.RESPONSE or not item.is_visible_to(viewer or viewer_of(actor)):
        raise NotThere(_("This answer is no longer here."))
    LaidAside.objects.bulk_create([LaidAside(item=item, member=actor)], ignore_conflicts=True)


def take_out_again(*, actor: Member, item: Item) -> None:
    """The reader wants to meet it again."""
    LaidAside.objects.filter(item=item, member=actor).delete()


def suggest_note(*, actor: Member, story_item: Item, note: str, viewer: Viewer | None = None) -> bool:
    """Kindly ask a story's family for a content note. Who asked is not kept. Once a year for a story."""
    if not story_item.is_visible_to(viewer or viewer_of(actor)):
        raise NotThere(_("This story is no longer here."))
    if note in story_item.notes:
        return False
    if not limits.allow(f"suggest-note:{actor.pk}:{story_item.pk}", 1, YEAR):
        return False
    NoteSuggestion.objects.bulk_create([NoteSuggestion(item=story_item, note=note)], ignore_conflicts=True)
    return True


def settle_suggestion(*, actor: Member, suggestion: NoteSuggestion) -> None:
    """The family has read it."""
    _refuse_unless(_is_family(actor, suggestion.item_id))
    NoteSuggestion.objects.filter(pk=suggestion.pk, settled_at=None).update(settled_at=timezone.now())


# --- Steps.


def viewer_of(member: Member) -> Viewer:
    """This member as a viewer without any link: for whoever calls an action without a request."""
    return Viewer(
        member_id=member.pk,
        is_member=member.approved_at is not None,
        is_bereaved=member.admitted_at is not None,
    )


def _fields(viewer: Viewer) -> dict[str, Any]:
    """Its parts, also of the lazy one on a request."""
    return {field.name: getattr(viewer, field.name) for field in fields(Viewer)}


def _checked(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ValueError("a response has between 1 and LONGEST characters")
    return text


def _write(
    actor: Member,
    voice: Voice,
    story_item: Item,
    above: Item | None,
    key_id: UUID,
    sealed: bytes,
    form_digest: str | None,
) -> Item:
    """One transaction: the item and its words. The key is already there."""
    with transaction.atomic():
        item = Item.objects.create(
            kind=Item.Kind.RESPONSE,
            root=story_item,
            above=above,
            author=actor,
            voice=voice,
            key_id=key_id,
            published_at=timezone.now(),
            waiting_for=reads_first(writer=actor, story_item=story_item),
        )
        Response.objects.create(
            item=item,
            root=story_item,
            thread=above.pk if above else item.pk,
            sealed=sealed,
            form_digest=form_digest,
        )
        faults.reach(RESPONSE_WRITTEN)
    return item


def _note_exchange(*members: Member) -> None:
    """They exchanged words: one of the two things after which someone is a bereaved member."""
    if len({member.pk for member in members}) > 1:
        for member in members:
            note_exchange(member=member)


def _digest_of_form(actor: Member, token: UUID | None) -> str | None:
    return hashlib.sha256(f"{actor.pk}:{token}".encode()).hexdigest() if token else None


def _sent_before(form_digest: str | None) -> Item | None:
    if form_digest is None:
        return None
    sent = _sent_by_form.fetch(form=form_digest)
    return sent[0].item if sent else None


_sent_by_form = prepared.Prepared(
    lambda marks: Response.objects.filter(form_digest=marks["form"]).only("pk"), form=str
)


def _refuse_unless_open(story_item: Item, viewer: Viewer, *, with_words: bool, actor: Member) -> None:
    """The actor may see the story as a reader, it is shown now, and its family takes such answers."""
    as_reader = Viewer(**{**_fields(viewer), "is_moderator": False})
    found = _to_answer.fetch(as_reader, item=story_item.pk)
    if not found:
        raise NotThere(_("This story is no longer here."))
    if actor.approved_at is None:
        raise NotOpen(_("Your account has to be approved before you can answer."))
    [story] = found
    if not story.is_shown:
        raise NotOpen(_("This story is not shown at the moment, so it cannot be answered."))
    if story.answers == Answers.NOBODY:
        raise NotOpen(_("This family asked for no answers. Reading it is enough."))
    if with_words and story.answers == Answers.GESTURES:
        raise NotOpen(_("This family asked for answers without words."))


def _build_to_answer(viewer: Viewer, marks: Marks) -> QuerySet[Any]:
    """A story that this viewer may see, with whether it is shown now."""
    is_shown = policy.is_published() & policy.is_not_taken_back() & policy.is_not_held()
    stories = Item.objects.filter(pk=marks["item"], kind=Item.Kind.STORY).visible_to(
        viewer, policy.Part.ROOTS
    )
    answered: QuerySet[Any] = stories.annotate(is_shown=policy.asked_last(is_shown)).only("answers")
    return answered


_to_answer = Prepared("responses:to-answer", _build_to_answer)


def _refuse_unless_answerable(above: Item, story_item: Item, viewer: Viewer) -> None:
    """It is a response to this very story, not itself an answer to one, and seen by others too.

    Their own may be answered whatever became of it: otherwise its writer would learn that it was put away.
    """
    is_one = above.kind == Item.Kind.RESPONSE and above.root_id == story_item.pk and above.above_id is None
    is_seen = not above.waiting_for or above.author_id == viewer.member_id
    if not is_one or not is_seen or not above.is_visible_to(viewer):
        raise NotThere(_("The answer you are writing to is no longer here."))


def _refuse_between_two_names(actor: Member, story_item: Item) -> None:
    """Nobody answers below their own story while it waits to be told under another name: they would stand there
    under both."""
    if story_item.author_id != actor.pk:
        return
    waiting = Version.objects.filter(item=story_item.pk, superseded_at=None, published_at=None)
    other = waiting.exclude(voice=story_item.voice_id)
    if other.filter(Q(voice__is_cover=True) | Q(item__voice__is_cover=True)).exists():
        raise NotOpen(
            _(
                "You asked to tell this story under another name. Please answer when that is decided. "
                "Until then, your words here would show that both names are yours."
            )
        )


def _refuse_name(actor: Member, story_item: Item, text: str) -> None:
    if name_needs_others(text, member=actor, story=story_item):
        raise NotYoursAlone(
            _(
                "Your baby’s name is in it. The name is not yours alone, so every parent has to agree before it is "
                "shared. Leave the name out, and send the rest."
            )
        )


def _refuse_too_often(actor: Member) -> None:
    is_within = limits.allow_all(
        (f"respond:hour:{actor.pk}", RESPONSES_AN_HOUR, HOUR),
        (f"respond:day:{actor.pk}", RESPONSES_A_DAY, DAY),
    )
    if not is_within:
        raise TooOften(
            _(
                "You have written to many people in a short time. Your words are still here. "
                "Please rest, and send them a little later."
            )
        )


def _refuse_too_many_gestures(actor: Member) -> None:
    if not limits.allow(f"gesture:{actor.pk}", GESTURES_AN_HOUR, HOUR):
        raise TooOften(_("That was a lot in one hour. Please try again a little later."))


def _refuse_unless_writer(actor: Member, item: Item) -> None:
    is_own = Item.objects.owned_by(actor.pk).filter(pk=item.pk, author=actor, kind=Item.Kind.RESPONSE)
    if not is_own.exists():
        raise NotThere(_("This answer is no longer here."))


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise NotThere(_("This answer is no longer here."))


def _is_family(actor: Member, story_id: int | None) -> bool:
    if story_id is None:
        return False
    return Item.objects.owned_by(actor.pk).filter(pk=story_id, kind=Item.Kind.STORY).exists()


def _is_first_reader(actor: Member, item: Item) -> bool:
    if item.root_id is None:
        return False
    return Item.objects.filter(policy.is_first_reader(actor.pk), pk=item.root_id).exists()


def _waiting_for(whom: str, actor: Member, item: Item) -> Item:
    """The item, locked, if it waits for this actor."""
    found: Item | None = (
        Item.objects.select_for_update(of=("self",))
        .select_related("root")
        .filter(pk=item.pk, kind=Item.Kind.RESPONSE, erased_at=None, waiting_for=whom)
        .first()
    )
    if found is None:
        raise NotThere(_("This answer is no longer waiting."))
    is_theirs = (
        _is_first_reader(actor, found)
        if whom == Item.Waiting.FIRST_READER
        else _is_family(actor, found.root_id)
    )
    _refuse_unless(is_theirs)
    return found


def _let_through(item: Item, waiting_for: str) -> None:
    PutAway.objects.filter(item=item, ended_at=None).update(ended_at=timezone.now())
    Item.objects.filter(pk=item.pk).update(waiting_for=waiting_for, published_at=timezone.now())
