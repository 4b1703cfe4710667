from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "lessalone.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.care import checks
        from lessalone.ui import navigation

        checks.register()
        navigation.register("help", "care-help", _("Help now"), order=0)
