"""Which store a table lives in."""

from __future__ import annotations

from typing import Any

STORES = {"keystore": "keys", "derived": "derived", "django_cache": "derived"}


class StoreRouter:
    """Keys in the key store, rebuildable plain text in the derived store, all else in the database."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return STORES.get(model._meta.app_label, "default")  # type: ignore[attr-defined]

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return self.db_for_read(first) == self.db_for_read(second)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return STORES.get(app_label, "default") == db
