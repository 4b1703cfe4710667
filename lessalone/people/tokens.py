"""One-time tokens: made with 256 random bits, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """43 characters that fit in an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """SHA-256, in hexadecimal: what is stored and looked up. The token cannot be guessed from it."""
    return hashlib.sha256(token.encode()).hexdigest()
