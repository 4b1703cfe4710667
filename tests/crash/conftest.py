"""The cast, their baby's page with a name and a photo, and processes that can be killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.cast import Cast, gather
from tests.crash.family import name_jack
from tests.crash.workers import Workers


@pytest.fixture(scope="session")
def workers(django_db_setup: None) -> Iterator[Workers]:
    """Starts processes on the stores of these tests."""
    made = Workers()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _no_file_of_an_earlier_test() -> None:
    for folder in (settings.BLOBS, settings.LEDGER):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, and Jack has his name."""
    cast = gather()
    name_jack(cast)
    return cast
