"""Nothing that is stored is forgotten by the manifest."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from lessalone.keepsake.manifest import MANIFEST, Entry
from lessalone.people.models import Member


def missing(manifest: dict[str, Entry]) -> set[str]:
    return {model._meta.label for model in apps.get_models()} - set(manifest)


def leads_to(model: type, path: str) -> type:
    """The model at the end of a path of relations."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model


def test_every_table_is_in_the_manifest():
    assert missing(MANIFEST) == set()


def test_a_forgotten_table_would_be_noticed():
    without = {label: entry for label, entry in MANIFEST.items() if label != "stories.Words"}
    assert missing(without) == {"stories.Words"}


def test_the_manifest_names_no_table_that_is_gone():
    assert set(MANIFEST) - {model._meta.label for model in apps.get_models()} == set()


@pytest.mark.parametrize("label", sorted(MANIFEST))
def test_whose_rows_they_are_leads_to_a_member(label):
    model = apps.get_model(label)
    for path in MANIFEST[label].whose:
        if path == "self":
            assert model is Member
            continue
        try:
            assert leads_to(model, path) is Member
        except FieldDoesNotExist:
            pytest.fail(f"{label} has no {path}")


def test_whatever_points_at_a_member_says_whose_it_is():
    """A table with a foreign key to a member is somebody's, so the manifest has to say whose."""
    nobodys = {label for label, entry in MANIFEST.items() if not entry.whose}
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is Member
    }
    assert pointing & nobodys == set()


def test_what_is_kept_says_why():
    assert not [label for label, entry in MANIFEST.items() if entry.fate == "kept" and not entry.why]
