from django.urls import URLPattern, URLResolver, path

from lessalone.kit import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="kit-healthz"),
    path("readyz", views.readyz, name="kit-readyz"),
]
