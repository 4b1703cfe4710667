"""Families' part in what starts elsewhere: which keys are in use, so that the sweep of others spares them."""

from __future__ import annotations

from lessalone.families import actions, facts
from lessalone.families.models import BabyPage, LoneConsentRequest, Parent, SafetySeparation, Telling
from lessalone.vault.sweep import named_in

named_in(actions.PAGE, (BabyPage, "key_id"))
named_in(facts.OWN_WORDS, (Parent, "key_id"))
named_in(facts.TELLING, (Telling, "key_id"))
named_in(facts.SEPARATION_WORDS, (SafetySeparation, "key_id"))
named_in(facts.LONE_CONSENT_REASON, (LoneConsentRequest, "key_id"))
