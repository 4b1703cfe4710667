"""The main job, end to end: they photograph, hesitate, decide together; a father finds it and answers; it is
taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.community import Person, photographs

pytestmark = [pytest.mark.browser]
TITLE = "We took the photographs"
WORDS = "I asked him to bring the camera. He did not want to."
ANSWER = "We lost our son at 21 weeks. I read this in the car, twice."


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_family_documents_decides_together_and_shares(person, folder: Path, has_javascript: bool):
    ana = person("Ana", has_javascript=has_javascript)
    ana.join()
    baby = _makes_the_page(ana)
    _keeps_photos(ana, baby, photographs(folder, 12), has_javascript)
    sam = person("Sam", has_javascript=has_javascript)
    sam.join()
    _becomes_a_parent(sam, _invites(ana, baby))
    story = _writes_and_asks(ana)

    tom = person("Tom", has_javascript=has_javascript)
    tom.join()
    assert tom.open(story) == 404, "nothing is there before both have agreed"

    waiting = _what_ana_sees(ana, story)
    _answers(sam, story, "Not yet", meets_welcome=True)
    assert _what_ana_sees(ana, story) == waiting, "not yet looks like no answer"
    assert tom.open(story) == 404
    assert sam.open(story + "/asked") == 404, "nobody can ask him again until he says so"
    sam.open("/my/stories/resting")
    sam.press("I can be asked about it again")
    _answers(sam, story, "Share this")

    image = _finds_reads_and_answers(tom, story)
    _reads_the_answer_first(ana, story)
    tom.open("/")
    tom.open(story + "?read=1")
    tom.sees(WORDS[:20])

    sam.open(story + "/take-back")
    sam.press("Take it back")
    sam.sees("It is taken back")
    _meets_nothing_of_it(tom, story, image, has_javascript)


def _makes_the_page(ana: Person) -> str:
    ana.open("/babies/add/")
    ana.press("Make the page")
    baby = re.search(r"/babies/([\w-]{22})/", ana.page.url)
    assert baby
    ana.open(f"/babies/{baby[1]}/fact/name/")
    ana.page.locator("main input[type=text]").first.fill("Jack")
    ana.page.locator("main form button").first.click()
    ana.open(f"/babies/{baby[1]}/")
    ana.sees("Jack")
    return f"/babies/{baby[1]}/"


def _keeps_photos(ana: Person, baby: str, files: list[Path], has_javascript: bool) -> None:
    ana.open(baby)
    ana.press("Not now")
    if not ana.page.url.endswith(baby):
        ana.open(baby)
    if not has_javascript:
        ana.page.locator("input[type=file]").set_input_files(files)
        ana.press("Keep these photos")
    else:
        ana.page.locator("input[type=file]").set_input_files(files)
        ana.context.set_offline(True)
        ana.page.wait_for_timeout(1_500)
        assert ana.page.locator("[data-kept]").count() < 12, "the connection has to drop before the end"
        ana.context.set_offline(False)
        expect(ana.page.get_by_text("All photos are kept safe")).to_be_visible(timeout=90_000)
    ana.open(baby)
    expect(ana.page.locator(".album li")).to_have_count(12)


def _invites(ana: Person, baby: str) -> str:
    ana.open(baby + "invite/")
    ana.choose("Another parent")
    photos = ana.page.get_by_label("photos", exact=False)
    if photos.count() and not photos.first.is_checked():
        photos.first.check()
    ana.press("Make the link")
    found = re.search(r"(/babies/invited/[\w-]+/)", ana.page.content())
    assert found
    return found[1]


def _becomes_a_parent(sam: Person, link: str) -> None:
    sam.open(link)
    sam.sees("Ana invites you")
    sam.press("Accept")
    sam.open("/babies/")
    sam.sees("Jack")


def _writes_and_asks(ana: Person) -> str:
    ana.open("/write")
    ana.page.get_by_role("radio").first.check()
    ana.press("Begin")
    ana.fill("Title", TITLE)
    ana.fill("Your words", WORDS)
    ana.press("Go on")
    boxes = ana.page.get_by_label("Use this photo")
    for number in range(3):
        boxes.nth(number).check()
        ana.page.get_by_label("What is in it").nth(number).fill(f"Jack, held by his mother, {number + 1}")
    ana.press("Go on")
    ana.choose("Under my name here")
    ana.fill("Told by", "Jack’s parents")
    ana.press("Go on")
    ana.choose("All members")
    ana.press("Go on")
    ana.choose("Anyone who can read it, and you read it first")
    ana.choose("As soon as everyone has agreed")
    ana.press("Go on")
    ana.sees("every parent here agrees")
    ana.press("Ask")
    if "until morning" in ana.page.content():
        ana.press("Go on now")
    story = re.search(r"/stories/[\w-]{22}", ana.page.url)
    assert story, ana.page.url
    return story[0]


def _what_ana_sees(ana: Person, story: str) -> str:
    ana.open(story + "/family")
    return ana.page.locator("main").inner_text()


def _answers(sam: Person, story: str, answer: str, *, meets_welcome: bool = False) -> None:
    sam.open("/my/stories")
    sam.sees("Your family asks you")
    sam.press(TITLE)
    if meets_welcome:
        sam.sees("how are you?")
        sam.press("See the question")
    sam.sees("There is no hurry")
    sam.press(answer)


def _finds_reads_and_answers(tom: Person, story: str) -> str:
    tom.open("/")
    tom.sees(TITLE)
    tom.press(TITLE)
    tom.sees(WORDS)
    assert tom.page.locator("main img[src*='/960']").count() == 0, "photos are covered until he asks"
    tom.press("Show this photo")
    picture = tom.page.locator("main figure.photo img").first
    expect(picture).to_be_visible()
    image = picture.get_attribute("src")
    assert image
    answer = tom.context.request.get(tom.address + image)
    assert answer.ok
    assert b"Exif" not in answer.body(), "no place goes out with it"
    assert b"CameraMaker" not in answer.body()
    _opens_the_ways(tom)
    tom.press("Write an answer")
    tom.fill("Your words", ANSWER)
    tom.page.locator("form:has(textarea) button").first.click()
    tom.sees("Your words are sent")
    tom.open(story + "?read=1")
    _opens_the_ways(tom)
    tom.press("This helped me feel less alone")
    tom.sees("You told them")
    return image


def _opens_the_ways(tom: Person) -> None:
    if not tom.page.get_by_role("button", name="Me too").is_visible():
        tom.page.locator("summary", has_text="Answer").first.click()


def _reads_the_answer_first(ana: Person, story: str) -> None:
    ana.open(story + "/came-in")
    ana.sees(ANSWER)


def _meets_nothing_of_it(tom: Person, story: str, image: str, has_javascript: bool) -> None:
    if has_javascript:
        expect(tom.page.get_by_text("This is not here any more.")).to_be_visible(timeout=20_000)
        tom.does_not_see(WORDS)
    assert tom.open(story) == 404
    tom.does_not_see(WORDS)
    assert tom.context.request.get(tom.address + image).status == 404, "nor by the picture's own address"
    tom.open("/")
    tom.does_not_see(TITLE)
    tom.page.go_back()
    tom.page.wait_for_timeout(500)
    tom.does_not_see(WORDS)
