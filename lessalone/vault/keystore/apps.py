from django.apps import AppConfig


class KeystoreConfig(AppConfig):
    """The key store: an app of its own, because its tables live in a database of their own."""

    name = "lessalone.vault.keystore"
    label = "keystore"
    default_auto_field = "django.db.models.BigAutoField"
