"""Lives that go on until somebody is killed: a seeded person does one thing after another, as people mix them.

Each thing goes through `deeds.do`, which says on the pipe when it begins and when it is acknowledged.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lessalone.people.models import Member
from lessalone.responses.models import Response
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung, Version
from lessalone.stories.models import Draft
from lessalone.vault.models import Photo
from tests.cast import viewer_of
from tests.crash import deeds
from tests.crash.family import COVER, DESCRIPTION, NAMED

Do = Callable[..., Any]
PARENTS, READERS = ("ana", "sam"), ("bea", "carl", "dora")


def live(*, say: Callable[..., None], who: str, member: int, baby: int, seed: str) -> None:
    """Until killed: the queue's worker, or one of the people."""

    def do(name: str, **arguments: Any) -> Any:
        return deeds.do(name, arguments, say)

    if who == "worker":
        while True:
            do("work")
            time.sleep(0.01)
    life = Life(do, random.Random(seed), who, member, baby)
    while True:
        life.go_on()


@dataclass
class Life:
    """One person, with their own dice."""

    do: Do
    dice: random.Random
    who: str
    member: int
    baby: int

    def go_on(self) -> None:
        """The next thing."""
        things: dict[Callable[[], None], int] = {
            self.write: 3,
            self.save_again: 2,
            self.ask: 3,
            self.revise: 2,
            self.take_back: 1,
            self.lower: 1,
            self.erase_story: 1,
            self.discard: 1,
            self.respond: 4,
            self.change: 2,
            self.erase_response: 1,
            self.less_alone: 2,
        }
        if self.who in PARENTS:
            things |= {self.answer: 6, self.reopen: 1}
        (thing,) = self.dice.choices(list(things), list(things.values()))
        thing()

    # --- Stories.

    def write(self) -> None:
        about = self.baby if self.who == "ana" and self.dice.random() < 0.7 else None
        begun = self.do("begin", member=self.member, baby=about)
        if begun:
            self._save(begun["draft"])

    def save_again(self) -> None:
        draft = self._one(Draft.objects.owned_by(self.member))
        if draft:
            self._save(draft.pk)

    def ask(self) -> None:
        draft = self._one(Draft.objects.owned_by(self.member))
        if draft:
            self.do("ask", member=self.member, draft=draft.pk)

    def revise(self) -> None:
        item = self._own_story()
        begun = item and self.do("revise", member=self.member, item=item.pk)
        if begun:
            self._save(begun["draft"])

    def take_back(self) -> None:
        item = self._one(Item.objects.owned_by(self.member).filter(kind="story", current__isnull=False))
        if item:
            self.do("take_back", member=self.member, item=item.pk)

    def lower(self) -> None:
        item = self._one(Item.objects.owned_by(self.member).filter(kind="story", current__isnull=False))
        if item:
            self.do("lower", member=self.member, item=item.pk, rung=int(Rung.BEREAVED))

    def erase_story(self) -> None:
        item = self._own_story()
        if item:
            self.do("erase_story", member=self.member, item=item.pk)

    def discard(self) -> None:
        draft = self._one(Draft.objects.owned_by(self.member))
        if draft:
            self.do("discard", member=self.member, draft=draft.pk)

    def answer(self) -> None:
        open_ones = Version.objects.filter(superseded_at=None, is_joint=True, item__erased_at=None)
        version = self._one(open_ones.filter(item__baby=self.baby))
        if version:
            choice = self.dice.choices(["agree", "not-yet", "only-us"], [8, 1, 1])[0]
            self.do("answer", member=self.member, item=version.item_id, choice=choice)

    def reopen(self) -> None:
        item = self._one(Item.objects.filter(baby=self.baby, rests__reopened_at=None, rests__isnull=False))
        if item:
            self.do("reopen", member=self.member, item=item.pk)

    # --- Answers.

    def respond(self) -> None:
        story = self._one(self._visible("story"))
        if not story:
            return
        above = self._one([a for a in self._visible("response") if a.root_id == story.pk and not a.above_id])
        form = f"{self.who} {self.dice.random()}"
        what = {"member": self.member, "story": story.pk, "words": self._words(), "form": form}
        what["above"] = above.pk if above and self.dice.random() < 0.4 else None
        for _press in range(self.dice.choice([1, 1, 2])):
            self.do("respond", **what)

    def change(self) -> None:
        response = self._own_response()
        if response:
            self.do("change", member=self.member, item=response.item_id, words=self._words())

    def erase_response(self) -> None:
        response = self._own_response()
        if response:
            self.do("erase_response", member=self.member, item=response.item_id)

    def less_alone(self) -> None:
        story = self._one(self._visible("story"))
        if story:
            self.do("less_alone", member=self.member, story=story.pk)

    # --- What they choose from.

    def _save(self, draft: int) -> None:
        photos = {}
        if Draft.objects.filter(pk=draft, item__baby=self.baby).exists():
            kept = Photo.objects.kept_by(self.member).order_by("pk")
            photos = {str(photo.pk): DESCRIPTION for photo in kept if self.dice.random() < 0.4}
            contents = replace(self.dice.choice([NAMED, COVER]), words=self._words())
        else:
            contents = replace(COVER, words=self._words())
        if self.dice.random() < 0.3:
            contents = replace(contents, audience=AudienceSpec(Rung.PUBLIC), may_index=True)
        self.do("save", member=self.member, draft=draft, contents=contents.to_json(), photos=photos)

    def _words(self) -> str:
        return f"Words of {self.who}, {self.dice.getrandbits(48):012x}."

    def _own_story(self) -> Item | None:
        return self._one(Item.objects.owned_by(self.member).filter(kind="story", author=self.member))

    def _own_response(self) -> Response | None:
        return self._one(Response.objects.filter(item__author=self.member, item__erased_at=None))

    def _visible(self, kind: str) -> Sequence[Item]:
        viewer = viewer_of(Member.objects.get(pk=self.member))
        return list(Item.objects.visible_to(viewer).filter(kind=kind).order_by("pk"))

    def _one(self, rows: Any) -> Any:
        rows = rows.order_by("pk") if hasattr(rows, "order_by") else rows
        rows = list(rows)[-12:]
        return self.dice.choice(rows) if rows else None


def everyone(member_ids: dict[str, int], baby: int, seed: str) -> Iterator[dict[str, Any]]:
    """A life for each: two parents, three readers, and the queue's worker."""
    for who in (*PARENTS, *READERS, "worker"):
        yield {
            "who": who,
            "member": member_ids.get(who, 0),
            "baby": baby,
            "seed": f"{seed} {who}",
        }
