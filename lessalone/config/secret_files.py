"""Secrets that the installation makes for itself: files of mode 0600 in the data folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from lessalone.vault.durable import read_or_make


def django_secret(data: Path) -> str:
    """The key that signs sessions and cursors."""
    return read_or_make(data / "keys" / "django.secret", secrets.token_urlsafe(48).encode()).decode()
