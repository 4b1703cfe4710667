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
    path("stories/<pid:public_id>/what-helped", views.what_helped, name="kindred-helped"),
    path(
        "stories/<pid:public_id>/what-helped/take-back",
        views.take_back_helped,
        name="kindred-helped-take-back",
    ),
    path("stories/<pid:public_id>/what-helped/lead", views.lead, name="kindred-lead"),
    path("stories/<pid:public_id>/what-helped/lead-no-more", views.lead_no_more, name="kindred-lead-no-more"),
    path("stories/<pid:public_id>/told-after-yours", views.told_after_yours, name="kindred-told-after-yours"),
    path("stories/<pid:public_id>/told-after", views.told_after, name="kindred-told-after"),
]
