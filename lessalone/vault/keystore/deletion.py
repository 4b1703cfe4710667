"""Deletion in the key store that leaves nothing in the database's own files, as far as it can be had.

SQLite: `secure_delete` overwrites the freed pages, and the write-ahead log is emptied. PostgreSQL: the table
is vacuumed; bytes may stay in its pages and in its log until they are reused: see the decision page
"Keys", which says how turning to a new master key makes them worthless.
"""

from __future__ import annotations

from django.db import connections, models, transaction

STORE = "keys"


def scrub_soon(model: type[models.Model]) -> None:
    """Clean up after a deletion from `model`'s table, at once or when the open transaction is committed."""
    transaction.on_commit(lambda: scrub(model), using=STORE)


def scrub(model: type[models.Model]) -> bool:
    """Remove what deletion left behind. False when others were reading and it must be tried again."""
    connection = connections[STORE]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            return bool(row is None or row[0] == 0)
        cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")
        return True
