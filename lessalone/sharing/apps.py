from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "lessalone.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.sharing import handlers  # noqa: F401
