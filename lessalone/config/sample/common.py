"""What the sample's people tell so that others like them are found: as their stories say, else as chance has it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from lessalone.config.sample.texts import SampleStory
from lessalone.families.experiences import OF_LOSS
from lessalone.families.models import LossKind
from lessalone.people.facets import OWN, Answer, Purpose, Use

Answers = dict[str, Answer]

ROLES = {
    "mother": "mother",
    "father": "father",
    "partner": "partner",
    "intended-parent": "intended",
    "grandmother": "grandparent",
    "grandfather": "grandparent",
    "sibling": "sibling",
    "aunt": "kin",
    "surrogate": "kin",
    "friend": "friend",
    "midwife": "professional",
    "nurse": "professional",
}
KINDS = {
    "stillbirth": LossKind.STILLBORN,
    "neonatal": LossKind.FIRST_MONTH,
    "infant": LossKind.SUDDEN,
    "miscarriage": LossKind.MISCARRIAGE_TO_13,
    "missed-miscarriage": LossKind.MISSED,
    "ectopic": LossKind.ECTOPIC,
    "molar": LossKind.MOLAR,
    "tfmr": LossKind.TFMR,
    "chemical": LossKind.CHEMICAL,
}
LANGUAGES = {
    "AU": "en",
    "BR": "pt",
    "CA": "en",
    "DE": "de",
    "DK": "da",
    "ES": "es",
    "FI": "fi",
    "GB": "en",
    "IE": "en",
    "IN": "hi",
    "JP": "ja",
    "NZ": "en",
    "PL": "pl",
    "SE": "sv",
    "US": "en",
    "ZA": "en",
}
PARENTS = frozenset({"mother", "father", "partner", "intended"})
PLAIN_LOSSES = (
    # kind, weeks from, weeks to, how many of a hundred
    (LossKind.MISCARRIAGE_TO_13, 5, 13, 34),
    (LossKind.MISSED, 7, 13, 14),
    (LossKind.MISCARRIAGE_FROM_14, 14, 21, 9),
    (LossKind.BEFORE_LABOUR, 22, 41, 13),
    (LossKind.STILLBORN, 20, 41, 9),
    (LossKind.FIRST_MONTH, 22, 41, 9),
    (LossKind.TFMR, 12, 25, 5),
    (LossKind.ECTOPIC, 5, 10, 4),
    (LossKind.IN_LABOUR, 30, 41, 2),
    (LossKind.SUDDEN, 34, 41, 1),
)
"""For those who tell no story here; roughly as often as such losses are told of."""


def of_story(story: SampleStory, role: str, today: dt.date, rng: random.Random) -> Answers:
    """What someone with this part in the family answers of the loss that a story tells of."""
    said = {key: values for key, values in story.tells.items() if key in OF_LOSS}
    kinds = [_kind(kind, story.weeks) for kind in story.kinds if kind in KINDS]
    return _with_uses(
        {
            "role": (ROLES[role],),
            "weeks": (str(story.weeks),),
            "kinds": tuple(kinds),
            "since": _since(story.years, today),
            "lived": _lived(story.age_days),
            **said,
        },
        rng,
    )


def of_chance(role: str, today: dt.date, rng: random.Random) -> Answers:
    """What someone answers who tells no story here."""
    kind, first, last, _share = rng.choices(PLAIN_LOSSES, [row[3] for row in PLAIN_LOSSES])[0]
    weeks, days = rng.randint(first, last), rng.choice((0, 0, 0, 1, 2, 3, 4, 5, 6))
    said: dict[str, tuple[str, ...]] = {
        "role": (ROLES[role],),
        "weeks": (f"{weeks}+{days}" if days else str(weeks),),
        "kinds": (kind.value,),
        "since": _since(rng.choice((0.1, 0.3, 0.6, 1, 1, 2, 2, 3, 4, 6, 9, 14, 25)), today),
    }
    if kind == LossKind.FIRST_MONTH:
        said["lived"] = (rng.choice(("hours", "1-6", "7-27")),)
    if kind == LossKind.SUDDEN:
        said["lived"] = ("28-364",)
    if weeks >= 14:
        said["child"] = (rng.choice(("son", "daughter")),)
        said["photos"] = (rng.choice(("yes", "yes", "no", "wished")),)
        said["funeral"] = (rng.choice(("yes", "yes", "no")),)
    if rng.random() < 0.3:
        said["cause"] = (rng.choice(("known", "unknown", "unknown", "waiting")),)
    if said.get("cause") == ("known",):
        said["causes"] = (rng.choice(list(OF_LOSS["causes"].values)),)
    if ROLES[role] in PARENTS and rng.random() < 0.4:
        said["losses"] = (rng.choices(("first", "second", "more"), (7, 2, 1))[0],)
    return _with_uses(_some(said, rng, always=("role", "weeks")), rng)


def of_oneself(role: str, country: str, story: SampleStory | None, rng: random.Random) -> Answers:
    """What someone answers about themselves."""
    told = story.tells if story else {}
    said = {key: values for key, values in told.items() if key in OWN}
    by_chance: dict[str, tuple[str, ...]] = {
        "country": (country,),
        "language": tuple(dict.fromkeys((LANGUAGES.get(country, "en"), "en"))),
        "age": (_age(role, rng),),
    }
    if ROLES[role] in PARENTS:
        by_chance["living"] = (rng.choice(("none", "none", "before", "after")),)
        by_chance["again"] = (rng.choice(("hoping", "not-trying", "cannot", "pregnant", "parenting")),)
        by_chance["partnered"] = (rng.choices(("together", "alone", "parted"), (8, 1, 1))[0],)
    if rng.random() < 0.3:
        by_chance["faith"] = (rng.choice(list(OWN["faith"].values)),)
    return _with_uses(_some(by_chance, rng) | said, rng)


def without_consent(answers: Mapping[str, Answer]) -> Answers:
    """What is left of answers for someone who agrees to no purpose."""
    facets = {**OF_LOSS, **OWN}
    return {key: answer for key, answer in answers.items() if facets[key].purpose == Purpose.NONE}


def _with_uses(said: Mapping[str, tuple[str, ...]], rng: random.Random) -> Answers:
    """Most may be said, some are only to find others, a few for nothing; now and then one is not asked again."""
    given = {
        key: Answer(values, rng.choices((Use.SHOWN, Use.MATCH, Use.HIDDEN), (62, 34, 4))[0])
        for key, values in said.items()
        if values
    }
    if "role" in given and given["role"].use == Use.HIDDEN:
        given["role"] = Answer(given["role"].values)
    if rng.random() < 0.15:
        given.setdefault("conception" if "role" in given else "lgbtq", Answer(is_skipped=True))
    return given


def _some(
    said: Mapping[str, tuple[str, ...]], rng: random.Random, *, always: tuple[str, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """People leave out what they like."""
    return {key: values for key, values in said.items() if key in always or rng.random() < 0.75}


def _kind(kind: str, weeks: int) -> str:
    if kind == "miscarriage" and weeks >= 14:
        return LossKind.MISCARRIAGE_FROM_14.value
    return KINDS[kind].value


def _since(years: float, today: dt.date) -> tuple[str]:
    day = today - dt.timedelta(days=round(years * 365.25))
    return (f"{day:%Y}" if years > 5 else f"{day:%Y-%m}",)


def _lived(days: int | None) -> tuple[str, ...]:
    if days is None:
        return ()
    if days < 1:
        return ("hours",)
    return ("1-6",) if days < 7 else ("7-27",) if days < 28 else ("28-364",)


def _age(role: str, rng: random.Random) -> str:
    if role in ("grandmother", "grandfather"):
        return rng.choice(("55-64", "from-65"))
    return rng.choices(("to-24", "25-34", "35-44", "45-54"), (1, 5, 5, 2))[0]
