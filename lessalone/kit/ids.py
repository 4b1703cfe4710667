"""Random public ids: what an address shows instead of a row's number."""

from __future__ import annotations

import secrets

from django.db import models

LENGTH = 22


def new_public_id() -> str:
    """22 characters of A-Z a-z 0-9 - _, 128 random bits: not guessable, not countable."""
    return secrets.token_urlsafe(16)


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """A unique random id, made when the row is made."""

    def __init__(self, **options: object) -> None:
        options.update(max_length=LENGTH, unique=True, editable=False, default=new_public_id)
        super().__init__(**options)  # type: ignore[arg-type]

    def deconstruct(self):  # type: ignore[no-untyped-def]
        name, path, args, options = super().deconstruct()
        for key in ("max_length", "unique", "editable", "default"):
            options.pop(key, None)
        return name, path, args, options


class PublicIdConverter:
    """`<pid:…>` in an address."""

    regex = rf"[A-Za-z0-9_-]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
