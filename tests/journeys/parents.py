"""What two parents do together: a page for their baby, the way in for the other, a story that both agree to."""

from __future__ import annotations

import re

from tests.journeys.community import Person


def makes_the_page(ana: Person) -> str:
    """Jack's page. Gives its address."""
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


def invites(ana: Person, baby: str) -> str:
    """The link for the other parent, who may see the photos there are."""
    ana.open(baby + "invite/")
    ana.choose("Another parent")
    photos = ana.page.get_by_label("photos", exact=False)
    if photos.count() and not photos.first.is_checked():
        photos.first.check()
    ana.press("Make the link")
    found = re.search(r"(/babies/invited/[\w-]+/)", ana.page.content())
    assert found
    return found[1]


def becomes_a_parent(sam: Person, link: str) -> None:
    """Sam opens it and accepts."""
    sam.open(link)
    sam.sees("Ana invites you")
    sam.press("Accept")
    sam.open("/babies/")
    sam.sees("Jack")


def writes_and_asks(ana: Person, title: str, words: str, *, photos: int = 0) -> str:
    """A story of both for all members, under their own names. Gives its address."""
    ana.open("/write")
    ana.page.get_by_role("radio").first.check()
    ana.press("Begin")
    ana.fill("Title", title)
    ana.fill("Your words", words)
    ana.press("Go on")
    boxes = ana.page.get_by_label("Use this photo")
    for number in range(photos):
        boxes.nth(number).check()
        ana.page.get_by_label("What is in it").nth(number).fill(f"Jack, held by his mother, {number + 1}")
    ana.press("Go on" if photos else "Go on without photos")
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


def answers(sam: Person, title: str, answer: str, *, meets_welcome: bool = False) -> None:
    """To the question whether this story may be shared."""
    sam.open("/my/stories")
    sam.sees("Your family asks you")
    sam.press(title)
    if meets_welcome:
        sam.sees("how are you?")
        sam.press("See the question")
    sam.sees("There is no hurry")
    sam.press(answer)
