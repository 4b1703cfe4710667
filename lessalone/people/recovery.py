"""The recovery sheet: one-time codes to print, for a member without an e-mail address.

A code has 100 random bits; only its digest is kept. It opens the whole account, so that a lost phone,
a forgotten password and a broken passkey do not lose the pictures.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lessalone.people.models import Member, RecoveryCode

CODES = 8
GROUPS = 5
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
"""Crockford's: no I, L, O or U, which are read wrongly."""
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def needs_recovery_sheet(member: Member) -> bool:
    """Whether nothing but the password or passkey opens this account: no verified address, no unused code."""
    unused = RecoveryCode.objects.filter(member=OuterRef("pk"), used_at=None)
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return Member.objects.filter(~Exists(unused), ~Exists(verified), pk=member.pk).exists()


def make_recovery_sheet(*, actor: Member) -> list[str]:
    """New codes, to be shown once. Those of an earlier sheet no longer work."""
    codes = [_new_code() for _each in range(CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(member=actor).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(member=actor, digest=_digest(code)) for code in codes)
    return codes


def use_recovery_code(*, handle: str, code: str) -> Member | None:
    """The active member of this sign-in name, if this is an unused code of theirs; the code is then used up.

    Takes the same queries and comparisons whether the name exists or not.
    """
    member = Member.objects.filter(handle=handle, is_active=True).first()
    rows = list(RecoveryCode.objects.filter(member_id=member.pk if member else 0, used_at=None))
    given = _digest(code)
    found: RecoveryCode | None = None
    for row in rows + [RecoveryCode(digest="0" * 64)] * (CODES - len(rows)):
        if hmac.compare_digest(row.digest, given) and row.pk:
            found = row
    used = RecoveryCode.objects.filter(pk=found.pk if found else 0, used_at=None).update(
        used_at=timezone.now()
    )
    return member if used else None


def _new_code() -> str:
    """Five groups of four, such as `7K2M-QX9D-…`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _each in range(4)) for _group in range(GROUPS))


def _digest(code: str) -> str:
    """SHA-256 of the code as it is meant: capitals, spaces and easily confused letters do not matter."""
    meant = "".join(character for character in code.upper() if character.isalnum()).translate(_READ_AS)
    return hashlib.sha256(meant.encode()).hexdigest()
