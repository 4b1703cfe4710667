from django.apps import AppConfig
from django.core import checks


class UiConfig(AppConfig):
    name = "lessalone.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from lessalone.ui import navigation
        from lessalone.ui.checks import check_ways_lead_somewhere

        checks.register(check_ways_lead_somewhere)
        navigation.register("footer", "ui-look", _("Light or dark"), order=90)
