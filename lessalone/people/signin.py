"""How allauth works here: issued names, neutral words, nothing that tells whether an account exists."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessalone.people import devices, handles, mail
from lessalone.people.models import Member

RECOVERY = "recovery-sheet"
"""How a recovery sheet is called among the ways someone proved who they are."""


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with a sign-in name; joining happens on our own pages."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "enter_current_password": _("That is not the password you use now. Nothing was changed."),
        "incorrect_code": _("That code did not fit. It may have run out. Please try the next one."),
        "incorrect_password": _("That password did not fit. Please try again."),
        "invalid_login": _("That sign-in name and password do not go together."),
        "invalid_or_expired_key": _("This link was used or is too old. You can ask for another one."),
        "invalid_password_reset": _("This link was used or is too old. You can ask for another one."),
        "rate_limited": _("Please wait a few minutes, then try again."),
        "same_as_current": _("That is the one you have now."),
        "duplicate_email": _("That is the address you have now."),
        "too_many_login_attempts": _(
            "That did not work several times. Please wait five minutes, then try again. Nothing is lost."
        ),
        "username_password_mismatch": _("That sign-in name and password do not go together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own signing up is closed: joining is one thing per page, on our own pages."""
        return False

    def populate_username(self, request: HttpRequest, user: Member) -> None:
        user.handle = user.handle or handles.issue_handle()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Someone whose account rested is welcomed first."""
        if request.user.resting_since is not None:
            return reverse("people-wake")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people-you")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("people-you") if self.request.user.is_authenticated else reverse("account_login")

    def get_login_stages(self) -> list[str]:
        """As allauth's, but a recovery sheet opens the account whole: it is for when the phone is lost."""
        ours = f"{SecondStepStage.__module__}.{SecondStepStage.__qualname__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def set_password(self, user: Any, password: str) -> None:
        """A new password signs out everywhere else."""
        super().set_password(user, password)
        devices.end_others(user, self.request.session.session_key if self.request else None)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        mail.send_later(to=emailconfirmation.email_address.email, kind=mail.CONFIRM, path=path)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whatever allauth still wants to send says only that there is something new."""
        mail.send_later(to=email, kind=mail.SOMETHING_NEW, path="/")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        """ "Something about how you sign in has changed", without what, where or by which device."""
        address = email or user.email
        if address:
            mail.send_later(to=address, kind=mail.CHANGED, path=reverse("people-you"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for the name alone, so that another host name gives no further tries."""
        return handles.as_typed(str(credentials.get("username", "")))


class SecondStepStage(AuthenticateStage):
    """The second step of signing in, unless a recovery sheet was used."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        if any(record.get("method") == RECOVERY for record in records):
            return False
        return super()._should_handle(request)


class MFAAdapter(DefaultMFAAdapter):
    """Second steps and passkeys under a neutral name; secrets that a copy of the database does not give."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not fit. Please try again."),
        "cannot_generate_recovery_codes": _("Codes belong to a second step. Please turn one on first."),
    }

    def get_totp_issuer(self) -> str:
        return settings.ENVIRONMENT.neutral_name

    def _get_user_identifier(self, user: Any) -> str:
        return user.handle

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.ENVIRONMENT.neutral_name}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """What the device keeps: a random id and the sign-in name; no number of ours, no shown name."""
        return {"id": user.passkey_id.encode(), "display_name": user.handle, "name": user.handle}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count() if user.pk else 0
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def encrypt(self, text: str) -> str:
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(_totp_key()).encrypt(nonce, text.encode(), b"people.totp")
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.urlsafe_b64decode(encrypted_text)
        return AESGCM(_totp_key()).decrypt(sealed[:12], sealed[12:], b"people.totp").decode()


def _totp_key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"lessalone people totp").derive(settings.SECRET_KEY.encode())


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Signing in through one provider, if one is configured. It proves who comes back, and nothing else."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _("This did not work. Please sign in another way first, then connect the two."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        mode = settings.ENVIRONMENT.joining
        return mode != "invitation" or "invitation" in request.session

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Age and terms are asked of everyone."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Forget what the provider said about them, before anything is kept, even for a minute."""
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """No name and no address is taken from the provider."""
        return sociallogin.user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """`form` has made the member; connect it, without what the provider said about them."""
        sociallogin.user = form.member
        sociallogin.account.user = form.member
        sociallogin.account.save()
        return form.member
