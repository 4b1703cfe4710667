"""The cast, and a story of Ana's that all members can read and answer."""

from __future__ import annotations

import pytest

from lessalone.sharing.models import Item
from tests import cast as people
from tests.responses.stories import a_story


@pytest.fixture
def cast() -> people.Cast:
    """Everyone."""
    return people.gather()


@pytest.fixture
def story(cast: people.Cast) -> Item:
    """Ana's own words, for all members, whom anyone who reads them may answer."""
    return a_story(cast.ana)
