"""Passkeys in a real browser, with Chromium's virtual authenticator; and every page of people looked at there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import qrcode
from allauth.mfa.models import Authenticator
from PIL import Image
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from lessalone.people import actions, recovery, terms
from lessalone.people.models import Member
from lessalone.people.signin import MFAAdapter
from tests.journeys.accessibility import chromium, everything_wrong, has_chromium
from tests.people.conftest import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.skipif(not has_chromium(), reason="Chromium is not installed"),
]


@pytest.fixture
def browser_context(live_server) -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context(base_url=address_of(live_server))


def address_of(live_server: LiveServer) -> str:
    """Passkeys exist on localhost by name, not by number."""
    return live_server.url.replace("127.0.0.1", "localhost")


def another_context(near: BrowserContext, live_server: LiveServer, **options: Any) -> BrowserContext:
    assert near.browser is not None
    return near.browser.new_context(base_url=address_of(live_server), **options)


def give_authenticator(page: Page) -> None:
    """A device that has a fingerprint reader, and whose owner always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def join_until_key(page: Page) -> None:
    page.goto("/join/")
    page.check("input[name=age][value=yes]")
    page.check("input[name=agree]")
    press(page, "Go on")
    press(page, "These are fine")


def test_she_joins_with_a_passkey_signs_out_and_comes_back_with_it(browser_context):
    page = browser_context.new_page()
    give_authenticator(page)
    join_until_key(page)
    press(page, "Join with a passkey")
    page.wait_for_url("**/welcome/name/")
    member = Member.objects.get()
    assert not member.has_usable_password()
    assert Authenticator.objects.get(user=member).type == Authenticator.Type.WEBAUTHN

    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/you/")
    page.wait_for_url("**/account/login/**")
    press(page, "Sign in with a passkey")
    page.wait_for_url(lambda url: urlsplit(url).path == "/you/")
    assert member.handle in page.content()


def test_a_device_without_her_passkey_is_told_kindly_and_stays_outside(browser_context):
    page = browser_context.new_page()
    give_authenticator(page)
    page.goto("/account/login/")
    press(page, "Sign in with a passkey")
    page.get_by_role("alert").wait_for()
    assert "Nothing was changed" in page.get_by_role("alert").inner_text()
    page.goto("/you/")
    assert "/account/login/" in page.url


def test_no_account_is_made_when_the_passkey_does_not_answer(browser_context):
    page = browser_context.new_page()
    join_until_key(page)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }")
    press(page, "Join with a passkey")
    page.get_by_role("alert").wait_for()
    assert not Member.objects.exists()
    # The password is still offered on the same page.
    page.fill("input[name=password]", PASSWORD)
    press(page, "Join with this password")
    page.wait_for_url("**/welcome/name/")
    assert Member.objects.count() == 1


def test_she_adds_a_passkey_later_and_signs_in_with_it_alone(browser_context):
    page = browser_context.new_page()
    give_authenticator(page)
    join_until_key(page)
    page.fill("input[name=password]", PASSWORD)
    press(page, "Join with this password")
    page.wait_for_url("**/welcome/name/")
    page.goto("/account/2fa/webauthn/add/")
    page.fill("input[name=name]", "My phone")
    press(page, "Add a passkey")
    page.wait_for_url("**/account/2fa/recovery-codes/")
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    press(page, "Sign in with a passkey")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    page.goto("/account/2fa/webauthn/")
    assert "My phone" in page.content()


def test_without_javascript_the_page_says_that_a_passkey_needs_it(browser_context, live_server):
    context = another_context(browser_context, live_server, java_script_enabled=False)
    page = context.new_page()
    join_until_key(page)
    assert page.get_by_text("A passkey needs JavaScript").is_visible()
    assert not page.get_by_role("button", name="Join with a passkey").is_visible()
    page.fill("input[name=password]", PASSWORD)
    press(page, "Join with this password")
    assert page.url.endswith("/welcome/name/")


def test_the_picture_for_a_code_app_can_be_read_from_the_screen(browser_context):
    """Dark squares on white, also in the dark theme, though our pages allow no picture from elsewhere."""
    page = browser_context.new_page()
    page.emulate_media(color_scheme="dark")
    join_until_key(page)
    page.fill("input[name=password]", PASSWORD)
    press(page, "Join with this password")
    page.wait_for_url("**/welcome/name/")
    page.goto("/account/2fa/totp/activate/")
    secret = page.locator("code.long").inner_text()
    meant = qrcode.QRCode()
    meant.add_data(MFAAdapter().build_totp_url(Member.objects.get(), secret))
    shown = Image.open(io.BytesIO(page.locator(".qr svg").screenshot())).convert("L")
    squares = meant.get_matrix()
    step = shown.width / len(squares)
    seen = [
        [shown.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128 for x in range(len(squares))]
        for y in range(len(squares))
    ]
    assert any(any(row) for row in squares)
    assert seen == squares


VISITOR_PAGES = [
    "/join/",
    "/terms/",
    "/young/",
    "/recover/",
    "/account/login/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/inactive/",
    "/join/invited/",
]
MEMBER_PAGES = [
    "/welcome/",
    "/welcome/name/",
    "/welcome/words/",
    "/you/",
    "/you/name/",
    "/you/sign-in-name/",
    "/you/words/",
    "/you/meet/",
    "/you/place/",
    "/you/blocks/",
    "/you/devices/",
    "/you/rest/",
    "/you/sheet/",
    "/team/",
    "/team/invitations/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/logout/",
    "/account/email/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everyone(browser_context, live_server, community, scheme):
    community(email_url="smtp://localhost:2525")
    lea = actions.join(terms=terms.current(), password=PASSWORD)
    actions.give_role(actor=None, member=lea, duty="lead")
    friend = actions.join(terms=terms.current(), password=PASSWORD)
    actions.block(actor=lea, blocked=actions.make_cover_voice(actor=friend, name="Moss"))
    context = another_context(browser_context, live_server, color_scheme=scheme)
    page = context.new_page()
    wrong = {path: _wrong(page, path) for path in VISITOR_PAGES}
    page.goto("/account/login/")
    page.fill("input[name=login]", lea.handle)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/reauthenticate/?next=/you/")
    wrong["/account/reauthenticate/"] = everything_wrong(page)
    page.fill("input[name=password]", PASSWORD)
    press(page, "Go on")
    wrong |= {path: _wrong(page, path) for path in MEMBER_PAGES}
    assert not {path: found for path, found in wrong.items() if found}


def _wrong(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status in (200, 410), (path, answer.status)
    return everything_wrong(page)


def test_the_printed_sheet_holds_all_lines(browser_context):
    page = browser_context.new_page()
    join_until_key(page)
    page.fill("input[name=password]", PASSWORD)
    press(page, "Join with this password")
    page.wait_for_url("**/welcome/name/")
    page.goto("/you/sheet/")
    press(page, "Make my sheet")
    page.emulate_media(media="print")
    assert page.locator(".codes code:visible").count() == recovery.CODES
    assert not page.get_by_role("button", name="Print").is_visible()
