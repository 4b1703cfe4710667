"""What every test has: all three stores, and a fault that is never left switched on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import management
from hypothesis import HealthCheck
from hypothesis import settings as drawing

from lessalone.kit.routers import STORES

drawing.register_profile(
    "unhurried",
    drawing.get_profile(drawing.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
drawing.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that does not say otherwise may use every store, inside a transaction.

    Journeys have stores of their own. What means something on one database only is left out on the other:
    it is not skipped, for it could never run there.
    """
    other = "postgresql" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "sqlite"
    for item in items:
        if item.get_closest_marker("django_db") is None and "journeys" not in item.path.parts:
            item.add_marker(pytest.mark.django_db(databases="__all__"))
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
    items[:] = [item for item in items if not item.get_closest_marker(other)]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Migrate in each store only the apps whose tables it holds, as `lessalone migrate` does: it is faster."""
    original = management.call_command
    held = {store: app for app, store in STORES.items() if app in apps.app_configs}

    def call_command(command: Any, *arguments: Any, **options: Any) -> Any:
        if command == "migrate" and options.get("run_syncdb") and options.get("database") in held:
            arguments, options = (held[options["database"]],), {**options, "run_syncdb": False}
        return original(command, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", call_command)
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI nothing may be skipped: a promise that was not looked at is not kept."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
