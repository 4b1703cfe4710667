"""The cast, for every proof."""

from __future__ import annotations

import pytest

from tests import cast as people


@pytest.fixture
def cast() -> people.Cast:
    """Everyone."""
    return people.gather()
