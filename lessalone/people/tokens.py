"""Tokens of links that are handed over: 256 bits that nobody can guess, kept only as a digest."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """43 characters that fit in an address."""
    return secrets.token_urlsafe(32)


def token_of_form(
    form_token: UUID | None, *, member_id: int, what_for: str, about_id: int, chosen: Sequence[str] = ()
) -> str:
    """The token that this form of this member makes: the same one however often it is sent, though it is kept nowhere.

    It depends on all that is given here, so that other choices on the form make another link, and on the secret of
    this place: who does not know that cannot guess it, whatever `form_token` they send. None gives a new token.
    """
    if form_token is None:
        return new_token()
    given = json.dumps([member_id, what_for, about_id, form_token.hex, *chosen])
    digest = salted_hmac("people.tokens.form", given, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """SHA-256, in hexadecimal: what is stored and looked up. The token cannot be guessed from it."""
    return hashlib.sha256(token.encode()).hexdigest()
