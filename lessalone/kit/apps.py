from django.apps import AppConfig
from django.urls import register_converter


class KitConfig(AppConfig):
    name = "lessalone.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.kit import tasks  # noqa: F401 (registers its schedule)
        from lessalone.kit.ids import PublicIdConverter

        register_converter(PublicIdConverter, "pid")
