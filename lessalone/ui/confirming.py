"""One question before something that matters, on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

Said = str | Promise


def ask_first(
    request: HttpRequest,
    title: Said,
    sentences: Sequence[Said],
    *,
    confirm_label: Said,
    cancel_url: str,
    cancel_label: Said = "",
    is_destroying: bool = False,
) -> HttpResponse:
    """The page that asks. Yes sends a POST to the address where it was asked; no leads to `cancel_url`."""
    context = {
        "title": title,
        "sentences": sentences,
        "action": request.path,
        "cancel_url": cancel_url,
        "confirm_label": confirm_label,
        "cancel_label": cancel_label,
        "is_destroying": is_destroying,
        "narrow": True,
    }
    return render(request, "ui/confirm.html", context)
