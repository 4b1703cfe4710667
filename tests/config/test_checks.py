"""What an operator is told, and what is not worth a word."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.checks import run_checks

from lessalone.config import checks
from lessalone.config.environment import Environment


def ids(messages) -> list[str]:
    return [message.id for message in messages]


@pytest.fixture
def environment(settings):
    """Change fields of the environment for one test."""

    def change(**fields):
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=fields)

    return change


def test_each_wrong_setting_is_an_error_with_a_hint(settings):
    settings.ENVIRONMENT_PROBLEMS = [("LESSALONE_BIND", "no port"), ("LESSALONE_WORKERS", "too many")]
    found = checks.settings_are_right(None)
    assert ids(found) == ["lessalone.E001"] * 2
    assert all(message.hint for message in found)


def test_right_settings_are_not_mentioned(settings):
    settings.ENVIRONMENT_PROBLEMS = []
    assert checks.settings_are_right(None) == []


def test_a_mistyped_name_is_answered_with_the_nearest(monkeypatch):
    monkeypatch.setenv("LESSALONE_PROXYS", "1")
    (found,) = checks.names_are_known(None)
    assert found.hint == "Did you mean LESSALONE_PROXIES?"
    monkeypatch.delenv("LESSALONE_PROXYS")
    monkeypatch.setenv("LESSALONE_EMAIL_URL_FILE", "/run/secret")
    assert checks.names_are_known(None) == []


@pytest.mark.parametrize(
    ("main", "keys", "found"),
    [
        ({}, {}, ["lessalone.E002"]),
        ({}, {"NAME": "b"}, ["lessalone.W002"]),
        ({"PORT": "5432"}, {"NAME": "b"}, ["lessalone.W002"]),
        ({}, {"HOST": "elsewhere"}, []),
        ({}, {"PORT": "5433"}, []),
        ({}, {"ENGINE": "django.db.backends.sqlite3", "NAME": "keys.sqlite3", "HOST": ""}, []),
    ],
)
def test_keys_have_to_be_apart_from_what_they_protect(monkeypatch, main, keys, found):
    server = {"ENGINE": "django.db.backends.postgresql", "NAME": "a", "HOST": "db", "PORT": ""}
    stores = {"default": {**server, **main}, "keys": {**server, **keys}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=stores))
    assert ids(checks.keys_are_apart(None)) == found


@pytest.mark.parametrize(
    ("bind", "is_tls", "proxies", "found"),
    [
        ("127.0.0.1:8000", False, 0, []),
        ("[::1]:8000", False, 0, []),
        ("0.0.0.0:8000", False, 0, ["lessalone.W003"]),
        ("127.0.0.1:8000", True, 0, ["lessalone.W004"]),
        ("0.0.0.0:8000", True, 1, []),
    ],
)
def test_a_network_without_tls_and_a_forgotten_proxy_are_said(
    settings, environment, bind, is_tls, proxies, found
):
    environment(bind=bind, proxies=proxies)
    settings.IS_TLS = is_tls
    assert ids(checks.pages_are_reached_safely(None)) == found


def test_files_that_others_can_read_are_named_with_what_to_do(settings, tmp_path):
    settings.DATA = tmp_path
    settings.KEY_FILE = tmp_path / "keys" / "master.key"
    tmp_path.chmod(0o700)
    (tmp_path / "keys").mkdir(mode=0o700)
    settings.KEY_FILE.touch(0o600)
    assert checks.files_are_private(None) == []
    settings.KEY_FILE.chmod(0o640)
    (tmp_path / "keys").chmod(0o755)
    assert [message.hint for message in checks.files_are_private(None)] == [
        f"chmod 700 {tmp_path / 'keys'}",
        f"chmod 600 {settings.KEY_FILE}",
    ]


def test_a_key_file_outside_the_data_folder_is_looked_at_too(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir(mode=0o700)
    settings.KEY_FILE = tmp_path / "master.key"
    settings.KEY_FILE.touch()
    settings.KEY_FILE.chmod(0o644)
    assert ids(checks.files_are_private(None)) == ["lessalone.E003"]


@pytest.mark.parametrize(
    ("free", "found"), [(1, ["lessalone.E004"]), (10**9, ["lessalone.W005"]), (10**11, [])]
)
def test_the_disk_is_watched(settings, monkeypatch, tmp_path, free, found):
    settings.DATA = tmp_path
    monkeypatch.setattr("lessalone.kit.health.free_bytes", lambda: free)
    assert ids(checks.the_disk_has_room(None)) == found


def test_development_pages_are_not_for_others(settings, environment):
    environment(dev=True)
    settings.IS_TLS = False
    assert checks.development_is_off(None) == []
    settings.IS_TLS = True
    assert ids(checks.development_is_off(None)) == ["lessalone.E006"]


def test_djangos_own_checks_for_deploying_have_nothing_to_say_behind_tls(settings):
    settings.IS_TLS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    found = run_checks(include_deployment_checks=True, tags=["security"])
    assert [message for message in found if not message.is_silenced()] == []


def test_every_setting_says_what_it_does():
    for name, field in Environment.model_fields.items():
        assert field.description, name
        assert field.description.endswith((".", "?")), name
