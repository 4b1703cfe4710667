"""The addresses of kindred."""

from django.urls import URLPattern, URLResolver, path

from lessalone.kindred import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("like-you/", views.near, name="kindred-near"),
    path("like-you/who-finds-you", views.found, name="kindred-found"),
    path("like-you/which-loss", views.which_loss, name="kindred-which-loss"),
    path("like-you/first-stories", views.companions, name="kindred-companions"),
    path("like-you/first-stories/stop", views.companions_stop, name="kindred-companions-stop"),
    path("like-you/first-stories/<pid:story>/pass-on", views.pass_on, name="kindred-pass-on"),
]
