from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ResponsesConfig(AppConfig):
    name = "lessalone.responses"
    label = "responses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.responses import actions, below_story  # noqa: F401 - erasure's steps are registered
        from lessalone.stories import slots
        from lessalone.ui import navigation

        slots.register("below-story", below_story.fill, order=20)
        slots.register("family-page", below_story.on_family_page, order=20)
        navigation.register("account", "responses-mine", _("What you wrote"), order=40, show=_is_member)


def _is_member(request: HttpRequest) -> bool:
    return request.user.is_authenticated
