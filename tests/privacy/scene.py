"""One evening in a community: everything that can be hidden is there once, made by the steps people take.

Every text in it is a canary: a word that stands nowhere else, with the names of those who may ever meet it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from PIL import Image

from lessalone.circles import actions as circles
from lessalone.circles.models import Circle
from lessalone.families import actions as families
from lessalone.families import experiences
from lessalone.families.models import Baby, LoneConsentRequest, Parent, Relation, SameBaby
from lessalone.kindred import actions as kindred
from lessalone.kindred.models import SafeCounts
from lessalone.moderation import actions as moderation
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import Answer, Use
from lessalone.people.models import Invitation, Member, Voice
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.actions import ChosenPhoto
from lessalone.stories.contents import Contents
from lessalone.stories.models import Draft
from lessalone.ui.forms import PartialDate
from lessalone.vault import photos, uploads
from lessalone.vault.models import Photo
from tests.cast import TRUE_FACTS, Cast, gather, shown_voice, viewer_of

EVERYONE = frozenset(
    ["visitor", "ana", "sam", "bea", "carl", "dora", "lea", "eve", "gran", "noa", "max", "wim", "rae"]
)
AWAKE = EVERYONE - {"visitor", "wim", "rae"}
"""Members who were let in and whose account is not resting."""
READERS = AWAKE - {"max"}
"""Members whom Ana has not blocked."""
OUTSIDE = READERS - {"sam", "eve", "gran"}
"""Of these, those who never belonged to Jack's family, and Ana."""
TEAM = frozenset({"dora", "lea"})
BEREAVED = READERS - {"carl", "gran", "noa"}


def who(names: str) -> frozenset[str]:
    return frozenset(names.split())


@dataclass(frozen=True)
class Canary:
    """A text that stands nowhere else."""

    text: str
    may: frozenset[str]
    where: str = ""
    """Only looked for at doors whose name and subject match this pattern; empty: everywhere."""
    is_plain: bool = False
    """It may lie in the database as it is: a name of something, or a reason for the audit log."""

    def is_in(self, page: bytes) -> bool:
        return re.search(rb"\b" + re.escape(self.text.encode()) + rb"\b", page) is not None


@dataclass
class Scene:
    """What there is, by name; `canaries` by what they stand for."""

    cast: Cast
    canaries: dict[str, Canary] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int | str] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    photo: Photo | None = None

    def who(self, role: str) -> Member | None:
        return None if role == "visitor" else getattr(self.cast, role)

    def canary(self, name: str, may: frozenset[str] | str, **how: Any) -> str:
        """A new text, whose first letters say what it is."""
        text = f"Kanari{name.replace(' ', '').replace('-', '')}x"
        self.canaries[name] = Canary(text, who(may) if isinstance(may, str) else may, **how)
        return text


def build() -> Scene:
    """The whole evening."""
    scene = Scene(gather())
    cast = scene.cast
    Member.objects.update(joined_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    for one in cast.members().values():
        one.refresh_from_db()
        scene.canaries[f"sign-in name of {one.voices.get(is_cover=False).name}"] = Canary(
            one.handle, _self(cast, one), is_plain=True
        )
    _family(scene)
    _stories(scene)
    _answers(scene)
    _moderation(scene)
    _others(scene)
    _names(scene)
    return scene


def _names(scene: Scene) -> None:
    """Where a name would say too much, though it may stand elsewhere."""
    cast = scene.cast
    by_cover = r" (cover|answer under a cover name)$"
    for name, member, where in (
        ("who reported", cast.noa, r"^moderation-"),
        ("whose the cover name is", cast.ana, r"^(?!stories-family|.*erase|.*take-back).*" + by_cover),
        ("whose the second cover name is", cast.bea, r" answer under a cover name$"),
    ):
        voice = shown_voice(member)
        may = _self(cast, member) if "cover" in name else frozenset()
        scene.canaries[name] = Canary(voice.name, may, where, is_plain=True)
        scene.canaries[f"{name}, by number"] = Canary(voice.public_id, may, where, is_plain=True)


def _self(cast: Cast, member: Member) -> frozenset[str]:
    return frozenset(name for name, one in cast.members().items() if one == member)


def _family(scene: Scene) -> None:
    """Jack's page, invitations, and what parents ask in private."""
    cast = scene.cast
    ana, sam = (Parent.objects.get(baby=cast.jack, member=m) for m in (cast.ana, cast.sam))
    families.name_baby(actor=cast.ana, parent=ana, name=scene.canary("baby name", "ana sam gran"))
    families.set_own_words(actor=cast.ana, parent=ana, own_words=scene.canary("own words of a parent", "ana"))
    invitation, scene.tokens["family"] = families.invite(actor=cast.ana, parent=ana, kind="grandparent")
    scene.numbers["family invitation"] = invitation.pk
    open_one, scene.tokens["open family"] = families.invite(actor=cast.ana, parent=ana, kind="friend")
    families.agree_to_invitation(actor=cast.sam, invitation=open_one)
    scene.numbers["relation"] = Relation.objects.get(member=cast.gran).pk
    separation = families.request_safety_separation(
        actor=cast.ana, parent=sam, own_words=scene.canary("why a separation", "ana lea")
    )
    scene.numbers["separation"] = separation.pk
    alone = families.ask_to_decide_alone(
        actor=cast.ana,
        parent=sam,
        because=LoneConsentRequest.Because.UNREACHABLE,
        reason=scene.canary("why alone", TEAM | {"ana"}),
    )
    scene.numbers["alone"] = alone.pk
    telling = families.keep_telling(member=cast.bea, words_told=scene.canary("what Bea told", "bea"))
    scene.numbers["telling"] = telling.pk
    theirs = add_jack_again(cast.eve2)
    scene.numbers["pair"] = SameBaby.objects.get(first=cast.jack, second=theirs).pk
    scene.photo = _a_photo(ana.shelf, cast.ana)
    _facets(scene)
    _counts(scene)


def _facets(scene: Scene) -> None:
    """What Ana tells so that others are found, though it may be said: nobody has it in common with her."""
    ana = scene.cast.ana
    hers = experiences.add_experience(actor=ana, baby=scene.cast.jack)
    scene.numbers["loss"] = hers.public_id

    def word(name: str) -> Answer:
        text = scene.canary(name, "ana").lower()
        scene.canaries[name] = Canary(text, who("ana"), is_plain=True)
        return Answer((f"own:{text}",), Use.SHOWN)

    experiences.answer_all_about(
        actor=ana,
        experience=hers,
        answers={"role": Answer(("mother",), Use.SHOWN), "causes": word("word for a cause")},
        is_agreed=True,
    )
    facets.answer_own(actor=ana, key="culture", answer=word("word for where she comes from"), is_agreed=True)


def _counts(scene: Scene) -> None:
    """How many there are: of Ana's own role she reads, of mothers and fathers every visitor, of others nobody here."""
    said = {"role:mother": 5_000, "role:father": 1_000, "kinds:tfmr": 200, "role:professional": 50}
    SafeCounts.objects.create(said=said, counted_on=timezone.now().date())
    scene.canaries["how many are like Ana"] = Canary(
        "5,000 mothers, or parents who were pregnant, are", who("ana")
    )
    scene.canaries["how many there are, for visitors"] = Canary("1,000 fathers", who("visitor"))
    scene.canaries["how many there are of others"] = Canary("200 people here", who(""))
    scene.canaries["how many there are of still others"] = Canary("there in their work", who(""))


def add_jack_again(member: Member) -> Baby:
    """A page of their own with every true fact, as somebody would write it who was there."""
    baby = families.add_baby(actor=member)
    theirs = Parent.objects.get(baby=baby, member=member)
    for which in ("born", "died", "due"):
        day = TRUE_FACTS[f"{which}_on"]
        families.set_date(
            actor=member, parent=theirs, which=which, date=PartialDate(day.year, day.month, day.day)
        )
    families.set_weeks(actor=member, parent=theirs, weeks=TRUE_FACTS["weeks"], days=TRUE_FACTS["days"])
    return baby


def _a_photo(shelf, member: Member) -> Photo:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((480, 320)).convert("RGB").save(out, "JPEG")
    content = out.getvalue()
    return photos.keep(
        actor=member,
        shelf=shelf,
        source=lambda: iter([content]),
        size=len(content),
        on_kept=lambda photo: None,
    )


def a_story(
    scene: Scene,
    author: Member,
    rung: Rung = Rung.MEMBERS,
    *,
    words: str,
    cover: str = "",
    baby=None,
    answers: str = Answers.ANYONE,
    photo: str = "",
    seats=(),
    circles_named=(),
    is_asked: bool = True,
    **more,
) -> tuple[Item, Draft]:
    """A draft; asked for at once unless told otherwise."""
    draft = stories.start_story(actor=author, baby=baby)
    made = [sharing.make_seat(actor=author, item=draft.item, label=label, member=m) for label, m in seats]
    if made:
        scene.tokens["seat"] = next((token for _, token in made if token), "")
    contents = Contents(
        title=f"{words} one",
        words=words,
        is_cover=bool(cover),
        cover_name=cover,
        answers=answers,
        audience=AudienceSpec(
            rung,
            seats=frozenset(seat.pk for seat, _ in made),
            circles=frozenset(c.pk for c in circles_named),
        ),
        **more,
    )
    draft = stories.save_draft(actor=author, draft=draft, contents=contents)
    if photo:
        stories.choose_photos(actor=author, draft=draft, chosen=[ChosenPhoto(scene.photo, photo)])
    if is_asked:
        stories.ask_to_share(actor=author, draft=draft)
    return Item.objects.get(pk=draft.item_id), draft


def _agreed(item: Item, parent: Member) -> Item:
    sharing.answer(actor=parent, version=item.versions.latest("number"), choice="agree")
    return Item.objects.get(pk=item.pk)


def _stories(scene: Scene) -> None:
    """One story in each state and on each rung."""
    cast, canary, items = scene.cast, scene.canary, scene.items
    jack = {"baby": cast.jack}
    told, _ = a_story(
        scene,
        cast.ana,
        words=canary("told story", READERS),
        photo=canary("description of a photo", READERS),
        answers=Answers.APPROVED,
        **jack,
    )
    items["told"] = _agreed(told, cast.sam)
    public, _ = a_story(
        scene, cast.ana, Rung.PUBLIC, words=canary("public story", EVERYONE), may_index=True, **jack
    )
    items["public"] = _agreed(public, cast.sam)
    items["cover"], _ = a_story(
        scene,
        cast.ana,
        words=canary("cover-name story", OUTSIDE),
        cover=canary("cover name", OUTSIDE, is_plain=True),
        answers=Answers.APPROVED,
        **jack,
    )
    items["asked"], _ = a_story(scene, cast.ana, words=canary("asked story", "ana sam"), **jack)
    _, scene.drafts["draft"] = a_story(
        scene,
        cast.ana,
        words=canary("draft", "ana"),
        is_asked=False,
        photo=canary("draft photo", "ana"),
        **jack,
    )
    stories.say_line(actor=cast.sam, item=items["asked"], said=canary("line between parents", "ana sam"))
    resting, _ = a_story(scene, cast.ana, words=canary("story not yet", "ana"), **jack)
    sharing.answer(actor=cast.sam, version=resting.versions.get(), choice="not-yet")
    items["not yet"] = resting
    gone, _ = a_story(scene, cast.ana, words=canary("taken back", "ana sam"), **jack)
    items["taken back"] = _agreed(gone, cast.sam)
    sharing.take_back(actor=cast.sam, item=items["taken back"])
    erased, _ = a_story(scene, cast.carl, words=canary("erased", ""))
    sharing.erase(actor=cast.carl, item=erased)
    items["erased"] = erased
    items["held"], _ = a_story(scene, cast.carl, words=canary("held", TEAM | {"carl"}))
    items["scheduled"], _ = a_story(
        scene,
        cast.carl,
        words=canary("scheduled", "carl"),
        when="at",
        at=timezone.now() + dt.timedelta(days=3),
    )
    narrowed, _ = a_story(scene, cast.ana, Rung.MEMBERS, words=canary("narrowed", "ana sam"), **jack)
    items["narrowed"] = _agreed(narrowed, cast.sam)
    sharing.lower(actor=cast.sam, item=items["narrowed"], spec=AudienceSpec(Rung.ONLY_US))
    items["people"], _ = a_story(
        scene,
        cast.carl,
        Rung.PEOPLE,
        words=canary("people we choose", "carl bea"),
        seats=[(canary("label of a seat", "carl", is_plain=True), cast.bea), ("Mum", None)],
    )
    items["circle"], _ = a_story(
        scene, cast.bea, Rung.CIRCLES, words=canary("circle story", "bea ana"), circles_named=[cast.circle]
    )
    items["bereaved"], _ = a_story(
        scene, cast.bea, Rung.BEREAVED, words=canary("bereaved story", BEREAVED | {"max"})
    )
    items["link"], _ = a_story(scene, cast.carl, Rung.LINK, words=canary("story by link", "carl"))
    link, scene.tokens["link"] = sharing.make_link(actor=cast.carl, item=items["link"])
    scene.numbers["link"] = link.pk
    items["only us"], _ = a_story(scene, cast.bea, Rung.ONLY_US, words=canary("only us", "bea"))


def _answers(scene: Scene) -> None:
    """An answer in each state."""
    cast, canary, items = scene.cast, scene.canary, scene.items

    def answer(member: Member, story: str, name: str, may, **how) -> Item:
        how.setdefault("voice", shown_voice(member))
        made = responses.respond(actor=member, story_item=items[story], words=canary(name, may), **how)
        items[name] = made
        return Item.objects.get(pk=made.pk)

    seen = answer(cast.bea, "told", "answer", READERS)
    responses.let_be_seen(actor=cast.sam, item=seen)
    answer(cast.carl, "told", "answer that waits", "carl ana sam")
    away = answer(cast.carl, "told", "answer put away", "carl ana sam")
    responses.put_away(actor=cast.ana, item=away)
    answer(cast.bea, "cover", "answer under a cover name", "bea ana", voice=_cover(cast.bea, scene))
    sharing.name_first_reader(actor=cast.sam, item=items["told"], member=cast.noa)
    answer(cast.carl, "told", "answer for the first reader", "carl noa")
    mine = answer(cast.carl, "public", "erased answer", "")
    responses.erase(actor=cast.carl, item=mine)
    responses.press_gesture(actor=cast.bea, story_item=items["told"], kind="candle")
    responses.press_less_alone(actor=cast.carl, story_item=items["told"])
    lead(items["told"], items["bereaved"], cast.ana, cast.sam)


def lead(first: Item, second: Item, *parents: Member) -> None:
    """Whoever told the second says that the first helped; and all let readers be led there."""
    teller = second.author
    said = kindred.say_what_helped(actor=teller, item=second, story=first, viewer=viewer_of(teller))
    for member in (teller, *parents):
        kindred.agree_to_lead(actor=member, ripple=said, viewer=viewer_of(member))


def _cover(member: Member, scene: Scene) -> Voice:
    return people.make_cover_voice(
        actor=member, name=scene.canary("second cover name", "bea ana", is_plain=True)
    )


def _moderation(scene: Scene) -> None:
    """A report, a hold, a decision that waits for a second, an objection, a broken glass."""
    cast, canary, items = scene.cast, scene.canary, scene.items
    report = moderation.report(
        actor=cast.noa, item=items["told"], reason="cruel", words=canary("report", TEAM)
    )
    scene.numbers["report"] = report.public_id
    decision = moderation.decide(
        actor=cast.dora,
        item=items["held"],
        verdict="out",
        reason="cruel",
        words=canary("decision", TEAM | {"carl"}),
    )
    scene.numbers["decision"] = decision.public_id
    objection = moderation.object_to(
        actor=cast.carl, item=items["held"], words=canary("objection", TEAM | {"carl"})
    )
    scene.numbers["objection"] = objection.public_id
    moderation.break_glass(
        actor=cast.dora,
        item=items["circle"],
        reason=canary("why the glass was broken", "lea", is_plain=True),
    )
    scene.canaries["circle story"] = Canary(scene.canaries["circle story"].text, who("bea ana dora"))


def _others(scene: Scene) -> None:
    """A block, a circle, an address, an upload, an invitation to the team."""
    cast, canary = scene.cast, scene.canary
    people.block(actor=cast.ana, blocked=shown_voice(cast.max))
    Circle.objects.filter(pk=cast.circle.pk).update(
        name=canary("name of a circle", TEAM | {"ana", "bea"}, is_plain=True)
    )
    invitation, scene.tokens["circle"] = circles.invite_to_circle(actor=cast.dora, circle=cast.circle)
    scene.numbers["circle invitation"] = invitation.pk
    address = "kanariaddressx@example.org"
    Member.objects.filter(pk=cast.ana.pk).update(email=address)
    scene.canaries["address"] = Canary(address, who(""), is_plain=True)
    shelf = Parent.objects.get(baby=cast.jack, member=cast.ana).shelf
    scene.numbers["shelf"] = shelf.public_id
    upload = uploads.begin(actor=cast.ana, shelf=shelf, length=1000)
    scene.numbers["upload"] = upload.public_id
    scene.tokens["join"] = people.invite_to_join(actor=cast.lea, is_vouching=False).split("/")[-2]
    scene.numbers["join"] = Invitation.objects.get(made_by=cast.lea).public_id
    scene.numbers["role"] = cast.dora.roles.get().pk
    scene.numbers["voice of bea"] = shown_voice(cast.bea).public_id
    scene.numbers["voice of max"] = shown_voice(cast.max).public_id
    scene.numbers["wim"] = cast.wim.pk
    placement = scene.items["told"].current.placements.get()
    scene.numbers["placement"] = placement.public_id
