from __future__ import annotations

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    name = "lessalone.families"
    label = "families"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.families import actions, experiences, handlers, tasks  # noqa: F401 (they register themselves)
        from lessalone.people import telling
        from lessalone.ui import navigation

        telling.keep = lambda *, member, words: actions.keep_telling(member=member, words_told=words)
        navigation.register(
            "you", "families-facets", _("What brings you together with others"), order=10, show=_is_member
        )
        navigation.register("main", "families-babies", _("My family"), order=30, show=_is_member)


def _is_member(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return bool(viewer and viewer.is_member)
