"""`lessalone doctor`: what is set, what is wrong, what to do."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, Error, run_checks
from django.db import DatabaseError, connections

from lessalone.config.environment import SECRET_NAMES, Environment, name_of
from lessalone.config.preparing import STORES, unapplied_stores
from lessalone.kit import health, queue


def examine(*, retry_dead: bool = False) -> int:
    """Print everything. Returns 1 when there is an error, 0 when there are none, or only warnings."""
    print("Settings")
    for line in settings_in_use():
        print(f"  {line}")
    print()
    problems = stores_that_do_not_work()
    if not problems:
        if retry_dead:
            print(f"Tasks given another chance: {queue.retry_dead()}\n")
        problems = run_checks(include_deployment_checks=True, databases=list(STORES))
    problems = [problem for problem in problems if not problem.is_silenced()]
    for problem in problems:
        print(_in_words(problem))
    errors = sum(problem.level >= ERROR for problem in problems)
    warnings = sum(WARNING <= problem.level < ERROR for problem in problems)
    print(_summary(errors, warnings))
    return 1 if errors else 0


def settings_in_use() -> list[str]:
    """Each setting, its value, and where it comes from. A secret is only said to be set."""
    wrong = {name for name, _ in settings.ENVIRONMENT_PROBLEMS}
    lines = []
    for field in Environment.model_fields:
        name = name_of(field)
        value = getattr(settings.ENVIRONMENT, field)
        lines.append(f"{name:34} {_shown(name, value):40} {_source(name, name in wrong)}")
    return lines


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "not set"
    return "set, not shown" if name in SECRET_NAMES else str(value)


def _source(name: str, is_wrong: bool) -> str:
    if is_wrong:
        return "default, because what the environment says cannot be used"
    if os.environ.get(f"{name}_FILE"):
        return f"from the file in {name}_FILE"
    return "from the environment" if name in os.environ else "default"


def stores_that_do_not_work() -> list[CheckMessage]:
    """Stores that do not answer, or are not of this version: then nothing else can be examined."""
    silent = [alias for alias in STORES if not _answers(alias)]
    if silent:
        return [
            Error(
                f"The store “{alias}” does not answer.",
                hint="Is its server running, and is its address right? (DATABASE_URL, "
                "LESSALONE_KEYS_DATABASE_URL, LESSALONE_DERIVED_DATABASE_URL)",
                id="lessalone.E010",
            )
            for alias in silent
        ]
    behind = [
        Error(f"The {name} is not of this version.", hint="Run: lessalone migrate", id="lessalone.E011")
        for name in unapplied_stores()
    ]
    if not health.key_file_is_readable():
        hint = f"Look at who owns {settings.KEY_FILE}, and at LESSALONE_KEY_FILE."
        behind.append(Error("The master key cannot be read.", hint=hint, id="lessalone.E012"))
    return [*behind]


def _answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _in_words(problem: CheckMessage) -> str:
    level = "ERROR" if problem.level >= ERROR else "WARNING" if problem.level >= WARNING else "NOTE"
    hint = f"\n  {problem.hint}" if problem.hint else ""
    return f"{level} {problem.msg}{hint}\n"


def _summary(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "Everything is as it should be."
    counted = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return f"Found {' and '.join(counted)}."
