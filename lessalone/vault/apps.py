from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "lessalone.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessalone.vault import erasure, photos, tasks  # noqa: F401
