"""From which network address a request came, as far as the web servers in front can be believed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def network_address(request: HttpRequest) -> str:
    """The visitor's address, for limits only: it is never stored or logged.

    With `LESSALONE_PROXIES=n` it is the n-th from the right of X-Forwarded-For, the one that the outermost
    of our own web servers saw; what stands left of it was written by the visitor and means nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.ENVIRONMENT.proxies
    if proxies == 0:
        return direct
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    return forwarded[-proxies] if len(forwarded) >= proxies else direct
