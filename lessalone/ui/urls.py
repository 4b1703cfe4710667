from django.urls import URLPattern, URLResolver, path

from lessalone.ui import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("leave", views.leave, name="ui-leave"),
    path("look", views.look_page, name="ui-look"),
    path("manifest.webmanifest", views.manifest, name="ui-manifest"),
    path("ui/", views.gallery, name="ui-gallery"),
]
