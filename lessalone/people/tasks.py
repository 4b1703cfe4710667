"""What is done for people in the background."""

from __future__ import annotations

from importlib import import_module

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lessalone.kit import queue
from lessalone.people import actions, mail
from lessalone.people.models import Bearing


@queue.every(hours=1)
@queue.task(name="people.admit-those-due")
def admit_those_due() -> None:
    """Members for whom the rule holds become bereaved members."""
    actions.admit_those_due()


@queue.every(days=1)
@queue.task(name="people.sweep")
def sweep() -> None:
    """Remove choices that held for a while and are over, and sessions that ended."""
    Bearing.objects.filter(until__lt=timezone.now()).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@queue.task(name="people.send-password-links")
def send_password_links(*, address: str) -> None:
    """One neutral mail for each active account that confirmed this address, if there is any."""
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    for row in confirmed.select_related("user"):
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(row.user)
        path = reverse(
            "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(row.user), "key": key}
        )
        mail.send_later(to=row.email, kind=mail.RESET, path=path)
