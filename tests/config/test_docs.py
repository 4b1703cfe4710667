"""The operating guide says what is true."""

from __future__ import annotations

import re

from lessalone.config.environment import ROOT, Environment, known_names
from lessalone.config.settings_table import GUIDE, with_table


def test_the_guide_has_every_setting_as_it_is():
    assert GUIDE.read_text() == with_table(GUIDE.read_text()), (
        "run: python -m lessalone.config.settings_table --write"
    )


def test_no_document_names_a_setting_that_is_not_there():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*")]
    found = {
        (str(document.relative_to(ROOT)), name)
        for document in documents
        if document.is_file()
        for name in re.findall(r"\bLESSALONE_[A-Z_]+\b", document.read_text())
    }
    assert {name for _, name in found}, "the guide names some"
    assert {(document, name) for document, name in found if name not in known_names()} == set()


def test_every_setting_does_something():
    """A setting that is documented and never read promises what is not done."""
    code = "\n".join(
        path.read_text()
        for path in ROOT.glob("lessalone/**/*.py")
        if path.name not in ("environment.py", "settings_table.py")
    )
    read = set(re.findall(r"\b(?:ENVIRONMENT|environment|ours)\.(\w+)", code))
    assert {"data", "joining"} <= read
    assert set(Environment.model_fields) - read == set()


def test_every_file_that_the_guide_names_is_there():
    named = re.findall(r"(?<![\w/.])((?:deploy|bin)/[\w./*-]+)", GUIDE.read_text())
    assert len(named) > 5
    assert [name for name in named if not list(ROOT.glob(name))] == []


def test_the_licence_is_whole():
    licence = (ROOT / "LICENSE").read_text()
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in licence.splitlines()[0]
    assert len(licence.splitlines()) == 661
