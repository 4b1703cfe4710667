"""Writes `docs/who-sees-what.md` from the policy itself: its clauses in their own words, and its ladder.

    python -m lessalone.sharing.who_sees_what

Nothing about who sees what is written here a second time: sentences are the docstrings of the clauses, tables are
asked of the same functions that pages use. A test fails while the file is not what this makes.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "docs" / "who-sees-what.md"

_HEAD = """\
# Who sees what

<!-- Made by `python -m lessalone.sharing.who_sees_what` from the policy in `lessalone/sharing/policy.py`.
     Change the docstrings there, then run it again. -->

One policy answers every question of who may see something: for lists, pages, photos, mail and counts. Each line
below is one of its clauses, in the words that stand beside its code. Where a clause is not met, the thing does not
exist for that person: its address answers as one that never was.

A *viewer* is whoever is looking: a visitor without an account, or a member. A member who waits to be let in, or
whose account rests, is a visitor to the policy, besides what is their own and what someone chose them for. *It* is
the story or the answer in question.
"""

_LIMITS = """\
## What this cannot do

- Whoever saw something may have kept a copy. Taking back ends showing it, nothing else.
- We cannot check who a member is. Bereaved members are people who say they have lost a baby.
- A story under a cover name is kept from the baby's own family when they are signed in, and from any account whose
  page of a baby has the same facts. Someone who reads without an account, or with one that told nothing, is not
  known as family. What everyone may see without an account they may see too; and by comparing, they could tell
  which story we keep from them. Only an audience of people one knows, or a circle, keeps a story from someone
  who is looking for it.
- The people who run this could be ordered by a court to hand things over.
"""


def text() -> str:
    """The whole page."""
    from lessalone.sharing import policy, views
    from lessalone.sharing.policy import ItemQuerySet

    parts = [
        _HEAD,
        "## A story\n\nSomeone sees a story when all of this is true:\n",
        _list(policy.ROOT_CLAUSES),
        "\nBesides, until it is erased, it is seen by:\n",
        "- Its own people. " + _said(policy.is_their_own) + "\n"
        "- Moderators, where it was opened to them. " + _said(policy.is_opened_to_moderator) + "\n",
        "## An answer\n\nSomeone sees an answer when they see its story, and all of this is true:\n",
        _list(policy.BRANCH_CLAUSES),
        "\nBesides, until it is erased, who wrote it sees it as long as they see its story; and moderators see it"
        "\nwhere it was opened to them, as above.\n",
        "## Photos\n\n" + _said(views._may_see) + " Every request for a picture asks again.\n",
        "## Whose it is\n\nWhat people do with their own, they reach through themselves:\n",
        _list([ItemQuerySet.owned_by, ItemQuerySet.asked_of]),
        _list([policy.needs_their_consent, policy.is_first_reader]),
        "## What leads to a story\n\nWhere something brings a story to someone, they see it by the above and also:\n",
        _list([policy.is_not_told_by_their_family, policy.is_theirs_too, policy.are_not_of_one_family]),
        "## The ladder\n\nWho can be meant on each rung. What is seen is what every ceiling of the current version"
        "\nallows, so each of them is asked.\n",
        _who_can_be_meant(),
        "Narrowing needs nobody, widening needs all. Going from the rung on the left to the one above counts as"
        "\nnarrower only where it says so; the people, the circles and the end that each names are compared too.\n",
        _what_is_narrower(),
        _LIMITS,
    ]
    return "\n".join(parts)


def write() -> None:
    """Put the page where the documentation is."""
    FILE.write_text(text(), encoding="utf-8")


def _said(function: Callable[..., Any]) -> str:
    """What a function's docstring says, on one line."""
    said = inspect.getdoc(function)
    if not said:
        raise ValueError(f"{function.__name__} does not say what it means")
    return " ".join(said.split())


def _list(functions: Iterable[Callable[..., Any]]) -> str:
    return "".join(f"- {_said(one)}\n" for one in functions)


def _who_can_be_meant() -> str:
    from lessalone.people.viewer import VISITOR, Viewer
    from lessalone.sharing.models import Rung
    from lessalone.sharing.policy import open_rungs

    kinds = {
        "visitor": VISITOR,
        "who has a link": Viewer(links=frozenset({1})),
        "who waits or rests": Viewer(member_id=1),
        "member": Viewer(member_id=1, is_member=True),
        "bereaved member": Viewer(member_id=1, is_member=True, is_bereaved=True),
    }
    named = {
        Rung.PEOPLE: "if chosen",
        Rung.CIRCLES: "if in the circle",
        Rung.LINK: "if the link is to it",
    }
    rows = []
    for rung in Rung:
        cells = [named.get(rung, "yes") if rung in open_rungs(viewer) else "" for viewer in kinds.values()]
        rows.append([str(rung.label), *cells])
    return _table(["", *kinds], rows)


def _what_is_narrower() -> str:
    from lessalone.sharing.audience import AudienceSpec, is_provably_narrower
    from lessalone.sharing.models import Rung

    rows = [
        [
            str(old.label),
            *(
                "narrower"
                if old != new and is_provably_narrower(AudienceSpec(new), AudienceSpec(old))
                else ""
                for new in Rung
            ),
        ]
        for old in Rung
    ]
    return _table(["from, to", *(str(rung.label) for rung in Rung)], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessalone.config.settings")
    import django

    django.setup()
    write()
