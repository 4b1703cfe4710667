"""allauth's forms, in our words: labels above, no placeholder, one field for a new password."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base.forms import AuthenticateForm as MFAAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MFAReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as MFAActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode

from lessalone.people import handles, mail, tasks
from lessalone.people.models import Member

NEW_PASSWORD_HINT = _("At least 10 characters. A few words in a row are easy to remember.")


class Plain:
    """Takes away what stands inside the boxes, and allauth's own help."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    without: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.without:
            self.fields.pop(name, None)  # type: ignore[attr-defined]
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.hints.get(name, "")
            field.label = self.labels.get(name, field.label)


class SignInForm(Plain, account_forms.LoginForm):
    """Sign-in name and password."""

    labels = {
        "login": _("Sign-in name"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this device"),
    }
    hints = {
        "login": _("The three words that you were given."),
        "remember": _("Leave this empty if others use this device."),
    }
    says_optional = False

    def clean_login(self) -> str:
        return handles.as_typed(self.cleaned_data["login"])


class ReauthenticateForm(Plain, account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    labels = {"password": _("Password")}


class ChangePasswordForm(Plain, account_forms.ChangePasswordForm):
    """The password now, and a new one."""

    labels = {"oldpassword": _("Your password now"), "password1": _("New password")}
    hints = {"password1": NEW_PASSWORD_HINT}
    without = ("password2",)


class SetPasswordForm(Plain, account_forms.SetPasswordForm):
    """A password for an account that had none."""

    labels = {"password1": _("New password")}
    hints = {"password1": NEW_PASSWORD_HINT}
    without = ("password2",)


class NewPasswordByLinkForm(Plain, account_forms.ResetPasswordKeyForm):
    """A new password, by the link in a mail."""

    labels = {"password1": _("New password")}
    hints = {"password1": NEW_PASSWORD_HINT}
    without = ("password2",)


class AskForPasswordForm(Plain, account_forms.ResetPasswordForm):
    """Ask for a link to a new password. Does the same for every address: puts one task in the queue."""

    labels = {"email": _("E-mail address")}
    hints = {"email": _("The one you gave here.")}

    def clean_email(self) -> str:
        return self.cleaned_data["email"]

    def save(self, request: HttpRequest, **options: Any) -> str:
        address = self.cleaned_data["email"]
        if mail.is_possible():
            tasks.queue.enqueue(tasks.send_password_links, address=address.lower())
        return address


class AddressForm(Plain, account_forms.AddEmailForm):
    """An e-mail address, to be confirmed. The same address may belong to more than one account."""

    labels = {"email": _("E-mail address")}
    hints = {"email": _("We send a neutral mail there, with a link to confirm it.")}


class SecondStepForm(Plain, MFAAuthenticateForm):
    """The code of the second step."""

    labels = {"code": _("Code")}
    hints = {"code": _("Six digits from your app, or one of your spare codes.")}


class SecondStepAgainForm(Plain, MFAReauthenticateForm):
    """The code once more, before something that matters."""

    labels = SecondStepForm.labels
    hints = SecondStepForm.hints


class ActivateTOTPForm(Plain, MFAActivateTOTPForm):
    """The first code of an app, to see that it works."""

    labels = {"code": _("Code from the app")}
    hints = {"code": _("Six digits.")}


class AddPasskeyForm(Plain, webauthn_forms.AddWebAuthnForm):
    """Another passkey. Always one that signs in by itself."""

    labels = {"name": _("What to call it")}
    hints = {"name": _("So that you know which device it is.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["passwordless"] = forms.BooleanField(
            initial=True, required=False, widget=forms.HiddenInput(attrs={"checked": True})
        )


class RenamePasskeyForm(Plain, webauthn_forms.EditWebAuthnForm):
    """Call a passkey something else."""

    labels = {"name": _("What to call it")}


class PasskeySignInForm(webauthn_forms.LoginWebAuthnForm):
    """Sign in with a passkey: it brings the random id of its member."""

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        webauthn.parse_authentication_response(credential)
        return webauthn.complete_authentication(_member_of(credential), credential)


def _member_of(credential: Any) -> Member:
    """The active member whose random id the passkey brought. An unknown id looks like a wrong key."""
    try:
        passkey_id = websafe_decode(credential["response"]["userHandle"]).decode("ascii")
    except (KeyError, TypeError, ValueError, AttributeError):
        passkey_id = ""
    member = Member.objects.filter(passkey_id=passkey_id, is_active=True).first() if passkey_id else None
    if member is None:
        raise webauthn.get_adapter().validation_error("incorrect_code")
    return member
