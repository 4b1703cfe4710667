"""How often someone may try something: counted in the derived store, so for all processes together."""

from __future__ import annotations

import time

from django.db import connections
from django.utils.crypto import salted_hmac

from lessalone.kit.derived.models import Tally

_COUNT_ONE_MORE = f"""
    INSERT INTO {Tally._meta.db_table} AS tally (digest, count, ends_at) VALUES {{rows}}
    ON CONFLICT (digest) DO UPDATE SET
        count = CASE WHEN tally.ends_at <= %s THEN 1 ELSE tally.count + 1 END,
        ends_at = CASE WHEN tally.ends_at <= %s THEN excluded.ends_at ELSE tally.ends_at END
    RETURNING digest, count
"""  # noqa: S608 (the table's own name, nothing from outside)


def allow(key: str, limit: int, seconds: int) -> bool:
    """True for the first `limit` calls with this key, False for the rest until `seconds` after the first.

    Exact even when many processes ask at once, because one statement counts and answers. The key (a
    sign-in name, a network address) is stored only as a keyed digest.
    """
    return allow_all((key, limit, seconds))


def allow_all(*asked: tuple[str, int, int]) -> bool:
    """True when each of these (key, limit, seconds) allows it. All are counted, in one statement."""
    now = int(time.time())
    limits = {_digest(key): (limit, now + seconds) for key, limit, seconds in sorted(asked)}
    rows = ", ".join(["(%s, 1, %s)"] * len(limits))
    values = [value for digest, (_limit, ends_at) in limits.items() for value in (digest, ends_at)]
    with connections["derived"].cursor() as cursor:
        cursor.execute(_COUNT_ONE_MORE.format(rows=rows), [*values, now, now])
        counted = cursor.fetchall()
    return all(count <= limits[digest][0] for digest, count in counted)


def forget(key: str) -> None:
    """Start anew for this key, as after a right password."""
    Tally.objects.filter(digest=_digest(key)).delete()


def sweep() -> int:
    """Remove what has ended. Returns how many."""
    return Tally.objects.filter(ends_at__lte=int(time.time())).delete()[0]


def _digest(key: str) -> str:
    return salted_hmac("kit.limits", key, algorithm="sha256").hexdigest()[:43]
