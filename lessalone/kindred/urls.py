"""The addresses of kindred."""

from django.urls import URLPattern, URLResolver, path

from lessalone.kindred import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("like-you/", views.near, name="kindred-near"),
    path("like-you/who-finds-you", views.found, name="kindred-found"),
]
