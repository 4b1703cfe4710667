"""Settings about people that cannot work, said with a hint."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

SCHEMES = ("smtp", "smtp+tls", "smtps")


def check_people_settings(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Mail and the provider, if they are set."""
    environment = settings.ENVIRONMENT
    found: list[CheckMessage] = []
    if environment.email_url and urlsplit(environment.email_url).scheme not in SCHEMES:
        found.append(
            Error(
                "LESSALONE_EMAIL_URL is not an address of a mail server.",
                hint="Give it as smtp+tls://user:secret@host:587, smtps://… or smtp://….",
                id="people.E001",
            )
        )
    if bool(environment.oidc_issuer) != bool(environment.oidc_client_id):
        found.append(
            Error(
                "LESSALONE_OIDC_ISSUER and LESSALONE_OIDC_CLIENT_ID go together.",
                hint="Set both to sign in through a provider, or neither.",
                id="people.E002",
            )
        )
    return found
