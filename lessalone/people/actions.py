"""What people do: join, choose their words and what they meet, block, rest; and what those with a duty do.

Each function checks, writes, and tells the rooms above, in one transaction. `actor` is who does it; None
is the software itself or whoever runs the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from lessalone.kit import events
from lessalone.people import bearing, duties, handles, notes, telling, tokens
from lessalone.people.events import LossTold, MemberAdmitted, MemberLetIn
from lessalone.people.models import (
    AuditEntry,
    Bearing,
    Block,
    Invitation,
    InvitationQuerySet,
    Member,
    Role,
    TermsAcceptance,
    Voice,
)
from lessalone.people.terms import Terms, current
from lessalone.ui import leaving

MODERATOR_LINK_HOURS = 48
INVITATION_DAYS = 14
HANDLE_TRIES = 20


class JoiningClosed(Exception):
    """This community takes members by invitation only, and there was none."""


class InvitationGone(Exception):
    """The link was used, taken back, or too old."""


class NoLossTold(Exception):
    """Only someone who told of a loss can be a bereaved member."""


class LastLead(Exception):
    """Someone has to be able to give roles."""


def lock_member(*, member: Member) -> None:
    """Until the caller's transaction ends, what this member does elsewhere at the same moment waits.

    For what nothing in the database makes unique: a button that is pressed twice.
    """
    Member.objects.select_for_update(no_key=True).only("pk").get(pk=member.pk)


# --- Joining ----------------------------------------------------------------------------------------


def join(
    *,
    terms: Terms,
    handle: str | None = None,
    password: str | None = None,
    passkey_id: str | None = None,
    invitation: Invitation | None = None,
    time_zone: str = "UTC",
    country: str = "",
) -> Member:
    """Make an account for someone who confirmed their age and accepted `terms`.

    `handle` is an issued sign-in name; when somebody else was given it in the meantime, another is issued:
    read it from the member. Without a password, only a passkey (or a provider) opens the account. Raises
    JoiningClosed or InvitationGone. Waits to be let in where the community wants that.
    """
    mode = settings.ENVIRONMENT.joining
    if mode == "invitation" and invitation is None:
        raise JoiningClosed
    with transaction.atomic():
        member = _make_member(handle, password, passkey_id, time_zone, country)
        if mode != "approval" or invitation is not None:
            member.approved_at = member.joined_at
        if invitation is not None:
            _use(invitation, member)
            member.is_vouched_for = invitation.is_vouching
        member.save(update_fields=["approved_at", "is_vouched_for"])
        accept_terms(actor=member, terms=terms)
        if invitation is not None and invitation.duty:
            _give(actor=invitation.made_by, member=member, duty=invitation.duty)
    return member


def _make_member(
    handle: str | None, password: str | None, passkey_id: str | None, time_zone: str, country: str
) -> Member:
    """Insert the row. The unique constraint decides who has a name; who comes second gets another."""
    for _attempt in range(HANDLE_TRIES):
        member = Member(handle=handle or handles.issue_handle(), time_zone=time_zone, country=country)
        if passkey_id:
            member.passkey_id = passkey_id
        if password:
            member.set_password(password)
        else:
            member.set_unusable_password()
        try:
            with transaction.atomic():
                member.save(force_insert=True)
        except IntegrityError:
            if passkey_id and Member.objects.filter(passkey_id=passkey_id).exists():
                raise
            handle = None
            continue
        return member
    raise RuntimeError("no free sign-in name was found")


def accept_terms(*, actor: Member, terms: Terms) -> TermsAcceptance:
    """Record that this member accepted exactly this text and confirmed the age. Twice is the same as once."""
    with transaction.atomic():
        acceptance, _is_new = TermsAcceptance.objects.get_or_create(
            member=actor,
            version=terms.version,
            defaults={"digest": terms.digest, "minimum_age": settings.ENVIRONMENT.minimum_age},
        )
        actor.terms_version = terms.version
        actor.save(update_fields=["terms_version"])
    return acceptance


def accept_current_terms(*, actor: Member) -> TermsAcceptance:
    """Record that this member accepted the terms that hold now."""
    return accept_terms(actor=actor, terms=current())


def change_handle(*, actor: Member, handle: str) -> Member:
    """Give this member another issued sign-in name; yet another when that one was given out meanwhile."""
    for _attempt in range(HANDLE_TRIES):
        actor.handle = handle
        try:
            with transaction.atomic():
                actor.save(update_fields=["handle"])
        except IntegrityError:
            handle = handles.issue_handle()
            continue
        return actor
    raise RuntimeError("no free sign-in name was found")


def approve_member(*, actor: Member, member: Member) -> None:
    """A moderator lets in someone who waits. Twice is the same as once."""
    _require(duties.is_moderator(actor))
    with transaction.atomic():
        now = timezone.now()
        if not Member.objects.filter(pk=member.pk, approved_at=None).update(approved_at=now):
            return
        member.approved_at = now
        log_audit(actor=actor, action="member.let-in", subject=f"member:{member.pk}")
        _admit_if_due(member)
        events.publish(MemberLetIn(member_id=member.pk))


def decline_member(*, actor: Member, member: Member, reason: str) -> None:
    """A moderator does not let in someone who waits: the account is closed, and the reason is in the log."""
    _require(duties.is_moderator(actor))
    with transaction.atomic():
        if Member.objects.filter(pk=member.pk, approved_at=None, is_active=True).update(is_active=False):
            member.is_active = False
            log_audit(actor=actor, action="member.declined", subject=f"member:{member.pk}", reason=reason)


# --- Telling, and being admitted --------------------------------------------------------------------


def tell_of_loss(*, actor: Member, words: str = "") -> None:
    """This member told of a loss. What they said is kept by the room above; here is only that they did."""
    with transaction.atomic():
        if words.strip() and telling.keep is not None:
            telling.keep(member=actor, words=words.strip())
        now = timezone.now()
        if not Member.objects.filter(pk=actor.pk, told_of_loss_at=None).update(told_of_loss_at=now):
            return
        actor.told_of_loss_at = now
        _admit_if_due(actor)
        events.publish(LossTold(member_id=actor.pk))


def note_exchange(*, member: Member) -> None:
    """This member exchanged words with another for the first time. The rooms of words call this."""
    now = timezone.now()
    if Member.objects.filter(pk=member.pk, exchanged_at=None).update(exchanged_at=now):
        member.exchanged_at = now


def admit(*, actor: Member | None, member: Member) -> None:
    """Make this member a bereaved member: by a moderator, or by the rule (None). Raises NoLossTold."""
    _require(actor is None or duties.is_moderator(actor))
    if member.told_of_loss_at is None:
        raise NoLossTold
    with transaction.atomic():
        now = timezone.now()
        if not Member.objects.filter(pk=member.pk, admitted_at=None).update(admitted_at=now):
            return
        member.admitted_at = now
        if actor is not None:
            log_audit(actor=actor, action="member.admitted", subject=f"member:{member.pk}")
        events.publish(MemberAdmitted(member_id=member.pk))


def is_due_to_be_admitted(member: Member, now: datetime | None = None) -> bool:
    """The setting's rule: told of a loss, let in, here for the days, and a first exchange; or vouched for."""
    if member.told_of_loss_at is None or member.approved_at is None or not member.is_active:
        return False
    if member.is_vouched_for:
        return True
    days = timedelta(days=settings.ENVIRONMENT.admitted_after_days)
    return member.exchanged_at is not None and member.joined_at + days <= (now or timezone.now())


def admit_those_due() -> int:
    """Admit all members for whom the rule holds now. Returns how many."""
    count = 0
    for member in Member.objects.to_be_admitted().iterator():
        if _admit_if_due(member):
            count += 1
    return count


def _admit_if_due(member: Member) -> bool:
    if member.admitted_at is not None or not is_due_to_be_admitted(member):
        return False
    admit(actor=None, member=member)
    return True


# --- Voices -----------------------------------------------------------------------------------------


def shown_voice(member: Member) -> Voice:
    """The voice of this member's shown name; made with a name that says nothing when there is none yet."""
    voice = Voice.objects.filter(member=member, is_cover=False).first()
    if voice is not None:
        return voice
    try:
        with transaction.atomic():
            return Voice.objects.create(member=member, name=gettext("A member"), is_cover=False)
    except IntegrityError:
        return Voice.objects.get(member=member, is_cover=False)


def change_shown_name(*, actor: Member, name: str) -> Voice:
    """Call this member by another name. Names need not be unique."""
    with transaction.atomic():
        voice = shown_voice(actor)
        voice.name = _tidy_name(name) or voice.name
        voice.save(update_fields=["name"])
    return voice


def make_cover_voice(*, actor: Member, name: str) -> Voice:
    """A new cover name. It never leads to its member, nor to their other cover names."""
    return Voice.objects.create(member=actor, name=_tidy_name(name) or gettext("Someone"), is_cover=True)


def _tidy_name(name: str) -> str:
    return " ".join(name.split())[:80]


# --- What someone meets -----------------------------------------------------------------------------


def set_bearing(*, actor: Member, choices: Mapping[str, str], until: datetime | None = None) -> None:
    """Choose for these notes: lasting, or until a time. Those not named stay as they are."""
    rows = [
        Bearing(member=actor, note=note, choice=Bearing.Choice(choice).value, until=until)
        for note, choice in choices.items()
        if notes.is_note(note)
    ]
    with transaction.atomic():
        mine = Bearing.objects.filter(member=actor, note__in=[row.note for row in rows])
        mine.filter(until__isnull=until is None).delete()
        Bearing.objects.bulk_create(rows)


def cover_everything(*, actor: Member, until: datetime) -> None:
    """Ask first about everything until then. What they hide stays hidden."""
    now_holds = bearing.bearing_of(actor)
    choices = {note: bearing.ASK for note in notes.KEYS if now_holds.choice(note) == bearing.SHOW}
    set_bearing(actor=actor, choices=choices, until=until)


def end_bearing_for_a_while(*, actor: Member) -> None:
    """What was chosen for a while ends now; the lasting choices hold again."""
    Bearing.objects.filter(member=actor, until__isnull=False).delete()


def adjust_bearing(*, actor: Member, note: str) -> str:
    """ "Hard for me to see": one step more careful about this note, lasting. Returns what holds now."""
    step = {bearing.SHOW: bearing.ASK, bearing.ASK: bearing.HIDE, bearing.HIDE: bearing.HIDE}
    choice = step[bearing.lasting_of(actor).get(note, bearing.ASK)]
    set_bearing(actor=actor, choices={note: choice})
    return choice


def set_vocabulary(*, actor: Member, choices: Mapping[str, object]) -> None:
    """Keep this member's words, as `people.vocabulary` reads them."""
    actor.vocabulary = {key: value for key, value in choices.items() if value not in ("", None, False)}
    actor.save(update_fields=["vocabulary"])


def set_place(*, actor: Member, country: str, time_zone: str) -> None:
    """Where this member is, for helplines and hours. Both may be left out."""
    actor.country, actor.time_zone = country, time_zone or "UTC"
    actor.save(update_fields=["country", "time_zone"])


def set_leave_key(*, actor: Member, key: str) -> None:
    """The key that leaves a page when pressed three times, one of `leaving.KEYS`; empty switches it off."""
    if key and key not in leaving.KEYS:
        raise ValueError(f"There is no key {key!r} for leaving.")
    actor.leave_key = key
    actor.save(update_fields=["leave_key"])


def block(*, actor: Member, blocked: Voice | Member) -> Block | None:
    """Stop meeting this voice, and stop being met by its member; they are not told. Oneself: nothing happens.

    A member stands for their shown voice. A cover name that was blocked leads nowhere, for the actor neither.
    """
    voice = blocked if isinstance(blocked, Voice) else shown_voice(blocked)
    if voice.member_id == actor.pk:
        return None
    row, _is_new = Block.objects.get_or_create(
        blocker=actor, voice=voice, defaults={"blocked_id": voice.member_id}
    )
    return row


def unblock(*, actor: Member, voice_public_id: str) -> None:
    """Meet this voice again. The other is not told."""
    Block.objects.filter(blocker=actor, voice__public_id=voice_public_id).delete()


# --- Resting ----------------------------------------------------------------------------------------


def rest(*, actor: Member) -> None:
    """The account rests: nothing is sent, nothing is removed, for as long as they like."""
    actor.resting_since = actor.resting_since or timezone.now()
    actor.save(update_fields=["resting_since"])


def wake(*, actor: Member) -> None:
    """The account wakes: everything is as it was."""
    actor.resting_since = None
    actor.save(update_fields=["resting_since"])


# --- Duties -----------------------------------------------------------------------------------------


def give_role(*, actor: Member | None, member: Member, duty: str) -> Role:
    """A lead (or whoever runs the machine: None) gives a duty. Giving it twice is the same as once."""
    _require(actor is None or duties.is_lead(actor))
    return _give(actor=actor, member=member, duty=duty)


def _give(*, actor: Member | None, member: Member, duty: str) -> Role:
    with transaction.atomic():
        role, is_new = Role.objects.get_or_create(
            member=member, duty=Role.Duty(duty).value, ended_at=None, defaults={"given_by": actor}
        )
        if is_new:
            log_audit(actor=actor, action="role.given", subject=f"member:{member.pk}", reason=role.duty)
        member.has_duty = True
        member.save(update_fields=["has_duty"])
    duties.forget(member)
    return role


def end_role(*, actor: Member | None, member: Member, duty: str, reason: str = "") -> None:
    """A lead ends a duty, or someone their own. Raises LastLead when nobody could give roles any more."""
    _require(actor is None or actor == member or duties.is_lead(actor))
    with transaction.atomic():
        current_roles = Role.objects.select_for_update().filter(ended_at=None)
        if duty == duties.LEAD and not current_roles.filter(duty=duty).exclude(member=member).exists():
            raise LastLead
        if not current_roles.filter(member=member, duty=duty).update(ended_at=timezone.now()):
            return
        member.has_duty = current_roles.filter(member=member).exists()
        member.save(update_fields=["has_duty"])
        log_audit(actor=actor, action="role.ended", subject=f"member:{member.pk}", reason=f"{duty}: {reason}")
    duties.forget(member)


def invite_moderator(
    *, actor: Member | None = None, is_lead: bool | None = None, form_token: UUID | None = None
) -> str:
    """Make a link that makes one person a moderator, once, within 48 hours. Returns its path.

    Only a lead or whoever runs the machine (None) may. While there is no lead, whoever opens it becomes one.
    With the same `form_token` and duty a second time it is the first link; raises InvitationGone if that one opens
    nothing any more.
    """
    _require(actor is None or duties.is_lead(actor))
    if is_lead is None:
        is_lead = not Role.objects.filter(duty=duties.LEAD, ended_at=None).exists()
    return _invite(
        actor=actor,
        duty=duties.LEAD if is_lead else duties.MODERATOR,
        span=timedelta(hours=MODERATOR_LINK_HOURS),
        form_token=form_token,
    )


def invite_to_join(*, actor: Member, is_vouching: bool, form_token: UUID | None = None) -> str:
    """A moderator makes a link by which one person joins, once, within 14 days. Returns its path.

    With the same `form_token` and choice a second time it is the first link; raises InvitationGone if that one opens
    nothing any more.
    """
    _require(duties.is_moderator(actor))
    span = timedelta(days=INVITATION_DAYS)
    return _invite(actor=actor, duty="", span=span, form_token=form_token, is_vouching=is_vouching)


@transaction.atomic
def _invite(
    *,
    actor: Member | None,
    duty: str,
    span: timedelta,
    form_token: UUID | None,
    is_vouching: bool = False,
) -> str:
    if actor is not None:
        lock_member(member=actor)
    by = actor.pk if actor else 0
    token = tokens.token_of_form(
        form_token, member_id=by, what_for="people.invite", about_id=by, chosen=[duty, str(is_vouching)]
    )
    path, digest = reverse("people-invited", args=[token]), tokens.digest_of(token)
    if Invitation.objects.filter(token_digest=digest).exists():
        if find_invitation(digest=digest) is None:
            raise InvitationGone
        return path
    invitation = Invitation.objects.create(
        token_digest=digest,
        duty=duty,
        is_vouching=is_vouching,
        made_by=actor,
        expires_at=timezone.now() + span,
    )
    log_audit(
        actor=actor,
        action="invitation.made",
        subject=f"invitation:{invitation.pk}",
        reason=duty or "join",
    )
    return path


def end_invitation(*, actor: Member, invitation: Invitation) -> None:
    """Take an unused link back: its maker or a lead."""
    _require(duties.is_moderator(actor) and (invitation.made_by_id == actor.pk or duties.is_lead(actor)))
    Invitation.objects.filter(pk=invitation.pk, used_at=None, ended_at=None).update(ended_at=timezone.now())


def find_invitation(*, digest: str) -> Invitation | None:
    """The invitation with this token digest, if it can still be used."""
    return InvitationQuerySet(Invitation).usable().filter(token_digest=digest).first()


def accept_duty(*, actor: Member, invitation: Invitation) -> Role:
    """Someone with an account takes the duty that the link offers. Raises InvitationGone."""
    if not invitation.duty:
        raise InvitationGone
    with transaction.atomic():
        _use(invitation, actor)
        if actor.approved_at is None:
            actor.approved_at = timezone.now()
            actor.save(update_fields=["approved_at"])
        return _give(actor=invitation.made_by, member=actor, duty=invitation.duty)


def _use(invitation: Invitation, member: Member) -> None:
    """Consume the link: of two who press at once, one gets it."""
    usable = InvitationQuerySet(Invitation).usable().filter(pk=invitation.pk)
    if not usable.update(used_at=timezone.now(), used_by=member):
        raise InvitationGone


# --- The log ----------------------------------------------------------------------------------------


def log_audit(*, actor: Member | None, action: str, subject: str, reason: str = "") -> AuditEntry:
    """Add to the audit log: who did what to which id, and why. Never a name, never what anyone wrote."""
    return AuditEntry.objects.create(actor=actor, action=action, subject=subject, reason=reason)


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied
