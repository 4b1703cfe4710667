"""The data folder, brought to what this version needs."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, CheckMessage, run_checks
from django.core.management import call_command
from django.db import DatabaseError

from lessalone.kit import health
from lessalone.kit.derived import kept

STORES = ("keys", "default", "derived")
_APPS: dict[str, list[str]] = {"keys": ["keystore"], "derived": ["derived"], "default": []}
"""Only the apps whose tables a store holds are migrated in it: the others would cost seconds for nothing."""
_OF_OPERATORS = ("care", "lessalone", "people")
"""The tags of checks of what an operator sets. The others are about the code, and load every page of it."""
_STORE_NAMES = {"keys": "key store", "default": "database", "derived": "derived store"}


def prepare() -> int:
    """Tables in all three stores, the master key, the files of the pages. Returns the exit code."""
    problems = [problem for problem in run_checks() if problem.level >= ERROR]
    for problem in problems:
        print(problem.msg, f"  {problem.hint}" if problem.hint else "", sep="\n", file=sys.stderr)
    if problems:
        return 1
    data = Path(settings.DATA)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(data, 0o700)
    for alias in STORES:
        try:
            call_command("migrate", *_APPS[alias], database=alias, interactive=False, verbosity=0)
        except DatabaseError as error:
            print(
                f"The {_STORE_NAMES[alias]} could not be made ready: {type(error).__name__}.", file=sys.stderr
            )
            print("  Look at its setting with: lessalone doctor", file=sys.stderr)
            return 1
        print(f"The {_STORE_NAMES[alias]} is ready.")
    _make_master_key()
    _erase_again()
    if kept.forget_unless_made_by(_release()):
        _make_words_findable()
    call_command("collectstatic", interactive=False, verbosity=0)
    print("The files of the pages are ready.")
    return 0


def wrong_settings() -> list[CheckMessage]:
    """What an operator has set so that nothing can work."""
    return [problem for problem in run_checks(tags=_OF_OPERATORS) if problem.level >= ERROR]


def _release() -> str:
    """A digest of everything that a rendering could depend on: the code and templates of this version."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for path in sorted([*root.rglob("*.html"), *root.rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make_master_key() -> None:
    from lessalone.vault.keyring import keyring

    keyring()
    print(f"The master key is in {settings.KEY_FILE}. Keep a copy of it apart from all backups.")


def _erase_again() -> None:
    """What a restored backup brought back, and was erased since it was made, goes again before it is served."""
    from lessalone.vault.erasure import replay_ledger

    count = replay_ledger()
    if count:
        print(f"The backup held things that had been erased since. They are erased again: {count}.")


def _make_words_findable() -> None:
    """The derived store is new, or of another release: the worker looks through all stories."""
    from lessalone.stories import indexing

    indexing.begin_again()


def turn_key() -> int:
    """A new master key that wraps every key; those that wrap nothing any more go. Returns the exit code.

    Not while anything is served: a key that was made in that moment would be wrapped by one that goes.
    """
    from lessalone.config.serving import port_is_free
    from lessalone.vault import keyring

    bind = settings.ENVIRONMENT.bind
    if not port_is_free(bind):
        print(f"Something listens on {bind}. Stop the service first, all of its parts.", file=sys.stderr)
        return 1
    keyring.add_active_key()
    print(f"Keys wrapped anew: {keyring.rewrap_all()}.")
    print(f"Master keys that open nothing any more and were taken out: {keyring.drop_old_keys()}.")
    print(
        f"Now make a new copy of {settings.KEY_FILE} and of the key store. Older ones fit together no more."
    )
    return 0


def unapplied_stores() -> list[str]:
    """The stores that are not of this version, by the names a person would use."""
    return [_STORE_NAMES[alias] for alias in STORES if health.unapplied(alias)]


def has_moderator() -> bool:
    """Somebody holds a moderator's or lead's role now."""
    from lessalone.people.models import Role

    return Role.objects.filter(ended_at=None).exists()


def moderator_link() -> str:
    """A new one-time address for a moderator, whole, to hand over."""
    from lessalone.people.actions import invite_moderator

    return settings.PUBLIC_URL + invite_moderator()
