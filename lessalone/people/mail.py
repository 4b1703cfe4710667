"""Mail: neutral only. No name, no content; one link where one is needed. Sent by a task, never in a request.

So the time an answer takes tells nothing about an address, and a mail server that is down stops no one.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext

from lessalone.kit import queue

CONFIRM, RESET, SOMETHING_NEW, CHANGED = "confirm", "reset", "new", "changed"


def is_possible() -> bool:
    """Whether this community sends mail at all."""
    return bool(settings.ENVIRONMENT.email_url)


def send_later(*, to: str, kind: str, path: str = "") -> None:
    """Have a neutral mail sent soon, in the caller's transaction. `path` is the link's address here."""
    if is_possible():
        queue.enqueue(send_neutral_mail, to=to, kind=kind, path=path)


@queue.task(name="people.send-neutral-mail")
def send_neutral_mail(*, to: str, kind: str, path: str) -> None:
    """Send it. The subject is the same for all kinds, so that a list of subjects tells nothing."""
    name, sender = settings.ENVIRONMENT.neutral_name, settings.ENVIRONMENT.email_from
    EmailMessage(
        subject=gettext("There is something new for you"),
        body=body_of(kind, f"{settings.PUBLIC_URL}{path}"),
        from_email=f"{name} <{sender}>",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def body_of(kind: str, link: str) -> str:
    """The few words of a mail of this kind."""
    if kind == CONFIRM:
        return gettext(
            "Someone gave this address. If it was you, open this to confirm it:\n\n%(link)s\n\n"
            "If it was not you, you need do nothing."
        ) % {"link": link}
    if kind == RESET:
        return gettext(
            "Someone asked for a new password with this address. If it was you, open this:\n\n%(link)s\n\n"
            "If it was not you, you need do nothing. Nothing has changed."
        ) % {"link": link}
    if kind == CHANGED:
        return gettext(
            "Something about how you sign in has changed. If it was you, you need do nothing. "
            "If it was not you, sign in and look at it:\n\n%(link)s"
        ) % {"link": link}
    return gettext("There is something new for you.\n\n%(link)s") % {"link": link}
