"""Addresses of circles."""

from django.urls import URLPattern, URLResolver, path

from lessalone.circles import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("circles/", views.circles, name="circles-circles"),
    path("circles/make/", views.make, name="circles-make"),
    path("circles/invited/<str:token>/", views.invitation, name="circles-invitation"),
    path("circles/<pid:circle>/join/", views.join, name="circles-join"),
    path("circles/<pid:circle>/leave/", views.leave, name="circles-leave"),
    path("circles/<pid:circle>/tend/", views.tend, name="circles-tend"),
    path("circles/<pid:circle>/invite/", views.invite, name="circles-invite"),
    path("circles/<pid:circle>/links/<int:link>/revoke/", views.revoke, name="circles-revoke"),
    path("circles/<pid:circle>/end/", views.end, name="circles-end"),
]
