"""The addresses of pages that join rooms."""

from django.urls import URLPattern, URLResolver, path

from lessalone.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
]
