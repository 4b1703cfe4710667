"""The addresses of shared photos."""

from django.urls import URLPattern, URLResolver, path

from lessalone.sharing import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("photos/<pid:public_id>/<int:width>", views.photo, name="sharing-photo"),
    path("photos/<pid:public_id>/veil", views.veil, name="sharing-veil"),
]
