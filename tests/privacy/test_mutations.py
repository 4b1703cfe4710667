"""The oracle's tests can fail: take any clause out of the policy, and some made world shows it."""

from __future__ import annotations

import pytest
from django.db.models import Q
from hypothesis import Phase, given, settings

from lessalone.sharing import policy
from lessalone.sharing.models import Item
from lessalone.sharing.prepared import Prepared
from tests.privacy.test_oracle import Inserted, expected, made
from tests.privacy.worlds import worlds


def without_root_clause(clause):
    return {"ROOT_CLAUSES": tuple(c for c in policy.ROOT_CLAUSES if c is not clause)}


def without_branch_clause(clause):
    return {"BRANCH_CLAUSES": tuple(c for c in policy.BRANCH_CLAUSES if c is not clause)}


def said_to_be_so(name):
    """A named part that no longer asks anything."""
    return {name: lambda *anything, **named: Q()}


def what_it_answers_only_exists(viewer):
    gone = Item.objects.filter(pk=policy.OuterRef("above_id"))
    stopped = ~(policy.is_not_erased() & policy.is_not_taken_back() & policy.is_not_held())
    return Q(above=None) | ~policy.Exists(gone.filter(stopped))


def only_parents_with_a_voice_allow(viewer):
    return policy.author_allows(viewer)


def replaced(name, clause):
    old = getattr(policy, name)
    return {
        name: clause,
        "ROOT_CLAUSES": tuple(clause if c is old else c for c in policy.ROOT_CLAUSES),
        "BRANCH_CLAUSES": tuple(clause if c is old else c for c in policy.BRANCH_CLAUSES),
    }


MUTANTS = {
    **{f"a story without {c.__name__}": without_root_clause(c) for c in policy.ROOT_CLAUSES},
    **{f"a response without {c.__name__}": without_branch_clause(c) for c in policy.BRANCH_CLAUSES},
    **{
        f"{name} not asked": said_to_be_so(name)
        for name in (
            "is_their_own",
            "is_first_reader",
            "is_opened_to_moderator",
            "is_not_erased",
            "admits",
        )
    },
    "an answer to a response that waits": replaced("what_it_answers_is_there", what_it_answers_only_exists),
    "whose family told it not asked": {"_belongs": lambda *anything: []},
    "parents not asked": replaced("every_parent_allows", only_parents_with_a_voice_allow),
}


@pytest.mark.long
def test_every_mutant_is_found(monkeypatch):
    """All mutants look at the same worlds, until each has been seen to differ from the oracle."""
    alive = {
        name: Prepared(f"mutant: {name}", lambda viewer, marks: Item.objects.visible_to(viewer))
        for name in MUTANTS
    }

    @settings(made, max_examples=600, phases=[Phase.generate])
    @given(worlds())
    def look(world):
        if not alive:
            return
        with Inserted(world):
            for name, query in list(alive.items()):
                with monkeypatch.context() as patch:
                    for part, replacement in MUTANTS[name].items():
                        patch.setattr(policy, part, replacement)
                    if any(
                        {item.pk for item in query.fetch(looker.as_viewer())} != expected(world, looker)
                        for looker in world.lookers
                    ):
                        del alive[name]

    look()
    assert not list(alive)
