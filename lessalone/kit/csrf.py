"""Forms that come from our own pages, although those pages never say where someone was.

`Referrer-Policy: no-referrer` makes browsers send `Origin: null` with every form, also to ourselves (Fetch
Standard, "append a request Origin header"), and Django refuses that. The browser's own word for it is in
`Sec-Fetch-Site`, which no page can forge. Old phones do not send it; for them the token decides alone.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware


class SameOriginCsrfMiddleware(CsrfViewMiddleware):
    """Django's check, that also takes `Origin: null` when the form did not come from another site."""

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        return bool(super()._origin_verified(request))  # type: ignore[misc]
