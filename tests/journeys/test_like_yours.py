"""Finding those who lived something like it: a father, a woman who can bear only some of it, a first story at night."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys import parents
from tests.journeys.accessibility import everything_wrong
from tests.journeys.community import Community, Person, running

pytestmark = [pytest.mark.browser]
BOTH = pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
SHOWN = "To find others, and to say what we have in common"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Community]:
    """The made-up community, a small one: it was there before anyone came."""
    with running(tmp_path_factory.mktemp("sample"), has_sample=True) as one:
        yield one


@pytest.fixture
def quiet(folder: Path) -> Iterator[Community]:
    """A community of these few, where a first story waits no longer than it has to."""
    with running(folder, LESSALONE_COMPANION_AFTER_HOURS="1") as one:
        yield one


def _tells(
    someone: Person,
    title: str,
    words: str,
    *,
    notes: tuple[str, ...] = (),
    audience: str = "All members",
    circle: str = "",
) -> str:
    """The address of their story, told under their own name, about no baby's page."""
    someone.open("/write")
    someone.press("Begin")
    someone.fill("Title", title)
    someone.fill("Your words", words)
    someone.press("Go on")
    someone.press("Go on without photos")
    someone.choose("Under my name here")
    for note in notes:
        someone.page.get_by_role("checkbox", name=note, exact=True).check()
    someone.press("Go on")
    someone.page.get_by_role("radio", name=audience, exact=True).check()
    if circle:
        someone.choose(circle)
    someone.press("Go on")
    someone.page.get_by_role("radio", name="Anyone who can read it", exact=True).check()
    someone.choose("At once, or as soon as everyone has agreed")
    someone.press("Go on")
    someone.press("Share it")
    if someone.page.get_by_text("Go on now").count():
        someone.press("Go on now")
    story = re.search(r"/stories/[\w-]{22}", someone.page.url)
    assert story, someone.page.url
    return story[0]


def _answers(someone: Person, story: str, words: str) -> None:
    someone.open(story + "?read=1")
    if not someone.page.get_by_role("button", name="Me too").is_visible():
        someone.page.locator("summary", has_text="Answer").first.click()
    someone.press("Write an answer")
    someone.fill("Your words", words)
    someone.page.locator("form:has(textarea) button").first.click()
    expect(someone.page.get_by_text("Your words are").first).to_be_visible(timeout=15_000)


def _tells_who_and_weeks(someone: Person, who: str, weeks: str, *, baby: str = "") -> None:
    """The two first questions, and nothing else. Ends on the page of stories like theirs."""
    someone.open("/like-you/")
    someone.press("Tell a little")
    someone.press("Begin")
    if baby:
        someone.choose(baby)
    if someone.page.get_by_role("button", name="Begin").count():
        someone.press("Begin")
    someone.choose(who)
    someone.choose(SHOWN)
    someone.press("Keep it and go on")
    someone.fill("Weeks", weeks)
    someone.choose(SHOWN)
    someone.page.locator("input[name=agrees]").check()
    someone.press("Keep it and go on")
    someone.sees("That is enough to begin.")
    someone.press("Read stories like yours")


@BOTH
def test_a_father_who_gives_only_who_he_is_and_the_weeks_finds_the_nearest_story_and_answers(
    person_at, sample: Community, has_javascript: bool
):
    tom: Person = person_at(sample.address, "Tom", has_javascript=has_javascript)
    tom.join()
    _tells_who_and_weeks(tom, "The father", "20")
    # What was told only to find others says no more than that something is alike.
    nearest = tom.page.locator("main ul.cards > li").filter(has_text="You are both fathers.").first
    if has_javascript:
        assert not everything_wrong(tom.page)
    nearest.get_by_text("Why this one?").click()
    expect(nearest.get_by_text("Who you are to the baby")).to_be_visible()
    address = nearest.locator("h2 a").get_attribute("href")
    assert address
    _answers(tom, address, "I am a father too. Ours was at twenty weeks. I read this twice.")
    tom.open("/answers/mine")
    tom.sees("I read this twice.")


@BOTH
def test_a_father_finds_the_story_that_a_mother_wrote_by_what_the_father_told(
    person_at, quiet: Community, has_javascript: bool
):
    def come(name: str) -> Person:
        return person_at(quiet.address, name, has_javascript=has_javascript)

    ana, sam, tom = come("Ana"), come("Sam"), come("Tom")
    for one in (ana, sam, tom):
        one.join(told="My baby died.")
    parents.becomes_a_parent(sam, parents.invites(ana, parents.makes_the_page(ana)))
    _tells_who_and_weeks(sam, "The father", "20", baby="Jack")
    _tells_who_and_weeks(tom, "The father", "20")
    story = parents.writes_and_asks(ana, "Jack’s scarf", "I knitted it in the waiting room.")
    assert tom.open(story) == 404
    parents.answers(sam, "Jack’s scarf", "Share this", meets_welcome=True)

    near = tom.page.locator("main ul.cards > li").filter(has_text="Jack’s scarf")
    _waits_until(tom, lambda: _is_on(tom, "/like-you/", "You are both fathers."))
    expect(near).to_contain_text("This is another parent’s story too.")
    expect(near).to_contain_text("You both lost a baby at around 20 weeks. You are both fathers.")
    if has_javascript:
        assert not everything_wrong(tom.page)
    sam.open(story + "/take-back")
    sam.press("Take it back")
    assert not _is_on(tom, "/like-you/", "Jack’s scarf")


LANTERN, TABLE = "The second summer", "Three at the table"


@BOTH
def test_a_woman_who_hides_pregnancy_and_living_children_meets_neither_by_any_door(
    person_at, quiet: Community, has_javascript: bool
):
    def come(name: str) -> Person:
        return person_at(quiet.address, name, has_javascript=has_javascript)

    dora, ana, bea, eva = _moderator(quiet, come("Dora")), come("Ana"), come("Bea"), come("Eva")
    for one in (ana, bea, eva):
        one.join(told="My baby died.")
    _admits_all(dora)
    _makes_a_circle(dora, "Evenings")
    for one in (ana, eva):
        one.open("/circles/")
        one.press("Join this circle")
    first = _tells(bea, "The blue blanket", "It is in the drawer.")
    _answers(ana, first, "Ours is on the shelf.")
    second = _tells(ana, LANTERN, "A lantern, and we are expecting.", notes=("Pregnancy",))
    _tells(
        ana, TABLE, "His sisters laid it.", notes=("Living children",), audience="Circles", circle="Evenings"
    )
    _leads_readers_on(ana, bea, first, second, looks_at_pages=has_javascript)
    eva.open("/like-you/first-stories")
    eva.press("I want to be there")
    quiet.hours_pass(2)

    _chooses(eva, "Show")
    doors = {
        "home": lambda: _is_on(eva, "/", LANTERN),
        "circles": lambda: _is_on(eva, "/?from=circles", TABLE),
        "like yours": lambda: _is_on(eva, "/like-you/", LANTERN),
        "search": lambda: _is_found(eva, "lantern", LANTERN),
        "first stories": lambda: _is_on(eva, "/like-you/first-stories", LANTERN),
        "told after": lambda: _is_on(eva, first + "/told-after", LANTERN),
        "the way there": lambda: _is_on(eva, first + "?read=1", "Told after reading this"),
    }
    _waits_until(eva, doors["search"])
    assert {name for name, is_met in doors.items() if not is_met()} == set(), "each door leads there"
    _chooses(eva, "Hide")
    assert {name for name, is_met in doors.items() if is_met()} == set()
    eva.open("/like-you/first-stories")
    eva.does_not_see(LANTERN)
    _chooses(eva, "Ask first")
    assert not _is_on(eva, "/", LANTERN)
    eva.sees("A story you asked to be told about first")


@BOTH
def test_a_first_story_that_nobody_answers_reaches_a_companion_who_answers(
    person_at, quiet: Community, has_javascript: bool
):
    def come(name: str) -> Person:
        return person_at(quiet.address, name, has_javascript=has_javascript)

    dora, carl, nia = _moderator(quiet, come("Dora")), come("Carl"), come("Nia")
    carl.join(told="Our daughter died.")
    _admits_all(dora)
    carl.open("/like-you/")
    carl.press("Be there for a first story")
    carl.press("I want to be there")
    carl.sees("Nothing waits for you.")
    nia.join()
    story = _tells(nia, "I do not know how to begin", "She was called Mo.")
    carl.open("/like-you/first-stories")
    carl.does_not_see("I do not know how to begin")
    quiet.hours_pass(2)
    carl.open("/like-you/first-stories")
    carl.sees("Nobody has answered this yet")
    if has_javascript:
        assert not everything_wrong(carl.page)
    carl.press("I do not know how to begin")
    carl.sees("She was called Mo.")
    assert carl.page.url.partition("?")[0].endswith(story)
    _answers(carl, story, "Mo. I am here, and I read it.")
    carl.open("/like-you/first-stories")
    carl.sees("Nothing waits for you.")
    nia.open(story)
    nia.sees("Mo. I am here, and I read it.")


# --- What others do for it.


def _moderator(community: Community, dora: Person) -> Person:
    link = re.search(r"http\S+/join/invited/\S+", community.command("invite-moderator"))
    assert link
    dora.open(urlsplit(link[0]).path)
    dora.page.get_by_role("link", name="Join").first.click()
    dora.join_from_here()
    return dora


def _admits_all(dora: Person) -> None:
    dora.open("/moderation/joining")
    while dora.page.get_by_role("button", name="Make them a bereaved member").count():
        dora.press("Make them a bereaved member")
        dora.open("/moderation/joining")


def _makes_a_circle(dora: Person, name: str) -> None:
    dora.open("/circles/")
    dora.press("Make a circle")
    dora.fill("Name", name)
    dora.page.get_by_role("radio").first.check()
    dora.press("Make it")


def _leads_readers_on(ana: Person, bea: Person, first: str, second: str, *, looks_at_pages: bool) -> None:
    """Ana says that Bea's story helped her to tell hers; both let readers be led there."""
    ana.open(second + "/family")
    ana.press("Did reading someone’s story help you to tell yours?")
    if looks_at_pages:
        assert not everything_wrong(ana.page)
    ana.choose("The blue blanket")
    ana.press("Tell them")
    ana.sees("It is said.")
    ana.press("Let readers be led there")
    bea.open(first + "/family")
    bea.press("Told after reading yours")
    bea.page.get_by_role("button", name="Let readers be led there").click()
    bea.sees("Readers of your story are led to this one.")
    for someone, page in ((ana, second + "/what-helped"), (bea, first + "/told-after-yours")):
        someone.open(page)
        if looks_at_pages:
            assert not everything_wrong(someone.page)


def _chooses(eva: Person, choice: str) -> None:
    eva.open("/you/meet/")
    for note in ("Pregnancy", "Living children"):
        group = eva.page.get_by_role("group", name=note, exact=True)
        group.get_by_role("radio", name=choice, exact=True).check()
    eva.press("Keep these choices")


def _is_on(eva: Person, address: str, words: str) -> bool:
    eva.open(address)
    return words in eva.page.locator("main").inner_text()


def _is_found(eva: Person, typed: str, title: str) -> bool:
    eva.open("/search")
    eva.fill("Words to look for", typed)
    eva.press("Search")
    return title in eva.page.locator("main").inner_text()


def _waits_until(eva: Person, is_so: Callable[[], bool]) -> None:
    """The worker puts words into the index within a second or two."""
    for _ in range(20):
        if is_so():
            return
        eva.page.wait_for_timeout(500)
