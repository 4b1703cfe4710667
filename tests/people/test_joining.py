"""The first minutes: age and terms, a name that is issued, a password; and what a closed door says."""

from __future__ import annotations

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connections

from lessalone.people import actions, handles, telling, terms
from lessalone.people.models import Invitation, Member, TermsAcceptance, Voice
from tests.people.conftest import PASSWORD, join_by_pages, seen

YES = {"age": "yes", "agree": "on", "version": terms.current().version, "time_zone": "Europe/Dublin"}


def test_a_visitor_joins_without_javascript_and_is_signed_in(client):
    join_by_pages(client)
    member = Member.objects.get()
    assert client.get("/you/").status_code == 200
    assert member.handle.count("-") == 2
    assert member.check_password(PASSWORD)
    assert member.approved_at is not None


def test_the_terms_that_were_accepted_are_on_record(client):
    join_by_pages(client)
    acceptance = TermsAcceptance.objects.get()
    assert acceptance.version == terms.current().version
    assert acceptance.digest == terms.current().digest
    assert acceptance.minimum_age == 18
    assert acceptance.accepted_at is not None
    assert acceptance.member.terms_version == acceptance.version


def test_nobody_joins_without_agreeing_and_what_they_chose_is_kept(client):
    answer = client.post("/join/", {**YES, "agree": ""})
    assert answer.status_code == 200
    assert answer.context["form"].errors["agree"]
    assert b'value="yes" id="id_age_0" checked' in answer.content.replace(b"  ", b" ")
    assert client.get("/join/name/").headers["Location"] == "/join/"


def test_terms_that_changed_while_someone_read_are_shown_once_more(client):
    answer = client.post("/join/", {**YES, "version": "2020-01"})
    assert "changed while you were reading" in answer.content.decode()


def test_someone_under_age_is_shown_where_they_are_helped_and_nothing_is_kept(client):
    answer = client.post("/join/", {**YES, "age": "no"})
    assert answer.status_code == 200
    assert "Childline" in answer.content.decode()
    assert not Member.objects.exists()
    assert not Session.objects.exists()
    assert "s" not in answer.cookies
    # The same set-up keeps something when they are old enough: the test can fail.
    client.post("/join/", YES)
    assert Session.objects.exists()


def test_someone_under_age_who_forgot_the_terms_is_helped_all_the_same(client):
    answer = client.post("/join/", {"age": "no"})
    assert "There are people for you" in answer.content.decode()


def test_the_minimum_age_is_a_setting(client, community):
    community(minimum_age=16)
    assert "Are you 16 or older?" in client.get("/join/").content.decode()


def test_the_terms_can_be_read_before_joining(client):
    assert "What moderators do" in client.get("/terms/").content.decode()


def test_other_words_are_given_on_asking(client):
    client.post("/join/", YES)
    first = client.session["joining"]["handle"]
    client.post("/join/name/", {"another": "1"})
    assert client.session["joining"]["handle"] != first


def test_a_short_password_is_refused_and_the_name_stays(client):
    client.post("/join/", YES)
    handle = client.session["joining"]["handle"]
    answer = client.post("/join/key/", {"password": "short"})
    assert answer.status_code == 200
    assert handle in answer.content.decode()
    assert not Member.objects.exists()


def test_pressing_twice_makes_one_account(client):
    client.post("/join/", YES)
    cookie = client.cookies["s"].value
    joining = client.session["joining"]
    client.post("/join/key/", {"password": PASSWORD})
    # The second press arrives with the session as it was before the first one ended.
    client.cookies["s"] = cookie
    session = client.session
    session["joining"] = joining
    session.save()
    client.cookies["s"] = session.session_key
    answer = client.post("/join/key/", {"password": PASSWORD})
    assert answer.status_code == 302
    assert Member.objects.count() == 1


def test_too_many_from_one_address_are_asked_to_wait_and_nothing_is_lost(client):
    for _each in range(40):
        client.post("/join/", YES)
    answer = client.post("/join/", YES)
    assert answer.status_code == 200
    assert "wait an hour" in answer.content.decode()
    assert b"checked" in answer.content


def test_joining_pages_need_the_first_page_first(client):
    assert client.get("/join/name/").headers["Location"] == "/join/"
    assert client.get("/join/key/").headers["Location"] == "/join/"
    assert client.post("/join/passkey/", {"credential": "{}"}).headers["Location"] == "/join/"


def test_the_browsers_guess_of_the_time_zone_is_kept_if_it_is_one(client):
    join = {**YES, "time_zone": "Pacific/Auckland"}
    client.post("/join/", join)
    client.post("/join/key/", {"password": PASSWORD})
    assert Member.objects.get().time_zone == "Pacific/Auckland"


def test_a_made_up_time_zone_is_not_kept(client):
    client.post("/join/", {**YES, "time_zone": "../../etc/passwd"})
    client.post("/join/key/", {"password": PASSWORD})
    assert Member.objects.get().time_zone == "UTC"


# --- Sign-in names ----------------------------------------------------------------------------------


def test_there_are_enough_quiet_words_and_each_is_once():
    words = handles.quiet_words()
    assert len(words) >= 600
    assert len(set(words)) == len(words)
    assert all(word.isalpha() and word.islower() for word in words)


@pytest.mark.parametrize("word", ["baby", "angel", "star", "rainbow", "cradle", "heaven", "lost", "feather"])
def test_no_sign_in_name_says_anything_about_anyone(word):
    assert word not in handles.quiet_words()


def test_a_name_given_to_someone_else_meanwhile_is_issued_anew(ana):
    other = actions.join(terms=terms.current(), handle=ana.handle, password=PASSWORD)
    assert other.handle != ana.handle


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_two_who_were_offered_the_same_name_at_once_each_have_their_own():
    offered, made, errors = handles.issue_handle(), [], []
    barrier = threading.Barrier(4)

    def join() -> None:
        try:
            barrier.wait()
            made.append(actions.join(terms=terms.current(), handle=offered, password=PASSWORD).handle)
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)
        finally:
            connections.close_all()

    people = [threading.Thread(target=join) for _each in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not errors
    assert len(set(made)) == 4
    assert offered in made


# --- Doors ------------------------------------------------------------------------------------------


def test_by_invitation_a_stranger_is_told_kindly_and_cannot_post_past_it(client, community):
    community(joining="invitation")
    assert "Joining is by invitation" in client.get("/join/").content.decode()
    client.post("/join/", YES)
    assert "joining" not in client.session
    with pytest.raises(actions.JoiningClosed):
        actions.join(terms=terms.current(), password=PASSWORD)


def test_an_invitation_lets_one_person_in_once(client, community, dora):
    community(joining="invitation")
    link = actions.invite_to_join(actor=dora, is_vouching=True)
    assert client.get(link).headers["Location"] == "/join/invited/"
    join_by_pages(client)
    member = Member.objects.latest("pk")
    assert member.is_vouched_for
    assert Invitation.objects.get().used_by == member
    client.logout()
    assert client.get(link).status_code == 410


def test_an_invitation_is_kept_only_as_a_digest(dora):
    link = actions.invite_to_join(actor=dora, is_vouching=False)
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in str(Invitation.objects.values().get())


def test_an_old_invitation_lets_nobody_in(client, dora):
    link = actions.invite_to_join(actor=dora, is_vouching=False)
    Invitation.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert client.get(link).status_code == 410


def test_an_invitation_that_was_taken_back_lets_nobody_in(client, dora):
    link = actions.invite_to_join(actor=dora, is_vouching=False)
    actions.end_invitation(actor=dora, invitation=Invitation.objects.get())
    assert client.get(link).status_code == 410


def test_of_two_with_the_same_link_one_joins(dora):
    actions.invite_to_join(actor=dora, is_vouching=False)
    invitation = Invitation.objects.get()
    actions.join(terms=terms.current(), password=PASSWORD, invitation=invitation)
    with pytest.raises(actions.InvitationGone):
        actions.join(terms=terms.current(), password=PASSWORD, invitation=invitation)
    assert Member.objects.exclude(pk=dora.pk).count() == 1


def test_by_approval_someone_waits_in_kind_words_until_a_moderator_lets_them_in(client, community, dora, as_):
    community(joining="approval")
    join_by_pages(client)
    member = Member.objects.latest("pk")
    assert member.approved_at is None
    assert client.get("/you/blocks/").status_code == 403
    assert "Someone will let you in soon" in client.get("/waiting/").content.decode()
    assert member in Member.objects.waiting()
    actions.approve_member(actor=dora, member=member)
    assert client.get("/you/blocks/").status_code == 200


def test_only_a_moderator_lets_someone_in(community, ana, bea):
    community(joining="approval")
    waiting = actions.join(terms=terms.current(), password=PASSWORD)
    with pytest.raises(actions.PermissionDenied):
        actions.approve_member(actor=ana, member=waiting)
    waiting.refresh_from_db()
    assert waiting.approved_at is None


def test_someone_who_is_declined_cannot_sign_in_and_the_reason_is_in_the_log(community, dora, client):
    community(joining="approval")
    waiting = actions.join(terms=terms.current(), password=PASSWORD)
    actions.decline_member(actor=dora, member=waiting, reason="A shop")
    answer = client.post("/account/login/", {"login": waiting.handle, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/inactive/"
    assert client.get("/you/").status_code == 302


# --- The first steps --------------------------------------------------------------------------------


def test_the_question_may_be_skipped(client):
    join_by_pages(client)
    answer = client.post("/welcome/name/", {"skip": "1", "name": "typed but skipped"})
    assert answer.headers["Location"] == "/welcome/words/"
    assert Member.objects.get().told_of_loss_at is None
    assert not Voice.objects.exists()


def test_what_happened_is_handed_to_whoever_keeps_words_and_to_nobody_else(client, monkeypatch):
    kept = []
    monkeypatch.setattr(telling, "keep", lambda *, member, words: kept.append((member.pk, words)))
    join_by_pages(client)
    client.post("/welcome/name/", {"name": "Ana", "words": "Our son Jack died at twenty weeks."})
    member = Member.objects.get()
    assert kept == [(member.pk, "Our son Jack died at twenty weeks.")]
    assert member.told_of_loss_at is not None
    assert actions.shown_voice(member).name == "Ana"


def test_without_a_keeper_the_question_is_not_asked(client, monkeypatch):
    monkeypatch.setattr(telling, "keep", None)
    join_by_pages(client)
    assert "What happened" not in client.get("/welcome/name/").content.decode()


def test_two_people_may_be_called_the_same(ana, bea):
    actions.change_shown_name(actor=bea, name="Ana")
    assert actions.shown_voice(bea).name == actions.shown_voice(ana).name


def test_the_first_steps_end_at_a_story_to_read(client):
    join_by_pages(client)
    client.post("/welcome/name/", {"skip": "1"})
    assert client.post("/welcome/words/", {"skip": "1"}).headers["Location"] == "/welcome/"
    assert "Read a story" in client.get("/welcome/").content.decode()


def test_newer_terms_are_asked_about_before_going_on(as_, ana):
    browser = as_(ana)
    assert browser.get("/you/blocks/").status_code == 200
    Member.objects.filter(pk=ana.pk).update(terms_version="2020-01")
    TermsAcceptance.objects.update(version="2020-01")
    assert browser.get("/you/blocks/").headers["Location"] == "/terms/again/"
    assert browser.get("/you/blocks/", HTTP_HX_REQUEST="true").headers["HX-Redirect"] == "/terms/again/"
    browser.post("/terms/again/", {"agree": "on"})
    assert browser.get("/you/blocks/").status_code == 200
    assert set(ana.terms_acceptances.values_list("version", flat=True)) == {
        "2020-01",
        terms.current().version,
    }


def test_pages_of_joining_say_the_same_to_everyone(client):
    first, second = client.get("/join/"), client.get("/join/")
    assert seen(first) == seen(second)
