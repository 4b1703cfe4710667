"""Moderation's part in what starts elsewhere: which keys are in use, so that the sweep of others spares them."""

from __future__ import annotations

from lessalone.moderation import actions
from lessalone.moderation.models import Decision, Objection, Report
from lessalone.vault.sweep import named_in

named_in(actions.REPORT_WORDS, (Report, "key_id"))
named_in(actions.DECISION_WORDS, (Decision, "key_id"))
named_in(actions.OBJECTION_WORDS, (Objection, "key_id"))
