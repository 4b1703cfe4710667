"""The pages: for everyone, to tell; for its own people, what became of it; for moderators, the rest."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessalone.families import actions as families
from lessalone.families import facts
from lessalone.families.models import LoneConsentRequest, Parent, SafetySeparation, SameBaby
from lessalone.moderation import actions
from lessalone.moderation.models import Decision, Report
from lessalone.people.bearing import bearing_of
from lessalone.people.models import AuditEntry, Member
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Hold, Rung
from tests import cast as people
from tests.moderation.test_reports import sees
from tests.responses.stories import WORDS, a_story

pytestmark = pytest.mark.django_db(databases="__all__")


def address(name, thing, **query):
    return reverse(name, args=[thing.public_id], query=query or None)


def text(response):
    return response.content.decode()


# --- Telling.


def test_below_every_story_and_on_every_answer_is_a_way_to_tell(cast, story, answer, signed_in):
    bea = signed_in(cast.bea)
    assert address("moderation-tell", story) in text(bea.get(address("stories-read", story)))
    assert address("moderation-tell", answer) in text(bea.get(address("responses-answer", answer)))
    assert address("moderation-tell", story) not in text(
        signed_in(cast.ana).get(address("stories-read", story))
    )


def test_a_member_tells_us_on_the_page(cast, story, signed_in):
    bea = signed_in(cast.bea)
    page = text(bea.get(address("moderation-tell", story)))
    assert "It is hard for me to see" in page
    assert "This is my baby" in page
    told = text(bea.post(address("moderation-tell", story), {"reason": "cruel", "words": "It hurt me."}))
    assert "Thank you for telling us" in told
    assert "Until then it stays as it is." in told
    assert Report.objects.get().reporter == cast.bea


def test_someone_without_an_account_tells_us_on_a_public_page(cast):
    story = a_story(cast.ana, rung=Rung.PUBLIC)
    visitor = Client()
    assert address("moderation-tell", story) in text(visitor.get(address("stories-read", story)))
    page = text(visitor.get(address("moderation-tell", story)))
    assert "It is hard for me to see" not in page
    visitor.post(address("moderation-tell", story), {"reason": "my-baby", "words": "Call me."})
    report = Report.objects.get()
    assert report.reporter is None
    assert report.address_digest
    assert visitor.get(address("stories-read", story)).status_code == 404


def test_what_one_may_not_see_cannot_be_told_about(cast, story):
    assert Client().get(address("moderation-tell", story)).status_code == 404
    assert Client().post(address("moderation-tell", story), {"reason": "my-baby"}).status_code == 404
    assert not Report.objects.exists()


def test_words_stay_in_the_box_when_something_is_missing_or_too_much(cast, story, signed_in, monkeypatch):
    bea = signed_in(cast.bea)
    missing = bea.post(address("moderation-tell", story), {"words": "a long report"})
    assert missing.status_code == 422
    assert "a long report" in text(missing)
    monkeypatch.setattr(actions, "REPORTS_A_DAY", 0)
    refused = bea.post(address("moderation-tell", story), {"reason": "cruel", "words": "a long report"})
    assert refused.status_code == 429
    assert "a long report" in text(refused)


def test_someone_in_danger_is_shown_help_at_once(cast, story, signed_in):
    told = text(signed_in(cast.bea).post(address("moderation-tell", story), {"reason": "danger"}))
    assert "Call the emergency number where you are." in told


def test_hard_for_me_changes_only_what_that_reader_meets(cast, story, signed_in):
    page = text(signed_in(cast.bea).get(address("moderation-tell", story)))
    hard = address("responses-hard-for-me", story)
    assert hard in page
    signed_in(cast.bea).post(hard, {"note": "birth"})
    assert bearing_of(cast.bea).choice("birth") == "ask"
    assert sees(cast.carl, story)
    assert not Report.objects.exists()


# --- What its own people are told.


def test_its_author_finds_out_on_its_page_why_and_objects(cast, ole, story, signed_in):
    actions.decide(actor=cast.dora, item=story, verdict="out", reason="cruel", words="A kind sentence.")
    ana = signed_in(cast.ana)
    for name in ("stories-read", "stories-family"):
        assert address("moderation-held", story) in text(ana.get(address(name, story)))
    page = text(ana.get(address("moderation-held", story)))
    assert "A kind sentence." in page
    assert "It may hurt someone who reads it." in page
    ana.post(address("moderation-held", story), {"words": "Please look again."})
    after = text(ana.get(address("moderation-held", story)))
    assert "A moderator who had no part in it answers you here." in after
    for other in (cast.bea, cast.sam, cast.dora):
        assert signed_in(other).get(address("moderation-held", story)).status_code == 404


def test_the_writer_of_an_answer_finds_out_too(cast, answer, signed_in):
    actions.hold(actor=cast.dora, item=answer, reason="cruel")
    carl = signed_in(cast.carl)
    assert address("moderation-held", answer) in text(carl.get(address("responses-answer", answer)))
    assert "It may hurt someone who reads it." in text(carl.get(address("moderation-held", answer)))


def test_who_reported_appears_nowhere(cast, ole, story, answer, signed_in):
    """Bea's names are canaries: on no page of anyone, the moderators' included."""
    people_names = ("Bea", cast.bea.handle)
    for thing in (story, answer):
        actions.report(actor=cast.bea, item=thing, reason="sexual", words="It frightened me.")
    dora = signed_in(cast.dora)
    pages = [
        signed_in(cast.ana).get(address("stories-read", story)),
        signed_in(cast.ana).get(address("stories-family", story)),
        signed_in(cast.ana).get(address("moderation-held", story)),
        signed_in(cast.ana).get(address("responses-came-in", story)),
        signed_in(cast.carl).get(reverse("responses-mine")),
        signed_in(cast.carl).get(address("moderation-held", answer)),
        dora.get(reverse("moderation-desk")),
        dora.get(reverse("moderation-reports")),
        dora.get(reverse("moderation-holds")),
        dora.get(address("moderation-item", story)),
        *(dora.get(address("moderation-report", report)) for report in Report.objects.all()),
        signed_in(cast.lea).get(reverse("moderation-audit")),
        signed_in(cast.lea).get(reverse("moderation-openings")),
    ]
    assert "It frightened me." in text(pages[9]), "moderators do read what was told"
    for page in pages:
        assert page.status_code == 200
        assert not any(name in text(page) for name in people_names)
    for page in pages[:6]:
        assert "It frightened me." not in text(page)
        assert "sexual image" not in text(page)


# --- For moderators alone.

PLAIN = [
    "moderation-desk",
    "moderation-reports",
    "moderation-holds",
    "moderation-decisions",
    "moderation-objections",
    "moderation-glass",
    "moderation-joining",
    "moderation-same-baby",
    "moderation-lone-consents",
]
FOR_LEADS = ["moderation-separations", "moderation-openings", "moderation-audit"]


@pytest.mark.parametrize("name", PLAIN)
def test_moderators_have_their_pages_and_for_others_they_do_not_exist(cast, signed_in, name):
    assert signed_in(cast.dora).get(reverse(name)).status_code == 200
    assert signed_in(cast.lea).get(reverse(name)).status_code == 200
    for other in (cast.ana, cast.bea, cast.carl, cast.wim):
        assert signed_in(other).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", FOR_LEADS)
def test_leads_have_their_pages_and_for_moderators_they_do_not_exist(cast, signed_in, name):
    assert signed_in(cast.lea).get(reverse(name)).status_code == 200
    for other in (cast.dora, cast.ana):
        assert signed_in(other).get(reverse(name)).status_code == 404


def test_what_moderators_press_does_not_exist_for_others(cast, story, signed_in):
    report = actions.report(actor=cast.bea, item=story, reason="cruel")
    presses = [
        (address("moderation-hold", story), {"reason": "cruel"}),
        (address("moderation-decide", story), {"verdict": "out", "reason": "cruel"}),
        (address("moderation-take", report), {}),
        (address("moderation-settle", report), {"outcome": "not"}),
        (reverse("moderation-let-in", args=[cast.wim.pk]), {}),
        (reverse("moderation-glass"), {"address": story.public_id, "reason": "please"}),
    ]
    for url, data in presses:
        assert signed_in(cast.bea).post(url, data).status_code == 404
    assert not Hold.objects.exists()
    assert not AuditEntry.objects.filter(actor=cast.bea).exists()


def test_a_moderator_reads_a_report_takes_it_and_decides(cast, ole, story, signed_in):
    report = actions.report(actor=cast.bea, item=story, reason="cruel", words="It hurt me.")
    dora = signed_in(cast.dora)
    assert address("moderation-report", report) in text(dora.get(reverse("moderation-reports")))
    page = text(dora.get(address("moderation-report", report)))
    assert "It hurt me." in page
    assert WORDS in page
    dora.post(address("moderation-take", report))
    assert address("moderation-report", report) not in text(signed_in(ole).get(reverse("moderation-reports")))
    assert address("moderation-report", report) in text(
        signed_in(ole).get(reverse("moderation-reports", query={"all": ""}))
    )
    dora.post(
        address("moderation-decide", story),
        {"verdict": "out", "reason": "cruel", "words": "Kindly.", "outcome": "right"},
    )
    assert not sees(cast.bea, story)
    assert Report.objects.get().outcome == "right"
    decision = Decision.objects.get()
    assert "I agree" not in text(dora.get(address("moderation-item", story)))
    dora.post(address("moderation-second", decision))
    decision.refresh_from_db()
    assert decision.seconded_by is None
    assert "I agree: keep it out of sight" in text(signed_in(ole).get(address("moderation-item", story)))
    signed_in(ole).post(address("moderation-second", decision))
    decision.refresh_from_db()
    assert decision.seconded_by == ole


def test_a_moderator_holds_from_the_page(cast, answer, signed_in):
    dora = signed_in(cast.dora)
    dora.post(address("moderation-hold", answer), {"reason": ""})
    assert not Hold.objects.exists()
    dora.post(address("moderation-hold", answer), {"reason": "cruel"})
    assert not sees(cast.ana, answer)


def test_what_a_moderator_may_not_see_is_opened_only_with_a_reason(cast, signed_in):
    story = a_story(cast.ana, rung=Rung.ONLY_US)
    dora = signed_in(cast.dora)
    assert dora.get(address("moderation-item", story)).status_code == 404
    without = dora.post(reverse("moderation-glass"), {"address": story.public_id, "reason": ""})
    assert without.status_code == 422
    assert dora.get(address("moderation-item", story)).status_code == 404
    where = f"https://community.example.org/stories/{story.public_id}?answers=x"
    dora.post(reverse("moderation-glass"), {"address": where, "reason": "A call about their safety"})
    assert WORDS in text(dora.get(address("moderation-item", story)))
    assert "A call about their safety" in text(signed_in(cast.lea).get(reverse("moderation-openings")))
    nowhere = dora.post(reverse("moderation-glass"), {"address": "n" * 22, "reason": "why"})
    assert "There is nothing at this address." in text(nowhere)


def test_an_erased_thing_leaves_an_empty_report(cast, story, signed_in):
    report = actions.report(actor=cast.bea, item=story, reason="cruel")
    sharing.erase(actor=cast.ana, item=story)
    page = text(signed_in(cast.dora).get(address("moderation-report", report)))
    assert WORDS not in page
    assert "It was erased, or never shared." in page


def test_an_objection_is_answered_on_its_page(cast, ole, story, signed_in):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    objection = actions.object_to(actor=cast.ana, item=story, words="Please look again.")
    page = text(signed_in(cast.dora).get(address("moderation-objection", objection)))
    assert "A moderator who had no part in this has to answer." in page
    refused = signed_in(cast.dora).post(
        address("moderation-objection", objection), {"is_upheld": "no", "words": "No."}
    )
    assert refused.status_code == 422
    signed_in(ole).post(address("moderation-objection", objection), {"is_upheld": "yes", "words": "Yes."})
    assert sees(cast.bea, story)


# --- Joining, families, leads.


def test_a_moderator_lets_someone_in(cast, signed_in):
    dora = signed_in(cast.dora)
    assert "Wim" in text(dora.get(reverse("moderation-joining")))
    dora.post(reverse("moderation-let-in", args=[cast.wim.pk]))
    cast.wim.refresh_from_db()
    assert cast.wim.approved_at


def test_a_moderator_does_not_let_someone_in_and_says_why(cast, signed_in):
    dora = signed_in(cast.dora)
    url = reverse("moderation-decline", args=[cast.wim.pk])
    assert dora.post(url, {"reason": ""}).status_code == 422
    dora.post(url, {"reason": "An advertisement"})
    cast.wim.refresh_from_db()
    assert not cast.wim.is_active
    assert AuditEntry.objects.get(action="member.declined").reason == "An advertisement"


def test_a_moderator_makes_someone_a_bereaved_member_who_told_of_a_loss(cast, signed_in):
    dora = signed_in(cast.dora)
    url = reverse("moderation-admit", args=[cast.carl.pk])
    assert dora.post(url).status_code == 404, "he told of no loss"
    Member.objects.filter(pk=cast.carl.pk).update(told_of_loss_at=timezone.now())
    assert "Carl" in text(dora.get(reverse("moderation-joining")))
    dora.post(url)
    cast.carl.refresh_from_db()
    assert cast.carl.admitted_at


def test_a_moderator_settles_two_pages_as_different_babies(cast, signed_in):
    other = people.a_baby(cast.eve2)
    pair = SameBaby.objects.create(first=cast.jack, second=other)
    dora = signed_in(cast.dora)
    url = reverse("moderation-pair", args=[pair.pk])
    page = text(dora.get(url))
    assert facts.say_date(cast.jack.pages.first(), "born") in page
    assert "Eve2" in page
    assert AuditEntry.objects.filter(action="same-baby.read").exists()
    assert dora.post(url, {"reason": ""}).status_code == 422
    dora.post(url, {"reason": "Two families wrote to us"})
    pair.refresh_from_db()
    assert pair.settled_as_different_at


def test_a_moderator_of_the_family_is_not_shown_the_pair(cast, signed_in):
    other = people.a_baby(cast.eve2)
    pair = SameBaby.objects.create(first=cast.jack, second=other)
    people.give_duty(cast.gran, "moderator")
    url = reverse("moderation-pair", args=[pair.pk])
    page = text(signed_in(cast.gran).get(url))
    assert facts.say_date(cast.jack.pages.first(), "born") not in page
    assert signed_in(cast.gran).post(url, {"reason": "I am sure"}).status_code == 403
    pair.refresh_from_db()
    assert pair.settled_as_different_at is None


def test_deciding_without_a_parent_takes_two_different_moderators(cast, ole, signed_in):
    sam = Parent.objects.get(baby=cast.jack, member=cast.sam)
    asked = families.ask_to_decide_alone(
        actor=cast.ana, parent=sam, because="unreachable", reason="He moved and does not answer."
    )
    url = reverse("moderation-lone-consent", args=[asked.pk])
    dora = signed_in(cast.dora)
    page = text(dora.get(url))
    assert "He moved and does not answer." in page
    for _press in range(2):
        dora.post(url, {"reason": "plausible", "agree": "1"})
    asked.refresh_from_db()
    assert asked.noticed_at is None, "one moderator twice is one"
    signed_in(ole).post(url, {"reason": "plausible", "agree": "1"})
    asked.refresh_from_db()
    assert asked.noticed_at
    signed_in(ole).post(url, {"reason": "He called us", "refuse": "1"})
    assert not LoneConsentRequest.objects.open().exists()


def test_a_lead_keeps_a_parent_safe_and_the_other_never_learns(cast, signed_in):
    sam = Parent.objects.get(baby=cast.jack, member=cast.sam)
    asked = families.request_safety_separation(actor=cast.ana, parent=sam, own_words="I am afraid.")
    url = reverse("moderation-separation", args=[asked.pk])
    assert signed_in(cast.dora).get(url).status_code == 404
    lea = signed_in(cast.lea)
    assert "I am afraid." in text(lea.get(url))
    lea.post(url, {"reason": "It sounds true", "answer": "grant"})
    assert SafetySeparation.objects.in_force().filter(pk=asked.pk).exists()
    sam.refresh_from_db()
    assert sam.suspended_at


def test_leads_read_the_log(cast, story, signed_in):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    page = text(signed_in(cast.lea).get(reverse("moderation-audit")))
    assert "item.held" in page
    assert "Dora" in page
    assert WORDS not in page


# --- Queries.


@pytest.mark.parametrize("name", [*PLAIN, *FOR_LEADS])
def test_every_page_asks_at_most_eight_queries(cast, ole, story, answer, signed_in, name):
    for thing in (story, answer):
        for member in (cast.bea, cast.max, cast.noa):
            actions.report(actor=member, item=thing, reason="cruel")
        actions.decide(actor=ole, item=thing, verdict="out", reason="cruel")
        actions.break_glass(actor=cast.dora, item=thing, reason="why")
    assert queries_of(signed_in(cast.lea), reverse(name)) <= 8


def test_a_held_story_asks_its_author_at_most_eight_queries(cast, story, answer, signed_in):
    actions.hold(actor=cast.dora, item=story, reason="cruel")
    ana = signed_in(cast.ana)
    ana.get(address("stories-read", story))
    assert queries_of(ana, address("stories-read", story)) <= 8


def queries_of(browser, url):
    with (
        CaptureQueriesContext(connections["default"]) as main,
        CaptureQueriesContext(connections["derived"]) as derived,
        CaptureQueriesContext(connections["keys"]) as keys,
    ):
        assert browser.get(url).status_code == 200
    queries = [*main.captured_queries, *derived.captured_queries, *keys.captured_queries]
    return len(queries)


def test_items_are_never_shown_by_their_number(cast, story, signed_in):
    actions.report(actor=cast.bea, item=story, reason="cruel")
    page = text(signed_in(cast.dora).get(reverse("moderation-reports")))
    links = re.findall(r'href="([^"]+)"', page)
    assert any(link.startswith("/moderation/reports/") for link in links)
    assert not [link for link in links if str(story.pk) in re.split(r"[/?=&#]", link)]


# --- Telling about what one cannot open.


def test_a_parent_without_an_account_tells_us_about_a_story_that_they_cannot_open(cast, signed_in):
    story = a_story(cast.ana, rung=Rung.MEMBERS)
    where = f"http://testserver{address('stories-read', story)}"
    told = Client().post(
        reverse("moderation-tell-us"), {"reason": "my-baby", "where": where, "words": "It is my son."}
    )
    report = Report.objects.get()
    assert report.item is None, "a stranger opens nothing to moderators"
    assert sees(cast.bea, story), "and hides nothing that they cannot see"
    nowhere = Client().post(
        reverse("moderation-tell-us"), {"reason": "my-baby", "where": "n" * 22, "words": "It is my son."}
    )
    assert text(told) == text(nowhere), "it never says whether anything is there"
    dora = signed_in(cast.dora)
    page = text(dora.get(address("moderation-report", report)))
    assert where in page
    assert "It is my son." in page
    dora.post(address("moderation-take", report))
    dora.post(address("moderation-settle", report), {"outcome": "right"})
    report.refresh_from_db()
    assert (report.settled_by, report.outcome) == (cast.dora, "right")


def test_what_they_can_open_is_held_at_once_by_the_same_page(cast):
    story = a_story(cast.ana, rung=Rung.PUBLIC)
    Client().post(
        reverse("moderation-tell-us"),
        {"reason": "my-baby", "where": address("stories-read", story), "words": "It is my son."},
    )
    assert Report.objects.get().item == story
    assert not sees(None, story)


def test_telling_without_words_keeps_what_was_chosen(cast):
    page = Client().post(reverse("moderation-tell-us"), {"reason": "my-baby", "where": "over there"})
    assert page.status_code == 422
    assert "over there" in text(page)
    assert "checked" in text(page)
