"""Two browsers and more, on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.accessibility import PHONE, chromium
from tests.journeys.community import Community, Person, running


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Community]:
    """A community that has just been set up."""
    with running(tmp_path_factory.mktemp("community")) as one:
        yield one


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def person(person_at: Callable[..., Person], community: Community) -> Callable[..., Person]:
    """Someone with a browser of their own: `person("Ana")`, or `person("Ana", has_javascript=False)`."""
    return partial(person_at, community.address)


@pytest.fixture
def person_at(chrome: Browser) -> Iterator[Callable[..., Person]]:
    """The same, in a community of one's own."""
    contexts = []

    def come(address: str, name: str, *, has_javascript: bool = True) -> Person:
        context = chrome.new_context(java_script_enabled=has_javascript, viewport=PHONE)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Person(context, address, name)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
