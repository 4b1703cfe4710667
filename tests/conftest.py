"""What every test has: all three stores, and a fault that is never left switched on."""

from __future__ import annotations

import os

import pytest
from django.conf import settings


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that does not say otherwise may use every store, inside a transaction.

    Journeys have stores of their own. What means something on one database only is left out on the other: it is not skipped, for it could
    never run there.
    """
    other = "postgresql" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "sqlite"
    for item in items:
        if item.get_closest_marker("django_db") is None and "journeys" not in item.path.parts:
            item.add_marker(pytest.mark.django_db(databases="__all__"))
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
    items[:] = [item for item in items if not item.get_closest_marker(other)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI nothing may be skipped: a promise that was not looked at is not kept."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
