from django.apps import AppConfig


class DerivedConfig(AppConfig):
    """The derived store: plain text that can be rebuilt, in a database that no backup contains."""

    name = "lessalone.kit.derived"
    label = "derived"
    default_auto_field = "django.db.models.BigAutoField"
