"""More of everything in the scene, at the same addresses: what makes a page long."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from lessalone.circles import actions as circles
from lessalone.families import actions as families
from lessalone.families.models import Invitation, LoneConsentRequest, Parent, Relation, SameBaby
from lessalone.moderation import actions as moderation
from lessalone.people import actions as people
from lessalone.people.models import Member
from lessalone.responses import actions as responses
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.actions import ChosenPhoto
from lessalone.stories.contents import Contents
from lessalone.vault.models import Photo
from tests.cast import a_cover_voice, a_member, give_duty, shown_voice
from tests.privacy.scene import Scene, _a_photo, add_jack_again, lead

PHOTOS = ("told", "draft", "asked")
"""What holds every photo that there is."""


def enlarge(scene: Scene, number: int) -> None:
    """`number` more of everything there is a list of."""
    people_more = [a_member(f"more {n}", is_bereaved=True) for n in range(number)]
    Member.objects.update(joined_at=timezone.now().replace(year=2020))
    _family(scene, people_more)
    _stories(scene, people_more)
    _answers(scene, people_more)
    _ripples(scene, people_more)
    _moderation(scene, people_more)
    _oneself(scene, people_more)


def _family(scene: Scene, more: list[Member]) -> None:
    cast = scene.cast
    ana = Parent.objects.get(baby=cast.jack, member=cast.ana)
    for member in more:
        _a_photo(ana.shelf, cast.ana)
        parent = Parent.objects.create(
            baby=cast.jack, member=member, page=ana.page, shelf=ana.shelf, invited_by=cast.ana
        )
        families.ask_to_decide_alone(
            actor=cast.ana, parent=parent, because=LoneConsentRequest.Because.UNREACHABLE, reason="why"
        )
        families.request_safety_separation(actor=cast.ana, parent=parent, own_words="why")
        Relation.objects.create(baby=cast.jack, member=a_member("friend"), kind="friend", invited_by=cast.sam)
        Relation.objects.create(baby=add_jack_again(member), member=cast.gran, kind="friend")
        families.keep_telling(member=cast.bea, words_told="something")
        for parent_member in (cast.ana, cast.bea):
            own = families.add_baby(actor=parent_member, name="Rosalind")
            theirs = Parent.objects.get(baby=own, member=parent_member)
            _a_photo(theirs.shelf, parent_member)
        gone = families.add_baby(actor=cast.ana, name="Wilhelmina")
        left = Parent.objects.get(baby=gone, member=cast.ana)
        _a_photo(left.shelf, cast.ana)
        families.leave_family(actor=cast.ana, parent=left)
    Invitation.objects.filter(baby=cast.jack).exclude(pk=scene.numbers["family invitation"]).update(
        expires_at=timezone.now().replace(year=2090)
    )
    for parent in Parent.objects.with_voice().filter(baby=cast.jack):
        for invitation in Invitation.objects.filter(baby=cast.jack, kind="friend").exclude(
            made_by=parent.member
        ):
            families.agree_to_invitation(actor=parent.member, invitation=invitation)
    for asker in (cast.ana, cast.sam):
        parent = Parent.objects.get(baby=cast.jack, member=asker)
        for _ in more[:2]:
            families.invite(actor=asker, parent=parent, kind="friend")


def _stories(scene: Scene, more: list[Member]) -> None:
    """New versions of what is there, with every photo; and as many other stories."""
    cast = scene.cast
    shelf = Parent.objects.get(baby=cast.jack, member=cast.ana).shelf
    photos = [ChosenPhoto(one, f"Photo {one.pk}") for one in Photo.objects.filter(shelf=shelf)]
    for name in PHOTOS:
        draft = scene.drafts.get(name) or stories.revise(actor=cast.ana, item=scene.items[name])
        stories.choose_photos(actor=cast.ana, draft=draft, chosen=photos)
        if name != "draft":
            stories.ask_to_share(actor=cast.ana, draft=draft)
    for name in ("told", "public"):
        if name == "public":
            stories.ask_to_share(actor=cast.ana, draft=stories.revise(actor=cast.ana, item=scene.items[name]))
        item = scene.items[name]
        version = item.versions.latest("number")
        for parent in sharing.parents_to_ask(item, besides=cast.ana):
            sharing.answer(actor=parent.member, version=version, choice="agree")
    scene.numbers["placement"] = (
        Item.objects.get(pk=scene.items["told"].pk).current.placements.first().public_id
    )
    for member in more:
        stories.say_line(actor=cast.sam, item=scene.items["asked"], said="a line")
        sharing.make_link(actor=cast.carl, item=scene.items["link"])
        for seat in ("draft", "people"):
            item = scene.drafts["draft"].item if seat == "draft" else scene.items[seat]
            sharing.make_seat(actor=item.author, item=item, label="someone", member=member)
        circles.invite_to_circle(actor=cast.dora, circle=cast.circle)
        own = circles.make_circle(actor=cast.dora, name="Another circle")
        for one in (cast.ana, cast.bea, member):
            circles.join_circle(actor=one, circle=own)
        for author in (cast.ana, cast.bea, cast.carl):
            _a_story(author, f"More of {author.pk}")
            stories.start_story(actor=author, baby=None)
        _a_story(cast.ana, "Asked of Sam", baby=cast.jack)
        resting = _a_story(cast.ana, "Not yet for Sam", baby=cast.jack)
        sharing.answer(actor=cast.sam, version=resting.versions.get(), choice="not-yet")
        everyone = _a_story(member, "Of another one", rung=Rung.PUBLIC, notes=("hospital",))
        sharing.name_first_reader(actor=member, item=everyone, member=cast.noa)
        for one in (cast.ana, cast.bea, cast.carl, cast.sam):
            responses.respond(
                actor=one, voice=shown_voice(one), story_item=everyone, words="to be read first"
            )


def _a_story(author: Member, title: str, *, baby=None, rung: Rung = Rung.MEMBERS, notes=()) -> Item:
    draft = stories.start_story(actor=author, baby=baby)
    contents = Contents(
        title=title, words="Some words.", answers=Answers.ANYONE, audience=AudienceSpec(rung), notes=notes
    )
    draft = stories.save_draft(actor=author, draft=draft, contents=contents)
    return stories.ask_to_share(actor=author, draft=draft).item


def _answers(scene: Scene, more: list[Member]) -> None:
    cast = scene.cast
    for _member in more:
        for story in ("told", "cover", "public"):
            item = Item.objects.get(pk=scene.items[story].pk)
            for one in (cast.bea, cast.carl, a_member("another", is_bereaved=True)):
                seen, waits, away, below = (
                    _answer(scene, one, item, words) for words in ("a", "b", "c", "d")
                )
                for let in (seen, below):
                    _let_be_seen(cast.ana, let)
                responses.put_away(actor=cast.ana, item=away)
                for reader in (cast.noa, cast.ana, cast.bea):
                    if reader != one:
                        responses.lay_aside(actor=reader, item=Item.objects.get(pk=below.pk))
                responses.press_gesture(actor=one, story_item=item, kind="me-too")
                responses.press_less_alone(actor=one, story_item=item)
            responses.suggest_note(actor=one, story_item=item, note="hospital")
        for name in ("answer", "answer under a cover name"):
            above = Item.objects.get(pk=scene.items[name].pk)
            root = Item.objects.get(pk=above.root_id)
            if not above.waiting_for:
                made = _answer(scene, cast.carl, root, "x", above)
                _let_be_seen(cast.ana, made)


def _ripples(scene: Scene, more: list[Member]) -> None:
    """As many were told after it, and readers are led there, which every parent that there is by now lets them be."""
    told = Item.objects.get(pk=scene.items["told"].pk)
    second = Item.objects.get(pk=scene.items["bereaved"].pk)
    parents = [parent.member for parent in Parent.objects.with_voice().filter(baby=scene.cast.jack)]
    lead(told, second, *parents)
    for _member in more:
        teller = a_member("teller", is_bereaved=True)
        responses.press_less_alone(actor=teller, story_item=told)
        for helped in (told, Item.objects.get(pk=scene.items["public"].pk)):
            responses.press_gesture(actor=scene.cast.bea, story_item=helped, kind="leaf")
        lead(told, _a_story(teller, "Told after it"), *parents)


def _let_be_seen(actor: Member, item: Item) -> None:
    if item.waiting_for:
        responses.let_be_seen(actor=actor, item=item)


def _answer(scene: Scene, member: Member, story: Item, words: str, above: Item | None = None) -> Item:
    from lessalone.kit.derived.models import Tally

    Tally.objects.all().delete()
    made = responses.respond(
        actor=member, voice=shown_voice(member), story_item=story, words=words, above=above
    )
    if Item.objects.get(pk=made.pk).waiting_for == Item.Waiting.FIRST_READER:
        responses.pass_on(actor=scene.cast.noa, item=made)
    return Item.objects.get(pk=made.pk)


def _moderation(scene: Scene, more: list[Member]) -> None:
    cast = scene.cast
    for member in more:
        for name in ("told", "held", "answer"):
            moderation.report(actor=member, item=scene.items[name], reason="cruel", words="why")
        moderation.tell(actor=member, reason="cruel", words="why")
        held = _a_story(cast.carl, "Held")
        moderation.hold(actor=cast.dora, item=held, reason="cruel")
        decided = _a_story(cast.carl, "Decided")
        moderation.decide(actor=cast.dora, item=decided, verdict="out", reason="cruel", words="why")
        moderation.object_to(actor=cast.carl, item=decided, words="why")
        moderation.break_glass(actor=cast.dora, item=_a_story(member, "Glass"), reason="why")
        a_member("waiting", is_approved=False)
        SameBaby.objects.get_or_create(first=cast.jack, second=families.add_baby(actor=member))


def _oneself(scene: Scene, more: list[Member]) -> None:
    cast = scene.cast
    for member in more:
        give_duty(member, "moderator")
        people.invite_to_join(actor=cast.lea, is_vouching=False)
        for one in (cast.ana, cast.sam, cast.lea):
            a_cover_voice(one, f"Cover {member.pk}")
            people.block(actor=one, blocked=shown_voice(a_member("blocked")))
            session = SessionStore()
            session.create()
            UserSession.objects.create(
                user=one,
                session_key=session.session_key,
                ip="0.0.0.0",
                user_agent="A browser",  # noqa: S104
            )
