from django.urls import URLPattern, URLResolver, path

from lessalone.care import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("help", views.help_now, name="care-help"),
    path("help/first-days", views.first_days, name="care-first-days"),
    path("help/country", views.choose_country, name="care-country"),
]
