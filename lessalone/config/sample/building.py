"""Building the sample community through the same actions that members' pages use.

All of it is one transaction: a build that is interrupted leaves nobody behind. Keys are committed in their
own store before the rows that need them, as everywhere. Afterwards what happened is dated back, so that the
community looks as if it had been here for two years.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from lessalone.circles import actions as circles
from lessalone.circles.models import Circle
from lessalone.config.sample import common, names, texts
from lessalone.config.sample.texts import SampleAnswer, SampleStory
from lessalone.families import actions as families
from lessalone.families import experiences
from lessalone.families.models import Baby, Experience, LoneConsentRequest, Parent, Relation
from lessalone.kindred import actions as kindred
from lessalone.kindred import companions
from lessalone.kindred import tasks as kindred_tasks
from lessalone.kindred.models import Findable, Profile, Ripple
from lessalone.moderation import actions as moderation
from lessalone.moderation.models import Decision, Reason
from lessalone.people import actions as people
from lessalone.people import bearing, duties, facets, handles, terms, tokens, vocabulary
from lessalone.people.models import FacetConsent, Invitation, Member, Voice
from lessalone.responses import actions as responses
from lessalone.responses.models import Gesture
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import ONLY_US, AudienceSpec
from lessalone.sharing.models import Answers, Consent, Item, Rung, Version
from lessalone.stories import actions as stories
from lessalone.stories.contents import Contents
from lessalone.ui.forms import PartialDate
from lessalone.vault import photos
from lessalone.vault.models import Photo

PLAIN = 6
"""Members who told of no loss: they read, and answer without words."""
MOST_FROM_ONE = 27
"""Answers by one member: fewer than the rooms allow in an hour."""
SUFFIX = " (sample)"
PASSWORD = "sample harbour lamp"  # noqa: S105 - printed on purpose, for made-up members only

SHARES = {
    "mother": 44,
    "father": 25,
    "grandmother": 10,
    "friend": 6,
    "sibling": 5,
    "partner": 4,
    "grandfather": 4,
    "midwife": 2,
    "aunt": 2,
    "nurse": 1,
    "surrogate": 1,
    "intended-parent": 1,
}
"""Who else is here, beside those who tell the written stories."""
MEN = frozenset({"father", "grandfather", "intended-parent"})
PARENTS = frozenset({"mother", "father", "partner", "intended-parent"})
RUNGS = {
    "public": Rung.PUBLIC,
    "members": Rung.MEMBERS,
    "bereaved": Rung.BEREAVED,
    "circles": Rung.CIRCLES,
    "people": Rung.PEOPLE,
    "link": Rung.LINK,
    "only-us": Rung.ONLY_US,
}
OPEN_RUNGS = frozenset({Rung.PUBLIC, Rung.MEMBERS, Rung.BEREAVED})
CIRCLES = (
    ("Fathers", "For fathers, and for those who are like a father.", Circle.Joining.OPEN),
    ("After ending a pregnancy", "For parents who ended a wanted pregnancy.", Circle.Joining.INVITATION),
    ("Pregnant again", "For those who expect a baby after one has died.", Circle.Joining.OPEN),
    ("Many years on", "For those whose baby died ten years ago or more.", Circle.Joining.OPEN),
)
JACK = "03_we_took_the_photographs"
MOST_LED = 3
"""So many say which story helped them to tell theirs."""
SELLING = (
    "Hello, so sorry about your angel. I make memory candles with a name on them, 20 percent off this week. "
    "Write to me and I will send you the link."
)
PLATITUDE = "Everything happens for a reason. You are young, you can have another one, and it was early."


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    members: int = 200
    stories: int = 400
    responses: int = 2_000
    gestures: int = 700
    less_alone: int = 250
    longest_conversation: int = 90


@dataclass(frozen=True, slots=True)
class Account:
    """One member to sign in as, and who that is."""

    handle: str
    who: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What was made, and how to sign in."""

    members: int
    stories: int
    responses: int
    photos: int
    """Those that can be shown."""
    password: str
    accounts: tuple[Account, ...]


@dataclass(slots=True, eq=False)
class Person:
    """A sample member with their part in a family."""

    member: Member
    role: str
    is_bereaved: bool = True
    circle_ids: set[int] = field(default_factory=set)
    has_own_story: bool = False
    """They tell one of the written stories, and variations only if nobody else can."""
    stories: int = 0
    answers: int = 0


@dataclass(slots=True)
class Told:
    """A story that was shared, with what answering it needs."""

    story: SampleStory
    item: Item
    version: Version
    author: Person
    others: tuple[Person, ...]
    """The other parents."""
    at: dt.datetime
    rung: Rung
    circle_id: int | None = None

    def is_seen_by(self, person: Person) -> bool:
        """Whether this member, who is not of the family, sees it."""
        if person is self.author or person in self.others:
            return False
        if self.rung == Rung.CIRCLES:
            return self.circle_id in person.circle_ids
        return self.rung in OPEN_RUNGS and (person.is_bereaved or self.rung != Rung.BEREAVED)


class Community:
    """One build: its random numbers, and everyone and everything made so far."""

    def __init__(self, seed: int, paintings: dict[tuple[str, int], Future[bytes]], size: Size) -> None:
        self.seed = seed
        self.size = size
        self.paintings = paintings
        self.rng = random.Random(f"sample:{seed}")  # noqa: S311 - made-up people, not secrets
        self.now = timezone.now()
        self.people: list[Person] = []
        self.by_role: dict[str, list[Person]] = defaultdict(list)
        self.told: list[Told] = []
        self.said: list[tuple[Item, dt.datetime]] = []
        self.circles: list[Circle] = []
        self.photos = 0
        self.first_of_its_teller = ""
        """A story that nobody has answered yet, the first that its teller tells."""
        self.lead: Person | None = None
        self._voices: dict[int, Voice] = {}
        self._unkind_ones: list[Item] = []
        self._handles = self._endless_handles()
        self._names = {True: self._endless(names.MEN), False: self._endless(names.WOMEN)}

    def build(self) -> Sample:
        """Everyone and everything, in the order in which it would have happened."""
        authors = self._people_come()
        self._circles_are_made()
        written = texts.written_stories()
        for story in written:
            self._tell(story, authors[story.slug])
        variations = self._variations(written)
        self.first_of_its_teller = next(
            story.slug for story in variations if story.role == "father" and story.audience == "members"
        )
        for story in variations:
            self._tell(story, self._someone_to_tell(story))
        jack = next(told for told in self.told if told.story.slug == JACK)
        self._ask_again(jack)
        self._what_they_have_in_common()
        self._answers_come()
        self._gestures_come()
        self._moderators_look(jack)
        self._two_pages_meet()
        self._some_change_their_mind()
        self._some_need_peace(jack)
        self._date_back()
        self._say_what_helped()
        self._those_who_lived_alike_meet()
        Member.objects.filter(is_sample=True).update(password=make_password(PASSWORD))
        return Sample(
            members=len(self.people),
            stories=len(self.told) + 1,
            responses=len(self.said),
            photos=self.photos,
            password=PASSWORD,
            accounts=self._accounts(jack),
        )

    # --- People ---

    def _people_come(self) -> dict[str, Person]:
        self.lead = self._join("mother", country="IE")
        self.lead_2 = self._join("father", country="GB")
        people.give_role(actor=self.lead.member, member=self.lead_2.member, duty=duties.MODERATOR)
        authors = {
            story.slug: self._join(story.role, country=story.country) for story in texts.written_stories()
        }
        extra = sum(self._parents_beside(story) for story in texts.written_stories())
        left = self.size.members - len(self.people) - extra - PLAIN
        roles = list(SHARES)
        shares = list(SHARES.values())
        sure = [role for role in roles for _ in range(max(1, SHARES[role] * left // sum(shares)))]
        sure += self.rng.choices(roles[:2], shares[:2], k=max(0, left - len(sure)))
        for role in sure[:left]:
            self._join(role)
        for _ in range(PLAIN):
            self._join("friend", is_bereaved=False)
        for story in texts.written_stories():
            for _ in range(self._parents_beside(story)):
                self._join(self._other_parent_of(story), country=story.country, is_for=story.slug)
        people.admit_those_due()
        fresh = Member.objects.in_bulk([person.member.pk for person in self.people])
        for person in self.people:
            person.member = fresh[person.member.pk]
        self._some_choose_words_and_what_they_meet()
        return authors

    @staticmethod
    def _parents_beside(story: SampleStory) -> int:
        """How many parents a story needs who are not its author."""
        if story.role in PARENTS:
            return story.parents - 1
        return 1 if story.pictures else 0

    @staticmethod
    def _other_parent_of(story: SampleStory) -> str:
        others = {"mother": "father", "father": "mother", "intended-parent": "intended-parent"}
        return others.get(story.role, "mother")

    def _join(self, role: str, *, country: str = "", is_bereaved: bool = True, is_for: str = "") -> Person:
        """Someone joins, is called something, and tells of a loss."""
        country = country or self.rng.choice(list(names.TIME_ZONES))
        member = people.join(
            terms=terms.current(),
            handle=next(self._handles),
            invitation=self._invitation(),
            time_zone=names.TIME_ZONES.get(country, "UTC"),
            country=country,
        )
        member.is_sample = True
        member.joined_at = self.now - dt.timedelta(days=self.rng.randint(20, 760))
        member.save(update_fields=["is_sample", "joined_at"])
        people.change_shown_name(actor=member, name=next(self._names[role in MEN]) + SUFFIX)
        if is_bereaved:
            people.tell_of_loss(actor=member)
            people.note_exchange(member=member)
        person = Person(member=member, role=role, is_bereaved=is_bereaved)
        self.people.append(person)
        self.by_role[f"of:{is_for}" if is_for else role if is_bereaved else "plain"].append(person)
        return person

    def _invitation(self) -> Invitation | None:
        """The first comes as a moderator does. Where joining is not open, the others come by invitation."""
        if self.lead is None:
            path = people.invite_moderator(actor=None, is_lead=True)
        elif settings.ENVIRONMENT.joining != "open":
            path = people.invite_to_join(actor=self.lead.member, is_vouching=False)
        else:
            return None
        return people.find_invitation(digest=tokens.digest_of(path.rstrip("/").rpartition("/")[2]))

    def _some_choose_words_and_what_they_meet(self) -> None:
        offered = {
            "baby": list(vocabulary.BABIES),
            "died": list(vocabulary.DEATHS),
            "loss": list(vocabulary.LOSSES),
            "light": list(vocabulary.LIGHTS),
        }
        for person in self.rng.sample(self.people, 40):
            chosen = {
                part: self.rng.choice(keys) for part, keys in offered.items() if self.rng.random() < 0.6
            }
            if (chosen.get("died") == "ended") != (chosen.get("baby") == "pregnancy"):
                chosen.pop("died", None)  # a pregnancy ends; a daughter does not
            people.set_vocabulary(actor=person.member, choices=chosen)
        for person in self.rng.sample(self.people, 30):
            people.set_bearing(
                actor=person.member, choices={"photos": bearing.SHOW, "living-children": "hide"}
            )
        self.father_who_hides = self.by_role["father"][-1]
        people.set_bearing(actor=self.father_who_hides.member, choices={"photos": bearing.HIDE})

    def _circles_are_made(self) -> None:
        assert self.lead is not None
        for name, purpose, joining in CIRCLES:
            circle = circles.make_circle(
                actor=self.lead.member, name=name + SUFFIX, purpose=purpose, joining=joining
            )
            self.circles.append(circle)
            likely = self.by_role["father"] if name == "Fathers" else self.by_role["mother"]
            for person in self.rng.sample(likely, min(len(likely), 22)):
                if joining == Circle.Joining.INVITATION:
                    _invitation, token = circles.invite_to_circle(actor=self.lead.member, circle=circle)
                    circles.accept_circle_invitation(actor=person.member, token=token)
                else:
                    circles.join_circle(actor=person.member, circle=circle)
                person.circle_ids.add(circle.pk)

    # --- Stories ---

    def _variations(self, written: Sequence[SampleStory]) -> list[SampleStory]:
        """As many as are missing, mixed; one place is kept for the story that Jack's father is asked about."""
        each = (self.size.stories - len(written)) // len(written)
        made = [texts.varied(story, number, self.seed) for story in written for number in range(1, each + 1)]
        self.rng.shuffle(made)
        return [story for story in made if story.slug != f"{JACK}-{each}"]

    def _someone_to_tell(self, story: SampleStory) -> Person:
        if story.slug == self.first_of_its_teller:
            return next(
                person for person in self.people if person.role == "father" and self._is_beside(person)
            )
        able = self.by_role[story.role] or self.by_role["mother"]
        fewest = sorted(able, key=lambda one: (one.has_own_story, one.stories, one.member.pk))
        return self.rng.choice(fewest[:5])

    def _tell(self, story: SampleStory, author: Person) -> Told:
        """Write a story, ask whoever has to agree, and have them agree."""
        others = tuple(self.by_role.get(f"of:{story.slug}", ()))
        belonging = self._family_of(story, author, others) if self._needs_baby(story) else None
        draft = stories.start_story(actor=author.member, baby=belonging.baby if belonging else None)
        spec, circle_id = self._audience(story, author, draft.item)
        stories.save_draft(actor=author.member, draft=draft, contents=self._contents(story, spec))
        if belonging is not None and story.pictures:
            chosen = [
                stories.ChosenPhoto(self._keep(author, belonging, story, place), picture.description)
                for place, picture in enumerate(story.pictures)
            ]
            stories.choose_photos(actor=author.member, draft=draft, chosen=chosen)
        version = stories.ask_to_share(actor=author.member, draft=draft)
        if version.is_joint:
            for other in others:
                self._agree(other, version, first_not_yet=story.slug == JACK)
        author.stories += 1
        author.has_own_story = author.has_own_story or not story.variation_of
        told = Told(
            story=story,
            item=Item.objects.select_related("voice").get(pk=version.item_id),
            version=version,
            author=author,
            others=others,
            at=self._some_day(story),
            rung=Rung(spec.rung),
            circle_id=circle_id,
        )
        self.told.append(told)
        return told

    def _is_beside(self, person: Person) -> bool:
        """Whether they are the other parent of a story, and have told none themselves."""
        return any(person in told.others for told in self.told) and not person.stories

    @staticmethod
    def _needs_baby(story: SampleStory) -> bool:
        return not story.variation_of and bool(story.pictures or story.told_by or story.role in PARENTS)

    def _family_of(self, story: SampleStory, author: Person, others: Sequence[Person]) -> Parent | Relation:
        """The baby's page with all who belong to it; how the author belongs."""
        maker = author if story.role in PARENTS else others[0]
        baby = families.add_baby(actor=maker.member, name=story.baby)
        parent = Parent.objects.get(baby=baby, member=maker.member)
        families.set_weeks(actor=maker.member, parent=parent, weeks=story.weeks)
        kinds = [common.KINDS[kind] for kind in story.kinds if kind in common.KINDS]
        families.set_kinds(actor=maker.member, parent=parent, kinds=kinds)
        if maker is not author:
            kind = {"grandmother": "grandparent", "grandfather": "grandparent", "sibling": "sibling"}[
                story.role
            ]
            return self._invite(maker, parent, author, kind)
        for other in others:
            self._invite(maker, parent, other, "parent")
        return parent

    @staticmethod
    def _invite(maker: Person, parent: Parent, guest: Person, kind: str) -> Parent | Relation:
        _invitation, token = families.invite(
            actor=maker.member, parent=parent, kind=kind, with_photos=kind == "parent"
        )
        return families.accept_invitation(actor=guest.member, token=token)

    def _keep(self, author: Person, belonging: Parent | Relation, story: SampleStory, place: int) -> Photo:
        """Take a painted picture in through the same intake as any photo."""
        content = self.paintings[story.slug, place].result()
        shelf = belonging.shelf
        assert shelf is not None
        photo = photos.keep(
            actor=author.member,
            shelf=shelf,
            source=lambda: iter([content]),
            size=len(content),
            on_kept=lambda photo: None,
        )
        self.photos += photo.state == Photo.State.READY
        return photo

    def _audience(self, story: SampleStory, author: Person, item: Item) -> tuple[AudienceSpec, int | None]:
        rung = RUNGS[story.audience]
        if rung == Rung.CIRCLES:
            if not author.circle_ids:
                return AudienceSpec(Rung.BEREAVED), None
            circle_id = self.rng.choice(sorted(author.circle_ids))
            return AudienceSpec(rung, circles=frozenset({circle_id})), circle_id
        if rung == Rung.PEOPLE:
            guest = self.rng.choice([one for one in self.by_role["friend"] if one is not author])
            seat, _token = sharing.make_seat(
                actor=author.member, item=item, label="A friend", member=guest.member
            )
            return AudienceSpec(rung, seats=frozenset({seat.pk})), None
        if rung == Rung.LINK:
            sharing.make_link(actor=author.member, item=item)
        return AudienceSpec(rung), None

    def _contents(self, story: SampleStory, spec: AudienceSpec) -> Contents:
        answers = self.rng.choices((Answers.ANYONE, Answers.APPROVED), (4, 1))[0]
        if story.variation_of and self.rng.random() < 0.06:
            answers = self.rng.choice((Answers.GESTURES, Answers.NOBODY))
        if story.slug == JACK:
            answers = Answers.APPROVED
        if story.slug == self.first_of_its_teller:
            answers = Answers.ANYONE
        return Contents(
            title=story.title,
            words=story.marked_words,
            is_cover=not story.told_by,
            cover_name=f"{story.cover}{SUFFIX}" if not story.told_by else "",
            told_by=f"{story.told_by}{SUFFIX}" if story.told_by else "",
            notes=story.notes,
            answers=answers.value,
            audience=spec,
        )

    @staticmethod
    def _agree(parent: Person, version: Version, *, first_not_yet: bool) -> None:
        if first_not_yet:
            sharing.answer(actor=parent.member, version=version, choice=Consent.Answer.NOT_YET.value)
        sharing.answer(actor=parent.member, version=version, choice=Consent.Answer.AGREE.value)

    def _ask_again(self, jack: Told) -> None:
        """Jack's mother asks about a second story, which waits for his father; and she has begun a third."""
        assert jack.item.baby is not None
        story = replace(
            texts.varied(jack.story, 0, self.seed),
            title="The envelope in the desk",
            words=jack.story.words.partition("\n\n")[0],
            told_by=jack.story.told_by,
            cover="",
        )
        mother = jack.author.member
        draft = stories.start_story(actor=mother, baby=jack.item.baby)
        spec = AudienceSpec(Rung.BEREAVED)
        stories.save_draft(actor=mother, draft=draft, contents=self._contents(story, spec))
        stories.ask_to_share(actor=mother, draft=draft)
        stories.say_line(actor=mother, item=draft.item, said="Only if you want to. I can wait.")
        begun = stories.start_story(actor=mother, baby=jack.item.baby)
        words = f"It rained, and he\n\n{texts.MARK}"
        stories.save_draft(
            actor=mother,
            draft=begun,
            contents=Contents(title="The first of October", words=words, audience=ONLY_US),
        )

    def _some_day(self, story: SampleStory) -> dt.datetime:
        """The written ones in the last weeks, so that one meets them first; before them two years of variations."""
        if story.slug == self.first_of_its_teller:
            days = self.rng.uniform(5, 6)
        elif story.variation_of:
            days = self.rng.uniform(26, 700)
        else:
            days = self.rng.triangular(0.2, 24, 3)
        return self.now - dt.timedelta(days=days)

    # --- What brings them together ---

    def _what_they_have_in_common(self) -> None:
        """Everyone who told of a loss tells a little of it: of the one in their story, if they tell one here."""
        theirs: dict[int, Told] = {}
        for told in self.told:
            for person in (told.author, *told.others):
                theirs.setdefault(person.member.pk, told)
        rng = random.Random(f"common:{self.seed}")  # noqa: S311 - made-up people, not secrets
        for person in self.people:
            if person.is_bereaved:
                self._tell_a_little(person, theirs.get(person.member.pk), rng)

    def _tell_a_little(self, person: Person, told: Told | None, rng: random.Random) -> None:
        today, member = self.now.date(), person.member
        if told:
            of_loss = common.of_story(told.story, person.role, today, rng)
        else:
            of_loss = common.of_chance(person.role, today, rng)
        own = common.of_oneself(person.role, member.country, told.story if told else None, rng)
        is_written = told is not None and not told.story.variation_of
        is_agreed = is_written or rng.random() < 0.9
        if not is_agreed:
            of_loss, own = common.without_consent(of_loss), common.without_consent(own)
        experience = experiences.add_experience(actor=member, baby=self._baby_of(person, told))
        experiences.answer_all_about(
            actor=member, experience=experience, answers=of_loss, is_agreed=is_agreed
        )
        facets.answer_all_own(actor=member, answers=own, is_agreed=is_agreed)
        at = member.joined_at + dt.timedelta(days=1)
        Experience.objects.filter(pk=experience.pk).update(made_at=at, saved_at=at)
        Profile.objects.filter(experience=experience).update(same_since=at)
        FacetConsent.objects.filter(member=member).update(given_at=at)

    @staticmethod
    def _baby_of(person: Person, told: Told | None) -> Baby | None:
        """The baby of the story, where this member opens a page of theirs."""
        if told is None or told.item.baby_id is None:
            return None
        own = Parent.objects.own_pages().filter(baby=told.item.baby_id, member=person.member)
        return told.item.baby if own.exists() else None

    def _those_who_lived_alike_meet(self) -> None:
        """Many may be found, some offer to be there for a first story; what comes by itself has come once."""
        rng = random.Random(f"alike:{self.seed}")  # noqa: S311 - made-up people, not secrets
        bereaved = [person.member for person in self.people if person.is_bereaved]
        for member in rng.sample(bereaved, len(bereaved) * 3 // 5):
            who = rng.choices(Findable.Who.values, (5, 3, 2))[0]
            kindred.choose_who_finds(actor=member, who=who, span=rng.choice((kindred.YEAR, None)))
        assert self.lead is not None
        for member in (self.lead.member, *rng.sample(bereaved, 8)):
            companions.offer(actor=member, a_week=rng.randint(1, 3))
        kindred_tasks.count()
        kindred_tasks.count_safely()
        companions.bring()

    # --- Answers ---

    def _answers_come(self) -> None:
        written = [told for told in self.told if not told.story.variation_of]
        for told in written:
            for answer in told.story.answers:
                self._answer(told, answer)
        open_ones = [
            told
            for told in self.told
            if told.story.variation_of
            and told.story.slug != self.first_of_its_teller
            and told.rung in OPEN_RUNGS
            and told.item.answers in ("anyone", "approved")
        ]
        longest = next(
            told for told in open_ones if told.rung == Rung.PUBLIC and told.item.answers == "anyone"
        )
        self._unkind_ones = [
            self._answer(longest, SampleAnswer("friend", text)) for text in (SELLING, PLATITUDE)
        ]
        missing = self.size.responses - len(self.said) - self.size.longest_conversation
        counts = self._spread(missing, [told for told in open_ones if told is not longest])
        for told in [longest, *(told for told in open_ones if told is not longest)]:
            wanted = self.size.longest_conversation if told is longest else counts[told.item.pk]
            for answer in itertools.islice(self._answers_for(told), wanted):
                self._answer(told, answer)

    def _spread(self, missing: int, open_ones: Sequence[Told]) -> Counter[int]:
        """How many answers each gets: most a few, some more, none too many."""
        counts: Counter[int] = Counter()
        weights = [self.rng.paretovariate(1.6) for _ in open_ones]
        while missing > 0:
            told = self.rng.choices(open_ones, weights)[0]
            if counts[told.item.pk] < 24:
                counts[told.item.pk] += 1
                missing -= 1
        return counts

    def _answers_for(self, told: Told) -> Iterator[SampleAnswer]:
        """First those that fit this very story, then those that fit any, over and over."""
        yield from told.story.answers
        anywhere = list(texts.answers_for_any())
        while True:
            self.rng.shuffle(anywhere)
            for answer in anywhere:
                yield replace(answer, words=f"{answer.words}\n\n{texts.MARK_OF_ANSWER}", is_variation=True)

    def _answer(self, told: Told, answer: SampleAnswer) -> Item:
        person = self._someone_to_answer(told, answer.by)
        item = responses.respond(
            actor=person.member, voice=self._shown_voice(person), story_item=told.item, words=answer.words
        )
        person.answers += 1
        at = min(self.now, told.at + dt.timedelta(hours=self.rng.expovariate(1 / 70) + 0.5))
        self.said.append((item, at))
        if item.waiting_for and (answer.reply or self.rng.random() < 0.9):
            responses.let_be_seen(actor=told.author.member, item=item)
            item.refresh_from_db()
        if answer.reply:
            family = told.others[0] if answer.is_reply_by_other else told.author
            back = responses.respond(
                actor=family.member,
                voice=self._shown_voice(family) if answer.is_reply_by_other else told.item.voice,
                story_item=told.item,
                words=answer.reply,
                above=item,
            )
            self.said.append((back, min(self.now, at + dt.timedelta(hours=self.rng.uniform(1, 30)))))
        return item

    def _someone_to_answer(self, told: Told, role: str) -> Person:
        for candidates in (self.by_role[role], self.people):
            able = [one for one in candidates if one.answers < MOST_FROM_ONE and told.is_seen_by(one)]
            able.sort(key=lambda one: (one.answers, one.member.pk))
            if able:
                return self.rng.choice(able[:6])
        raise LookupError("there is nobody left to answer")

    def _shown_voice(self, person: Person) -> Voice:
        if person.member.pk not in self._voices:
            self._voices[person.member.pk] = people.shown_voice(person.member)
        return self._voices[person.member.pk]

    # --- What needs no words, and moderators ---

    def _gestures_come(self) -> None:
        seen = [told for told in self.told if told.rung in OPEN_RUNGS and told.item.answers != Answers.NOBODY]
        given: set[tuple[int, int, str]] = set()
        for first, second in self._led():
            given.add((first.item.pk, second.author.member.pk, "less-alone"))
            responses.press_less_alone(actor=second.author.member, story_item=first.item)
        while len(given) < self.size.gestures + self.size.less_alone:
            told, person = self.rng.choice(seen), self.rng.choice(self.people)
            kind = self.rng.choice(Gesture.Kind.values) if len(given) < self.size.gestures else "less-alone"
            key = (told.item.pk, person.member.pk, kind)
            if key in given or not told.is_seen_by(person):
                continue
            given.add(key)
            if kind == "less-alone":
                responses.press_less_alone(actor=person.member, story_item=told.item)
            else:
                responses.press_gesture(actor=person.member, story_item=told.item, kind=kind)

    def _led(self) -> list[tuple[Told, Told]]:
        """Stories, and those that were told after reading them; Jack's is one of them where others came later."""
        able = [told for told in self.told if told.story.told_by and told.rung in OPEN_RUNGS]
        able.sort(key=lambda told: (told.story.slug != JACK, told.at))
        pairs: list[tuple[Told, Told]] = []
        for first in able:
            taken = [told for pair in pairs for told in pair]
            after = (
                one
                for one in able
                if one.at > first.at and first.is_seen_by(one.author) and not one.story.notes
            )
            second = next((one for one in after if one not in taken), None)
            if second is not None and first not in taken and first.item.answers != Answers.NOBODY:
                pairs.append((first, second))
        return pairs[:MOST_LED]

    def _say_what_helped(self) -> None:
        """Two let readers be led there; of the third, only the family is told."""
        for number, (first, second) in enumerate(self._led()):
            member = second.author.member
            said = kindred.say_what_helped(
                actor=member, item=second.item, story=first.item, viewer=responses.viewer_of(member)
            )
            Ripple.objects.filter(pk=said.pk).update(said_at=second.at + dt.timedelta(hours=1))
            everyone = (second.author, *second.others, first.author, *first.others)
            for person in everyone if number < MOST_LED - 1 else ():
                viewer = responses.viewer_of(person.member)
                kindred.agree_to_lead(actor=person.member, ripple=said, viewer=viewer)

    def _moderators_look(self, jack: Told) -> None:
        """One answer is held, one is reported, and someone says of a story that it is about their baby."""
        assert self.lead is not None
        selling, platitude = self._unkind_ones
        reader = self.father_who_hides.member
        moderation.report(
            actor=reader, item=selling, reason=Reason.SELLING.value, words="She wrote this to three of us."
        )
        moderation.decide(
            actor=self.lead_2.member,
            item=selling,
            verdict=Decision.Verdict.OUT,
            reason=Reason.SELLING.value,
            words="People here are not to be sold to. You are welcome to write to them without it.",
        )
        moderation.object_to(
            actor=selling.author, item=selling, words="I only meant to help. I have lost a baby too."
        )
        moderation.report(
            actor=jack.author.member,
            item=platitude,
            reason=Reason.CRUEL.value,
            words="I think they meant well. It still hurts, and others will read it.",
        )
        about = next(
            told for told in reversed(self.told) if told.rung == Rung.MEMBERS and told.is_seen_by(jack.author)
        )
        moderation.report(
            actor=jack.author.member,
            item=about.item,
            reason=Reason.MY_BABY.value,
            words="I believe that this is about our family. Nobody asked me.",
        )

    def _two_pages_meet(self) -> None:
        """Two members each made a page, apart, for what may be the same baby: moderators are shown the pair."""
        day = (self.now - dt.timedelta(days=500)).date()
        for person in (self.by_role["mother"][-1], self.by_role["father"][-2]):
            baby = families.add_baby(actor=person.member)
            parent = Parent.objects.get(baby=baby, member=person.member)
            families.set_weeks(actor=person.member, parent=parent, weeks=30)
            date = PartialDate(day.year, day.month, day.day)
            families.set_date(actor=person.member, parent=parent, which="died", date=date)

    def _some_change_their_mind(self) -> None:
        """A story is taken back, one is narrowed, and a few members do not want to meet each other."""
        variations = [told for told in self.told if told.story.variation_of and told.rung in OPEN_RUNGS]
        sharing.take_back(actor=variations[0].author.member, item=variations[0].item)
        sharing.lower(actor=variations[1].author.member, item=variations[1].item, spec=ONLY_US)
        for one, other in itertools.pairwise(self.rng.sample(self.by_role["mother"], 6)):
            people.block(actor=one.member, blocked=other.member)

    def _some_need_peace(self, jack: Told) -> None:
        """What someone does not want to meet, an edit that waits, and what is asked in private."""
        father = jack.others[0].member
        for person in (jack.author, jack.others[0], self.father_who_hides, self.lead, self.lead_2):
            assert person is not None
            people.block(actor=person.member, blocked=self.by_role["friend"][-1].member)
            viewer = responses.viewer_of(person.member)
            others = (item for item, _at in self.said if item.author_id != person.member.pk)
            aside = next(item for item in others if item.is_visible_to(viewer))
            responses.lay_aside(actor=person.member, item=aside)
            unwanted = stories.start_story(actor=person.member, baby=None)
            stories.discard_draft(actor=person.member, draft=unwanted)
        edit = stories.revise(actor=jack.author.member, item=jack.item)
        edited = stories.ask_to_share(actor=jack.author.member, draft=edit)
        sharing.answer(actor=father, version=edited, choice=Consent.Answer.NOT_YET.value)
        moderation.break_glass(
            actor=self.lead_2.member,
            item=next(told for told in self.told if told.rung == Rung.CIRCLES).item,
            reason="Someone wrote to us that a surname is in it.",
        )
        self._two_parents_ask_moderators(jack)

    def _two_parents_ask_moderators(self, jack: Told) -> None:
        """One cannot reach the other parent; another wants to be kept safe from theirs."""
        pairs = [
            (told.author.member, Parent.objects.get(baby=told.item.baby, member=told.others[0].member))
            for told in self.told
            if told is not jack and told.item.baby_id and told.others and told.author.role in PARENTS
        ]
        (one, silent), (other, feared) = pairs[:2]
        families.ask_to_decide_alone(
            actor=one,
            parent=silent,
            because=LoneConsentRequest.Because.UNREACHABLE.value,
            reason="I have written and rung for a year.",
        )
        families.request_safety_separation(
            actor=other, parent=feared, own_words="I would rather say it than write it. Can you ring me?"
        )

    # --- Dates, and who to sign in as ---

    def _date_back(self) -> None:
        items, versions = [], []
        for told in self.told:
            told.item.made_at = told.item.published_at = told.at
            told.version.asked_at = told.at - dt.timedelta(days=2)
            items.append(told.item)
            versions.append(told.version)
            Consent.objects.filter(version=told.version).update(answered_at=told.at)
        for item, at in self.said:
            item.made_at = item.published_at = at
            items.append(item)
        Item.objects.bulk_update(items, ["made_at", "published_at"], batch_size=400)
        Version.objects.bulk_update(versions, ["asked_at"], batch_size=400)
        admitted = Member.objects.filter(is_sample=True, admitted_at__isnull=False)
        admitted.update(admitted_at=F("joined_at") + dt.timedelta(days=3))

    def _accounts(self, jack: Told) -> tuple[Account, ...]:
        assert self.lead is not None
        known = (
            (self.lead, "a lead moderator"),
            (self.lead_2, "a moderator"),
            (jack.author, "Jack’s mother: a story of hers is up, one waits for Jack’s father, one is begun"),
            (
                jack.others[0],
                "Jack’s father: he is asked about a story, and answers wait for the two of them",
            ),
            (self.father_who_hides, "a father whose baby died, and who hides photos"),
            (self.by_role["plain"][0], "a member who has told of no loss"),
        )
        return tuple(Account(person.member.handle, who) for person, who in known)

    # --- Chance ---

    def _endless_handles(self) -> Iterator[str]:
        words, given = handles.quiet_words(), set()
        while True:
            handle = "-".join(self.rng.sample(words, 3))
            if handle not in given:
                given.add(handle)
                yield handle

    def _endless(self, names_: Sequence[str]) -> Iterator[str]:
        return itertools.cycle(self.rng.sample(list(names_), len(names_)))
