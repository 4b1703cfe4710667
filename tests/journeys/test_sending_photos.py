"""Photos on their way from a telephone: a lost connection, a reload, and a file that is none."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.journeys.community import Person, photographs

pytestmark = [pytest.mark.browser]
PIECE = 4 * 1024 * 1024


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


def test_after_a_reload_the_same_photo_goes_on_where_it_stopped(ana: Person, folder: Path):
    large = folder / "large.jpg"
    noise = random.Random(5).randbytes(2700 * 2100 * 3)  # noqa: S311
    Image.frombytes("RGB", (2700, 2100), noise).save(large, quality=92)
    assert large.stat().st_size > PIECE, "it has to need several pieces, or nothing is proved"
    offsets: list[int] = []

    def lets_one_piece_through(route: Route) -> None:
        """And no other until the page is there again: the script would go on by itself before one can look."""
        if route.request.method != "PATCH":
            route.continue_()
            return
        offsets.append(int(route.request.headers["upload-offset"]))
        is_broken = len(offsets) >= 2 and -1 not in offsets
        route.abort() if is_broken else route.continue_()

    ana.page.route("**/vault/uploads/*/", lets_one_piece_through)
    chooses(ana, large)
    ana.sees("The connection is gone")
    ana.page.reload()
    ana.sees("One photo was not sent to the end")
    offsets.append(-1)
    chooses(ana, large)
    expect(ana.page.get_by_text("All photos are kept safe")).to_be_visible(timeout=60_000)
    after = offsets[offsets.index(-1) + 1 :]
    assert after[0] == PIECE, offsets
    ana.page.reload()
    expect(ana.page.locator(".album li")).to_have_count(1)


def test_a_file_that_is_no_photo_gets_its_sentence_and_the_others_go_on(ana: Person, folder: Path):
    letter = folder / "letter.jpg"
    letter.write_text("Dear Jack")
    chooses(ana, letter, *photographs(folder, 1))
    ana.sees("Some files were not kept. The reason is beside each.")
    beside = ana.page.locator(".upload", has_text="letter.jpg").locator(".error")
    expect(beside).to_contain_text("This is not a photo that we can keep.")
    expect(ana.page.locator("[data-kept]")).to_have_count(1)
