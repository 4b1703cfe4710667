from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lessalone.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from lessalone.people import welcome
        from lessalone.ui import navigation

        welcome.register_story_to_read("web-story-to-read")

        navigation.register("home", "home", _("Home"), order=1)
        navigation.register(
            "main", "home", _("Home"), order=10, show=lambda request: request.user.is_authenticated
        )
        navigation.register("main", "search", _("Search"), order=20)
