from django.apps import AppConfig
from django.core import checks


class UiConfig(AppConfig):
    name = "lessalone.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.ui import plain_errors
        from lessalone.ui.checks import check_ways_lead_somewhere

        plain_errors.speak()
        checks.register(check_ways_lead_somewhere)
