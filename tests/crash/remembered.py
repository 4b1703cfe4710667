"""What was acknowledged to people, and what they had only begun: the one must be there, the other may be.

remembered = Remembered()
remembered.hear(lines)      # of each worker that was killed
remembered.check()          # against what is in the stores now
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from lessalone.responses import kept_words
from lessalone.responses.models import LessAlone, Response
from lessalone.sharing.models import Consent, Item, Version, Withdrawal
from lessalone.stories import actions as stories
from lessalone.stories import rendering
from lessalone.stories.models import Draft

Line = dict[str, Any]


class Remembered:
    """Grows with every round; an action that was begun and not acknowledged leaves two possible states."""

    def __init__(self) -> None:
        self.drafts: dict[int, set[str]] = {}
        """The words that each draft may hold."""
        self.items: dict[int, int] = {}
        """The story of each draft."""
        self.versions: dict[int, set[str]] = {}
        self.consents: list[tuple[int, int, str]] = []
        self.responses: dict[int, set[str]] = {}
        self.less_alone: dict[tuple[int, int], set[bool]] = {}
        self.taken_back: set[int] = set()
        self.erased: set[int] = set()
        self.maybe_erased: set[int] = set()
        self.discarded: set[int] = set()
        self.forms: dict[str, set[int]] = defaultdict(set)
        self.count = 0
        self.in_flight: list[str] = []

    # --- Hearing.

    def hear(self, lines: Iterable[Line]) -> None:
        """The lines of one worker, in their order."""
        begun: Line | None = None
        for line in lines:
            if "begins" in line:
                begun = line
                self._begin(line["begins"], line["of"])
            elif "done" in line:
                begun = None
                self.count += 1
                self._done(line["done"], line["of"], line["gave"])
            elif "refused" in line:
                begun = None
                self._refused(line["refused"], line["of"])
        if begun is not None:
            self.in_flight.append(begun["begins"])

    def _begin(self, name: str, of: Line) -> None:
        """From here on it may have happened."""
        if name == "save":
            self.drafts[of["draft"]].add(_words_in(of["contents"]))
        elif name == "change":
            self.responses.setdefault(of["item"], set()).add(of["words"])
        elif name == "less_alone":
            self.less_alone[of["member"], of["story"]] = {True, False}
        elif name in ("erase_story", "erase_response"):
            self.maybe_erased.add(of["item"])
        elif name == "discard":
            self.discarded.add(of["draft"])
        elif name in ("ask", "answer"):
            item = of.get("item") or self.items.get(of["draft"], 0)
            self.taken_back.discard(item)

    def _done(self, name: str, of: Line, gave: Any) -> None:
        """It was acknowledged."""
        if name in ("begin", "revise"):
            self.items[gave["draft"]] = gave["item"]
            self.drafts[gave["draft"]] = {gave["words"]}
        elif name == "save":
            self.drafts[of["draft"]] = {_words_in(of["contents"])}
        elif name == "ask":
            self.versions[gave] = set(self.drafts[of["draft"]])
            self.consents.append((gave, of["member"], "agree"))
        elif name == "answer":
            self.consents.append((gave, of["member"], of["choice"]))
        elif name == "take_back":
            self.taken_back.add(of["item"])
        elif name == "respond":
            self.responses.setdefault(gave, {of["words"]})
            self.forms[of["form"]].add(gave)
        elif name == "change":
            self.responses[of["item"]] = {of["words"]}
        elif name == "less_alone":
            self.less_alone[of["member"], of["story"]] = {gave}
        elif name in ("erase_story", "erase_response"):
            self.erased.add(of["item"])

    def _refused(self, name: str, of: Line) -> None:
        """It did not happen: what was there before is still there, or was taken away by somebody else."""
        if name == "less_alone":
            self.less_alone[of["member"], of["story"]] = {True, False}

    # --- Checking.

    def check(self) -> None:
        """Whatever was acknowledged is there, as it was said; and what was only begun has one of two states."""
        self._check_erasures()
        self._check_drafts()
        self._check_versions()
        self._check_responses()
        self._check_what_was_pressed()

    def _check_erasures(self) -> None:
        alive = Item.objects.filter(pk__in=self.erased, erased_at=None)
        assert not alive.exists(), f"acknowledged as erased, and there: {list(alive)}"
        gone = set(Item.objects.exclude(erased_at=None).values_list("pk", flat=True))
        discarded = {self.items.get(draft) for draft in self.discarded}
        assert gone <= self.maybe_erased | discarded, "something was erased that nobody asked for"

    def _gone(self) -> set[int]:
        return set(Item.objects.exclude(erased_at=None).values_list("pk", flat=True))

    def _check_drafts(self) -> None:
        gone = self._gone()
        for pk, may_be in self.drafts.items():
            if self.items.get(pk) in gone:
                continue
            draft = Draft.objects.filter(pk=pk).select_related("item").first()
            if draft is None:
                assert pk in self.discarded, f"draft {pk} is lost"
                continue
            said = stories.contents_of(draft).words
            assert said in may_be, f"draft {pk} says {said!r}, and not one of {may_be}"
            self.drafts[pk] = {said}
        unknown = Draft.objects.exclude(pk__in=self.drafts).filter(item__erased_at=None)
        for draft in unknown.select_related("item"):
            self.drafts[draft.pk] = {stories.contents_of(draft).words}
            self.items[draft.pk] = draft.item_id

    def _check_versions(self) -> None:
        gone = self._gone()
        for pk, may_be in self.versions.items():
            version = Version.objects.select_related("item").get(pk=pk)
            if version.item_id in gone:
                continue
            telling = rendering.tellings([version]).get(pk)
            assert telling is not None, f"version {pk} lost its words"
            assert telling.words in may_be, f"version {pk} says something else"
        for version_id, member, choice in self.consents:
            answers = Consent.objects.filter(version=version_id, member=member, answer=choice)
            assert answers.exists(), f"the answer {choice} of {member} to {version_id} is lost"
        for item_id in self.taken_back - gone:
            assert Withdrawal.objects.filter(item=item_id, ended_at=None).exists(), (
                f"{item_id} was taken back, and its doors are open"
            )

    def _check_responses(self) -> None:
        gone = self._gone()
        said = kept_words.words_of(self.responses)
        for pk, may_be in self.responses.items():
            if pk in gone:
                continue
            assert said.get(pk) in may_be, f"answer {pk} says {said.get(pk)!r}, and not one of {may_be}"
            self.responses[pk] = {said[pk]}
        for form, made in self.forms.items():
            assert len(made) == 1, f"{form} was sent twice and became {made}"
        twice = Response.objects.filter(item__in=self.responses).count()
        assert twice <= len(self.responses)

    def _check_what_was_pressed(self) -> None:
        gone = self._gone()
        for (member, story), may_be in self.less_alone.items():
            if story in gone:
                continue
            is_there = LessAlone.objects.filter(member=member, item=story).exists()
            assert is_there in may_be, f"less alone through {story} is {is_there}"
            self.less_alone[member, story] = {is_there}


def _words_in(contents: str) -> str:
    return json.loads(contents)["words"]
