"""A private note appears where an inquest or an inquiry is spoken of, and nowhere else."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from lessalone.care.inquest import mentions_inquest


@pytest.mark.parametrize(
    "words",
    [
        "The inquest is in March.",
        "We are waiting for the coroner’s letter",
        "they told the Coroner",
        "There is a public inquiry into the maternity unit.",
        "It went to the procurator fiscal.",
        "The hospital investigation took a year.",
        "An independent enquiry was promised to us.",
        "MNSI wrote to us.",
    ],
)
def test_someone_who_writes_of_an_inquest_is_told(words):
    assert mentions_inquest(words)


@pytest.mark.parametrize(
    "words",
    [
        "We held him until the morning.",
        "I made an enquiry about the photos.",
        "She asked the examiner at my driving test.",
        "The corona on the wall was gold.",
        "They investigated why I was bleeding.",
        "",
    ],
)
def test_someone_who_writes_of_something_else_is_left_alone(words):
    assert not mentions_inquest(words)


def test_the_note_says_that_only_they_see_it():
    note = render_to_string("care/_inquest_note.html")
    assert "Only you see this." in note
    assert "You decide." in note
