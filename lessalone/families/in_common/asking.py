"""Which question is asked next, and which are not asked of someone unless they open them.

Every facet can be opened by whoever wants to. But nobody is led to one that does not fit what they said: a grandmother
is not asked about another pregnancy, nor anyone how long a baby lived after a loss at seven weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from lessalone.families.experiences import OF_LOSS
from lessalone.families.models import LossKind
from lessalone.people.facets import OWN, Answer

FIRST = ("role", "weeks")
"""What a new member is asked. It is enough to begin."""

NOT_PARENTS = frozenset({"grandparent", "sibling", "kin", "friend", "professional"})
BORN_ALIVE = frozenset({LossKind.FIRST_MONTH, LossKind.FIRST_YEAR, LossKind.SUDDEN})
FEWEST_WEEKS_ALIVE = 20
NOTES = {
    "conception": "infertility",
    "photos": "photos",
    "funeral": "funeral",
    "living": "living-children",
    "again": "pregnancy",
    "faith": "faith",
}
"""Questions about what some do not want to meet, by the note of bearing. Whoever hides it is not led to them."""


def asked_of_loss(answers: Mapping[str, Answer], hidden: Collection[str] = ()) -> list[str]:
    """The facets of a loss that are asked, in their order, by its answers and the notes that the member hides."""
    unfit = _about(hidden)
    if _values(answers, "role") & NOT_PARENTS:
        unfit |= {"losses", "conception"}
    if not _may_have_lived(answers):
        unfit.add("lived")
    if "known" not in _values(answers, "cause"):
        unfit.add("causes")
    return [key for key in OF_LOSS if key not in unfit]


def asked_of_member(losses: Iterable[Mapping[str, Answer]], hidden: Collection[str] = ()) -> list[str]:
    """The facets of a person that are asked, in their order, by their losses and the notes that they hide."""
    roles = [_values(answers, "role") for answers in losses]
    unfit = _about(hidden)
    if roles and all(role & NOT_PARENTS for role in roles):
        unfit |= {"living", "again"}
    return [key for key in OWN if key not in unfit]


def following(asked: Iterable[str], answers: Mapping[str, Answer], *, after: str = "") -> str | None:
    """The next that is asked and not answered or skipped; after one of them, only what comes later."""
    order = [*OF_LOSS, *OWN]
    start = order.index(after) + 1 if after else 0
    return next((key for key in asked if key not in answers and order.index(key) >= start), None)


def _about(hidden: Collection[str]) -> set[str]:
    return {key for key, note in NOTES.items() if note in hidden}


def _values(answers: Mapping[str, Answer], key: str) -> set[str]:
    """What was answered, unless it is to be used for nothing: then not for this either."""
    return set(answers[key].values) if key in answers and answers[key].is_used else set()


def _may_have_lived(answers: Mapping[str, Answer]) -> bool:
    if kinds := _values(answers, "kinds"):
        return bool(kinds & BORN_ALIVE)
    return all(int(weeks.partition("+")[0]) >= FEWEST_WEEKS_ALIVE for weeks in _values(answers, "weeks"))
