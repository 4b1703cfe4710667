from __future__ import annotations

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class CirclesConfig(AppConfig):
    name = "lessalone.circles"
    label = "circles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.ui import navigation

        navigation.register("main", "circles-circles", _("Circles"), order=40, show=_is_member)


def _is_member(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return bool(viewer and viewer.is_member)
