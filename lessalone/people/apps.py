from django.apps import AppConfig
from django.core import checks


class PeopleConfig(AppConfig):
    name = "lessalone.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.people import handlers, navigation, tasks  # noqa: F401
        from lessalone.people.checks import check_people_settings
        from lessalone.ui import leaving

        navigation.register()
        leaving.register(lambda request: getattr(request.user, "leave_key", ""))
        checks.register(check_people_settings, "people")
