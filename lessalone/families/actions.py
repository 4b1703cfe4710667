"""What people do with a baby's page: write on it, invite, leave, part; and what moderators decide.

Each function checks, writes, and tells the rooms above, in one transaction. Keys are made before that:
they are committed in their own store. A refusal is PermissionDenied unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lessalone.families import facts, matching
from lessalone.families.events import (
    LoneConsentAsked,
    LoneConsentNoticed,
    ParentJoined,
    ParentLeft,
    ParentsParted,
    RelationJoined,
    SafetySeparationAsked,
    VoiceGained,
    VoiceLost,
)
from lessalone.families.models import (
    Baby,
    BabyPage,
    EarlierShelf,
    Invitation,
    InvitationAgreement,
    LoneConsentApproval,
    LoneConsentRequest,
    LossKind,
    Parent,
    Precision,
    Relation,
    SafetySeparation,
    SameBaby,
    Telling,
)
from lessalone.kit import events, limits
from lessalone.people import duties, mail, tokens
from lessalone.people.actions import lock_member, log_audit, tell_of_loss
from lessalone.people.models import Member
from lessalone.ui.forms import PartialDate
from lessalone.vault import shelves, words

INVITATION_DAYS = 7
OPEN_INVITATIONS = 20
"""How many invitations to one baby's page may wait at a time, from one parent."""
NOTICE_DAYS = 90
APPROVALS_NEEDED = 2
MATCHES_A_DAY = 12
"""How many saves of dates or weeks a day are compared with other pages at once; later ones the next day."""
BABIES_A_DAY = 20
SAME_A_DAY = 3
"""How often one parent may say in a day that a page of others is about their baby."""
DAY_SECONDS = 86_400
PRESSED_TWICE = timedelta(seconds=30)
PAGE = "baby.page"
"""The purpose of the key of everything sealed on a page."""


class InvitationGone(Exception):
    """The link opens nothing: used, taken back, too old, or someone still has to agree. Never says which."""


class TooMany(Exception):
    """Too many of these at a time. What was typed is not lost; try again later."""


class NothingToDo(Exception):
    """There is nothing that this could change: they are apart already, or have no say."""


# --- The page ---------------------------------------------------------------------------------------


def add_baby(*, actor: Member, name: str = "") -> Baby:
    """A page for a baby, private from this moment; the actor is a parent. Raises TooMany.

    A page that they added a moment ago and on which nothing is written is that page: pressing twice is the same
    as once.
    """
    if not limits.allow(f"families.add:{actor.pk}", BABIES_A_DAY, DAY_SECONDS):
        raise TooMany
    with transaction.atomic():
        lock_member(member=actor)
        if not name.strip() and (again := _just_added(actor)):
            return again
        baby = Baby.objects.create(made_by=actor)
        page = BabyPage.objects.create(baby=baby)
        shelf = shelves.open_shelf(keepers=[actor])
        parent = Parent.objects.create(baby=baby, member=actor, page=page, shelf=shelf)
        if name.strip():
            name_baby(actor=actor, parent=parent, name=name)
        tell_of_loss(actor=actor)
    return baby


def _just_added(actor: Member) -> Baby | None:
    pages = BabyPage.objects.nothing_written().filter(made_at__gte=timezone.now() - PRESSED_TWICE)
    return Baby.objects.filter(made_by=actor, parents__member=actor, pages__in=pages).first()


def name_baby(*, actor: Member, parent: Parent, name: str, nicknames: Iterable[str] = ()) -> None:
    """Keep the baby's name, and what else they are called, sealed. Empty takes it away."""
    page = _own_page(actor, parent)
    key_id = _key_of_page(page)
    called = [tidy for nickname in nicknames if (tidy := " ".join(nickname.split()))]
    page.name_sealed = _seal(key_id, " ".join(name.split()), facts.NAME)
    page.nicknames_sealed = _seal(key_id, "\n".join(called), facts.NICKNAMES)
    page.save(update_fields=["name_sealed", "nicknames_sealed", "saved_at"])


def set_date(
    *, actor: Member, parent: Parent, which: str, date: PartialDate | None, is_unsure: bool = False
) -> None:
    """When the baby was born, died or was due, as far as it is known; or nothing; or "not sure"."""
    if which not in facts.DATES:
        raise ValueError(which)
    page = _own_page(actor, parent)
    precision = Precision(date.precision) if date else Precision.UNSURE if is_unsure else Precision.UNSAID
    setattr(page, f"{which}_on", date.first_day if date else None)
    setattr(page, f"{which}_precision", precision.value)
    with transaction.atomic():
        page.save(update_fields=[f"{which}_on", f"{which}_precision", "saved_at"])
        _compare(actor, page)


def set_weeks(
    *, actor: Member, parent: Parent, weeks: int | None, days: int | None = None, is_unsure: bool = False
) -> None:
    """How long the pregnancy was; or nothing; or "not sure"."""
    page = _own_page(actor, parent)
    page.weeks, page.days = (None, None) if is_unsure or weeks is None else (weeks, days)
    page.is_unsure_of_weeks = is_unsure
    with transaction.atomic():
        page.save(update_fields=["weeks", "days", "is_unsure_of_weeks", "saved_at"])
        _compare(actor, page)


def set_kinds(*, actor: Member, parent: Parent, kinds: Iterable[str], own_words: str = "") -> None:
    """What happened: any of the kinds, and in the parents' own words, sealed."""
    page = _own_page(actor, parent)
    page.kinds = [LossKind(kind).value for kind in kinds]
    page.kind_words_sealed = _seal(_key_of_page(page), own_words.strip(), facts.KIND_WORDS)
    page.save(update_fields=["kinds", "kind_words_sealed", "saved_at"])


def set_plurality(*, actor: Member, parent: Parent, plurality: str) -> None:
    """Whether the baby was one of twins or more; or nothing."""
    page = _own_page(actor, parent)
    page.plurality = BabyPage.Plurality(plurality).value
    page.save(update_fields=["plurality", "saved_at"])


def set_own_words(*, actor: Member, parent: Parent, own_words: str) -> None:
    """What happened, in this parent's own words, sealed under a key of their own. Only they read it."""
    _check(parent.member_id == actor.pk and _opens_a_page(parent))
    parent.key_id = parent.key_id or words.new_key(purpose=facts.OWN_WORDS)
    parent.words_sealed = _seal(parent.key_id, own_words.strip(), facts.OWN_WORDS)
    parent.save(update_fields=["key_id", "words_sealed"])


def keep_telling(*, member: Member, words_told: str) -> Telling:
    """Keep what a member said had happened as a private note: no page is made unless they make one."""
    key_id = words.new_key(purpose=facts.TELLING)
    return Telling.objects.create(
        member=member, key_id=key_id, words_sealed=words.seal(key_id, words_told, context=facts.TELLING)
    )


def erase_telling(*, actor: Member, telling: Telling) -> None:
    """Destroy the note: its key, then its row. Repeatable."""
    _check(telling.member_id == actor.pk)
    words.destroy([telling.key_id])
    telling.delete()


def _own_page(actor: Member, parent: Parent) -> BabyPage:
    """The page that this actor writes on as this parent. Read anew, so that nothing older is written back."""
    _check(parent.member_id == actor.pk and _opens_a_page(parent))
    return _page_of(parent)


def _page_of(parent: Parent) -> BabyPage:
    _check(parent.page_id is not None)
    return BabyPage.objects.get(parents=parent)


def _opens_a_page(parent: Parent) -> bool:
    return Parent.objects.own_pages().filter(pk=parent.pk).exists()


def _key_of_page(page: BabyPage) -> UUID:
    """The page's key; made and kept at once when there is none, so that two writers never seal under two."""
    if page.key_id is None:
        BabyPage.objects.filter(pk=page.pk, key_id=None).update(key_id=words.new_key(purpose=PAGE))
        page.key_id = BabyPage.objects.values_list("key_id", flat=True).get(pk=page.pk)
    assert page.key_id is not None
    return page.key_id


def _seal(key_id: UUID, text: str, context: str) -> bytes:
    return words.seal(key_id, text, context=context) if text else b""


def _compare(actor: Member, page: BabyPage) -> None:
    """Look for the same baby elsewhere: at once, or tomorrow for someone who changes dates over and over."""
    if not any(True for _ in page.known_days()):
        return
    if limits.allow(f"families.match:{actor.pk}", MATCHES_A_DAY, DAY_SECONDS):
        matching.notice_same_baby(page)
    else:
        matching.compare_later(page)


# --- Inviting ---------------------------------------------------------------------------------------


def invite(
    *, actor: Member, parent: Parent, kind: str, with_photos: bool = False, form_token: UUID | None = None
) -> tuple[Invitation, str]:
    """An invitation to hand over in person, and its token, which is not kept. Raises TooMany.

    While other parents have a say, it opens nothing until each of them has agreed. With the same `form_token` and
    choices a second time it is the first invitation; raises InvitationGone if that one opens nothing any more.
    """
    _check(parent.member_id == actor.pk and _opens_a_page(parent) and parent.waived_at is None)
    now, kind = timezone.now(), _known_kind(kind)
    with_photos = with_photos and kind in (Invitation.PARENT, Relation.Kind.SURROGATE)
    token = tokens.token_of_form(
        form_token,
        member_id=actor.pk,
        what_for="families.invite",
        about_id=parent.baby_id,
        chosen=[kind, str(with_photos)],
    )
    with transaction.atomic():
        lock_member(member=actor)
        if made := _made_before(token, now):
            return made, token
        waiting = Invitation.objects.open(now).filter(baby=parent.baby_id, made_by=actor)
        if waiting.count() >= OPEN_INVITATIONS:
            raise TooMany
        invitation = Invitation.objects.create(
            baby_id=parent.baby_id,
            made_by=actor,
            kind=kind,
            with_photos=with_photos,
            token_digest=tokens.digest_of(token),
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    return invitation, token


def _made_before(token: str, now: datetime) -> Invitation | None:
    """The invitation with this token. Raises InvitationGone: it is never opened again."""
    made = Invitation.objects.filter(token_digest=tokens.digest_of(token)).first()
    if made and not Invitation.objects.open(now).filter(pk=made.pk).exists():
        raise InvitationGone
    return made


def _known_kind(kind: str) -> str:
    if kind not in dict(Invitation.KINDS):
        raise ValueError(kind)
    return kind


def revoke_invitation(*, actor: Member, invitation: Invitation) -> None:
    """Take an invitation back: from now the link opens nothing. Twice is the same as once."""
    _check(invitation.made_by_id == actor.pk)
    Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )


def agree_to_invitation(*, actor: Member, invitation: Invitation) -> None:
    """Another parent agrees that this person is invited. There is no way to say no: silence is enough."""
    _check(
        actor.pk != invitation.made_by_id
        and Parent.objects.with_voice().filter(baby=invitation.baby_id, member=actor).exists()
        and Parent.objects.with_voice().filter(baby=invitation.baby_id, member=invitation.made_by_id).exists()
    )
    InvitationAgreement.objects.get_or_create(invitation=invitation, member=actor)


def take_back_agreement(*, actor: Member, invitation: Invitation) -> None:
    """No longer agree, as long as the invitation was not used."""
    InvitationAgreement.objects.filter(invitation=invitation, member=actor, invitation__used_at=None).delete()


def open_invitation(token: str) -> Invitation:
    """The invitation that this token opens now. Raises InvitationGone, for every reason alike."""
    invitation = (
        Invitation.objects.open(timezone.now())
        .filter(token_digest=tokens.digest_of(token))
        .select_related("baby", "made_by")
        .first()
    )
    if invitation is None or not _is_agreed(invitation):
        raise InvitationGone
    return invitation


def _is_agreed(invitation: Invitation) -> bool:
    """Its maker has a say, and so agreed; and every other parent with a say agreed too."""
    with_say = set(
        Parent.objects.with_voice().filter(baby=invitation.baby_id).values_list("member", flat=True)
    )
    agreed = set(invitation.agreements.values_list("member", flat=True))
    return invitation.made_by_id in with_say and with_say <= agreed | {invitation.made_by_id}


def accept_invitation(*, actor: Member, token: str, as_parent: bool = False) -> Parent | Relation:
    """Take the invitation: once, by one person. Raises InvitationGone.

    `as_parent` is a surrogate's choice. Pressing twice is the same as once. Someone who is a parent already
    stays what they are, and the link is not used up.
    """
    with transaction.atomic():
        lock_member(member=actor)
        if done := _already_accepted(actor, token):
            return done
        invitation = open_invitation(token)
        if mine := Parent.objects.own_pages().filter(baby=invitation.baby_id, member=actor).first():
            return mine
        _use(invitation, actor)
        if invitation.kind == Invitation.PARENT or (as_parent and invitation.kind == Relation.Kind.SURROGATE):
            return _join_as_parent(actor, invitation)
        return _join_as_relation(actor, invitation)


def _already_accepted(actor: Member, token: str) -> Parent | Relation | None:
    used = Invitation.objects.filter(token_digest=tokens.digest_of(token), used_by=actor).first()
    if used is None:
        return None
    parent = Parent.objects.own_pages().filter(baby=used.baby_id, member=actor).first()
    return parent or Relation.objects.filter(baby=used.baby_id, member=actor, left_at=None).first()


def _use(invitation: Invitation, member: Member) -> None:
    """Of two who accept at the same moment, one gets it: the row decides."""
    now = timezone.now()
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(used_at=now, used_by=member):
        raise InvitationGone


def _join_as_parent(actor: Member, invitation: Invitation) -> Parent:
    maker = Parent.objects.get(baby=invitation.baby_id, member=invitation.made_by_id)
    former = Parent.objects.select_for_update().filter(baby=invitation.baby_id, member=actor).first()
    if former and (former.suspended_at or former.died_at):
        raise InvitationGone
    parent = former or Parent(baby_id=invitation.baby_id, member=actor, invited_by_id=maker.member_id)
    if parent.shelf_id and parent.shelf_id != maker.shelf_id:
        _set_aside(parent)
    parent.page_id, parent.shelf_id, parent.left_at, parent.waived_at = (
        maker.page_id,
        maker.shelf_id,
        None,
        None,
    )
    parent.save()
    if maker.shelf is not None:
        shelves.admit_keeper(shelf=maker.shelf, member=actor, with_existing=invitation.with_photos)
    Relation.objects.filter(baby=invitation.baby_id, member=actor, left_at=None).update(
        left_at=timezone.now()
    )
    tell_of_loss(actor=actor)
    events.publish(ParentJoined(baby_id=invitation.baby_id, member_id=actor.pk))
    return parent


def _join_as_relation(actor: Member, invitation: Invitation) -> Relation:
    relation = Relation.objects.filter(baby=invitation.baby_id, member=actor).first()
    relation = relation or Relation(baby_id=invitation.baby_id, member=actor)
    relation.kind, relation.invited_by_id, relation.left_at = invitation.kind, invitation.made_by_id, None
    if relation.shelf_id is None:
        relation.shelf = shelves.open_shelf(keepers=[actor])
    relation.save()
    events.publish(RelationJoined(baby_id=invitation.baby_id, member_id=actor.pk))
    return relation


# --- Leaving and parting ----------------------------------------------------------------------------


def leave_family(*, actor: Member, parent: Parent) -> None:
    """No longer a parent here: no page, no say, no notices. The photos they keep stay theirs.

    The row stays: a former parent is still known as one. Twice is the same as once.
    """
    _check(parent.member_id == actor.pk)
    now = timezone.now()
    with transaction.atomic():
        if not Parent.objects.own_pages().filter(pk=parent.pk).update(left_at=now):
            return
        if parent.shelf is not None:
            shelves.close_keeper(shelf=parent.shelf, member=actor)
        _drop_what_waits(parent, now)
        events.publish(ParentLeft(baby_id=parent.baby_id, member_id=actor.pk))
        events.publish(VoiceLost(baby_id=parent.baby_id, member_id=actor.pk))
    parent.left_at = now


def come_back(*, actor: Member, parent: Parent) -> None:
    """Back on a page that nobody else opens. Where another parent is, only an invitation leads back."""
    _check(parent.member_id == actor.pk and parent.died_at is None)
    with transaction.atomic():
        others = Parent.objects.own_pages().filter(baby=parent.baby_id).exclude(member=actor)
        _check(not others.select_for_update().exists())
        if not Parent.objects.filter(pk=parent.pk, left_at__isnull=False).update(left_at=None):
            return
        if parent.shelf is not None:
            shelves.admit_keeper(shelf=parent.shelf, member=actor, with_existing=False)
        if parent.suspended_at is None:
            events.publish(VoiceGained(baby_id=parent.baby_id, member_id=actor.pk))
    parent.left_at = None


def page_shown_to(relation: Relation) -> BabyPage | None:
    """The page of which someone who belongs sees the name and one date: that of whoever invited them."""
    inviter = Parent.objects.own_pages().filter(baby=relation.baby_id, member=relation.invited_by_id)
    anyone = Parent.objects.with_access().filter(baby=relation.baby_id).order_by("joined_at", "pk")
    parent = inviter.select_related("page").first() or anyone.select_related("page").first()
    return parent.page if parent else None


def leave_as_relation(*, actor: Member, relation: Relation) -> None:
    """No longer belong to this baby's page. Their own photos stay theirs."""
    _check(relation.member_id == actor.pk)
    Relation.objects.filter(pk=relation.pk, left_at=None).update(left_at=timezone.now())


def end_relation(*, actor: Member, parent: Parent, relation: Relation) -> None:
    """A parent ends what someone invited from their page may see. Narrowing needs nobody else."""
    _check(parent.member_id == actor.pk and relation.pk in relations_of(parent).values_list("pk", flat=True))
    Relation.objects.filter(pk=relation.pk, left_at=None).update(left_at=timezone.now())


def relations_of(parent: Parent) -> QuerySet[Relation]:
    """Those who belong to the page of this parent: invited by someone on the same page."""
    inviters = Parent.objects.filter(baby=parent.baby_id, page=parent.page_id).values("member")
    return Relation.objects.filter(baby=parent.baby_id, invited_by__in=inviters, left_at=None)


def part_ways(*, actor: Member, parent: Parent) -> None:
    """From now on this parent and the others keep apart: each has the page and the photos as they are, and
    neither sees what the other adds. Both keep their say. Raises NothingToDo."""
    _check(parent.member_id == actor.pk and _opens_a_page(parent))
    with transaction.atomic():
        if not _set_apart(parent):
            raise NothingToDo
        events.publish(ParentsParted(baby_id=parent.baby_id, member_id=actor.pk))


def _set_apart(parent: Parent) -> bool:
    """A page and a shelf of their own for this parent, and another shelf for those who stay together.

    Everyone gets a new shelf, so that nobody can tell from theirs who parted from whom, or why. Returns
    whether there was anyone to part from.
    """
    together = list(
        Parent.objects.own_pages()
        .select_for_update(of=("self",))
        .filter(baby=parent.baby_id, page=parent.page_id)
        .select_related("member", "shelf")
    )
    parent = next((one for one in together if one.pk == parent.pk), parent)
    others = [one for one in together if one.pk != parent.pk]
    if not others:
        return False
    for one in together:
        _set_aside(one)
    parent.page = _copy_page(parent)
    parent.shelf = shelves.open_shelf(keepers=[parent.member])
    parent.save(update_fields=["page", "shelf"])
    shelf = shelves.open_shelf(keepers=[one.member for one in others])
    Parent.objects.filter(pk__in=[one.pk for one in others]).update(shelf=shelf)
    return True


def _set_aside(parent: Parent) -> None:
    """What is on the shelf so far stays kept; what others add to it from now is not theirs."""
    if parent.shelf is None:
        return
    EarlierShelf.objects.get_or_create(parent=parent, shelf=parent.shelf)
    shelves.close_keeper(shelf=parent.shelf, member=parent.member)


def _copy_page(parent: Parent) -> BabyPage:
    """The same page again, under a key of its own."""
    page = _page_of(parent)
    opened = facts.words_of(page)
    key_id = words.new_key(purpose=PAGE)
    page.pk, page.key_id, page._state.adding = None, key_id, True
    page.name_sealed = _seal(key_id, opened.name, facts.NAME)
    page.nicknames_sealed = _seal(key_id, "\n".join(opened.nicknames), facts.NICKNAMES)
    page.kind_words_sealed = _seal(key_id, opened.kind_words, facts.KIND_WORDS)
    page.save(force_insert=True)
    return page


def _drop_what_waits(parent: Parent, now: datetime) -> None:
    """What this parent asked for and is not decided ends with them."""
    mine = {"baby": parent.baby_id, "made_by": parent.member_id}
    Invitation.objects.open(now).filter(**mine).update(revoked_at=now)
    asked = {"parent__baby": parent.baby_id, "asked_by": parent.member_id}
    SafetySeparation.objects.waiting().filter(**asked).update(withdrawn_at=now)
    LoneConsentRequest.objects.open().filter(**asked).update(withdrawn_at=now)


# --- Safety separation: asked in private, decided by a lead, never told to the other -----------------


def request_safety_separation(*, actor: Member, parent: Parent, own_words: str = "") -> SafetySeparation:
    """Ask a lead, in private, that this other parent be kept apart. No trace of it reaches them.

    Asking twice adds nothing; what was written first is kept, and the new words replace it.
    """
    _check(
        parent.member_id != actor.pk
        and Parent.objects.own_pages().filter(baby=parent.baby_id, member=actor).exists()
    )
    key_id = words.new_key(purpose=facts.SEPARATION_WORDS)
    sealed = _seal(key_id, own_words.strip(), facts.SEPARATION_WORDS)
    with transaction.atomic():
        row, is_new = (
            SafetySeparation.objects.current()
            .select_for_update()
            .get_or_create(parent=parent, asked_by=actor, defaults={"key_id": key_id, "words_sealed": sealed})
        )
        if is_new:
            events.publish(SafetySeparationAsked(separation_id=row.pk))
        elif sealed and row.granted_at is None:
            row.key_id, row.words_sealed = key_id, sealed
            row.save(update_fields=["key_id", "words_sealed"])
    return row


def withdraw_safety_separation(*, actor: Member, separation: SafetySeparation) -> None:
    """Take the request back before it is decided."""
    _check(separation.asked_by_id == actor.pk)
    SafetySeparation.objects.waiting().filter(pk=separation.pk).update(withdrawn_at=timezone.now())


def read_safety_separation(*, actor: Member, separation: SafetySeparation) -> str:
    """What the asker wrote, for a lead who is outside this family. The reading is in the audit log."""
    _check_outside(actor, separation.parent.baby_id, is_lead=True)
    log_audit(actor=actor, action="separation.read", subject=f"separation:{separation.pk}")
    return facts.open_words([(separation.key_id, separation.words_sealed, facts.SEPARATION_WORDS)])[0]


def grant_safety_separation(*, actor: Member, separation: SafetySeparation, reason: str = "") -> None:
    """A lead keeps this parent apart: no access to what is joint, no notices, no say. They are not told.

    They have their own page and shelf as they were, just as after any parting.
    """
    _check_outside(actor, separation.parent.baby_id, is_lead=True)
    now = timezone.now()
    with transaction.atomic():
        waiting = SafetySeparation.objects.waiting().filter(pk=separation.pk)
        if not waiting.update(granted_at=now, decided_by=actor):
            return
        parent = Parent.objects.select_for_update().get(pk=separation.parent_id)
        _set_apart(parent)
        Parent.objects.filter(pk=parent.pk, suspended_at=None).update(suspended_at=now)
        InvitationAgreement.objects.filter(
            invitation__baby=parent.baby_id, invitation__made_by=parent.member_id, invitation__used_at=None
        ).delete()
        log_audit(
            actor=actor, action="separation.granted", subject=f"separation:{separation.pk}", reason=reason
        )
        events.publish(VoiceLost(baby_id=parent.baby_id, member_id=parent.member_id))


def decline_safety_separation(*, actor: Member, separation: SafetySeparation, reason: str) -> None:
    """A lead does not grant it. The other parent never knows that it was asked."""
    _check_outside(actor, separation.parent.baby_id, is_lead=True)
    with transaction.atomic():
        waiting = SafetySeparation.objects.waiting().filter(pk=separation.pk)
        if waiting.update(declined_at=timezone.now(), decided_by=actor):
            log_audit(
                actor=actor,
                action="separation.declined",
                subject=f"separation:{separation.pk}",
                reason=reason,
            )


def end_safety_separation(*, actor: Member, separation: SafetySeparation, reason: str) -> None:
    """A lead ends it: access, notices and a say return. The pages and shelves stay apart."""
    _check_outside(actor, separation.parent.baby_id, is_lead=True)
    now = timezone.now()
    with transaction.atomic():
        if not SafetySeparation.objects.in_force().filter(pk=separation.pk).update(ended_at=now):
            return
        log_audit(
            actor=actor, action="separation.ended", subject=f"separation:{separation.pk}", reason=reason
        )
        if SafetySeparation.objects.in_force().filter(parent=separation.parent_id).exists():
            return
        Parent.objects.filter(pk=separation.parent_id).update(suspended_at=None)
        # The notice could not be seen meanwhile: its 90 days begin anew.
        LoneConsentRequest.objects.in_notice().filter(parent=separation.parent_id).update(noticed_at=now)
        parent = Parent.objects.get(pk=separation.parent_id)
        events.publish(VoiceGained(baby_id=parent.baby_id, member_id=parent.member_id))


# --- Deciding without a parent who cannot be reached, or who died -------------------------------------


def ask_to_decide_alone(
    *, actor: Member, parent: Parent, because: str, reason: str = ""
) -> LoneConsentRequest:
    """Ask two moderators that this other parent need not be asked. Asking twice is the same as once.

    Raises NothingToDo when that parent has no say anyway.
    """
    _check(
        parent.member_id != actor.pk
        and Parent.objects.own_pages().filter(baby=parent.baby_id, member=actor, waived_at=None).exists()
    )
    if parent.left_at or parent.died_at or parent.waived_at:
        raise NothingToDo
    again = LoneConsentRequest.objects.open().filter(parent=parent, asked_by=actor).first()
    if again is not None:
        return again
    key_id = words.new_key(purpose=facts.LONE_CONSENT_REASON)
    sealed = _seal(key_id, reason.strip(), facts.LONE_CONSENT_REASON)
    with transaction.atomic():
        request, is_new = LoneConsentRequest.objects.open().get_or_create(
            parent=parent,
            asked_by=actor,
            defaults={
                "because": LoneConsentRequest.Because(because).value,
                "key_id": key_id,
                "reason_sealed": sealed,
            },
        )
        if is_new:
            events.publish(LoneConsentAsked(request_id=request.pk))
    return request


def withdraw_lone_consent(*, actor: Member, request: LoneConsentRequest) -> None:
    """Whoever asked no longer wants it."""
    _check(request.asked_by_id == actor.pk)
    LoneConsentRequest.objects.open().filter(pk=request.pk).update(withdrawn_at=timezone.now())


def read_lone_consent_reason(*, actor: Member, request: LoneConsentRequest) -> str:
    """The asker's reason, for a moderator who is outside this family. The reading is in the audit log."""
    _check_outside(actor, request.parent.baby_id)
    log_audit(actor=actor, action="lone-consent.read", subject=f"lone-consent:{request.pk}")
    return facts.open_words([(request.key_id, request.reason_sealed, facts.LONE_CONSENT_REASON)])[0]


def approve_waiver(*, actor: Member, request: LoneConsentRequest, reason: str = "") -> None:
    """One moderator's yes to asking without a parent who cannot be reached.

    With the second, by someone else, the notice to that parent begins, and 90 days in which they can stop
    it. Nothing changes before those are over (`finish_waivers`).
    """
    _check(request.because == LoneConsentRequest.Because.UNREACHABLE)
    with transaction.atomic():
        if _approve(actor, request, reason):
            LoneConsentRequest.objects.filter(pk=request.pk).update(noticed_at=timezone.now())
            _send_notice(request.parent)
            events.publish(LoneConsentNoticed(request_id=request.pk, member_id=request.parent.member_id))


def _send_notice(parent: Parent) -> None:
    """A neutral mail, if they gave an address. Not to someone kept apart, nor to an account that rests."""
    member = parent.member
    if member.email and member.resting_since is None and parent.suspended_at is None:
        mail.send_later(to=member.email, kind=mail.SOMETHING_NEW, path="/")


def approve_death(*, actor: Member, request: LoneConsentRequest, reason: str = "") -> None:
    """One moderator's yes that a parent died. With the second, by someone else, they are no longer asked."""
    _check(request.because == LoneConsentRequest.Because.DIED)
    with transaction.atomic():
        if _approve(actor, request, reason):
            now = timezone.now()
            LoneConsentRequest.objects.filter(pk=request.pk).update(noticed_at=now, finished_at=now)
            Parent.objects.filter(pk=request.parent_id, died_at=None).update(died_at=now)
            events.publish(VoiceLost(baby_id=request.parent.baby_id, member_id=request.parent.member_id))


def _approve(actor: Member, request: LoneConsentRequest, reason: str) -> bool:
    """Note one moderator's yes. True when it is the one that completes them, and only then."""
    _check_outside(actor, request.parent.baby_id)
    _check(actor.pk not in (request.asked_by_id, request.parent.member_id))
    row = LoneConsentRequest.objects.waiting().select_for_update().filter(pk=request.pk).first()
    if row is None:
        if request.approvals.filter(moderator=actor).exists():
            return False  # they pressed twice
        raise NothingToDo
    _approval, is_new = LoneConsentApproval.objects.get_or_create(request=row, moderator=actor)
    if not is_new:
        return False
    log_audit(actor=actor, action="lone-consent.approved", subject=f"lone-consent:{row.pk}", reason=reason)
    return row.approvals.count() >= APPROVALS_NEEDED


def refuse_lone_consent(*, actor: Member, request: LoneConsentRequest, reason: str) -> None:
    """A moderator says no, also while the notice runs."""
    _check_outside(actor, request.parent.baby_id)
    with transaction.atomic():
        if LoneConsentRequest.objects.open().filter(pk=request.pk).update(refused_at=timezone.now()):
            log_audit(
                actor=actor,
                action="lone-consent.refused",
                subject=f"lone-consent:{request.pk}",
                reason=reason,
            )


def say_i_am_here(*, actor: Member, parent: Parent) -> None:
    """A parent who was thought unreachable or dead is here: requests stop, and their say returns at once.

    What is shared without them closes until they agree: a say regained opens nothing.
    """
    _check(parent.member_id == actor.pk)
    now = timezone.now()
    with transaction.atomic():
        stopped = LoneConsentRequest.objects.open().filter(parent=parent).update(stopped_at=now)
        silenced = Parent.objects.exclude(waived_at=None, died_at=None).filter(pk=parent.pk)
        regained = silenced.update(waived_at=None, died_at=None)
        if stopped or regained:
            log_audit(actor=None, action="parent.is-here", subject=f"parent:{parent.pk}")
        if regained:
            events.publish(VoiceGained(baby_id=parent.baby_id, member_id=actor.pk))


def finish_waivers(now: datetime | None = None) -> int:
    """Waive those whose 90 days are over and who did not stop it. Returns how many.

    A parent under a safety separation could not see the notice: theirs waits.
    """
    now = now or timezone.now()
    over = LoneConsentRequest.objects.in_notice().filter(
        because=LoneConsentRequest.Because.UNREACHABLE, noticed_at__lte=now - timedelta(days=NOTICE_DAYS)
    )
    return sum(_finish_waiver(request, now) for request in over.select_related("parent"))


def _finish_waiver(request: LoneConsentRequest, now: datetime) -> bool:
    with transaction.atomic():
        row = LoneConsentRequest.objects.in_notice().select_for_update().filter(pk=request.pk).first()
        asker = Parent.objects.with_voice().filter(baby=request.parent.baby_id, member=request.asked_by_id)
        silent = Parent.objects.with_voice().filter(pk=request.parent_id)
        if row is None or not asker.exists() or not silent.update(waived_at=now):
            return False
        LoneConsentRequest.objects.filter(pk=row.pk).update(finished_at=now)
        log_audit(actor=None, action="parent.waived", subject=f"parent:{request.parent_id}")
        events.publish(VoiceLost(baby_id=request.parent.baby_id, member_id=request.parent.member_id))
    return True


def say_it_is_the_same_baby(*, actor: Member, baby_id: int) -> None:
    """A parent, present or former, says that a page of others is about their baby: moderators are shown the
    pair. Nobody else is told. A few a day; without a page of their own there is nothing to pair."""
    own = set(Parent.objects.filter(member=actor).values_list("baby", flat=True))
    if own and baby_id not in own and limits.allow(f"families.same:{actor.pk}", SAME_A_DAY, DAY_SECONDS):
        matching.pair_with(baby_id, own)


def settle_as_different(*, actor: Member, pair: SameBaby, reason: str) -> None:
    """A moderator found that the two pages are about different babies. Only this undoes a pair."""
    _check_outside(actor, pair.first_id)
    _check_outside(actor, pair.second_id)
    with transaction.atomic():
        if SameBaby.objects.unsettled().filter(pk=pair.pk).update(settled_as_different_at=timezone.now()):
            log_audit(
                actor=actor, action="same-baby.different", subject=f"same-baby:{pair.pk}", reason=reason
            )


# --- Checks -----------------------------------------------------------------------------------------


def _check(holds: bool) -> None:
    if not holds:
        raise PermissionDenied


def _check_outside(actor: Member, baby_id: int, *, is_lead: bool = False) -> None:
    """A moderator (or a lead) who is not of this family, now or before: nobody decides about their own."""
    _check(duties.is_lead(actor) if is_lead else duties.is_moderator(actor))
    _check(not Baby.objects.filter(is_of_family(actor.pk), pk=baby_id).exists())


def is_of_family(member_id: int) -> Q:
    """A condition over babies: this member belongs to its family, or did."""
    return Exists(Parent.objects.filter(baby=OuterRef("pk"), member=member_id)) | Exists(
        Relation.objects.filter(baby=OuterRef("pk"), member=member_id)
    )
