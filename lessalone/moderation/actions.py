"""What moderators do, and what others ask of them. Everything they do is in the audit log, with its reason.

A moderator sees what members see, what was reported, and for an hour what they opened with a reason. Nobody
decides about their own family, nor twice where two are needed.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from lessalone.families import actions as families
from lessalone.families.models import Parent, Relation
from lessalone.kit import limits
from lessalone.moderation.models import AUTOMATIC, Decision, Objection, Reason, Report
from lessalone.people import duties
from lessalone.people.actions import log_audit
from lessalone.people.models import Member
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Hold, Item, Opening
from lessalone.vault import words as words_of_vault

DAY = 86_400
REPORT_WORDS, DECISION_WORDS = "report.words", "decision.words"
OBJECTION_WORDS, OBJECTION_ANSWER = "objection.words", "objection.answer"
LONGEST = 4_000
"""Characters in one text."""

DUE = {Reason.DANGER.value: dt.timedelta(hours=1)} | dict.fromkeys(AUTOMATIC, dt.timedelta(hours=12))
DUE_OTHERWISE = dt.timedelta(days=2)
OPEN_FOR = dt.timedelta(days=30)
"""How long moderators may see what was reported, held or objected to."""
GLASS_FOR = dt.timedelta(hours=1)

REPORTS_A_DAY, VISITOR_REPORTS_A_DAY = 30, 10
HOLDS_A_DAY, VISITOR_HOLDS_A_DAY, NEW_MEMBER_HOLDS_A_DAY = 3, 1, 1
ALL_VISITORS_HOLDS_A_DAY = 20
"""Automatic holds by people without an account, all together."""
NEW_FOR = dt.timedelta(days=3)
WRONGFUL_LIMIT = 2
"""After so many reports that were sent to do harm, one's reports hide nothing any more."""
WRONGFUL_SPAN = dt.timedelta(days=365)
ADDRESS_KEPT = dt.timedelta(days=30)


class TooManyReports(Refused):
    """Not so many in one day. What was written is shown again."""


class NotTheirs(Refused):
    """Someone else has to do this."""


# --- Reports.


def report(*, actor: Member | None, item: Item, reason: str, words: str = "", address: str = "") -> Report:
    """Tell the moderators that something may break the rules. `actor` None: someone without an account.

    Whoever calls has asked policy whether the actor sees the item. It hides nothing, but for the reasons in
    `AUTOMATIC`, within limits. Telling twice is the same as once. Raises `TooManyReports`.
    """
    reason = Reason(reason).value
    digest = "" if actor else digest_of_address(address)
    again = _open_report(actor, item, reason)
    if again is not None:
        return again
    _refuse_too_many_reports(actor, digest)
    key_id, sealed = _sealed(words, REPORT_WORDS)
    now = timezone.now()
    with transaction.atomic():
        Item.objects.select_for_update().get(pk=item.pk)
        again = _open_report(actor, item, reason)
        if again is not None:
            return again
        hold = None
        if reason in AUTOMATIC and _may_hide(actor, digest, item):
            hold = Hold.objects.create(item=item, placed_by=None, reason=reason)
            log_audit(actor=None, action="item.held", subject=f"item:{item.pk}", reason=f"report: {reason}")
        open_to_moderators(item, "reported")
        if reason == Reason.MY_BABY and actor and item.baby_id:
            families.say_it_is_the_same_baby(actor=actor, baby_id=item.baby_id)
        return Report.objects.create(
            item=item,
            reporter=actor,
            address_digest=digest,
            reason=reason,
            key_id=key_id,
            words_sealed=sealed,
            due_at=now + DUE.get(reason, DUE_OTHERWISE),
            hold=hold,
        )


def tell(*, actor: Member | None, reason: str, words: str, address: str = "") -> Report:
    """Tell the moderators about something that one cannot open oneself, or about this place. Hides nothing.

    Raises `TooManyReports`.
    """
    reason = Reason(reason).value
    digest = "" if actor else digest_of_address(address)
    _refuse_too_many_reports(actor, digest)
    key_id, sealed = _sealed(words, REPORT_WORDS)
    return Report.objects.create(
        reporter=actor,
        address_digest=digest,
        reason=reason,
        key_id=key_id,
        words_sealed=sealed,
        due_at=timezone.now() + DUE.get(reason, DUE_OTHERWISE),
    )


def _open_report(actor: Member | None, item: Item, reason: str) -> Report | None:
    if actor is None:
        return None
    return Report.objects.open().filter(item=item, reporter=actor, reason=reason).first()


def _may_hide(actor: Member | None, digest: str, item: Item) -> bool:
    """Whether this report hides the item until someone looks. Asked last, for it counts."""
    if Hold.objects.filter(item=item, released_at=None).exists():
        return False
    if Hold.objects.filter(item=item, placed_by=None, released_by__isnull=False).exists():
        return False  # a moderator looked, and let it be seen
    if _has_lost_the_power(actor, digest):
        return False
    if actor is None:
        mine = limits.allow(f"report-hides:{digest}", VISITOR_HOLDS_A_DAY, DAY)
        return mine and limits.allow("report-hides:visitors", ALL_VISITORS_HOLDS_A_DAY, DAY)
    is_new = actor.joined_at > timezone.now() - NEW_FOR
    most = NEW_MEMBER_HOLDS_A_DAY if is_new else HOLDS_A_DAY
    return limits.allow(f"report-hides:member:{actor.pk}", most, DAY)


def _has_lost_the_power(actor: Member | None, digest: str) -> bool:
    theirs = Q(reporter=actor) if actor else Q(address_digest=digest, reporter=None)
    wrongful = Report.objects.filter(
        theirs, outcome=Report.Outcome.WRONGFUL, settled_at__gt=timezone.now() - WRONGFUL_SPAN
    )
    return wrongful.count() >= WRONGFUL_LIMIT


def digest_of_address(address: str) -> str:
    """A network address as it is kept for limits: a keyed digest."""
    return salted_hmac("moderation.address", address, algorithm="sha256").hexdigest()[:43]


def _refuse_too_many_reports(actor: Member | None, digest: str) -> None:
    is_within = (
        limits.allow(f"report:member:{actor.pk}", REPORTS_A_DAY, DAY)
        if actor
        else limits.allow(f"report:{digest}", VISITOR_REPORTS_A_DAY, DAY)
    )
    if not is_within:
        raise TooManyReports(
            _(
                "You have told us about many things today. Your words are still here. "
                "Please send them tomorrow."
            )
        )


def forget_addresses() -> int:
    """Forget the digests of network addresses after 30 days. How many."""
    old = Report.objects.exclude(address_digest="").filter(made_at__lt=timezone.now() - ADDRESS_KEPT)
    return old.update(address_digest="")


def take_report(*, actor: Member, report: Report) -> None:
    """This moderator looks after it. Of two who take it at once, one has it."""
    _require(duties.is_moderator(actor))
    taken = Report.objects.open().filter(pk=report.pk, taken_by=None)
    if taken.update(taken_by=actor, taken_at=timezone.now()):
        log_audit(actor=actor, action="report.taken", subject=f"report:{report.pk}")


def give_back_report(*, actor: Member, report: Report) -> None:
    """Someone else may look after it: no reason is needed."""
    _require(duties.is_moderator(actor))
    if Report.objects.open().filter(pk=report.pk, taken_by=actor).update(taken_by=None, taken_at=None):
        log_audit(actor=actor, action="report.given-back", subject=f"report:{report.pk}")


def settle_report(*, actor: Member, report: Report, outcome: str) -> None:
    """Say what came of it. Who sent it is not told; whoever it was about is not told that there was one."""
    _require(duties.is_moderator(actor) and report.reporter_id != actor.pk)
    if report.item is not None:
        _refuse_unless_outside(actor, report.item)
    outcome = Report.Outcome(outcome).value
    with transaction.atomic():
        settled = Report.objects.open().filter(pk=report.pk)
        if settled.update(outcome=outcome, settled_by=actor, settled_at=timezone.now()):
            log_audit(actor=actor, action="report.settled", subject=f"report:{report.pk}", reason=outcome)


# --- Holds and decisions.


def hold(*, actor: Member, item: Item, reason: str) -> Hold:
    """One moderator stops anything at once: nobody but its own people and moderators sees it."""
    _require(duties.is_moderator(actor))
    reason = Reason(reason).value
    with transaction.atomic():
        Item.objects.select_for_update().get(pk=item.pk)
        held = Hold.objects.filter(item=item, released_at=None).first()
        if held is None:
            held = Hold.objects.create(item=item, placed_by=actor, reason=reason)
            log_audit(actor=actor, action="item.held", subject=f"item:{item.pk}", reason=reason)
        open_to_moderators(item, "held")
    return held


def release(*, actor: Member, item: Item, reason: str, words: str = "") -> Decision:
    """Let it be seen again. One moderator is enough."""
    return decide(actor=actor, item=item, verdict=Decision.Verdict.IN, reason=reason, words=words)


def decide(*, actor: Member, item: Item, verdict: str, reason: str, words: str = "") -> Decision:
    """Decide about something; its author is told why, in these words, and how to object.

    "Let it be seen" ends every hold. "Keep it out of sight" holds it at once, and stands when a second
    moderator agrees. It replaces what was decided before; the same again, by the same one, is a second press.
    Raises `NotTheirs` about one's own family.
    """
    _refuse_unless_outside(actor, item)
    verdict, reason = Decision.Verdict(verdict).value, Reason(reason).value
    with transaction.atomic():
        Item.objects.select_for_update().get(pk=item.pk)
        standing = Decision.objects.standing().filter(item=item)
        again = standing.filter(made_by=actor, verdict=verdict, reason=reason).first()
        if again is not None and words_of(again.key_id, again.words_sealed, DECISION_WORDS) == words.strip():
            return again
        key_id, sealed = _sealed(words, DECISION_WORDS)
        standing.update(replaced_at=timezone.now())
        made = Decision.objects.create(
            item=item, verdict=verdict, reason=reason, key_id=key_id, words_sealed=sealed, made_by=actor
        )
        if verdict == Decision.Verdict.IN:
            _end_holds(actor, item)
        else:
            hold(actor=actor, item=item, reason=reason)
        log_audit(actor=actor, action=f"item.decided-{verdict}", subject=f"item:{item.pk}", reason=reason)
    return made


def second(*, actor: Member, decision: Decision) -> None:
    """Another moderator agrees that something stays out of sight. The one who decided cannot."""
    _refuse_unless_outside(actor, decision.item)
    if decision.made_by_id == actor.pk:
        raise NotTheirs(_("Another moderator has to agree."))
    with transaction.atomic():
        waiting = Decision.objects.to_second().filter(pk=decision.pk)
        if waiting.update(seconded_by=actor, seconded_at=timezone.now()):
            log_audit(actor=actor, action="decision.seconded", subject=f"decision:{decision.pk}")


def _end_holds(actor: Member, item: Item) -> None:
    ended = Hold.objects.filter(item=item, released_at=None)
    if ended.update(released_at=timezone.now(), released_by=actor):
        log_audit(actor=actor, action="item.released", subject=f"item:{item.pk}")


# --- Objections.


def object_to(*, actor: Member, item: Item, words: str) -> Objection:
    """One of its own people asks that someone else look again. Once at a time; twice is the same as once."""
    if not Item.objects.owned_by(actor.pk).filter(pk=item.pk).exists():
        raise PermissionDenied
    if not Hold.objects.filter(item=item, released_at=None).exists():
        raise Refused(_("Nothing holds this back at the moment."))
    if not limits.allow(f"object:{actor.pk}", 10, DAY):
        raise TooManyReports(_("Please send this tomorrow. Your words are still here."))
    key_id, sealed = _sealed(words, OBJECTION_WORDS)
    if key_id is None:
        raise ValueError("an objection has words")
    try:
        with transaction.atomic():
            made = Objection.objects.create(item=item, member=actor, key_id=key_id, words_sealed=sealed)
            open_to_moderators(item, "objection")
    except IntegrityError:
        words_of_vault.destroy([key_id])
        return Objection.objects.get(item=item, member=actor, answered_at=None)
    return made


def may_answer(actor: Member, objection: Objection) -> bool:
    """Whether this moderator had no part in what the objection is about."""
    return duties.is_moderator(actor) and not had_part(actor.pk, objection.item_id).exists()


def had_part(member_id: int, item: int | OuterRef) -> QuerySet[Item]:
    """The item, where this moderator decided about it or holds it."""
    decided = Decision.objects.filter(Q(made_by=member_id) | Q(seconded_by=member_id), item=OuterRef("pk"))
    held = Hold.objects.filter(item=OuterRef("pk"), placed_by=member_id, released_at=None)
    return Item.objects.filter(Exists(decided) | Exists(held), pk=item)


def answer_objection(*, actor: Member, objection: Objection, is_upheld: bool, words: str) -> None:
    """A moderator who had no part in it answers. Upheld: it is seen again, at once."""
    _refuse_unless_outside(actor, objection.item)
    if not may_answer(actor, objection):
        raise NotTheirs(_("A moderator who had no part in this has to answer."))
    sealed = words_of_vault.seal(objection.key_id, words.strip(), context=OBJECTION_ANSWER)
    with transaction.atomic():
        waiting = Objection.objects.filter(pk=objection.pk, answered_at=None)
        if not waiting.update(
            is_upheld=is_upheld, answer_sealed=sealed, answered_by=actor, answered_at=timezone.now()
        ):
            return
        log_audit(
            actor=actor,
            action="objection.upheld" if is_upheld else "objection.not-upheld",
            subject=f"objection:{objection.pk}",
        )
        if is_upheld:
            standing = Decision.objects.standing().filter(item=objection.item_id).first()
            reason = standing.reason if standing else Reason.OTHER
            release(actor=actor, item=objection.item, reason=reason, words=words)


# --- Seeing more.


def open_to_moderators(item: Item, reason: str) -> None:
    """Any moderator may see it for 30 days: it was reported, held or objected to."""
    Opening.objects.create(item=item, member=None, reason=reason, until=timezone.now() + OPEN_FOR)


def break_glass(*, actor: Member, item: Item, reason: str) -> Opening:
    """This moderator alone sees it for one hour, with a reason that the leads read."""
    _require(duties.is_moderator(actor))
    if not reason.strip():
        raise ValueError("breaking the glass needs a reason")
    with transaction.atomic():
        opening = Opening.objects.create(
            item=item, member=actor, reason=reason.strip(), until=timezone.now() + GLASS_FOR
        )
        log_audit(actor=actor, action="item.opened", subject=f"item:{item.pk}", reason=reason.strip())
    return opening


# --- Steps.


def words_of(key_id: UUID | None, sealed: bytes | memoryview, context: str) -> str:
    """What was written, or nothing when its key is gone."""
    if key_id is None or not sealed:
        return ""
    try:
        return words_of_vault.unseal(key_id, bytes(sealed), context=context)
    except words_of_vault.Gone:
        return ""


def _sealed(text: str, context: str) -> tuple[UUID | None, bytes]:
    """A key of its own and the sealed text; nothing for nothing."""
    text = text.strip()[:LONGEST]
    if not text:
        return None, b""
    key_id = words_of_vault.new_key(purpose=context)
    return key_id, words_of_vault.seal(key_id, text, context=context)


def is_outside(actor: Member, item: Item) -> bool:
    """Whether this moderator is neither its author nor, now or before, of the family that it is about."""
    return Item.objects.filter(outside(actor.pk), pk=item.pk).exists()


def outside(member_id: int) -> Q:
    """The same as a condition over items."""
    own = Item.objects.owned_by(member_id).filter(Q(pk=OuterRef("pk")) | Q(pk=OuterRef("root")))
    its_baby = Q(baby=OuterRef("baby")) | Q(baby=OuterRef("root__baby"))
    as_parent = Parent.objects.filter(its_baby, member=member_id)
    as_relation = Relation.objects.filter(its_baby, member=member_id)
    return Q(~Exists(own), ~Exists(as_parent), ~Exists(as_relation))


def _refuse_unless_outside(actor: Member, item: Item) -> None:
    _require(duties.is_moderator(actor))
    if not is_outside(actor, item):
        raise NotTheirs(_("This is about your own family. Another moderator has to decide."))


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied
