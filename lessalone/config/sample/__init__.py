"""The sample community: made-up people with stories truly written for this project, for trying it out.

    from lessalone.config.sample import build
    build(seed=1)

The same seed gives the same people and texts. Everything is marked: members by `is_sample`, names by
"(sample)", stories and variations by their last line.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lessalone.config.sample.building import Sample, Size


class NotEmpty(SystemExit):
    """There are members here who are not of a sample. As an exit, it shows its sentence and no traceback."""


def build(*, seed: int = 1, say: Callable[[str], object] = print, size: Size | None = None) -> Sample | None:
    """Fill an empty data folder with the sample community, and say how to sign in. All of it, or nothing.

    Where there is a sample already, it is left as it is (None). Raises `NotEmpty` where there are others.
    """
    from django.db import transaction

    from lessalone.config.sample import pictures, texts
    from lessalone.config.sample.building import Community, Size
    from lessalone.people.models import Member

    if Member.objects.filter(is_sample=False).exists():
        raise NotEmpty("There are members here already. A sample belongs into a data folder of its own.")
    if Member.objects.exists():
        say("There is a sample community here already. It was left as it is.")
        return None
    say("Making a sample community. This takes about a minute.")
    with ThreadPoolExecutor(max_workers=2) as painters:
        paintings = {
            (story.slug, place): painters.submit(pictures.paint, picture.kind, f"{seed}:{story.slug}:{place}")
            for story in texts.written_stories()
            for place, picture in enumerate(story.pictures)
        }
        # Ends from the inside out: keys are committed before the rows that need them.
        with transaction.atomic(), transaction.atomic(using="derived"), transaction.atomic(using="keys"):
            sample = Community(seed, paintings, size or Size()).build()
    say(
        f"{sample.members} members, {sample.stories} stories, {sample.responses} answers and "
        f"{sample.photos} pictures are here. All of it is made up."
    )
    say(f"Everyone signs in with the same password: {sample.password}")
    for account in sample.accounts:
        say(f"  {account.handle:<28} {account.who}")
    say("Keep this on your own machine: anyone who reaches it can sign in with these.")
    return sample
