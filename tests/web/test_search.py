"""Looking for words: what one may see and bears, newest first, and no trace of what was typed."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import ExitStack
from dataclasses import replace

import pytest
import time_machine
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessalone.kit import queue
from lessalone.kit.derived.models import Indexed
from lessalone.people import actions as people
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions, indexing
from tests.cast import gather
from tests.stories.conftest import COVER, NAMED, browser, write  # noqa: F401

TITLE = re.compile(r'<h2><a href="/stories/[\w-]{22}">([^<]*)</a></h2>')


@pytest.fixture
def cast():
    return gather()


@pytest.fixture
def tell(cast, write):  # noqa: F811
    """A story of Max for all members, unless told otherwise."""

    def told(title="A story", words="We went home.", rung=Rung.MEMBERS, writer=None, **more) -> Item:
        contents = replace(COVER, title=title, words=words, audience=AudienceSpec(rung), **more)
        writer = writer or cast.max
        item = actions.ask_to_share(actor=writer, draft=write(writer, contents)).item
        queue.run_due()
        return Item.objects.get(pk=item.pk)

    return told


def look(client, typed: str, **more: str):
    """Type it and press the button."""
    return client.post(reverse("search"), {"words": typed, **more}, follow=True)


def found(answer) -> list[str]:
    return TITLE.findall(answer.content.decode())


def queries_of(ask) -> int:
    with ExitStack() as stack:
        contexts = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        ask()
        return sum(len(context) for context in contexts)


def test_words_of_a_story_find_it_however_they_are_written(cast, browser, tell):  # noqa: F811
    tell("The drive", "We drove home through the *snow*, Zoë’s blanket on my knees & nothing said.")
    tell("Another", "It was summer.")
    bea = browser(cast.bea)
    for typed in (
        "snow",
        "SNOW drive",
        "zoe",
        "blankets",
        '"on my knees"',
        "“drove home”",
        "nothing   said!",
    ):
        assert found(look(bea, typed)) == ["The drive"], typed
    assert found(look(bea, '"my on knees"')) == []
    assert found(look(bea, "amp")) == [], "only words that are read"


def test_near_each_other_and_when_they_are_not(cast, browser, tell):  # noqa: F811
    tell("Far", "hospital " + "and then " * 20 + "snow")
    bea = browser(cast.bea)
    nothing = look(bea, "snow hospital", are_near="on")
    assert found(nothing) == []
    wider = re.search(r'href="(/search[^"]*)">Look in the whole story', nothing.content.decode())[1]
    assert found(bea.get(wider)) == ["Far"]
    tell("Near", "The snow fell on the hospital.")
    answer = look(bea, "hospital snow", are_near="on")
    assert found(answer) == ["Near"]
    assert "further apart" not in answer.content.decode()


def test_newest_first_in_pages(cast, browser, tell):  # noqa: F811
    for number in range(25):
        item = tell(f"Snow {number:02}")
        Item.objects.filter(pk=item.pk).update(
            published_at=timezone.now() - dt.timedelta(minutes=25 - number)
        )
    indexing.keep_all_findable()
    bea = browser(cast.bea)
    first = look(bea, "snow")
    assert found(first) == [f"Snow {number:02}" for number in range(24, 4, -1)]
    older = re.search(r'<a class="btn plain" rel="next" href="([^"]*)"', first.content.decode())[1]
    last = bea.get(older.replace("&amp;", "&"))
    assert found(last) == [f"Snow {number:02}" for number in range(4, -1, -1)]
    assert 'rel="next"' not in last.content.decode()


def test_a_visitor_searches_public_stories(browser, tell):  # noqa: F811
    tell("For members", "snow")
    tell("For everyone", "snow", Rung.PUBLIC)
    answer = look(browser(None), "snow")
    assert found(answer) == ["For everyone"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_narrow_rungs_find_those_they_are_for(cast, browser, tell, write):  # noqa: F811
    draft = write(cast.max, replace(COVER, title="For a circle", words="snow"))
    contents = actions.contents_of(draft)
    audience = AudienceSpec(Rung.CIRCLES, circles=frozenset({cast.circle.pk}))
    draft = actions.save_draft(actor=cast.max, draft=draft, contents=replace(contents, audience=audience))
    actions.ask_to_share(actor=cast.max, draft=draft)
    draft = write(cast.max, replace(COVER, title="For one", words="snow", cover_name="Another"))
    seat, _ = sharing.make_seat(actor=cast.max, item=draft.item, label="Bea", member=cast.carl)
    audience = AudienceSpec(Rung.PEOPLE, seats=frozenset({seat.pk}))
    draft = actions.change_draft(actor=cast.max, draft=draft, audience=audience)
    actions.ask_to_share(actor=cast.max, draft=draft)
    queue.run_due()
    assert found(look(browser(cast.bea), "snow")) == ["For a circle"]
    assert found(look(browser(cast.carl), "snow")) == ["For one"]
    assert found(look(browser(cast.max), "snow")) == ["For one", "For a circle"]
    assert found(look(browser(cast.noa), "snow")) == []


def test_whoever_opened_a_link_finds_the_story(cast, browser, tell):  # noqa: F811
    item = tell("By link", "snow", Rung.LINK)
    _link, token = sharing.make_link(actor=cast.max, item=item)
    visitor = browser(None)
    assert found(look(visitor, "snow")) == []
    visitor.get(reverse("stories-link", args=[token]))
    assert found(look(visitor, "snow")) == ["By link"]


def test_what_a_reader_does_not_bear_is_asked_about_or_left_out(cast, browser, tell):  # noqa: F811
    tell("The second spring", "snow", notes=("pregnancy",))
    bea = browser(cast.bea)
    page = look(bea, "snow").content.decode()
    assert "told about first" in page
    assert "The second spring" not in page
    people.set_bearing(actor=cast.bea, choices={"pregnancy": "hide"})
    hidden = look(bea, "snow").content.decode()
    assert "told about first" not in hidden
    assert "did not find these words" in hidden
    people.set_bearing(actor=cast.bea, choices={"pregnancy": "show"})
    assert found(look(bea, "snow")) == ["The second spring"]


def test_a_story_is_found_by_its_words_as_they_stand_now(cast, browser, tell, write):  # noqa: F811
    item = tell("Snow", "yellow")
    draft = actions.revise(actor=cast.max, item=item)
    actions.change_draft(actor=cast.max, draft=draft, words="green")
    bea = browser(cast.bea)
    assert found(look(bea, "yellow")) == ["Snow"], "what is only written is not found yet"
    assert found(look(bea, "green")) == []
    actions.ask_to_share(actor=cast.max, draft=draft)
    queue.run_due()
    assert found(look(bea, "yellow")) == []
    assert found(look(bea, "green")) == ["Snow"]


def test_what_not_every_parent_agreed_to_is_not_indexed(cast, browser, write):  # noqa: F811
    version = actions.ask_to_share(
        actor=cast.ana, draft=write(cast.ana, replace(NAMED, words="snow Jack"), cast.jack)
    )
    queue.run_due()
    if not version.is_joint:
        pytest.fail("it has to need Sam, or nothing is shown")
    assert not Indexed.objects.exists()
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    queue.run_due()
    assert found(look(browser(cast.bea), "snow")) == [NAMED.title]


@pytest.mark.parametrize("how", ["taken back", "erased", "only us"])
def test_what_is_shown_no_more_is_out_of_the_index_at_once(
    cast, tell, how, django_capture_on_commit_callbacks
):
    item = tell("Snow", "snow")
    assert Indexed.objects.filter(item_id=item.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        if how == "taken back":
            sharing.take_back(actor=cast.max, item=item)
        elif how == "erased":
            sharing.erase(actor=cast.max, item=item)
        else:
            sharing.lower(actor=cast.max, item=item, spec=AudienceSpec(Rung.ONLY_US))
    assert not Indexed.objects.filter(item_id=item.pk).exists()


@pytest.mark.parametrize("how", ["taken back", "erased", "only us"])
def test_and_soon_after_when_something_ended_before(cast, tell, how):
    item = tell("Snow", "snow")
    if how == "taken back":
        sharing.take_back(actor=cast.max, item=item)
    elif how == "erased":
        sharing.erase(actor=cast.max, item=item)
    else:
        sharing.lower(actor=cast.max, item=item, spec=AudienceSpec(Rung.ONLY_US))
    queue.run_due()
    assert not Indexed.objects.filter(item_id=item.pk).exists()


def test_policy_decides_whatever_the_index_says(cast, browser, tell):  # noqa: F811
    item = tell("Snow", "snow")
    sharing.take_back(actor=cast.max, item=item)
    assert Indexed.objects.filter(item_id=item.pk).exists(), "else this shows nothing"
    assert found(look(browser(cast.bea), "snow")) == []


def test_what_is_erased_while_it_is_being_indexed_is_not_there_afterwards(cast, tell, monkeypatch):
    item = tell("Snow", "snow")
    indexing.index.drop([item.pk])
    real = indexing.index.put

    def meanwhile(*arguments):
        sharing.erase(actor=cast.max, item=item)
        real(*arguments)

    monkeypatch.setattr(indexing.index, "put", meanwhile)
    indexing.keep_findable(item_id=item.pk)
    assert not Indexed.objects.filter(item_id=item.pk).exists()


def test_an_hour_that_has_not_come_is_waited_for(cast, browser, tell):  # noqa: F811
    hour = timezone.now() + dt.timedelta(days=2)
    tell("Tomorrow", "snow", when="at", at=hour)
    assert found(look(browser(cast.bea), "snow")) == []
    with time_machine.travel(hour + dt.timedelta(minutes=1)):
        assert found(look(browser(cast.bea), "snow")) == ["Tomorrow"]


def test_an_empty_index_is_made_again(cast, browser, tell):  # noqa: F811
    tell("Snow", "snow")
    item = tell("Taken", "snow")
    Indexed.objects.all().delete()
    sharing.take_back(actor=cast.max, item=item)
    queue.run_due()
    assert found(look(browser(cast.bea), "snow")) == []
    indexing.begin_again()
    queue.run_due()
    assert found(look(browser(cast.bea), "snow")) == ["Snow"]
    assert Indexed.objects.count() == 1


def test_a_story_whose_audience_has_ended_leaves_the_index(cast, tell):
    item = tell("Snow", "snow")
    ceiling = item.ceilings.get()
    ceiling.audience.ends_at = timezone.now() - dt.timedelta(minutes=1)
    ceiling.audience.save(update_fields=["ends_at"])
    indexing.keep_all_findable()
    assert not Indexed.objects.exists()


# --- What is typed.


def test_the_address_does_not_say_what_was_typed(cast, browser, tell):  # noqa: F811
    tell("Snow", "snow")
    bea = browser(cast.bea)
    answers = [bea.post(reverse("search"), {"words": typed})["Location"] for typed in ("snow", "snow in May")]
    assert all("snow" not in address.lower() for address in answers)
    assert len({len(address) for address in answers}) == 1, "nor how long it was"
    assert found(bea.get(answers[0])) == ["Snow"]


def test_the_address_is_of_use_to_its_owner_for_an_hour(cast, browser, tell):  # noqa: F811
    tell("Snow", "snow", Rung.PUBLIC)
    address = browser(cast.bea).post(reverse("search"), {"words": "snow"})["Location"]
    for other in (browser(cast.carl), browser(None)):
        assert "no longer know" in other.get(address).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        late = browser(cast.bea).get(address)
    assert found(late) == []
    assert "no longer know" in late.content.decode()


@pytest.mark.parametrize(
    "typed", ["", "   ", "???", '"', "☃", "NEAR(", "a" * 300, "\x00", "'; --", "%", "ﷺ" * 60, "😀"]
)
def test_nothing_that_is_typed_is_an_error(cast, browser, typed):  # noqa: F811
    answer = look(browser(cast.bea), typed)
    assert answer.status_code in (200, 422)
    assert 'name="words"' in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["?for=x", "?for=", "?after=x", "?for=é", "?words=snow", "?for=x&after=1"]
)
def test_no_address_is_an_error(cast, browser, address):  # noqa: F811
    assert browser(cast.bea).get(reverse("search") + address).status_code == 200


def test_nothing_of_it_is_kept_in_any_store(cast, browser):  # noqa: F811
    from tests.privacy.test_doors import all_that_lies_in

    bea = browser(cast.bea)
    look(bea, "Kanarienvogel")
    for store in ("default", "derived", "keys"):
        assert b"anarienvogel" not in all_that_lies_in(store)
    assert "anarienvogel" not in str(dict(bea.session.items()))


def test_looking_for_very_much_has_to_wait(cast, browser, tell, monkeypatch):  # noqa: F811
    from lessalone.web import views

    monkeypatch.setattr(views, "SEARCHES", 2)
    tell("Snow", "snow")
    bea = browser(cast.bea)
    assert found(look(bea, "snow")) == found(look(bea, "snow")) == ["Snow"]
    answer = look(bea, "snow")
    assert answer.status_code == 429
    assert 'value="snow"' in answer.content.decode(), "what was typed is still there"
    assert found(look(browser(cast.carl), "snow")) == ["Snow"]


def test_the_page_needs_few_queries(cast, browser, tell):  # noqa: F811
    for number in range(25):
        tell(f"Snow {number}")
    bea = browser(cast.bea)
    address = bea.post(reverse("search"), {"words": "snow"})["Location"]
    bea.get(address)
    assert queries_of(lambda: bea.get(address)) <= 8


def test_the_way_there_is_for_everyone(cast, browser):  # noqa: F811
    for client in (browser(None), browser(cast.bea)):
        assert f'href="{reverse("search")}"' in client.get(reverse("home")).content.decode()
