from django.apps import AppConfig


class KeepsakeConfig(AppConfig):
    name = "lessalone.keepsake"
    label = "keepsake"
    default_auto_field = "django.db.models.BigAutoField"
