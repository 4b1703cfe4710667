"""Every button, pressed twice; pressed while what it is about is erased, taken back or left by someone else.

A table of presses, each with the form that its page has open. Nothing is doubled, nothing is half done, nothing is
written about what is gone, and nobody meets an error: they get a page, a way on, or a sentence.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessalone.circles import actions as circles
from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.kindred import actions as kindred
from lessalone.kit import queue
from lessalone.kit.derived.models import Tally
from lessalone.moderation import actions as moderation
from lessalone.responses import actions as responses
from lessalone.responses.models import NoteSuggestion
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions as stories
from lessalone.stories.models import Draft
from lessalone.vault import patches
from lessalone.vault import photos as vault_photos
from lessalone.vault.darkroom.wishes import Region
from lessalone.vault.models import Photo
from tests.cast import shown_voice, viewer_of
from tests.privacy import scene as scenes
from tests.privacy.doors import (
    Arguments,
    baby,
    baby_and,
    circle,
    circle_and,
    draft,
    item,
    number,
    photo,
    token,
)
from tests.privacy.scene import Scene
from tests.privacy.test_doors import put_back

ACTIONS: tuple[Any, ...] = (
    circles, families, kindred, moderation, patches, responses, sharing, stories, vault_photos,
)  # fmt: skip
NEW_STORIES = ("stories-new", "stories-revise")
ABOUT_STORIES = (
    "stories-", "responses-", "kindred-", "moderation-tell", "moderation-hold", "moderation-decide",
    "moderation-objection",
)  # fmt: skip
Form = Callable[[Scene], dict[str, Any]]
PAGE = "0b9c2f4e-5f0d-4a55-9f0e-0d6a3c1f7a10"
"""The form token of the page that is open."""


@dataclass(frozen=True)
class Press:
    """One button: who presses it, where, with what on the form."""

    name: str
    who: str
    args: Arguments = lambda scene: []
    form: Form = lambda scene: {}
    method: str = "post"
    again: tuple[int, ...] = (200, 302)
    """What the second press may get. 404 where the thing is no longer there for who pressed."""
    doubles: tuple[str, ...] = ()
    """Rows that are written each time, and why that is right stands beside."""
    is_switch: bool = False
    """The second press takes the first one back."""
    writes: tuple[str, ...] = field(default=())
    """Rows that are written though the thing is gone meanwhile, and why that is right stands beside."""

    def __str__(self) -> str:
        return f"{self.name} by {self.who}"

    @property
    def is_about_a_story(self) -> bool:
        """Else what it writes is about something that is still there."""
        return self.name not in NEW_STORIES and self.name.startswith(ABOUT_STORIES)

    def by(self, scene: Scene) -> Client:
        browser = Client()
        browser.force_login(scene.who(self.who))
        return browser

    def press(self, browser: Client, address: str, form: dict[str, Any]) -> HttpResponse:
        return getattr(browser, self.method)(address, form)


def says(**form: Any) -> Form:
    return lambda scene: form


def _version(scene: Scene) -> dict[str, Any]:
    return {"version": scene.items["asked"].versions.latest("number").pk, "answer": "agree"}


def _parent(who: str, **more: str) -> Form:
    return lambda s: {"parent": Parent.objects.get(baby=s.cast.jack, member=s.who(who)).pk, **more}


def _voice(who: str, **more: str) -> Form:
    return lambda s: {"voice": shown_voice(s.who(who)).public_id, **more}


def _photos(scene: Scene) -> dict[str, Any]:
    key = scene.photo.public_id
    return {"photo": key, f"position-{key}": "1", f"description-{key}": "A hand."}


PRESSES = [
    # Writing.
    Press("stories-new", "carl"),
    Press("stories-new", "ana", form=lambda s: {"baby": s.cast.jack.public_id}),
    Press("stories-write", "ana", draft(), says(title="One", words="Other words.", revision="1")),
    Press(
        "stories-save",
        "ana",
        draft(),
        says(title="One", words="Other words.", revision="1"),
        again=(204,),
    ),
    Press("stories-photos", "ana", draft(), _photos),
    Press("stories-naming", "ana", draft(), says(naming="shown", told_by="We", notes="hospital")),
    Press("stories-audience", "ana", draft(), says(rung="40")),
    Press("stories-audience", "ana", draft(), says(rung="10", new_seat="Mum", form_token=PAGE)),
    Press(
        "stories-audience",
        "ana",
        draft(),
        lambda s: {"rung": "10", "known": shown_voice(s.cast.bea).public_id},
    ),
    Press("stories-answering", "ana", draft(), says(answers="anyone", when="now")),
    Press("stories-check", "ana", draft()),
    Press("stories-discard", "ana", draft(), again=(404,)),
    # Deciding together.
    Press("stories-asked", "sam", item("asked"), _version, again=(302, 404)),
    Press(
        "stories-asked", "sam", item("asked"), lambda s: {**_version(s), "answer": "not-yet"}, again=(404,)
    ),
    Press("stories-welcomed", "sam", item("asked")),
    Press("stories-line", "sam", item("asked"), says(said="Shall we?")),
    Press("stories-resting", "sam", form=lambda s: {"item": s.items["not yet"].public_id}, again=(404,)),
    Press("stories-revise", "ana", item("told")),
    Press("stories-take-back", "sam", item("told")),
    Press("stories-narrow", "sam", item("told"), says(rung="0")),
    Press("stories-erase", "ana", item("told"), again=(404,)),
    Press(
        "stories-first-reader", "ana", item("told"), lambda s: {"reader": shown_voice(s.cast.bea).public_id}
    ),
    Press("stories-make-link", "carl", item("link"), says(form_token=PAGE)),
    Press("stories-end-link", "carl", lambda s: [s.items["link"].public_id, s.numbers["link"]]),
    Press("stories-seat", "bea", token("seat"), method="get"),
    # Answering.
    Press("responses-write", "carl", item("public"), _voice("carl", words="Me too.", form_token=PAGE)),
    Press("responses-change", "carl", item("answer that waits"), says(words="Other words of Carl.")),
    # His words are his, also when the story is gone.
    Press("responses-erase", "carl", item("answer that waits"), again=(404,), writes=("ErasureRequest",)),
    Press("responses-gesture", "carl", item("told"), says(gesture="candle"), is_switch=True),
    Press("responses-less-alone", "bea", item("told"), is_switch=True),
    Press("responses-put-away", "sam", item("answer")),
    Press("responses-let-be-seen", "sam", item("answer that waits")),
    Press("responses-pass-on", "noa", item("answer for the first reader"), again=(404,)),
    Press("responses-hard-for-me", "carl", item("answer"), says(note="hospital")),
    Press("responses-hard-for-me", "carl", item("told"), says(note="hospital", suggest="on")),
    Press("responses-take-out-again", "carl", item("answer")),
    Press("responses-settle-notes", "sam", item("told")),
    # Stories that led to others.
    Press("kindred-helped", "bea", item("circle"), lambda s: {"story": s.items["told"].public_id}),
    Press("kindred-helped-take-back", "bea", item("bereaved")),
    Press("kindred-lead", "sam", item("asked after")),
    Press("kindred-lead-no-more", "sam", item("bereaved")),
    # Families.
    Press("families-add", "noa"),
    Press("families-fact", "ana", baby("name"), says(name="Jack", nicknames="Jacky")),
    Press("families-fact", "sam", baby("weeks"), says(weeks="21", days="1")),
    Press("families-fact", "sam", baby("words"), says(own_words="What I would say.")),
    Press("families-invite", "sam", baby(), says(kind="friend", form_token=PAGE)),
    Press("families-invitation-revoke", "ana", baby_and("family invitation")),
    Press("families-invitation-agree", "sam", baby_and("family invitation")),
    Press("families-invitation", "noa", token("open family")),
    Press("families-relation-end", "sam", baby_and("relation"), again=(404,)),
    Press("families-leave", "sam", baby(), again=(404,)),
    Press("families-part", "sam", baby(), again=(404,)),
    Press("families-here", "sam", baby()),
    Press("families-safety", "sam", baby(), _parent("ana", own_words="I am afraid.")),
    Press("families-safety-withdraw", "ana", baby_and("separation")),
    Press("families-alone", "sam", baby(), _parent("ana", because="died", reason="In May.")),
    Press("families-alone-withdraw", "ana", baby_and("alone")),
    Press("families-telling-erase", "bea", number("telling"), again=(404,)),
    # Circles.
    Press("circles-invitation", "noa", token("circle")),
    Press("circles-leave", "bea", circle(), again=(404,)),
    Press("circles-invite", "dora", circle(), says(form_token=PAGE)),
    Press("circles-revoke", "dora", circle_and("circle invitation")),
    # Moderation. What is told about something that was erased meanwhile still reaches the moderators.
    Press(
        "moderation-tell", "carl", item("told"), says(reason="cruel", words="It is."),
        writes=("Report", "Opening", "Key"),
    ),
    Press(
        "moderation-tell", "carl", item("public"), says(reason="my-baby"),
        writes=("Report", "Opening", "Hold", "AuditEntry", "SameBaby"),
    ),
    Press("moderation-take", "dora", number("report")),
    Press("moderation-settle", "lea", number("report"), says(outcome="not"), again=(404,)),
    # Each time it is held or looked at it stays open to moderators for thirty days from then.
    Press(
        "moderation-hold", "dora", item("told"), says(reason="cruel"),
        doubles=("Opening",), writes=("Hold", "Opening", "AuditEntry"),
    ),
    Press(
        "moderation-decide", "lea", item("held"), says(reason="cruel", verdict="out", words="Once more."),
        writes=("Decision", "Opening", "AuditEntry", "Key"),
    ),
    Press("moderation-second", "lea", number("decision"), again=(404,), writes=("AuditEntry",)),
    Press(
        "moderation-objection", "lea", number("objection"), says(is_upheld="yes", words="You are right."),
        again=(404,), writes=("Decision", "AuditEntry", "Key"),
    ),
    Press("moderation-pair", "lea", number("pair"), says(reason="Other babies."), again=(404,)),
    Press("moderation-lone-consent", "dora", number("alone"), says(reason="I wrote to him.")),
    Press("moderation-separation", "lea", number("separation"), says(answer="grant", reason="He is not safe.")),
    # Photos. Each request to let go has its receipt, also when nothing was left to let go of.
    Press("vault-photo-let-go", "sam", photo(), again=(404,), writes=("ErasureRequest", "QueuedTask")),
    Press("vault-photo-soft-remove", "ana", lambda s: [s.photo.public_id, s.numbers["patches"]], again=(404,)),
]  # fmt: skip

KEPT_ELSEWHERE = {"Session", "UserSession", Tally.__name__}
"""What a browser's visit writes, whatever it presses."""


@pytest.fixture
def scene() -> Scene:
    made = scenes.build()
    cast = made.cast
    Draft.objects.update(night_offer_at=timezone.now())  # whatever the hour is, nothing is offered
    NoteSuggestion.objects.create(item=made.items["told"], note="hospital")
    responses.lay_aside(actor=cast.carl, item=made.items["answer"])
    regions = [Region("ellipse", 10, 10, 30, 30)]
    softened = patches.soften(actor=cast.ana, photo=made.photo, regions=regions)
    made.numbers["patches"] = softened.public_id
    made.items["asked after"], _ = scenes.a_story(made, cast.carl, words="After Jack.")
    kindred.say_what_helped(
        actor=cast.carl, item=made.items["asked after"], story=made.items["told"], viewer=viewer_of(cast.carl)
    )
    queue.run_due()
    return made


def counts() -> dict[str, int]:
    models = [model for model in apps.get_models() if model.__name__ not in KEPT_ELSEWHERE]
    names = [model.__name__ for model in models]
    return {
        model.__name__ if names.count(model.__name__) == 1 else model._meta.label: model.objects.count()
        for model in models
    }


def more(before: dict[str, int]) -> dict[str, int]:
    return {name: n - before[name] for name, n in counts().items() if n != before[name]}


def tried(press: Press, scene: Scene, way: Callable[[], HttpResponse]) -> HttpResponse | str:
    """The answer, or what broke."""
    try:
        return way()
    except Exception as broke:  # noqa: BLE001 - whatever it is, a person would meet an error page
        return f"{press}: {type(broke).__name__}: {broke}"


# --- Twice.


def test_pressing_twice_is_the_same_as_once(scene: Scene) -> None:
    wrong = []
    for press in PRESSES:
        address, form = reverse(press.name, args=press.args(scene)), press.form(scene)
        with put_back():
            browser = press.by(scene)
            first = press.press(browser, address, form)
            queue.run_due()
            once = counts()
            again = tried(press, scene, lambda: press.press(browser, address, form))  # noqa: B023
            queue.run_due()
            doubled = more(once)
        if not _did_something(first):
            wrong.append(f"{press}: the first press did nothing, so a second one shows nothing")
        if isinstance(again, str):
            wrong.append(again)
        elif again.status_code not in press.again:
            wrong.append(f"{press}: the second press got {again.status_code}")
        if not press.is_switch and set(doubled) - set(press.doubles):
            wrong.append(f"{press}: the second press changed {doubled}")
    assert not wrong, "\n".join(wrong)


def _did_something(answer: HttpResponse) -> bool:
    if answer.status_code == 302:
        return "/account/login/" not in answer["Location"]
    return answer.status_code == 204 or answer.status_code == 200 and b'class="errors"' not in answer.content


# --- Meanwhile.


def _erase_stories(scene: Scene) -> None:
    for one in Item.objects.filter(kind="story", erased_at=None).select_related("author"):
        sharing.erase(actor=one.author, item=one)
    queue.run_due()


def _erase_answers(scene: Scene) -> None:
    for one in Item.objects.filter(kind="response", erased_at=None).select_related("author"):
        responses.erase(actor=one.author, item=one)
    queue.run_due()


def _discard_drafts(scene: Scene) -> None:
    for one in Draft.objects.filter(finished_at=None, item__erased_at=None).select_related("writer"):
        stories.discard_draft(actor=one.writer, draft=one)
    queue.run_due()


def _take_back(scene: Scene) -> None:
    for one in Item.objects.filter(kind="story", erased_at=None, current__isnull=False).select_related(
        "author"
    ):
        sharing.take_back(actor=one.author, item=one)


def _ask_anew(scene: Scene) -> None:
    """The other words that Ana asks for just then."""
    revised = stories.revise(actor=scene.cast.ana, item=scene.items["asked"])
    stories.ask_to_share(actor=scene.cast.ana, draft=revised)


def _narrow(scene: Scene) -> None:
    sharing.lower(actor=scene.cast.ana, item=scene.items["told"], spec=AudienceSpec(Rung.ONLY_US))


def _ana_leaves(scene: Scene) -> None:
    families.leave_family(
        actor=scene.cast.ana, parent=Parent.objects.get(baby=scene.cast.jack, member=scene.cast.ana)
    )


def _sam_leaves(scene: Scene) -> None:
    families.leave_family(
        actor=scene.cast.sam, parent=Parent.objects.get(baby=scene.cast.jack, member=scene.cast.sam)
    )


def _sam_is_kept_apart(scene: Scene) -> None:
    separation = Parent.objects.get(baby=scene.cast.jack, member=scene.cast.sam).separations.get()
    families.grant_safety_separation(actor=scene.cast.lea, separation=separation)


def _everyone_parts(scene: Scene) -> None:
    families.part_ways(
        actor=scene.cast.ana, parent=Parent.objects.get(baby=scene.cast.jack, member=scene.cast.ana)
    )


def _photos_are_let_go(scene: Scene) -> None:
    for one in Photo.objects.filter(erased_at=None):
        for member in (scene.cast.ana, scene.cast.sam):
            vault_photos.let_go(actor=member, photo=one)
    queue.run_due()


def _decided(scene: Scene) -> None:
    moderation.release(actor=scene.cast.dora, item=scene.items["held"], reason="cruel")


MEANWHILE: dict[str, tuple[Callable[[Scene], None], tuple[str, ...]]] = {
    "its story was erased": (_erase_stories, ("stories-", "responses-", "kindred-", "moderation-")),
    "answers were erased": (_erase_answers, ("responses-", "kindred-", "moderation-")),
    "the draft was thrown away": (_discard_drafts, ("stories-",)),
    "it was taken back": (_take_back, ("stories-", "responses-", "kindred-", "moderation-")),
    "it was asked anew": (_ask_anew, ("stories-",)),
    "the other parent narrowed it": (_narrow, ("stories-", "responses-", "kindred-")),
    "Ana left": (_ana_leaves, ("families-", "stories-", "vault-")),
    "Sam left": (_sam_leaves, ("families-", "stories-", "vault-", "responses-", "kindred-")),
    "Sam was kept apart": (_sam_is_kept_apart, ("families-", "stories-", "kindred-", "moderation-")),
    "they parted": (_everyone_parts, ("families-", "stories-", "vault-")),
    "the photo was let go": (_photos_are_let_go, ("stories-", "vault-")),
    "another moderator decided": (_decided, ("moderation-",)),
}
"""What somebody else does just then, and of which pages that could be felt."""
OF_WHAT_IS_GONE = {
    "its story was erased": frozenset({
        "Draft", "DraftPhoto", "Words", "FamilyLine", "Welcome", "Placement", "Seat", "Link", "ItemNote",
        "FirstReader", "Gesture", "LessAlone", "NoteSuggestion", "Version", "Consent", "Ceiling", "Withdrawal",
        "Report", "Hold", "Opening", "Decision", "Objection", "AuditEntry", "Key", "ErasureRequest", "Ripple",
        "RippleAgreement",
    }),
    "answers were erased": frozenset({"PutAway", "LaidAside", "ErasureRequest"}),
    "the draft was thrown away": frozenset({"DraftPhoto", "Words", "Version", "Placement", "Key"}),
}  # fmt: skip
"""Rows that may not come to be about a thing that is gone."""


class Between:
    """Once, just before an action begins that a page has decided to do, something else happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self.happens, self.has_happened = happens, False

    def __enter__(self) -> Between:
        self.patch = pytest.MonkeyPatch()
        for module in ACTIONS:
            for name, action in _acting(module):
                self.patch.setattr(module, name, self._after(action))
        return self

    def __exit__(self, *error: Any) -> None:
        self.patch.undo()

    def _after(self, action: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **more: Any) -> Any:
            if not self.has_happened:
                self.has_happened = True
                self.happens()
                self.counted = counts()
            return action(*args, **more)

        return wrapped


def _acting(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, action in vars(module).items():
        if inspect.isfunction(action) and action.__module__ == module.__name__ and not name.startswith("_"):
            if "actor" in inspect.signature(action).parameters:
                yield name, action


@pytest.mark.parametrize("what", MEANWHILE)
def test_whatever_happens_meanwhile_nobody_meets_an_error_and_nothing_is_half_done(
    what: str, scene: Scene
) -> None:
    happens, felt_on = MEANWHILE[what]
    wrong, happened = [], 0
    for press in (press for press in PRESSES if press.name.startswith(felt_on)):
        address, form = reverse(press.name, args=press.args(scene)), press.form(scene)
        with put_back(), Between(lambda: happens(scene)) as between:
            answer = tried(press, scene, lambda: press.press(press.by(scene), address, form))  # noqa: B023
            happened += between.has_happened
            written = more(between.counted) if between.has_happened and not isinstance(answer, str) else {}
        if isinstance(answer, str):
            wrong.append(answer)
        elif answer.status_code >= 500:
            wrong.append(f"{press}: {answer.status_code}")
        new = {name for name, n in written.items() if n > 0} & OF_WHAT_IS_GONE.get(what, frozenset())
        if press.is_about_a_story and new - set(press.writes):
            wrong.append(f"{press}: wrote {new} about what was gone")
    assert happened > 8, "too little happened in between to show anything"
    assert not wrong, "\n".join(wrong)
