"""The log's actions in plain words, for those who read it. The keys are what rooms write and are never renamed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "circle.changed": _("Changed a circle"),
    "circle.ended": _("Ended a circle"),
    "circle.made": _("Made a circle"),
    "decision.seconded": _("Agreed to another moderator’s decision"),
    "invitation.made": _("Made an invitation"),
    "item.decided-in": _("Decided: it may be seen"),
    "item.decided-out": _("Decided: it stays out of sight"),
    "item.held": _("Held something out of sight"),
    "item.opened": _("Opened something that moderators do not see"),
    "item.released": _("Ended a hold"),
    "lone-consent.approved": _("Agreed that a parent need not be asked"),
    "lone-consent.read": _("Read a request to decide without a parent"),
    "lone-consent.refused": _("Did not agree to decide without a parent"),
    "member.admitted": _("Admitted a bereaved member"),
    "member.declined": _("Did not let someone in"),
    "member.let-in": _("Let someone in"),
    "objection.not-upheld": _("Looked again: it stays out of sight"),
    "objection.upheld": _("Looked again: it may be seen"),
    "parent.is-here": _("A parent said that they are here"),
    "parent.waived": _("A parent is not asked any more"),
    "report.given-back": _("Gave a report back"),
    "report.settled": _("Settled a report"),
    "report.taken": _("Took a report on"),
    "role.ended": _("Ended a duty"),
    "role.given": _("Gave a duty"),
    "same-baby.different": _("Found that two pages are about different babies"),
    "same-baby.read": _("Looked at two pages that may be about one baby"),
    "separation.declined": _("Did not grant a safety separation"),
    "separation.ended": _("Ended a safety separation"),
    "separation.granted": _("Granted a safety separation"),
    "separation.read": _("Read a request for a safety separation"),
}


def words_for(action: str) -> str:
    """What was done, in words; the key itself where there are none yet."""
    return str(WORDS.get(action, action))
