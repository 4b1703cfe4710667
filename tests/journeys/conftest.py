"""Two browsers and more, on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
def person(chrome: Browser, community: Community) -> Iterator[Callable[..., Person]]:
    """Someone with a browser of their own: `person("Ana")`, or `person("Ana", has_javascript=False)`."""
    contexts = []

    def come(name: str, *, has_javascript: bool = True) -> Person:
        context = chrome.new_context(java_script_enabled=has_javascript, viewport=PHONE)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Person(context, community.address, name)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
