from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "lessalone.moderation"
    label = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.moderation import handlers, notices, tasks  # noqa: F401 - they register themselves
        from lessalone.responses import slots as response_slots
        from lessalone.stories import slots as story_slots
        from lessalone.ui import navigation

        story_slots.register("below-story", notices.for_its_own_people, order=10)
        story_slots.register("below-story", notices.way_to_tell, order=90)
        story_slots.register("family-page", notices.on_family_page, order=10)
        response_slots.register("for-its-writer", notices.for_its_own_people)
        response_slots.register("for-readers", notices.way_to_tell)
        navigation.register("footer", "moderation-tell-us", _("Tell the moderators"), order=30)
        navigation.register("account", "moderation-desk", _("Moderation"), order=80, show=_is_moderator)


def _is_moderator(request: HttpRequest) -> bool:
    return bool(request.viewer.is_moderator)  # type: ignore[attr-defined]
