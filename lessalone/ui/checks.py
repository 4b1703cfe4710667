"""System checks of the interface."""

from __future__ import annotations

from typing import Any

from django.core import checks

from lessalone.ui import navigation


def check_ways_lead_somewhere(**kwargs: Any) -> list[checks.CheckMessage]:
    """Each registered way must be an address that needs no arguments."""
    return [
        checks.Warning(
            f"The way {url_name!r} in the slot {slot!r} leads nowhere.",
            hint="Give navigation.register the name of an address without arguments.",
            id="ui.W001",
        )
        for slot, url_name in navigation.unknown_url_names()
    ]
