"""Signing in, being locked out, devices, second steps, recovery; and that no answer tells who is here."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail as outbox
from django.test import Client

from lessalone.kit import queue
from lessalone.kit.models import QueuedTask
from lessalone.people import recovery
from lessalone.people.models import Member, RecoveryCode
from lessalone.people.signin import MFAAdapter
from tests.people.conftest import PASSWORD, join_by_pages, seen, sign_in_by_page

NOBODY = "harbour-velvet-oboe"


def test_she_signs_in_with_her_three_words_however_she_types_them(client, ana):
    typed = ana.handle.replace("-", " ").title() + " "
    assert sign_in_by_page(client, typed).headers["Location"] == "/"
    assert client.get("/you/").status_code == 200


def test_a_wrong_password_and_a_name_that_nobody_has_are_answered_the_same(ana):
    wrong = sign_in_by_page(Client(), ana.handle, "not her password")
    nobody = sign_in_by_page(Client(), NOBODY, "not her password")
    assert wrong.status_code == nobody.status_code == 200
    assert seen(wrong).replace(ana.handle, NOBODY) == seen(nobody)
    # And it is not simply always the same: the right one is let in.
    assert sign_in_by_page(Client(), ana.handle).status_code == 302


def test_a_name_that_nobody_has_costs_as_much_work_as_a_wrong_password(ana, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args, **more: hashed.append(1) or encode(*args, **more)
    )
    sign_in_by_page(Client(), ana.handle, "not her password")
    for_her = len(hashed)
    sign_in_by_page(Client(), NOBODY, "not her password")
    assert for_her == len(hashed) - for_her == 1


def test_after_repeated_failures_even_the_right_password_waits_and_so_for_a_name_that_nobody_has(ana):
    answers = {}
    for handle in (ana.handle, NOBODY):
        for _each in range(5):
            sign_in_by_page(Client(REMOTE_ADDR=f"10.0.0.{_each}"), handle, "wrong every time")
        answers[handle] = sign_in_by_page(Client(REMOTE_ADDR="10.0.0.9"), handle)
    assert "several times" in answers[ana.handle].content.decode()
    assert seen(answers[ana.handle]).replace(ana.handle, NOBODY) == seen(answers[NOBODY])


def test_others_can_still_sign_in_while_one_name_is_locked(ana, bea):
    for _each in range(6):
        sign_in_by_page(Client(REMOTE_ADDR="10.0.0.1"), ana.handle, "wrong every time")
    assert sign_in_by_page(Client(REMOTE_ADDR="10.0.0.2"), bea.handle).status_code == 302


def test_a_closed_account_cannot_sign_in(client, ana):
    Member.objects.filter(pk=ana.pk).update(is_active=False)
    sign_in_by_page(client, ana.handle)
    assert client.get("/you/").status_code == 302


def test_signing_in_leads_where_she_wanted_to_go_and_never_to_another_host(client, ana):
    wanted = {"login": ana.handle, "password": PASSWORD, "next": "/you/words/"}
    assert client.post("/account/login/", wanted).headers["Location"] == "/you/words/"
    elsewhere = {**wanted, "next": "https://elsewhere.example/"}
    assert Client().post("/account/login/", elsewhere).headers["Location"] == "/"


def test_allauths_own_page_for_joining_leads_to_ours(client):
    assert client.get("/account/signup/").headers["Location"] == "/join/"
    client.post("/account/signup/", {"username": "chosen-by-me", "password1": PASSWORD})
    assert not Member.objects.exists()


@pytest.mark.parametrize("path", ["/account/login/", "/recover/", "/join/", "/terms/", "/young/"])
def test_a_visitor_reaches_the_pages_that_need_no_account(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/you/",
        "/you/name/",
        "/you/sign-in-name/",
        "/you/words/",
        "/you/meet/",
        "/you/place/",
        "/you/blocks/",
        "/you/rest/",
        "/you/wake/",
        "/you/devices/",
        "/you/sheet/",
        "/welcome/",
        "/welcome/name/",
        "/welcome/words/",
        "/waiting/",
        "/account/2fa/",
        "/account/email/",
        "/account/password/change/",
        "/team/",
        "/team/invitations/",
    ],
)
def test_a_visitor_is_led_to_sign_in_from_every_page_of_ones_own(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


# --- Devices ----------------------------------------------------------------------------------------


def test_she_sees_her_devices_without_addresses_and_signs_one_out(ana):
    phone = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/605", REMOTE_ADDR="10.9.8.7"
    )
    laptop = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    sign_in_by_page(phone, ana.handle)
    sign_in_by_page(laptop, ana.handle)
    page = laptop.get("/you/devices/").content.decode()
    assert "Safari on iPhone" in page
    assert "Firefox on Linux" in page
    assert "10.9.8.7" not in str(list(UserSession.objects.values()))
    assert "iPhone OS 18" not in str(list(UserSession.objects.values()))
    on_phone = UserSession.objects.get(user_agent="Safari on iPhone")
    laptop.post("/you/devices/", {"device": on_phone.pk})
    assert phone.get("/you/").status_code == 302
    assert laptop.get("/you/").status_code == 200


def test_she_signs_out_everywhere_else(ana):
    phone, laptop = Client(), Client()
    sign_in_by_page(phone, ana.handle)
    sign_in_by_page(laptop, ana.handle)
    laptop.post("/you/devices/", {"others": "1"})
    assert phone.get("/you/").status_code == 302
    assert laptop.get("/you/").status_code == 200


def test_nobody_signs_out_someone_elses_device(ana, bea):
    hers, other = Client(), Client()
    sign_in_by_page(hers, ana.handle)
    sign_in_by_page(other, bea.handle)
    other.post("/you/devices/", {"device": UserSession.objects.get(user=ana).pk})
    assert hers.get("/you/").status_code == 200


def test_another_password_signs_out_other_devices(ana):
    phone, laptop = Client(), Client()
    sign_in_by_page(phone, ana.handle)
    sign_in_by_page(laptop, ana.handle)
    new = {"oldpassword": PASSWORD, "password1": "a lantern on the quay"}
    assert laptop.post("/account/password/change/", new).status_code == 302
    assert phone.get("/you/").status_code == 302
    assert laptop.get("/you/").status_code == 200


def test_another_password_needs_the_one_that_is_used_now(as_, ana):
    new = {"oldpassword": "not it", "password1": "a lantern on the quay"}
    answer = as_(ana).post("/account/password/change/", new)
    assert "not the password you use now" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


# --- The second step --------------------------------------------------------------------------------


def with_second_step(member: Member) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(member, secret)
    return secret


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_the_second_step_is_asked_for_and_a_wrong_code_does_not_pass(client, ana):
    secret = with_second_step(ana)
    assert sign_in_by_page(client, ana.handle).headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/you/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/you/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/you/").status_code == 200


def test_the_secret_of_a_second_step_is_not_in_the_database_in_clear(ana):
    secret = with_second_step(ana)
    assert secret not in str(list(Authenticator.objects.values()))
    assert MFAAdapter().decrypt(Authenticator.objects.get().data["secret"]) == secret


def test_turning_on_a_second_step_asks_who_she_is_first(as_, ana):
    assert (
        as_(ana).get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    )


def test_she_turns_on_the_second_step_and_gets_spare_codes(client):
    join_by_pages(client)
    page = client.get("/account/2fa/totp/activate/")
    assert b"<svg" in page.content
    assert b"style=" not in page.content
    assert b"data:image" not in page.content
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})
    assert answer.headers["Location"] == "/account/2fa/recovery-codes/"
    assert len(client.get("/account/2fa/recovery-codes/").context["unused_codes"]) == 10


# --- The recovery sheet -----------------------------------------------------------------------------


def test_a_line_of_the_sheet_opens_the_account_once(client, ana):
    codes = recovery.make_recovery_sheet(actor=ana)
    typed = {"handle": ana.handle.replace("-", " "), "code": codes[0].lower().replace("-", " ")}
    assert client.post("/recover/", typed).headers["Location"] == "/recover/password/"
    client.post("/recover/password/", {"password": "a lantern on the quay"})
    ana.refresh_from_db()
    assert ana.check_password("a lantern on the quay")
    assert client.get("/you/").status_code == 200
    again = Client().post("/recover/", typed)
    assert again.status_code == 200
    assert Client().post("/recover/", {**typed, "code": codes[1]}).status_code == 302


def test_the_sheet_opens_the_account_when_the_phone_with_the_second_step_is_lost(client, ana):
    with_second_step(ana)
    codes = recovery.make_recovery_sheet(actor=ana)
    client.post("/recover/", {"handle": ana.handle, "code": codes[0]})
    assert client.get("/you/").status_code == 200


def test_a_wrong_line_and_a_name_that_nobody_has_are_answered_the_same(ana):
    recovery.make_recovery_sheet(actor=ana)
    wrong = Client().post("/recover/", {"handle": ana.handle, "code": "AAAA-AAAA-AAAA-AAAA-AAAA"})
    nobody = Client().post("/recover/", {"handle": NOBODY, "code": "AAAA-AAAA-AAAA-AAAA-AAAA"})
    assert wrong.status_code == nobody.status_code == 200
    assert seen(wrong).replace(ana.handle, NOBODY) == seen(nobody)


def test_a_line_of_someone_elses_sheet_opens_nothing(client, ana, bea):
    recovery.make_recovery_sheet(actor=ana)
    codes = recovery.make_recovery_sheet(actor=bea)
    assert client.post("/recover/", {"handle": ana.handle, "code": codes[0]}).status_code == 200
    assert client.get("/you/").status_code == 302


def test_trying_lines_is_stopped_even_for_the_right_one(ana):
    codes = recovery.make_recovery_sheet(actor=ana)
    for number in range(10):
        wrong = {"handle": ana.handle, "code": "wrong"}
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/recover/", wrong)
    answer = Client().post("/recover/", {"handle": ana.handle, "code": codes[0]})
    assert "wait 15 minutes" in answer.content.decode()


def test_lines_are_kept_only_as_digests_and_a_new_sheet_ends_the_old(ana):
    old = recovery.make_recovery_sheet(actor=ana)
    new = recovery.make_recovery_sheet(actor=ana)
    kept = str(list(RecoveryCode.objects.values()))
    assert not any(code in kept or code.replace("-", "") in kept for code in old + new)
    assert recovery.use_recovery_code(handle=ana.handle, code=old[0]) is None
    assert recovery.use_recovery_code(handle=ana.handle, code=new[0]) == ana


def test_someone_with_neither_address_nor_sheet_needs_one(ana):
    assert recovery.needs_recovery_sheet(ana)
    recovery.make_recovery_sheet(actor=ana)
    assert not recovery.needs_recovery_sheet(ana)


def test_an_address_that_was_confirmed_is_enough_and_one_that_was_not_is_not(ana):
    address = EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=False)
    assert recovery.needs_recovery_sheet(ana)
    address.verified = True
    address.save()
    assert not recovery.needs_recovery_sheet(ana)


def test_the_sheet_is_shown_once_and_only_after_asking_who_she_is(client, as_, ana):
    assert as_(ana).get("/you/sheet/").headers["Location"].startswith("/account/reauthenticate/")
    join_by_pages(client)
    page = client.post("/you/sheet/")
    assert page.content.decode().count("<code>") == recovery.CODES
    assert b"<code>" not in client.get("/you/sheet/").content


def test_without_having_used_a_sheet_nobody_sets_a_password_that_way(as_, ana):
    assert as_(ana).post("/recover/password/", {"password": "a lantern on the quay"}).status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


# --- Mail -------------------------------------------------------------------------------------------


@pytest.fixture
def with_mail(community, settings):
    community(email_url="smtp://localhost:2525", neutral_name="Notices")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_asking_for_a_link_is_answered_the_same_for_every_address_and_sends_nothing_meanwhile(ana, with_mail):
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=True)
    known = Client().post("/account/password/reset/", {"email": "ana@example.org"}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "who@example.org"}, follow=True)
    assert known.status_code == unknown.status_code == 200
    assert known.redirect_chain == unknown.redirect_chain
    assert seen(known) == seen(unknown)
    assert outbox.outbox == []
    # The same work, whoever the address belongs to: one task each, and nothing was looked up meanwhile.
    assert list(QueuedTask.objects.values_list("name", flat=True)) == ["people.send-password-links"] * 2
    queue.run_due()
    assert [message.to for message in outbox.outbox] == [["ana@example.org"]]


def test_the_link_in_the_mail_sets_a_new_password(client, ana, with_mail):
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=True)
    client.post("/account/password/reset/", {"email": "Ana@example.org"})
    queue.run_due()
    message = outbox.outbox[0]
    assert message.subject == "There is something new for you"
    assert ana.handle not in message.body
    assert "Less Alone" not in message.body + message.from_email
    path = message.body.split("http://127.0.0.1:8000")[1].split()[0]
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a lantern on the quay"})
    ana.refresh_from_db()
    assert ana.check_password("a lantern on the quay")


def test_an_address_that_was_not_confirmed_gets_no_link(client, ana, with_mail):
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=False)
    client.post("/account/password/reset/", {"email": "ana@example.org"})
    queue.run_due()
    assert outbox.outbox == []


def test_she_gives_an_address_and_confirms_it_by_a_neutral_mail(client, with_mail):
    join_by_pages(client)
    member = Member.objects.get()
    client.post("/account/email/", {"email": "ana@example.org", "action_add": "1"})
    member.refresh_from_db()
    assert member.email == ""
    queue.run_due()
    body = outbox.outbox[0].body
    assert member.handle not in body
    path = body.split("http://127.0.0.1:8000")[1].split()[0]
    client.post(path)
    member.refresh_from_db()
    assert member.email == "ana@example.org"


def test_an_address_that_another_account_has_is_taken_like_any_other(client, ana, with_mail):
    EmailAddress.objects.create(user=ana, email="ours@example.org", primary=True, verified=True)
    join_by_pages(client)
    taken = client.post("/account/email/", {"email": "ours@example.org", "action_add": "1"}, follow=True)
    other = Client()
    join_by_pages(other)
    free = other.post("/account/email/", {"email": "free@example.org", "action_add": "1"}, follow=True)
    assert taken.status_code == free.status_code == 200
    assert seen(taken).replace("ours@", "free@") == seen(free)


def test_without_a_mail_server_no_address_is_asked_for(as_, ana):
    assert b"/account/email/" not in as_(ana).get("/you/").content


def test_without_a_mail_server_the_pages_about_mail_lead_to_what_helps(client, as_, ana):
    assert client.get("/account/password/reset/").headers["Location"] == "/recover/"
    assert as_(ana).get("/account/email/").headers["Location"] == "/you/"


def test_with_a_mail_server_the_pages_about_mail_are_there(client, as_, ana, with_mail):
    assert client.get("/account/password/reset/").status_code == 200
    assert as_(ana).get("/account/email/").status_code == 200


def test_a_part_of_a_page_that_needs_signing_in_asks_the_whole_page_to(client):
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/you/words/"}
    answer = client.get("/you/meet/", **part)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/account/login/?next=/you/words/"
    elsewhere = {**part, "HTTP_HX_CURRENT_URL": "https://elsewhere.example/you/"}
    assert client.get("/you/meet/", **elsewhere).headers["HX-Redirect"] == "/account/login/?next=/"
