"""An operator's own file, a broken one, and the reminder to look again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from lessalone.care import checks, reviewed

OWN = """
[[country]]
code = "GB"
name = "United Kingdom"
emergency = "999"
[[country.line]]
name = "The bereavement team of this hospital"
for = "loss"
about = "Anna and Priya, on weekdays."
phone = "020 7946 0000"
site = "hospital.example"
checked = 2026-11-01
checked_how = "called"
"""


UNCHECKED = OWN.replace('checked = 2026-11-01\nchecked_how = "called"', 'checked_how = "not found"')


@pytest.fixture
def own(settings, tmp_path: Path):
    """Writes DATA/care/helplines.toml."""
    settings.DATA = tmp_path
    (tmp_path / "care").mkdir()

    def write(content: str, name: str = "helplines.toml") -> None:
        (tmp_path / "care" / name).write_text(content, encoding="utf-8")

    return write


def test_a_community_puts_its_own_list_in_place_of_ours(own, client: Client) -> None:
    client.post("/help/country", {"country": "GB"})
    assert "Sands" in client.get("/help").content.decode()
    own(OWN)
    page = client.get("/help").content.decode()
    assert "The bereavement team of this hospital" in page
    assert "tel:02079460000" in page
    assert "Sands" not in page
    assert list(reviewed.helplines()) == ["GB"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[[country", "TOML"),
        ("", "no country"),
        (OWN.replace('"020 7946 0000"', '"ask Anna"'), "phone number"),
        (OWN.replace('for = "loss"', 'for = "everything"'), "'for' is one of"),
        (OWN.replace("checked = 2026-11-01", 'checked = "yesterday"'), "'checked' is a day"),
        (OWN.replace('checked_how = "called"', 'checked_how = "not found"'), "belongs with"),
        (OWN.replace('code = "GB"', 'code = "UK!"'), "two capital letters"),
        (OWN.replace("phone =", "fone ="), "nothing called fone"),
        (OWN.replace('site = "hospital.example"', 'site = "https://hospital.example"'), "without https"),
        (OWN + OWN, "there twice"),
        (OWN.replace('emergency = "999"', ""), "'emergency' is missing"),
    ],
)
def test_a_list_that_cannot_be_used_is_never_half_used_and_says_what_is_wrong(
    own, wrong: str, said: str
) -> None:
    own(wrong)
    assert "FR" in reviewed.helplines(), "the list that comes with the software is shown"
    [problem] = checks.check_files()
    assert problem.id == "care.W001"
    assert said in problem.msg


def test_a_list_that_is_right_gives_no_warning(own) -> None:
    own(OWN)
    assert checks.check_files() == []


def test_an_operator_is_reminded_of_what_nobody_could_check(own) -> None:
    assert not any(one.review.checked is None for one in reviewed.reminders(date(2026, 11, 25)))
    own(UNCHECKED)
    unverified = [one for one in reviewed.reminders(date(2026, 11, 25)) if one.review.checked is None]
    assert [one.name for one in unverified] == ["The bereavement team of this hospital"]
    [problem] = checks.check_reviews()
    assert problem.id == "care.W003"
    assert "The bereavement team of this hospital" in problem.msg


def test_what_nobody_could_check_is_shown_as_such(own, client: Client) -> None:
    own(UNCHECKED)
    client.post("/help/country", {"country": "GB"})
    page = client.get("/help").content.decode()
    assert "We could not check this one yet" in page
    assert "We last checked this" not in page


def test_six_months_later_an_operator_is_reminded_to_look_again(own) -> None:
    own(OWN)
    with time_machine.travel("2027-04-30"):
        assert "care.W002" not in {problem.id for problem in checks.check_reviews()}
    with time_machine.travel("2027-05-20"):
        problems = {problem.id: problem for problem in checks.check_reviews()}
        assert "The bereavement team of this hospital" in problems["care.W002"].msg


def test_a_country_without_words_of_its_own_on_a_topic_gets_the_general_ones(own) -> None:
    general = (
        (reviewed.SHIPPED / "first_days.toml")
        .read_text(encoding="utf-8")
        .partition('[[country]]\ncode = "GB"')[0]
    )
    spain = '[[country]]\ncode = "ES"\nname = "Spain"\nsource = "A midwife"\nchecked_how = "not found"\n'
    own(general + spain + '[country.work]\ntext = ["Ask Pilar."]\n', "first_days.toml")
    topics = dict(reviewed.first_days_for("ES"))
    assert topics["work"] == ("Ask Pilar.",)
    assert topics["milk"] == dict(reviewed.first_days_for(""))["milk"]
