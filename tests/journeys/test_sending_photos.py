"""Photos on their way from a telephone: chosen without a connection, and a file that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.community import Person, photographs

pytestmark = [pytest.mark.browser]


@pytest.fixture
def ana(person) -> Person:
    """She stands before her baby's page, and was offered a recovery sheet."""
    ana = person("Ana")
    ana.join()
    ana.open("/babies/add/")
    ana.press("Make the page")
    baby = ana.page.url.split("/babies/")[1][:22]
    ana.open(f"/babies/{baby}/")
    ana.sees("Before the first photo")
    ana.press("Not now")
    ana.open(f"/babies/{baby}/")
    return ana


def chooses(ana: Person, *files: Path) -> None:
    ana.page.locator("input[type=file]").set_input_files(list(files))


def test_photos_chosen_without_a_connection_go_when_it_is_back(ana: Person, folder: Path):
    ana.context.set_offline(True)
    chooses(ana, *photographs(folder, 2))
    expect(ana.page.get_by_text("We go on when it is back.")).to_have_count(2)
    ana.context.set_offline(False)
    expect(ana.page.get_by_text("All photos are kept safe")).to_be_visible(timeout=60_000)
    expect(ana.page.locator("[data-kept]")).to_have_count(2)


def test_a_file_that_is_no_photo_gets_its_sentence_and_the_others_go_on(ana: Person, folder: Path):
    letter = folder / "letter.jpg"
    letter.write_text("Dear Jack")
    chooses(ana, letter, *photographs(folder, 1))
    ana.sees("Some files were not kept. The reason is beside each.")
    beside = ana.page.locator(".upload", has_text="letter.jpg").locator(".error")
    expect(beside).to_contain_text("This is not a photo that we can keep.")
    expect(ana.page.locator("[data-kept]")).to_have_count(1)
