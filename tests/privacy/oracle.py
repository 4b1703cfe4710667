"""Who may see what, in one page of plain Python: the second opinion.

Written from `design.md` and from what the pages promise, never from the SQL, and without a query. When this
page and the policy disagree, one of them is wrong about people.
"""

from __future__ import annotations

from tests.privacy.world import Anything, Looker, Response, SharedWith, Story, World

ONLY_US, PEOPLE, CIRCLES, BEREAVED, MEMBERS, LINK, PUBLIC = 0, 10, 20, 30, 40, 50, 60


def may_see(world: World, looker: Looker, thing: Anything) -> bool:
    """Whether they may see it now."""
    if thing.is_erased:
        return False
    if isinstance(thing, Response):
        return may_see_response(world, looker, thing)
    return (
        is_theirs(world, looker.member, thing)
        or is_opened(world, looker, thing)
        or is_shared(world, looker, thing)
    )


def is_shared(world: World, looker: Looker, story: Story) -> bool:
    """It is up, everyone whose it is lets this person in, and nothing stands between them."""
    is_up = story.current is not None and has_come(story.hour)
    is_stopped = story.is_erased or story.is_taken_back or story.is_held
    if not is_up or is_stopped or not is_on_rung(looker, story.rung):
        return False
    ceilings = story.versions[story.current].ceilings
    needed = {story.author}
    if story.is_joint:
        if story.baby is None:
            return False
        needed |= {p.member for p in world.parents if p.baby == story.baby and not p.has}
        needed |= set(ceilings)  # Whoever narrowed it and then left has not widened it by leaving.
    if not all(m in ceilings and lets_in(world, looker, story, ceilings[m]) for m in needed):
        return False
    return not is_apart(world, looker, story) and not is_own_familys_cover(world, looker, story)


def may_see_response(world: World, looker: Looker, response: Response) -> bool:
    """Never more visible than its story, nor than the response it answers."""
    story = world.stories[response.story]
    if is_opened(world, looker, response):
        return True
    if not may_see(world, looker, story):
        return False
    if response.author == looker.member:
        return True
    if response.is_taken_back or response.is_held or is_apart(world, looker, response):
        return False
    if response.above is not None and not may_see(world, looker, world.responses[response.above]):
        return False
    if response.waiting == "first":
        return story.first_readers.get(looker.member, True) is False
    if response.waiting == "family":
        return is_theirs(world, looker.member, story)
    return has_come(response.hour)


def is_theirs(world: World, member: int | None, thing: Anything) -> bool:
    """They wrote it, or it is a joint story about a baby whose parent they are and may still see."""
    if member is None:
        return False
    is_joint = isinstance(thing, Story) and thing.is_joint
    babies = {
        p.baby for p in world.parents if p.member == member and not p.has & {"left", "suspended", "died"}
    }
    return thing.author == member or (is_joint and thing.baby in babies)


def is_asked(world: World, member: int, story: Story) -> bool:
    """A version that is still open needs them as a parent, and they are not resting from it."""
    has_voice = any(p.baby == story.baby and p.member == member and not p.has for p in world.parents)
    is_open = any(v.is_joint and not v.is_superseded for v in story.versions)
    return has_voice and is_open and story.resting.get(member, True)


def is_opened(world: World, looker: Looker, thing: Anything) -> bool:
    """Reported, or opened by this moderator; but never their own family's, under a cover name."""
    story = world.stories[thing.story] if isinstance(thing, Response) else thing
    mine = [o for o in thing.openings if o.member in (None, looker.member) and has_come(o.since)]
    is_now = looker.is_moderator and any(not has_come(o.until) for o in mine)
    return is_now and not is_own_familys_cover(world, looker, story)


def is_apart(world: World, looker: Looker, thing: Anything) -> bool:
    """The looker blocked its voice, or its author or anyone of its family blocked the looker."""
    if looker.member is None:
        return False
    family = {thing.author}
    if isinstance(thing, Story) and thing.is_joint:
        family |= {p.member for p in world.parents if p.baby == thing.baby and "left" not in p.has}
    blockers_of_looker = {by for by, (blocked, _) in world.blocks if blocked == looker.member}
    return (looker.member, thing.voice) in world.blocks or bool(family & blockers_of_looker)


def is_own_familys_cover(world: World, looker: Looker, story: Story) -> bool:
    """Own words under a cover name, about a baby whose family they are or ever were, also on another page.

    Where the words name no baby: whoever wrote them is or was of such a family.
    """
    if story.is_joint or looker.member is None:
        return False
    families = [*world.parents, *world.relations]
    theirs = {p.baby for p in families if p.member == looker.member}
    pages = [{p.first, p.second} for p in world.pairs if not p.is_settled]
    theirs |= {baby for pair in pages if pair & theirs for baby in pair}
    if story.baby is None:
        return story.is_cover and any(p.member == story.author and p.baby in theirs for p in families)
    return story.baby in theirs


def is_on_rung(looker: Looker, rung: int) -> bool:
    """Whether anyone like them can be meant on this rung."""
    return {
        PEOPLE: looker.member is not None or looker.seats is not None,
        CIRCLES: looker.is_member,
        BEREAVED: looker.is_member and looker.is_bereaved,
        MEMBERS: looker.is_member,
        LINK: bool(looker.links),
        PUBLIC: True,
    }.get(rung, False)


def lets_in(world: World, looker: Looker, story: Story, shared: SharedWith) -> bool:
    """Whether this audience has them in it."""
    if shared.ends is not None and has_come(shared.ends):
        return False
    if not is_on_rung(looker, shared.rung):
        return False
    if shared.rung == PEOPLE:
        theirs = looker.seats
        if theirs is None:
            theirs = {seat for seat, person in story.seats.items() if person == looker.member}
        return bool(shared.seats & theirs)
    if shared.rung == CIRCLES:
        theirs = looker.circles
        if theirs is None:
            theirs = {c for c, m in world.in_circles if m == looker.member}
        return any(c in theirs and not world.circles[c] for c in shared.circles)
    if shared.rung == LINK:
        going = {k.number for k in story.links if not k.is_ended and (k.ends is None or not has_come(k.ends))}
        return bool(going & looker.links)
    return True


def has_come(hour: int | None) -> bool:
    """Whether that hour is in the past."""
    return hour is not None and hour <= 0
