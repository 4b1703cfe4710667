"""A seeded community, written with bulk inserts: 2,000 members, 20,000 stories, 200,000 responses at scale 1.

Every story has words of its own under a key of its own, as through the actions. A third of the stories is jointly
theirs; one story has 1,000 responses; the others have a long tail. The rungs are mixed: of those shared with circles or
chosen people the reader may see one in a thousand, and a visitor one in a thousand of all.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import timezone

_WORDS = (
    "the a and of to in was we he she my our it that for not with had they him her on at when so but no one "
    "night morning hospital room window car silence hands blanket name small heavy winter summer kitchen door "
    "midwife letter photograph candle garden sister brother father mother years weeks later again never always "
    "told asked wanted held carried waited wrote slept woke cried laughed remembered stayed left came went"
)
VOCABULARY = _WORDS.split()
SEED = 20
PEOPLE, CIRCLES, BEREAVED, MEMBERS, PUBLIC = 10, 20, 30, 40, 60
IN_A_THOUSAND = {PEOPLE: 50, CIRCLES: 150, BEREAVED: 500, MEMBERS: 299, PUBLIC: 1}
"""How many of a thousand stories are on each rung."""
ONE_IN = 1_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a bench needs to know of it."""

    reader_id: int
    big_story: str
    middle_stories: list[str]


def build(scale: float, *, with_big: bool = True) -> Corpus:
    """Fill empty stores. `scale` 1 is the corpus of the budgets."""
    chance = random.Random(SEED)  # noqa: S311
    members = _members(max(60, int(2_000 * scale)))
    stories = _stories(chance, members, max(200, int(20_000 * scale)))
    counts = _response_counts(chance, len(stories), max(2_000, int(200_000 * scale)), with_big)
    _responses(chance, members, stories, counts)
    _index(stories)
    middle = [
        item.public_id
        for item, count in zip(stories, counts, strict=True)
        if 20 <= count <= 50 and item.rung in (BEREAVED, MEMBERS, PUBLIC)
    ]
    return Corpus(members[0][0].pk, stories[0].public_id, middle[-60:])


def _index(stories: list[Any]) -> None:
    """The words of stories, as the worker puts them into the index."""
    from lessalone.stories.indexing import bring_up_to_date

    for at in range(0, len(stories), 1_000):
        bring_up_to_date([story.pk for story in stories[at : at + 1_000]])


def _words(chance: random.Random, count: int) -> str:
    words = chance.choices(VOCABULARY, k=count)
    sentences = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, count, 12)]
    return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))


def _bulk(model: Any, rows: Iterable[Any]) -> list[Any]:
    made: list[Any] = []
    source: Iterator[Any] = iter(rows)
    while batch := list(islice(source, 2_000)):
        made += model.objects.bulk_create(batch, batch_size=500)
    return made


def _members(count: int) -> list[tuple[Any, Any]]:
    from lessalone.people.models import Member, Voice
    from lessalone.people.terms import current

    now = timezone.now()
    members = _bulk(
        Member,
        (
            Member(
                handle=f"quiet-member-{number}",
                approved_at=now,
                told_of_loss_at=now,
                admitted_at=now,
                password="!",
                terms_version=current().version,
            )
            for number in range(count)
        ),
    )
    voices = _bulk(Voice, (Voice(member=member, name=f"Member {n}") for n, member in enumerate(members)))
    return list(zip(members, voices, strict=True))


def _keys(count: int, purpose: str) -> list[Any]:
    import os
    import uuid

    from lessalone.vault import keyring
    from lessalone.vault.keystore.models import Key

    ring = keyring.keyring()
    master = ring.keys[ring.active]
    ids = [uuid.uuid4() for _ in range(count)]
    secrets = [os.urandom(keyring.KEY_BYTES) for _ in range(count)]
    _bulk(
        Key,
        (
            Key(
                id=one,
                purpose=purpose,
                wrapped_by=ring.active,
                wrapped=keyring.wrap(master, secret, keyring.bound_to(one.bytes, purpose)),
            )
            for one, secret in zip(ids, secrets, strict=True)
        ),
    )
    return list(zip(ids, secrets, strict=True))


def _stories(chance: random.Random, members: list[tuple[Any, Any]], count: int) -> list[Any]:
    from lessalone.families.models import Baby, Parent
    from lessalone.sharing.models import Audience, Ceiling, Item, Version
    from lessalone.stories.models import Words
    from lessalone.stories.rendering import words_context
    from lessalone.vault import words

    keys = _keys(count, "item:story")
    babies = _bulk(Baby, (Baby(made_by=member) for member, _ in members))
    partner = {n: (n + 1 if n % 2 == 0 else n - 1) % len(members) for n in range(len(members))}
    _bulk(
        Parent,
        (
            Parent(baby=babies[n], member=members[who][0])
            for n in range(len(members))
            for who in (n, partner[n])
        ),
    )
    now = timezone.now()
    rungs = chance.choices(list(IN_A_THOUSAND), weights=list(IN_A_THOUSAND.values()), k=count)
    rungs[:80] = [MEMBERS] * 80
    owners = [chance.randrange(2, len(members)) for _ in range(count)]
    joint = [chance.random() < 1 / 3 for _ in range(count)]
    items = _bulk(
        Item,
        (
            Item(
                kind="story",
                author=members[owners[n]][0],
                voice=members[owners[n]][1],
                baby=babies[owners[n]],
                key_id=keys[n][0],
                is_joint=joint[n],
                rung=rungs[n],
                answers="anyone",
                published_at=now - dt.timedelta(minutes=n + 1),
            )
            for n in range(count)
        ),
    )
    audiences = _bulk(Audience, (Audience(rung=rungs[n]) for n in range(count)))
    versions = _bulk(
        Version,
        (
            Version(
                item=items[n],
                number=1,
                digest="0" * 64,
                audience=audiences[n],
                is_joint=joint[n],
                voice=items[n].voice,
                answers="anyone",
                asked_by=items[n].author,
                published_at=items[n].published_at,
            )
            for n in range(count)
        ),
    )
    for item, version in zip(items, versions, strict=True):
        item.current = version
    for at in range(0, count, 2_000):
        Item.objects.bulk_update(items[at : at + 2_000], ["current"], batch_size=400)
    _bulk(
        Ceiling,
        (
            Ceiling(item=items[n], version=versions[n], member_id=who, audience=audiences[n])
            for n in range(count)
            for who in {
                items[n].author_id,
                *((members[partner[owners[n]]][0].pk,) if joint[n] else ()),
            }
        ),
    )
    _name_audiences(chance, members, items, audiences)
    _bulk(
        Words,
        (
            Words(
                version=versions[n],
                sealed=words._seal(
                    keys[n][1],
                    keys[n][0],
                    json.dumps(
                        {
                            "title": _words(chance, 6).strip(),
                            "words": _words(chance, chance.randint(80, 400)),
                            "told_by": items[n].voice.name,
                        }
                    ),
                    words_context(versions[n].pk),
                ),
            )
            for n in range(count)
        ),
    )
    return items


def _name_audiences(
    chance: random.Random, members: list[tuple[Any, Any]], items: list[Any], audiences: list[Any]
) -> None:
    """A circle or a person for each story on those rungs; each member in one circle, the reader in the first."""
    from lessalone.circles.models import Circle, Membership
    from lessalone.sharing.models import AudienceCircle, AudienceSeat, Seat

    people = [member for member, _voice in members]
    circles = _bulk(Circle, (Circle(name=f"Circle {n}", made_by=people[0]) for n in range(ONE_IN)))
    joined = [circles[0], *chance.choices(circles[1:], k=len(people) - 1)]
    _bulk(Membership, (Membership(circle=c, member=member) for member, c in zip(people, joined, strict=True)))
    by_rung: dict[int, list[tuple[Any, Any]]] = {PEOPLE: [], CIRCLES: []}
    for item, audience in zip(items, audiences, strict=True):
        by_rung.get(item.rung, []).append((item, audience))
    in_circles, to_people = by_rung[CIRCLES], by_rung[PEOPLE]
    _bulk(
        AudienceCircle,
        (
            AudienceCircle(audience=audience, circle=circles[n % ONE_IN])
            for n, (_item, audience) in enumerate(in_circles)
        ),
    )
    seats = _bulk(
        Seat,
        (
            Seat(item=item, label="A friend", member=chance.choice(people[1:]), made_by_id=item.author_id)
            if n % ONE_IN
            else Seat(item=item, label="A friend", member=people[0], made_by_id=item.author_id)
            for n, (item, _audience) in enumerate(to_people)
        ),
    )
    _bulk(
        AudienceSeat,
        (
            AudienceSeat(audience=audience, seat=seat)
            for (_item, audience), seat in zip(to_people, seats, strict=True)
        ),
    )


def _response_counts(chance: random.Random, stories: int, total: int, with_big: bool) -> list[int]:
    weights = [1 / (1 + chance.random() * 40) for _ in range(stories)]
    scale = total / sum(weights)
    counts = [int(weight * scale) for weight in weights]
    if with_big:
        counts[0] = 1_000
    for n in range(1, min(80, stories)):
        counts[n] = 20 + n % 31
    return counts


def _responses(
    chance: random.Random, members: list[tuple[Any, Any]], stories: list[Any], counts: list[int]
) -> None:
    from lessalone.responses.actions import CONTEXT
    from lessalone.responses.models import Response
    from lessalone.sharing.models import Item
    from lessalone.vault import words

    now = timezone.now()
    pairs = [(story, number) for story, count in zip(stories, counts, strict=True) for number in range(count)]
    for at in range(0, len(pairs), 10_000):
        some = pairs[at : at + 10_000]
        keys = _keys(len(some), "item:response")
        writers = [members[chance.randrange(1, len(members))] for _ in some]
        items = _bulk(
            Item,
            (
                Item(
                    kind="response",
                    root=story,
                    author=writer[0],
                    voice=writer[1],
                    key_id=key[0],
                    published_at=now - dt.timedelta(seconds=10_000_000 - number),
                )
                for (story, number), writer, key in zip(some, writers, keys, strict=True)
            ),
        )
        _bulk(
            Response,
            (
                Response(
                    item=item,
                    root_id=item.root_id,
                    thread=item.pk,
                    sealed=words._seal(key[1], key[0], _words(chance, chance.randint(12, 90)), CONTEXT),
                )
                for item, key in zip(items, keys, strict=True)
            ),
        )
