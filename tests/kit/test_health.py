"""Machines learn whether the service can serve, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connections

from lessalone.kit import health


def test_a_visitor_can_ask_and_everything_is_well(client):
    assert client.get("/healthz").content == b"alive\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.parametrize("name", list(health.CHECKS))
def test_when_one_thing_is_missing_it_is_not_ready_and_does_not_say_what(client, monkeypatch, name):
    monkeypatch.setitem(health.CHECKS, name, lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("store", ["default", "keys", "derived"])
def test_each_store_is_asked(monkeypatch, store):
    def refuse():
        raise OSError("the server went away")

    monkeypatch.setattr(connections[store], "cursor", refuse)
    assert "stores" in health.problems()


def test_a_version_whose_migrations_were_not_applied_is_not_ready(monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())
    assert health.migrations_are_applied()
    monkeypatch.setattr(health, "_migrated", set())
    with connections["derived"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'derived'")
    assert not health.migrations_are_applied()


def test_a_full_disk_is_not_ready(monkeypatch):
    monkeypatch.setattr(health, "free_bytes", lambda: health.LEAST_FREE_BYTES - 1)
    assert health.problems() == ["disk"]


def test_a_key_file_that_cannot_be_read_is_not_ready(settings, tmp_path):
    (tmp_path / "a-file").touch()
    settings.KEY_FILE = tmp_path / "a-file" / "master.key"
    assert not health.key_file_is_readable()
    settings.KEY_FILE = tmp_path / "master.key"
    assert health.key_file_is_readable(), "it will be made when it is first needed"


def test_the_answers_carry_nothing_to_know_the_software_by(client):
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "Server" not in answer.headers
