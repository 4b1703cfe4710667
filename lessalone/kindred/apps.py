from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class KindredConfig(AppConfig):
    name = "lessalone.kindred"
    label = "kindred"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.kindred import handlers, tasks  # noqa: F401 - they register themselves
        from lessalone.ui import navigation

        navigation.register("main", "kindred-near", _("Like yours"), order=15, show=_is_member)
        navigation.register("near", "kindred-near", _("Read stories like yours"), order=10, show=_is_member)
        navigation.register("account", "kindred-found", _("Who can find you"), order=45, show=_is_member)


def _is_member(request: HttpRequest) -> bool:
    return request.user.is_authenticated
