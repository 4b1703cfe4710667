"""Hypothesis makes worlds: small communities in which everything that policy knows of happens to someone.

Most things are as they mostly are, so that each clause is often the only one that refuses.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tests.privacy.world import (
    LinkTo,
    Looker,
    OpenedFor,
    Pair,
    ParentOf,
    RelationOf,
    Response,
    SharedWith,
    Story,
    VersionOf,
    World,
)

MEMBERS = [1, 2, 3, 4, 5, 6]
BABIES = [1, 2, 3]
CIRCLES = [1, 2]
RUNGS = [60, 40, 30, 20, 10, 50, 0]


def mostly(usual, *others):
    """The usual, six times in seven."""
    return st.sampled_from([usual] * 6 * len(others) + list(others))


def some(numbers, *, at_most=2):
    return st.frozensets(st.sampled_from(numbers), max_size=at_most)


rarely = mostly(False, True)
member = st.sampled_from(MEMBERS)


def audiences(seats):
    return st.builds(
        SharedWith,
        rung=st.sampled_from(RUNGS),
        circles=some(CIRCLES),
        seats=some(sorted(seats), at_most=3) if seats else st.just(frozenset()),
        ends=mostly(None, 5, -5),
    )


openings = st.lists(
    st.builds(OpenedFor, member=st.none() | member, since=mostly(-5, 5), until=st.sampled_from([5, 5, -1])),
    max_size=1,
)
parents = st.lists(
    st.builds(
        ParentOf,
        baby=st.sampled_from(BABIES),
        member=member,
        has=mostly((), ("left",), ("suspended",), ("died",), ("waived",), ("suspended", "left")).map(
            frozenset
        ),
    ),
    max_size=6,
    unique_by=lambda p: (p.baby, p.member),
)
relations = st.lists(
    st.builds(RelationOf, baby=st.sampled_from(BABIES), member=member, has_left=st.booleans()),
    max_size=2,
    unique_by=lambda r: (r.baby, r.member),
)
pairs = st.lists(
    st.builds(
        lambda two, is_settled: Pair(*two, is_settled),
        st.sampled_from([(1, 2), (1, 3), (2, 3)]),
        mostly(False, True),
    ),
    max_size=1,
)
troubles = mostly(
    {},
    {"is_erased": True},
    {"is_taken_back": True},
    {"was_taken_back": True},
    {"is_held": True},
    {"was_held": True},
    {"hour": 5},
    {"hour": None},
)


@st.composite
def versions(draw, author, theirs, seats):
    """A version: everyone who has to agree mostly did, and mostly to the same."""
    is_joint = draw(st.booleans())
    base = draw(audiences(seats))
    agreeing = (
        [author, *(p.member for p in theirs if not p.has or draw(st.booleans()))] if is_joint else [author]
    )
    ceilings = {}
    for one in agreeing:
        shared = draw(mostly(base, None, "other"))
        if shared is not None:
            ceilings[one] = draw(audiences(seats)) if shared == "other" else shared
    return VersionOf(is_joint, ceilings, is_superseded=draw(rarely))


@st.composite
def stories(draw, number, all_parents):
    author = draw(member)
    of_author = [p.baby for p in all_parents if p.member == author]
    baby = draw(st.sampled_from([*of_author * 3, None, *BABIES]))
    theirs = [p for p in all_parents if p.baby == baby]
    sitting = draw(st.lists(st.none() | member, max_size=3))
    seats = {number * 10 + place: person for place, person in enumerate(sitting)}
    made = draw(st.lists(versions(author, theirs, seats), min_size=1, max_size=2))
    current = draw(mostly(0, None, len(made) - 1))
    ceilings = made[current].ceilings.values() if current is not None else ()
    told = {"hour": -5} | draw(troubles)
    is_joint = current is not None and made[current].is_joint
    return Story(
        number=number,
        author=author,
        is_cover=(baby is not None and not is_joint) or draw(st.booleans()),
        openings=draw(openings) if draw(rarely) else [],
        baby=baby,
        rung=draw(mostly(min((c.rung for c in ceilings), default=0), *RUNGS)),
        versions=made,
        current=current,
        links=[
            LinkTo(number * 10 + place, ends, is_ended)
            for place, (ends, is_ended) in enumerate(
                draw(st.lists(st.tuples(mostly(None, 5, -5), rarely), max_size=2))
            )
        ],
        seats=seats,
        first_readers=draw(st.dictionaries(member, rarely, max_size=1)),
        resting=draw(st.dictionaries(member, st.booleans(), max_size=1)),
        **told,
    )


@st.composite
def responses(draw, number, told, before):
    story = draw(st.sampled_from(sorted(told)))
    to = [r.number for r in before if r.story == story and r.above is None]
    return Response(
        number=number,
        author=draw(member),
        is_cover=draw(st.booleans()),
        openings=draw(openings) if draw(rarely) else [],
        story=story,
        above=draw(st.sampled_from([None, *to])),
        waiting=draw(st.sampled_from(["", "", "", "first", "family"])),
        **({"hour": -5} | draw(troubles)),
    )


@st.composite
def lookers(draw, told):
    """Every member as a viewer, a visitor, and the made viewers of a rehearsal."""
    links = [link.number for s in told.values() for link in s.links]
    seats = [seat for s in told.values() for seat in s.seats]
    shown = some(links) if links else st.just(frozenset())
    found = []
    for one in MEMBERS:
        is_member = draw(mostly(True, False))
        found.append(
            Looker(
                member=one,
                is_member=is_member,
                is_bereaved=is_member and draw(st.booleans()),
                is_moderator=is_member and draw(st.booleans()),
                links=draw(shown) if draw(rarely) else frozenset(),
            )
        )
    circles = draw(some(CIRCLES))
    sitting = draw(some(seats, at_most=1)) if seats else frozenset()
    return [
        *found,
        Looker(),
        Looker(links=draw(shown)),
        Looker(is_member=True, circles=frozenset()),
        Looker(is_member=True, is_bereaved=draw(st.booleans()), circles=circles),
        Looker(is_member=draw(st.booleans()), circles=frozenset(), seats=sitting),
    ]


@st.composite
def worlds(draw, *, stories_at_most=4, responses_at_most=5):
    all_parents = draw(parents)
    told = {n: draw(stories(n, all_parents)) for n in range(1, draw(st.integers(1, stories_at_most)) + 1)}
    answers: list[Response] = []
    for n in range(101, 101 + draw(st.integers(0, responses_at_most))):
        answers.append(draw(responses(n, told, answers)))
    return World(
        members=MEMBERS,
        babies=BABIES,
        circles={c: draw(rarely) for c in CIRCLES},
        in_circles=set(draw(st.frozensets(st.tuples(st.sampled_from(CIRCLES), member), max_size=5))),
        parents=all_parents,
        relations=draw(relations),
        pairs=draw(pairs),
        blocks={
            (by, voice)
            for by, voice in draw(
                st.frozensets(st.tuples(member, st.tuples(member, st.booleans())), max_size=3)
            )
            if by != voice[0]
        },
        stories=told,
        responses={r.number: r for r in answers},
        lookers=draw(lookers(told)),
    )
