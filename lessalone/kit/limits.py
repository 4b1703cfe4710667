"""How often someone may try something: counted in the derived store, so for all processes together."""

from __future__ import annotations

import time

from django.db import connections
from django.utils.crypto import salted_hmac

from lessalone.kit.derived.models import Tally

_COUNT_ONE_MORE = f"""
    INSERT INTO {Tally._meta.db_table} AS tally (digest, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (digest) DO UPDATE SET
        count = CASE WHEN tally.ends_at <= %s THEN 1 ELSE tally.count + 1 END,
        ends_at = CASE WHEN tally.ends_at <= %s THEN excluded.ends_at ELSE tally.ends_at END
    RETURNING count
"""  # noqa: S608 (the table's own name, nothing from outside)


def allow(key: str, limit: int, seconds: int) -> bool:
    """True for the first `limit` calls with this key, False for the rest until `seconds` after the first.

    Exact even when many processes ask at once, because one statement counts and answers. The key (a
    sign-in name, a network address) is stored only as a keyed digest.
    """
    now = int(time.time())
    digest = salted_hmac("kit.limits", key, algorithm="sha256").hexdigest()[:43]
    with connections["derived"].cursor() as cursor:
        cursor.execute(_COUNT_ONE_MORE, [digest, now + seconds, now, now])
        (count,) = cursor.fetchone()
    return int(count) <= limit


def forget(key: str) -> None:
    """Start anew for this key, as after a right password."""
    digest = salted_hmac("kit.limits", key, algorithm="sha256").hexdigest()[:43]
    Tally.objects.filter(digest=digest).delete()


def sweep() -> int:
    """Remove what has ended. Returns how many."""
    return Tally.objects.filter(ends_at__lte=int(time.time())).delete()[0]
