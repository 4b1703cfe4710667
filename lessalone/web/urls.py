"""The addresses of pages that join rooms."""

from django.urls import URLPattern, URLResolver, path

from lessalone.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("a-story", views.story_to_read, name="web-story-to-read"),
]
