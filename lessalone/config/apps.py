from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Has no rows; it is an app for its system checks."""

    name = "lessalone.config"
    label = "config"

    def ready(self) -> None:
        from lessalone.config import checks  # noqa: F401
