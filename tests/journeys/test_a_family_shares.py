"""The main job, end to end: they photograph, hesitate, decide together; a father finds it and answers; it is
taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import parents
from tests.journeys.community import Person, photographs

pytestmark = [pytest.mark.browser]
TITLE = "We took the photographs"
WORDS = "I asked him to bring the camera. He did not want to."
ANSWER = "We lost our son at 21 weeks. I read this in the car, twice."


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_family_documents_decides_together_and_shares(person, folder: Path, has_javascript: bool):
    ana = person("Ana", has_javascript=has_javascript)
    ana.join()
    baby = parents.makes_the_page(ana)
    _keeps_photos(ana, baby, photographs(folder, 12), has_javascript)
    sam = person("Sam", has_javascript=has_javascript)
    sam.join()
    parents.becomes_a_parent(sam, parents.invites(ana, baby))
    story = parents.writes_and_asks(ana, TITLE, WORDS, photos=3)

    tom = person("Tom", has_javascript=has_javascript)
    tom.join()
    assert tom.open(story) == 404, "nothing is there before both have agreed"

    waiting = _what_ana_sees(ana, story)
    parents.answers(sam, TITLE, "Not yet", meets_welcome=True)
    assert _what_ana_sees(ana, story) == waiting, "not yet looks like no answer"
    assert tom.open(story) == 404
    assert sam.open(story + "/asked") == 404, "nobody can ask him again until he says so"
    sam.open("/my/stories/resting")
    sam.press("I can be asked about it again")
    parents.answers(sam, TITLE, "Share this")

    image = _finds_reads_and_answers(tom, story)
    _reads_the_answer_first(ana, story)
    tom.open("/")
    tom.open(story + "?read=1")
    tom.sees(WORDS[:20])

    sam.open(story + "/take-back")
    sam.press("Take it back")
    sam.sees("It is taken back")
    _meets_nothing_of_it(tom, story, image, has_javascript)


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


def _what_ana_sees(ana: Person, story: str) -> str:
    ana.open(story + "/family")
    return ana.page.locator("main").inner_text()


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
