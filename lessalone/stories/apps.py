from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "lessalone.stories"
    label = "stories"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from lessalone.stories import handlers, indexing  # noqa: F401
        from lessalone.ui import navigation

        navigation.register(
            "main",
            "stories-mine",
            _("My stories"),
            order=30,
            show=lambda request: request.user.is_authenticated,
        )
