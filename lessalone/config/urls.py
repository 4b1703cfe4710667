"""Every address. Each room names its own; none is mounted twice."""

from django.urls import include, path

urlpatterns = [
    path("", include("lessalone.kit.urls")),
    path("", include("lessalone.ui.urls")),
    path("", include("lessalone.people.urls")),
    path("", include("lessalone.care.urls")),
    path("", include("lessalone.vault.urls")),
    path("", include("lessalone.families.urls")),
    path("", include("lessalone.circles.urls")),
    path("", include("lessalone.sharing.urls")),
    path("", include("lessalone.stories.urls")),
    path("", include("lessalone.responses.urls")),
    path("", include("lessalone.kindred.urls")),
    path("", include("lessalone.moderation.urls")),
    path("", include("lessalone.keepsake.urls")),
    path("", include("lessalone.web.urls")),
]
