"""Words, what one meets, blocks, rest, and what everyone can change about themselves."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lessalone.people import actions, bearing, notes, tasks, vocabulary
from lessalone.people.middleware import viewer_of
from lessalone.people.models import Bearing, Block, Member
from lessalone.people.viewer import VISITOR

# --- Their words ------------------------------------------------------------------------------------


def test_until_they_choose_we_say_baby_died_and_pregnancy_loss(ana):
    words = vocabulary.words_for(ana)
    assert (words.your_baby, words.died, words.loss) == ("your baby", "died", "pregnancy loss")
    assert words.your_baby_died == "your baby died"
    assert vocabulary.words_for(None) == words


def test_she_chooses_and_every_sentence_follows(as_, ana):
    chosen = {"baby": "babies", "died": "born-sleeping", "loss": "tfmr", "light": "stone", "rainbow": "yes"}
    as_(ana).post("/you/words/", chosen)
    ana.refresh_from_db()
    words = vocabulary.words_for(ana)
    assert words.your_baby_died == "your babies were born sleeping"
    assert words.loss == "TFMR"
    assert words.give_light == "lay a stone"
    assert words.later_pregnancy == "a rainbow pregnancy"
    assert words.a_baby_who_died == "a baby who died"
    assert "your babies were born sleeping" in as_(ana).get("/you/").content.decode()


def test_who_speaks_of_a_pregnancy_is_not_told_that_it_died(ana):
    actions.set_vocabulary(actor=ana, choices={"baby": "pregnancy"})
    assert vocabulary.words_for(ana).your_baby_died == "your pregnancy ended"


def test_her_own_words_are_used_as_she_wrote_them(as_, ana):
    own = {
        "baby": "own",
        "own_baby": "your  little bean",
        "died": "own",
        "own_died": "slipped away",
        "loss": "death",
    }
    as_(ana).post("/you/words/", own)
    ana.refresh_from_db()
    assert vocabulary.words_for(ana).your_baby_died == "your little bean slipped away"


def test_own_words_that_were_not_written_are_asked_for_and_nothing_is_lost(as_, ana):
    answer = as_(ana).post(
        "/you/words/", {"baby": "own", "own_baby": "", "died": "own", "own_died": "went home"}
    )
    assert answer.status_code == 200
    assert "went home" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.vocabulary == {}


def test_own_words_are_never_markup(as_, ana):
    as_(ana).post("/you/words/", {"baby": "own", "own_baby": "<b>bean</b>"})
    assert b"<b>bean</b>" not in as_(ana).get("/you/").content


def test_a_choice_that_is_no_longer_offered_falls_back(ana):
    actions.set_vocabulary(
        actor=ana, choices={"baby": "gone", "died": "gone", "loss": "gone", "light": "gone"}
    )
    assert vocabulary.words_for(ana).your_baby_died == "your baby died"


def test_words_cost_no_query(ana):
    with CaptureQueriesContext(connection) as asked:
        vocabulary.words_for(ana)
    assert len(asked) == 0


def test_the_first_step_leaves_alone_what_it_does_not_ask(as_, ana):
    actions.set_vocabulary(actor=ana, choices={"light": "leaf", "rainbow": True})
    as_(ana).post("/welcome/words/", {"baby": "son"})
    ana.refresh_from_db()
    assert ana.vocabulary == {"light": "leaf", "rainbow": True, "baby": "son"}


# --- What one meets ---------------------------------------------------------------------------------


def test_photos_are_covered_and_pregnancy_and_living_children_ask_first(ana):
    held = bearing.bearing_of(ana)
    assert {note for note in notes.KEYS if held.choice(note) == "ask"} == {
        "photos",
        "baby-photos",
        "pregnancy",
        "living-children",
    }
    assert held.choice("birth") == "show"
    assert bearing.bearing_of(None).choices == held.choices


def test_a_note_that_nobody_knows_is_asked_about(ana):
    assert bearing.bearing_of(ana).choice("something-new") == "ask"


def choices_with(**changed: str) -> dict[str, str]:
    return {**bearing.DEFAULTS, "span": "", **{key.replace("_", "-"): one for key, one in changed.items()}}


def test_a_father_hides_photos_and_shows_pregnancy(as_, ana):
    as_(ana).post("/you/meet/", choices_with(photos="hide", pregnancy="show"))
    held = bearing.bearing_of(ana)
    assert held.choice("photos") == "hide"
    assert held.choice("pregnancy") == "show"
    assert held.strictest(["pregnancy", "photos"]) == "hide"
    assert held.hidden == {"photos"}


def test_choosing_twice_keeps_one_row_each(as_, ana):
    for _each in range(2):
        as_(ana).post("/you/meet/", choices_with(photos="hide"))
    assert Bearing.objects.filter(member=ana).count() == len(notes.KEYS)


def test_a_choice_that_does_not_exist_is_refused(as_, ana):
    assert as_(ana).post("/you/meet/", choices_with(photos="everything")).status_code == 200
    assert not Bearing.objects.exists()


def test_for_tonight_ends_at_eight_in_the_morning_where_she_is(ana):
    ana.time_zone = "Europe/Dublin"
    late = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)  # 23:30 in Dublin
    assert bearing.end_of_tonight(ana, late) == dt.datetime(2026, 7, 2, 7, 0, tzinfo=dt.UTC)
    at_three = dt.datetime(2026, 7, 2, 2, 0, tzinfo=dt.UTC)
    assert bearing.end_of_tonight(ana, at_three) == dt.datetime(2026, 7, 2, 7, 0, tzinfo=dt.UTC)
    at_eight = dt.datetime(2026, 7, 2, 7, 0, tzinfo=dt.UTC)
    assert bearing.end_of_tonight(ana, at_eight) == dt.datetime(2026, 7, 3, 7, 0, tzinfo=dt.UTC)


def test_for_tonight_is_right_in_the_night_the_clocks_change(ana):
    ana.time_zone = "Europe/Dublin"
    evening = dt.datetime(2026, 10, 24, 21, 0, tzinfo=dt.UTC)  # 22:00; clocks go back in the night
    assert bearing.end_of_tonight(ana, evening) == dt.datetime(2026, 10, 25, 8, 0, tzinfo=dt.UTC)


def test_for_tonight_covers_everything_and_in_the_morning_the_lasting_choices_hold(as_, ana):
    with time_machine.travel("2026-11-24T23:00:00Z", tick=False):
        as_(ana).post("/you/meet/", choices_with(faith="hide"))
        as_(ana).post("/you/meet/for-a-while/", {"span": "tonight"})
        held = bearing.bearing_of(ana)
        assert held.choice("birth") == "ask"
        assert held.choice("faith") == "hide"
    with time_machine.travel("2026-11-25T08:00:01Z", tick=False):
        assert bearing.bearing_of(ana).choice("birth") == "show"
        tasks.sweep()
    assert not Bearing.objects.filter(until__isnull=False).exists()
    assert bearing.lasting_of(ana)["faith"] == "hide"


def test_for_a_week_by_the_form_leaves_the_lasting_choices(as_, ana):
    as_(ana).post("/you/meet/", {**choices_with(hospital="hide"), "span": "week"})
    assert bearing.bearing_of(ana).choice("hospital") == "hide"
    assert bearing.lasting_of(ana)["hospital"] == "show"
    as_(ana).post("/you/meet/for-a-while/", {"span": "end"})
    assert bearing.bearing_of(ana).choice("hospital") == "show"


def test_a_span_that_does_not_exist_is_refused(as_, ana):
    assert as_(ana).post("/you/meet/for-a-while/", {"span": "forever"}).status_code == 404


def test_hard_for_me_to_see_is_one_step_more_careful_each_time(ana):
    assert actions.adjust_bearing(actor=ana, note="birth") == "ask"
    assert actions.adjust_bearing(actor=ana, note="birth") == "hide"
    assert actions.adjust_bearing(actor=ana, note="birth") == "hide"


# --- Blocks -----------------------------------------------------------------------------------------


def test_she_blocks_someone_by_the_name_she_met_and_meets_them_again(as_, ana, bea):
    cover = actions.make_cover_voice(actor=bea, name="Moss")
    as_(ana).post(f"/you/blocks/{cover.public_id}/")
    page = as_(ana).get("/you/blocks/").content.decode()
    assert "Moss" in page
    assert "Bea" not in page
    as_(ana).post(f"/you/blocks/{cover.public_id}/end/")
    assert not Block.objects.exists()


def test_blocking_twice_is_the_same_as_once_and_the_other_learns_nothing(as_, ana, bea):
    voice = actions.shown_voice(bea)
    before = as_(bea).get("/you/blocks/").content
    for _each in range(2):
        as_(ana).post(f"/you/blocks/{voice.public_id}/")
    assert Block.objects.count() == 1
    assert b"Ana" not in as_(bea).get("/you/blocks/").content
    assert len(as_(bea).get("/you/blocks/").content) == len(before)


def test_nobody_ends_someone_elses_block(as_, ana, bea, a_person):
    voice = actions.shown_voice(bea)
    actions.block(actor=ana, blocked=bea)
    as_(a_person()).post(f"/you/blocks/{voice.public_id}/end/")
    assert Block.objects.exists()


def test_blocking_oneself_does_not_exist(as_, ana):
    voice = actions.shown_voice(ana)
    assert as_(ana).post(f"/you/blocks/{voice.public_id}/").status_code == 404
    assert actions.block(actor=ana, blocked=ana) is None


def test_looking_at_the_question_blocks_nobody(as_, ana, bea):
    as_(ana).get(f"/you/blocks/{actions.shown_voice(bea).public_id}/")
    assert not Block.objects.exists()


# --- Rest -------------------------------------------------------------------------------------------


def test_an_account_rests_for_years_and_wakes_with_everything(client, as_, ana):
    as_(ana).post("/you/rest/")
    with time_machine.travel("2031-01-01T00:00:00Z"):
        tasks.sweep()
        answer = client.post("/account/login/", {"login": ana.handle, "password": "river under the hill"})
        assert answer.headers["Location"] == "/you/wake/"
        assert "Good to see you" in client.get("/you/wake/").content.decode()
        assert client.get("/you/blocks/").headers["Location"] == "/you/wake/"
        client.post("/you/wake/")
        assert client.get("/you/blocks/").status_code == 200
    assert Member.objects.get(pk=ana.pk).resting_since is None


def test_letting_it_rest_twice_keeps_the_first_day(ana):
    actions.rest(actor=ana)
    since = ana.resting_since
    actions.rest(actor=ana)
    assert ana.resting_since == since


# --- Name, place ------------------------------------------------------------------------------------


def test_she_takes_another_issued_sign_in_name_and_cannot_choose_one(as_, ana):
    browser, old = as_(ana), ana.handle
    offered = browser.get("/you/sign-in-name/").context["offered"]
    browser.post("/you/sign-in-name/", {"take": "1", "handle": "chosen-by-myself"})
    ana.refresh_from_db()
    assert ana.handle == offered != old


def test_a_sign_in_name_given_out_meanwhile_is_replaced_by_yet_another(ana, bea):
    actions.change_handle(actor=ana, handle=bea.handle)
    ana.refresh_from_db()
    assert ana.handle != bea.handle


def test_country_and_time_zone_are_kept_and_only_real_ones(as_, ana):
    as_(ana).post("/you/place/", {"country": "IE", "time_zone": "Europe/Dublin"})
    ana.refresh_from_db()
    assert (ana.country, ana.time_zone) == ("IE", "Europe/Dublin")
    assert as_(ana).post("/you/place/", {"country": "XX", "time_zone": "Moon/Sea"}).status_code == 200
    ana.refresh_from_db()
    assert (ana.country, ana.time_zone) == ("IE", "Europe/Dublin")


def test_no_page_shows_her_sign_in_name_to_anyone_else(as_, ana, lea):
    actions.give_role(actor=lea, member=ana, duty="moderator")
    assert ana.handle not in as_(lea).get("/team/").content.decode()


# --- The viewer -------------------------------------------------------------------------------------


class Asking:
    """A request, as far as the viewer needs it."""

    def __init__(self, member, links=()):
        self.user = member
        self.session = {"links": list(links)}


class Nobody:
    is_authenticated = False


def test_a_visitor_is_the_visitor_and_keeps_the_links_they_opened():
    assert viewer_of(Asking(Nobody())) == VISITOR
    assert viewer_of(Asking(Nobody(), [7])).links == {7}


def test_a_member_is_a_member_and_not_more(ana):
    viewer = viewer_of(Asking(ana))
    assert (viewer.member_id, viewer.is_member) == (ana.pk, True)
    assert not viewer.is_bereaved
    assert not viewer.is_moderator


@pytest.mark.parametrize("state", ["resting_since", "approved_at"])
def test_someone_who_rests_or_waits_sees_what_a_visitor_sees_besides_their_own(dora, state):
    Member.objects.filter(pk=dora.pk).update(admitted_at=dt.datetime.now(dt.UTC))
    dora.refresh_from_db()
    assert viewer_of(Asking(dora)).is_bereaved
    setattr(dora, state, dt.datetime.now(dt.UTC) if state == "resting_since" else None)
    viewer = viewer_of(Asking(dora))
    assert viewer.member_id == dora.pk
    assert not any((viewer.is_member, viewer.is_bereaved, viewer.is_moderator))


def test_a_closed_account_is_a_visitor(ana):
    ana.is_active = False
    assert viewer_of(Asking(ana)) == VISITOR


def test_a_role_that_ended_opens_nothing_even_if_the_column_still_says_so(dora):
    assert viewer_of(Asking(dora)).is_moderator
    actions.end_role(actor=None, member=dora, duty="moderator")
    Member.objects.filter(pk=dora.pk).update(has_duty=True)
    assert not viewer_of(Asking(Member.objects.get(pk=dora.pk))).is_moderator


def test_a_constant_page_costs_two_queries_for_a_member(as_, ana):
    browser = as_(ana)
    browser.get("/terms/")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/terms/").status_code == 200
    assert len(asked) == 2, [one["sql"] for one in asked]


@pytest.mark.parametrize(
    "path", ["/you/", "/you/words/", "/you/meet/", "/you/place/", "/you/blocks/", "/you/devices/", "/team/"]
)
def test_no_page_asks_more_than_eight_times(as_, lea, a_person, path):
    browser = as_(lea)
    for number in range(5):
        actions.block(actor=lea, blocked=a_person(f"Person {number}"))
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    assert len(asked) <= 8, [one["sql"] for one in asked]


# --- A key for leaving ------------------------------------------------------------------------------


def test_no_key_leaves_a_page_until_one_is_switched_on(as_, client, ana):
    for browser in (client, as_(ana)):
        page = browser.get("/help").content.decode()
        assert "data-leave" in page
        assert "data-leave-key" not in page


def test_a_key_that_was_switched_on_is_on_every_page_and_only_hers(as_, ana, bea):
    as_(ana).post("/you/leaving/", {"leave_key": "Escape"})
    assert 'data-leave-key="Escape"' in as_(ana).get("/help").content.decode()
    assert "Esc, three times" in as_(ana).get("/you/").content.decode()
    assert "data-leave-key" not in as_(bea).get("/help").content.decode()
    as_(ana).post("/you/leaving/", {"leave_key": ""})
    assert "data-leave-key" not in as_(ana).get("/help").content.decode()


def test_a_key_that_nobody_offered_is_refused(as_, ana):
    as_(ana).post("/you/leaving/", {"leave_key": "a"})
    ana.refresh_from_db()
    assert ana.leave_key == ""
    with pytest.raises(ValueError, match="no key"):
        actions.set_leave_key(actor=ana, key="a")


def test_the_page_says_what_a_key_loses_and_that_it_needs_a_script(as_, ana):
    page = as_(ana).get("/you/leaving/").content.decode()
    assert "Words in a box that you have not sent are lost." in page
    assert "It works where JavaScript runs" in page
    assert "data-without-script" in page
