from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class KindredConfig(AppConfig):
    name = "lessalone.kindred"
    label = "kindred"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.kindred import beside_stories, handlers, ripples, tasks  # noqa: F401 - they register themselves
        from lessalone.responses import listing
        from lessalone.stories import slots
        from lessalone.ui import navigation

        listing.also_ask("leads_on", ripples.is_leading_on)
        listing.also_ask("has_led", ripples.has_led)
        listing.also_ask("was_led", ripples.was_led)
        listing.also_ask("may_say_it", ripples.may_say_it)
        slots.register("below-story", beside_stories.below_story, order=10)
        slots.register("family-page", beside_stories.on_family_page, order=30)
        navigation.register("main", "kindred-near", _("Like yours"), order=15, show=_is_member)
        navigation.register("near", "kindred-near", _("Read stories like yours"), order=10, show=_is_member)
        navigation.register("account", "kindred-found", _("Who can find you"), order=45, show=_is_member)


def _is_member(request: HttpRequest) -> bool:
    return request.user.is_authenticated
