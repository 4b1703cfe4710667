"""Light or dark: the choice a reader made, kept in a cookie that says nothing else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "look"
SYSTEM, LIGHT, DARK = "system", "light", "dark"
CHOICES = (SYSTEM, LIGHT, DARK)
A_YEAR = 365 * 24 * 60 * 60


def chosen(request: HttpRequest | None) -> str:
    """The chosen look; `system` when none was chosen, or the cookie says something else."""
    look = request.COOKIES.get(COOKIE, SYSTEM) if request is not None else SYSTEM
    return look if look in CHOICES else SYSTEM


def keep(response: HttpResponse, look: str) -> None:
    """Remember a choice on this device; `system` forgets it."""
    if look == SYSTEM:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(COOKIE, look, max_age=A_YEAR, secure=settings.IS_TLS, httponly=True, samesite="Lax")
