"""The files that come with the software: complete, dated, honest about what nobody could check."""

from __future__ import annotations

import re
from datetime import date

import pytest

from lessalone.care import reviewed

EVERY_LINE = [(country, line) for country in reviewed.helplines().values() for line in country.lines]
ANNOUNCED = {"GB", "IE", "US", "CA", "AU", "NZ", "DE", "FR"}


def test_people_in_at_least_twenty_countries_find_someone() -> None:
    countries = reviewed.helplines()
    assert len(countries) >= 20
    assert all(country.lines_for("crisis") for country in countries.values())


def test_someone_who_answers_a_baby_loss_is_named_where_most_members_are_expected() -> None:
    for code in ANNOUNCED:
        assert reviewed.helplines()[code].lines_for("loss"), code


@pytest.mark.parametrize(
    ("code", "name", "number"),
    [
        ("GB", "Sands", "0808 164 3332"),
        ("GB", "Samaritans", "116 123"),
        ("IE", "Samaritans", "116 123"),
        ("US", "988 Suicide & Crisis Lifeline", "988"),
        ("US", "National Maternal Mental Health Hotline", "1-833-852-6262"),
        ("CA", "9-8-8 Suicide Crisis Helpline", "988"),
        ("AU", "Lifeline", "13 11 14"),
        ("NZ", "1737", "1737"),
        ("DE", "TelefonSeelsorge", "0800 111 0 111"),
        ("AT", "TelefonSeelsorge", "142"),
        ("FR", "3114", "3114"),
        ("IN", "Tele-MANAS", "14416"),
    ],
)
def test_a_number_known_by_heart_is_the_one_in_the_file(code: str, name: str, number: str) -> None:
    """A slip of the finger in the file is seen here."""
    lines = {line.name: line for line in reviewed.helplines()[code].lines}
    assert lines[name].phone == number


@pytest.mark.parametrize(("country", "line"), EVERY_LINE, ids=lambda one: getattr(one, "name", ""))
def test_each_line_says_what_it_is_for_who_runs_it_and_when_it_was_checked(
    country: reviewed.Country, line: reviewed.Line
) -> None:
    assert line.about.endswith(".")
    assert line.site
    assert line.phone or line.text or line.site
    assert line.kind != "crisis" or line.phone or line.text, "someone in a crisis needs a number"
    if line.phone:
        assert re.fullmatch(r"\+?\d{3,15}", line.tel)
    if line.review.checked:
        assert date(2026, 1, 1) <= line.review.checked <= date(2100, 1, 1)
        assert line.review.how != "not found"


@pytest.mark.parametrize("country", reviewed.helplines().values(), ids=lambda one: one.code)
def test_each_country_has_the_number_for_when_someone_could_die(country: reviewed.Country) -> None:
    assert re.fullmatch(r"\d{2,4}", country.emergency)


def test_the_first_days_are_told_where_most_members_are_expected_and_for_anyone_else() -> None:
    assert set(reviewed.first_days()) >= ANNOUNCED | {""}
    for code in [*ANNOUNCED, "", "ZZ"]:
        topics = dict(reviewed.first_days_for(code))
        assert set(topics) == set(reviewed.TOPICS)
        assert all(topics.values())


def test_the_first_days_name_their_source_and_keep_to_short_plain_words() -> None:
    for days in reviewed.first_days().values():
        assert days.source
        for paragraphs in days.topics.values():
            for sentence in re.split(r"(?<=[.:])\s", " ".join(paragraphs)):
                assert len(sentence.split()) <= 34, sentence


NEVER = re.compile(
    r"closure|move on|journey|trigger|f(?:o)?etus|spontaneous abortion|incompetent|products of|tissue|!"
    r"|at least\b",
    re.IGNORECASE,
)


def test_nothing_in_the_files_speaks_as_this_community_never_does() -> None:
    said = [line.about + line.also + line.hours for _country, line in EVERY_LINE]
    said += [
        text for days in reviewed.first_days().values() for topic in days.topics.values() for text in topic
    ]
    assert said
    assert [text for text in said if NEVER.search(text)] == []
