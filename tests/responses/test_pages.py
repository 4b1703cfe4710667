"""The pages of answers, as plain forms and as parts that htmx asks for."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessalone.kit import limits
from lessalone.people import actions as people_actions
from lessalone.people.bearing import bearing_of
from lessalone.responses import actions, listing
from lessalone.responses.models import Gesture, LessAlone, Response
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Answers, Hold, Item, Rung
from tests.cast import a_cover_voice, shown_voice
from tests.responses.stories import TITLE, a_joint_story, a_story
from tests.responses.test_respond import respond

pytestmark = pytest.mark.django_db(databases="__all__")
FORM = UUID(int=7)
PART = {"HX-Request": "true"}
ALWAYS_NEW = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<="X-CSRFToken":")[^"]+|(?<=name="form_token" value=")[^"]+'
    r"|(?<=answers=)[^#\"&]+"
)
"""Tokens, and cursors, which hold the second they were made in."""


@pytest.fixture
def signed_in(client):
    """`signed_in(member)` is a browser in which this member is signed in."""

    def sign_in(member):
        browser = Client()
        browser.force_login(member)
        return browser

    return sign_in


def address(name, item, **query):
    return reverse(name, args=[item.public_id], query=query or None)


def words(text="I am sorry.", **more):
    return {"words": text, "form_token": str(FORM), **more}


def of(member):
    return shown_voice(member).public_id


# --- Below a story.


def test_a_member_is_offered_ways_to_answer_and_told_who_will_see_it(cast, story, signed_in):
    page = signed_in(cast.bea).get(address("stories-read", story)).content.decode()
    assert "Light a candle" in page
    assert "Write an answer" in page
    assert "Everyone who can read this story can read it." in page
    assert "Only the family sees this" in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers.APPROVED, "They read it first."),
        (Answers.GESTURES, "This family asked for answers without words."),
        (Answers.NOBODY, "This family asked for no answers."),
    ],
)
def test_the_familys_wish_is_said_below_the_story(cast, signed_in, answers, said):
    story = a_story(cast.ana, answers=answers)
    assert said in signed_in(cast.bea).get(address("stories-read", story)).content.decode()


def test_the_light_is_the_one_that_the_reader_chose(cast, story, signed_in):
    people_actions.set_vocabulary(actor=cast.bea, choices={"light": "stone"})
    page = signed_in(cast.bea).get(address("stories-read", story)).content.decode()
    assert "Lay a stone" in page
    assert "Light a candle" not in page


def test_a_visitor_is_told_kindly_how_to_join(cast, client):
    story = a_story(cast.ana, rung=Rung.PUBLIC)
    page = client.get(address("stories-read", story)).content.decode()
    assert "To answer, join first." in page
    assert "Light a candle" not in page


def test_answers_are_shown_in_the_order_of_the_exchange(cast, story, signed_in):
    first = respond(cast.bea, story, "first words")
    respond(cast.noa, story, "second words")
    respond(cast.carl, story, "words to the first", above=first)
    page = signed_in(cast.gran).get(address("stories-read", story)).content.decode()
    places = [page.index(text) for text in ("first words", "words to the first", "second words")]
    assert places == sorted(places)


def test_what_waits_is_not_below_the_story_for_others_nor_in_the_familys_sight(cast, signed_in):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    respond(cast.bea, story, "waiting words")
    assert "waiting words" in signed_in(cast.bea).get(address("stories-read", story)).content.decode()
    for other in (cast.carl, cast.ana):
        assert "waiting words" not in signed_in(other).get(address("stories-read", story)).content.decode()


def test_a_page_of_answers_goes_on_where_the_last_ended(cast, story, signed_in, monkeypatch):
    monkeypatch.setattr(listing, "LENGTH", 2)
    listing._page = listing.Prepared("responses:page:2", listing._build_page)
    try:
        for number in range(5):
            respond(cast.bea, story, f"words number {number}")
        browser = signed_in(cast.carl)
        seen, url = [], address("responses-list", story)
        while url:
            answer = browser.get(url, headers=PART)
            seen += [entry.item.pk for entry in answer.context["page"].entries]
            url = answer.context["next_url"]
        assert seen == sorted(Response.objects.filter(root=story).values_list("pk", flat=True))
        assert len(seen) == 5
    finally:
        listing._page = listing.Prepared("responses:page", listing._build_page)


def test_answers_that_one_may_not_see_are_on_no_page(cast, story, signed_in):
    answer = respond(cast.bea, story, "a canary of words")
    urls = [address("responses-answer", answer), address("responses-list", story)]
    assert all("a canary of words" in signed_in(cast.carl).get(url).content.decode() for url in urls)
    Hold.objects.create(item=story, placed_by=cast.dora, reason="cruel")
    for url in urls:
        assert signed_in(cast.carl).get(url).status_code == 404


# --- Writing.


def test_bea_writes_and_finds_her_words_below_the_story(cast, story, signed_in):
    browser = signed_in(cast.bea)
    answer = browser.post(address("responses-write", story), words(voice=of(cast.bea)), follow=True)
    assert answer.redirect_chain[0][0].startswith(address("stories-read", story))
    page = answer.content.decode()
    assert "Your words are there now." in page
    assert "I am sorry." in page


def test_bea_writes_inside_the_page(cast, story, signed_in):
    browser = signed_in(cast.bea)
    form = browser.get(address("responses-write", story), headers=PART).content.decode()
    assert "<html" not in form
    assert "textarea" in form
    sent = browser.post(address("responses-write", story), words(voice=of(cast.bea)), headers=PART)
    assert "<html" not in sent.content.decode()
    assert "Your words are there now." in sent.content.decode()
    assert Response.objects.filter(root=story).count() == 1


def test_a_form_sent_twice_is_one_answer(cast, story, signed_in):
    browser = signed_in(cast.bea)
    for _press in range(2):
        browser.post(address("responses-write", story), words(voice=of(cast.bea)))
    assert Response.objects.filter(root=story).count() == 1


def test_she_can_speak_under_a_cover_name(cast, story, signed_in):
    willow = a_cover_voice(cast.bea)
    browser = signed_in(cast.bea)
    assert "Willow" in browser.get(address("responses-write", story)).content.decode()
    browser.post(address("responses-write", story), words(voice=willow.public_id))
    page = signed_in(cast.carl).get(address("stories-read", story)).content.decode()
    assert "Willow" in page
    assert "Bea" not in page


def test_nobody_can_send_under_anothers_name(cast, story, signed_in):
    answer = signed_in(cast.bea).post(address("responses-write", story), words(voice=of(cast.carl)))
    assert answer.status_code == 422
    assert "Choose one of your own names." in answer.content.decode()
    assert not Response.objects.exists()


def test_who_told_a_story_under_a_cover_name_is_offered_no_other_name(cast, signed_in):
    story = a_story(cast.ana, cover_name="Willow")
    browser = signed_in(cast.ana)
    browser.post(address("responses-write", story), words(voice=of(cast.ana)))
    assert not Response.objects.exists(), "her shown name would lift the cover"
    browser.post(address("responses-write", story), words(voice=story.voice.public_id))
    page = signed_in(cast.carl).get(address("stories-read", story)).content.decode()
    assert "Ana" not in page


def test_she_answers_an_answer(cast, story, signed_in):
    first = respond(cast.bea, story, "what Bea said")
    browser = signed_in(cast.carl)
    page = browser.get(address("responses-write", story, to=first.public_id)).content.decode()
    assert "what Bea said" in page
    browser.post(address("responses-write", story), words(voice=of(cast.carl), to=first.public_id))
    assert Item.objects.filter(above=first).count() == 1


def test_a_note_about_an_inquest_appears_once_and_does_not_block(cast, story, signed_in):
    browser = signed_in(cast.bea)
    text = "The inquest said that it was nobody."
    noted = browser.post(address("responses-write", story), words(text, voice=of(cast.bea)))
    page = noted.content.decode()
    assert "You write about an inquest or an inquiry." in page
    assert text in page
    assert "Send as it is" in page
    assert not Response.objects.exists()
    browser.post(address("responses-write", story), words(text, voice=of(cast.bea), has_seen_note="on"))
    assert Response.objects.count() == 1


# --- Words are never lost.


def sent_and_kept(browser, story, member, headers=None, **more):
    text = "a long evening of words"
    answer = browser.post(
        address("responses-write", story), words(text, voice=of(member), **more), headers=headers
    )
    assert text in answer.content.decode()
    assert not Response.objects.filter(root=story).exists()
    return answer


@pytest.mark.parametrize("headers", [None, PART])
def test_words_come_back_when_the_session_has_ended(cast, story, headers):
    answer = sent_and_kept(Client(), story, cast.bea, headers)
    assert "You are signed out" in answer.content.decode()
    assert "Sign in" in answer.content.decode()
    assert answer.status_code == (200 if headers else 403)


def test_signed_in_again_the_page_that_kept_them_sends_them(cast, story):
    browser = Client(enforce_csrf_checks=True)
    kept = sent_and_kept(browser, story, cast.bea)
    browser.force_login(cast.bea)
    old = sent_and_kept(browser, story, cast.bea, csrfmiddlewaretoken="x" * 64)
    assert "had grown old" in old.content.decode()
    token = old.context["csrf_token"]
    sent = browser.post(
        address("responses-write", story),
        {"words": kept.context["words"], **dict(kept.context["again"]), "csrfmiddlewaretoken": str(token)},
    )
    assert sent.status_code == 302
    assert Response.objects.filter(root=story).count() == 1


@pytest.mark.parametrize("headers", [None, PART])
def test_words_come_back_when_the_story_was_taken_back(cast, story, signed_in, headers):
    sharing.take_back(actor=cast.ana, item=story)
    answer = sent_and_kept(signed_in(cast.bea), story, cast.bea, headers)
    assert "no longer here" in answer.content.decode()


def test_the_page_that_gives_words_back_does_not_tell_whether_a_story_exists(cast, story, signed_in):
    sharing.take_back(actor=cast.ana, item=story)
    browser = signed_in(cast.bea)
    gone = browser.post(address("responses-write", story), words(voice=of(cast.bea)))
    never = browser.post(reverse("responses-write", args=["n" * 22]), words(voice=of(cast.bea)))
    assert gone.status_code == never.status_code == 404

    def bare(answer, pid):
        token = str(answer.context["csrf_token"])
        return answer.content.decode().replace(pid, "").replace(token, "")

    assert bare(gone, story.public_id) == bare(never, "n" * 22)


@pytest.mark.parametrize("headers", [None, PART])
def test_words_come_back_after_too_many(cast, story, signed_in, monkeypatch, headers):
    monkeypatch.setattr(actions, "RESPONSES_AN_HOUR", 0)
    answer = sent_and_kept(signed_in(cast.bea), story, cast.bea, headers)
    assert "Please rest" in answer.content.decode()


def test_words_come_back_when_the_family_closed_the_answers_meanwhile(cast, story, signed_in):
    Item.objects.filter(pk=story.pk).update(answers=Answers.NOBODY)
    answer = sent_and_kept(signed_in(cast.bea), story, cast.bea)
    assert "asked for no answers" in answer.content.decode()


def test_words_that_are_too_long_stay_in_the_box(cast, story, signed_in):
    text = "word " * 3000
    answer = signed_in(cast.bea).post(address("responses-write", story), words(text, voice=of(cast.bea)))
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert "Nothing was lost." in answer.content.decode()


def test_a_form_from_another_site_sends_nothing(cast, story):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.bea)
    answer = browser.post(
        address("responses-write", story),
        words(voice=of(cast.bea)),
        headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert not Response.objects.exists()


# --- Without words.


@pytest.mark.parametrize("headers", [None, PART])
def test_a_gesture_pressed_and_pressed_again(cast, story, signed_in, headers):
    browser = signed_in(cast.bea)
    pressed = browser.post(
        address("responses-gesture", story), {"gesture": "candle"}, headers=headers, follow=not headers
    )
    assert Gesture.objects.filter(item=story, member=cast.bea).count() == 1
    assert "You lit a candle" in pressed.content.decode()
    browser.post(address("responses-gesture", story), {"gesture": "candle"}, headers=headers)
    assert not Gesture.objects.exists()


@pytest.mark.parametrize("headers", [None, PART])
def test_less_alone_pressed_and_pressed_again(cast, story, signed_in, headers):
    browser = signed_in(cast.bea)
    pressed = browser.post(address("responses-less-alone", story), headers=headers, follow=not headers)
    assert "You told them" in pressed.content.decode()
    browser.post(address("responses-less-alone", story), headers=headers)
    assert not LessAlone.objects.exists()


def test_an_unknown_gesture_is_no_page(cast, story, signed_in):
    assert signed_in(cast.bea).post(address("responses-gesture", story), {"gesture": "x"}).status_code == 404


def test_the_family_sees_who_and_nobody_else_sees_how_many(cast, story, signed_in):
    for member in (cast.bea, cast.carl):
        actions.press_gesture(actor=member, story_item=story, kind="candle")
        actions.press_less_alone(actor=member, story_item=story)
    page = signed_in(cast.ana).get(address("responses-came-in", story)).content.decode()
    assert "Bea lit a candle" in page
    assert "They felt less alone" in page
    for other in (cast.noa, cast.sam, cast.dora):
        browser = signed_in(other)
        assert browser.get(address("responses-came-in", story)).status_code == 404
        assert browser.get(address("responses-wordless", story)).status_code == 404
        below = browser.get(address("stories-read", story)).content.decode()
        assert "Bea" not in below
        assert "Carl" not in below


def test_whom_the_family_blocked_is_not_in_what_came_in(cast, story, signed_in):
    actions.press_gesture(actor=cast.max, story_item=story, kind="candle")
    browser = signed_in(cast.ana)
    assert "Max" in browser.get(address("responses-came-in", story)).content.decode()
    people_actions.block(actor=cast.ana, blocked=cast.max)
    assert "Max" not in browser.get(address("responses-came-in", story)).content.decode()


# --- What came in.


def test_the_family_reads_lets_be_seen_and_puts_away(cast, signed_in):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    kind, cruel = respond(cast.bea, story, "kind words"), respond(cast.carl, story, "cruel words")
    ana = signed_in(cast.ana)
    page = ana.get(address("responses-came-in", story)).content.decode()
    assert "kind words" in page
    assert "cruel words" in page
    ana.post(address("responses-let-be-seen", kind))
    assert ana.post(address("responses-put-away", cruel), headers=PART).content == b""
    below = signed_in(cast.noa).get(address("stories-read", story)).content.decode()
    assert "kind words" in below
    assert "cruel words" not in below
    assert "cruel words" in signed_in(cast.carl).get(address("stories-read", story)).content.decode()


def test_the_writer_is_told_the_same_before_and_after_it_is_put_away(cast, story, signed_in):
    answer = respond(cast.bea, story)
    bea = signed_in(cast.bea)
    urls = [
        address("stories-read", story),
        address("responses-answer", answer),
        reverse("responses-mine"),
        address("responses-write", story, to=answer.public_id),
    ]

    def pages():
        return [ALWAYS_NEW.sub("", bea.get(url).content.decode()) for url in urls]

    before = pages()
    actions.put_away(actor=cast.ana, item=answer)
    assert pages() == before


@pytest.mark.parametrize("name", ["responses-let-be-seen", "responses-put-away", "responses-pass-on"])
def test_what_is_not_theirs_to_decide_does_not_exist(cast, name, signed_in):
    story = a_story(cast.ana, answers=Answers.APPROVED)
    answer = respond(cast.bea, story)
    for other in (cast.bea, cast.carl, cast.sam, cast.dora):
        assert signed_in(other).post(address(name, answer)).status_code == 404


def test_a_first_reader_meets_what_waits_and_decides(cast, story, signed_in):
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    kind, cruel = respond(cast.bea, story, "kind words"), respond(cast.carl, story, "cruel words")
    noa = signed_in(cast.noa)
    page = noa.get(reverse("responses-read-first")).content.decode()
    assert "kind words" in page
    assert TITLE in page
    assert "cruel words" not in signed_in(cast.ana).get(address("responses-came-in", story)).content.decode()
    assert "cruel words" not in signed_in(cast.gran).get(reverse("responses-read-first")).content.decode()
    noa.post(address("responses-pass-on", kind))
    noa.post(address("responses-put-away", cruel))
    assert (
        "words"
        not in noa.get(reverse("responses-read-first"))
        .content.decode()
        .split("</h1>")[1]
        .split("Nothing is waiting")[1]
    )
    for everyone in (cast.ana, cast.gran):
        below = signed_in(everyone).get(address("stories-read", story)).content.decode()
        assert "kind words" in below
        assert "cruel words" not in below


def test_both_parents_have_the_page_of_what_came_in_and_the_ex_has_not(cast, signed_in):
    story = a_joint_story(cast)
    for parent in (cast.ana, cast.sam):
        assert signed_in(parent).get(address("responses-came-in", story)).status_code == 200
    for other in (cast.eve, cast.eve2, cast.gran, cast.bea):
        assert signed_in(other).get(address("responses-came-in", story)).status_code == 404


# --- One's own.


def test_what_i_wrote_stays_mine_when_the_story_is_gone(cast, story, signed_in):
    respond(cast.bea, story, "my own words")
    bea = signed_in(cast.bea)
    assert TITLE in bea.get(reverse("responses-mine")).content.decode()
    sharing.take_back(actor=cast.ana, item=story)
    page = bea.get(reverse("responses-mine")).content.decode()
    assert "my own words" in page
    assert TITLE not in page
    assert "my own words" not in signed_in(cast.carl).get(reverse("responses-mine")).content.decode()


def test_bea_changes_her_words_on_a_page(cast, story, signed_in):
    answer = respond(cast.bea, story, "my first words")
    bea = signed_in(cast.bea)
    assert "my first words" in bea.get(address("responses-change", answer)).content.decode()
    bea.post(address("responses-change", answer), {"words": "my second words"})
    assert "my second words" in signed_in(cast.carl).get(address("stories-read", story)).content.decode()
    assert signed_in(cast.carl).get(address("responses-change", answer)).status_code == 404


def test_bea_takes_her_words_back_on_a_page(cast, story, signed_in):
    answer = respond(cast.bea, story, "words to take back")
    assert signed_in(cast.ana).post(address("responses-erase", answer)).status_code == 404
    bea = signed_in(cast.bea)
    assert "cannot bring them back" in bea.get(address("responses-erase", answer)).content.decode()
    bea.post(address("responses-erase", answer))
    assert "words to take back" not in bea.get(reverse("responses-mine")).content.decode()
    assert bea.get(address("responses-answer", answer)).status_code == 404


# --- Hard for me to see.


def test_a_story_is_hard_to_see_and_only_that_reader_knows(cast, story, signed_in):
    bea = signed_in(cast.bea)
    assert bea.get(address("responses-hard-for-me", story)).status_code == 200
    bea.post(address("responses-hard-for-me", story), {"note": "hospital", "suggest": "on"})
    assert bearing_of(cast.bea).choice("hospital") == "ask"
    page = signed_in(cast.ana).get(address("responses-came-in", story)).content.decode()
    assert "<strong>hospital</strong>" in page
    assert "Bea" not in page
    signed_in(cast.ana).post(address("responses-settle-notes", story))
    assert (
        "<strong>hospital</strong>"
        not in signed_in(cast.ana).get(address("responses-came-in", story)).content.decode()
    )


def test_an_answer_laid_aside_on_a_page_can_be_taken_out_again(cast, story, signed_in):
    answer = respond(cast.carl, story, "words that were hard")
    bea = signed_in(cast.bea)
    bea.post(address("responses-hard-for-me", answer), {"note": ""})
    assert "words that were hard" not in bea.get(address("stories-read", story)).content.decode()
    assert "words that were hard" in signed_in(cast.gran).get(address("stories-read", story)).content.decode()
    assert "Carl" in bea.get(reverse("responses-laid-aside")).content.decode()
    bea.post(address("responses-take-out-again", answer))
    assert "words that were hard" in bea.get(address("stories-read", story)).content.decode()


# --- Queries.


def test_a_story_with_very_many_answers_asks_at_most_eight_queries(cast, story, signed_in):
    for number in range(60):
        respond(cast.bea if number % 2 else cast.noa, story, f"words {number}", form_token=UUID(int=number))
        if number % 25 == 24:
            for member in (cast.bea, cast.noa):
                limits.forget(f"respond:hour:{member.pk}")
    browser = signed_in(cast.carl)
    browser.get(address("stories-read", story))
    with (
        CaptureQueriesContext(connections["default"]) as main,
        CaptureQueriesContext(connections["derived"]) as derived,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        page = browser.get(address("stories-read", story))
    assert page.content.decode().count('class="response"') == 50
    queries = [*main.captured_queries, *derived.captured_queries, *keys.captured_queries]
    assert len(queries) <= 8, "\n".join(query["sql"][:150] for query in queries)


def test_a_name_that_looks_like_a_page_is_only_a_name(cast, story, signed_in):
    people_actions.change_shown_name(actor=cast.bea, name='<b>Bea</b> & "co"')
    respond(cast.bea, story, "<script>alert(1)</script> words")
    page = signed_in(cast.carl).get(address("stories-read", story)).content.decode()
    assert "<b>Bea" not in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;Bea&lt;/b&gt; &amp; &quot;co&quot;" in page


def test_a_first_reader_finds_the_way_to_what_waits(cast, story, signed_in):
    way = reverse("responses-read-first")
    noa = signed_in(cast.noa)
    assert way not in noa.get(address("stories-read", story)).content.decode()
    sharing.name_first_reader(actor=cast.ana, item=story, member=cast.noa)
    assert way in noa.get(address("stories-read", story)).content.decode()
    assert way in noa.get(reverse("responses-mine")).content.decode()
    assert way not in signed_in(cast.bea).get(address("stories-read", story)).content.decode()


def test_what_i_wrote_says_when_a_moderator_holds_it(cast, story, signed_in):
    answer = respond(cast.bea, story)
    bea = signed_in(cast.bea)
    assert "A moderator looks at it" not in bea.get(reverse("responses-mine")).content.decode()
    Hold.objects.create(item=answer, placed_by=cast.dora, reason="cruel")
    assert "A moderator looks at it" in bea.get(reverse("responses-mine")).content.decode()
