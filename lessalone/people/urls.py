"""Addresses of people. Signing in and its second steps are allauth's, under /account/."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.account.urls import urlpatterns as account_urls
from allauth.mfa.urls import urlpatterns as mfa_urls
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from lessalone.people import mail
from lessalone.people.views import account, joining, recovering, team


def _with_mail(view: Callable[..., HttpResponseBase], otherwise: str) -> Callable[..., HttpResponseBase]:
    """A page that only makes sense where mail is sent; elsewhere it leads to what helps instead."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        return view(request, *args, **options) if mail.is_possible() else redirect(otherwise)

    return guarded


_to_join = login_not_required(RedirectView.as_view(pattern_name="people-join"))

urlpatterns: list[URLPattern | URLResolver] = [
    # Joining
    path("join/", joining.join, name="people-join"),
    path("join/name/", joining.join_name, name="people-join-name"),
    path("join/key/", joining.join_key, name="people-join-key"),
    path("join/passkey/", joining.join_passkey, name="people-join-passkey"),
    path("join/invited/", joining.invitation, name="people-invitation"),
    path("join/invited/<str:token>/", joining.invited, name="people-invited"),
    path("terms/", joining.read_terms, name="people-terms"),
    path("young/", joining.young_people, name="people-young"),
    # The first steps
    path("welcome/", joining.welcomed, name="people-welcome"),
    path("welcome/name/", joining.tell, name="people-telling"),
    path("welcome/words/", joining.first_words, name="people-first-words"),
    path("waiting/", joining.waiting, name="people-waiting"),
    path("terms/again/", joining.terms_again, name="people-terms-again"),
    # Oneself
    path("you/", account.you, name="people-you"),
    path("you/name/", account.name, name="people-name"),
    path("you/sign-in-name/", account.sign_in_name, name="people-sign-in-name"),
    path("you/words/", account.words, name="people-words"),
    path("you/meet/", account.what_you_meet, name="people-bearing"),
    path("you/meet/for-a-while/", account.what_you_meet_for_a_while, name="people-bearing-for-a-while"),
    path("you/place/", account.place, name="people-place"),
    path("you/blocks/", account.blocks, name="people-blocks"),
    path("you/blocks/<pid:voice>/", account.block, name="people-block"),
    path("you/blocks/<pid:voice>/end/", account.unblock, name="people-unblock"),
    path("you/leaving/", account.a_key_for_leaving, name="people-leaving"),
    path("you/devices/", account.devices_page, name="people-devices"),
    path("you/rest/", account.rest, name="people-rest"),
    path("you/wake/", account.wake, name="people-wake"),
    path("you/sheet/", recovering.recovery_sheet, name="people-recovery-sheet"),
    path("recover/", recovering.recover, name="people-recover"),
    path("recover/password/", recovering.recover_password, name="people-recover-password"),
    # Those who look after this place
    path("team/", team.team, name="people-team"),
    path("team/invite/", team.team_invite, name="people-team-invite"),
    path("team/roles/<int:role>/end/", team.role_end, name="people-role-end"),
    path("team/invitations/", team.invitations, name="people-invitations"),
    path("team/invitations/<pid:invitation>/end/", team.invitation_end, name="people-invitation-end"),
    # allauth. Its own page for joining leads to ours.
    path("account/signup/", _to_join, name="account_signup"),
    path("account/email/", _with_mail(account_views.email, "people-you"), name="account_email"),
    path(
        "account/password/reset/",
        _with_mail(account_views.password_reset, "people-recover"),
        name="account_reset_password",
    ),
    path("account/", include(account_urls)),
    path("account/2fa/", include(mfa_urls)),
]

provider_urlpatterns: list[URLPattern | URLResolver] = [
    path("account/3rdparty/signup/", joining.ProviderJoinView.as_view(), name="socialaccount_signup"),
    path("account/3rdparty/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
if settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += provider_urlpatterns
