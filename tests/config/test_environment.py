"""Settings are read strictly: a wrong one is said, never guessed, and the others still hold."""

from __future__ import annotations

import pytest

from lessalone.config import environment


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in environment.known_names():
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_it_listens_to_this_machine_alone():
    found, problems = environment.read()
    assert problems == []
    assert found.bind == "127.0.0.1:8000"
    assert found.database_url is None
    assert not found.dev


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("LESSALONE_BIND", "8000", "0.0.0.0:80"),
        ("LESSALONE_BIND", "127.0.0.1:99999", "[::1]:8000"),
        ("LESSALONE_PUBLIC_URL", "community.example.org", "https://community.example.org"),
        ("LESSALONE_PUBLIC_URL", "https://community.example.org/talk", "http://127.0.0.1:9000"),
        ("LESSALONE_JOINING", "sometimes", "approval"),
        ("LESSALONE_MINIMUM_AGE", "12", "21"),
        ("LESSALONE_WORKERS", "none", "2"),
        ("DATABASE_URL", "sqlite:///elsewhere.sqlite3", "postgresql://lessalone@db/lessalone"),
        ("DATABASE_URL", "mysql://db/lessalone", "postgres://lessalone:geheim@db:5433/lessalone"),
        ("LESSALONE_KEYS_DATABASE_URL", "keys.sqlite3", "postgres://keys@elsewhere/keys"),
    ],
)
def test_a_wrong_value_is_said_and_a_right_one_is_used(monkeypatch, name, wrong, right):
    monkeypatch.setenv(name, wrong)
    found, problems = environment.read()
    assert [problem for problem, _ in problems] == [name]
    assert wrong not in map(str, found.model_dump().values())
    monkeypatch.setenv(name, right)
    found, problems = environment.read()
    assert problems == []
    assert right in map(str, found.model_dump().values())


def test_all_mistakes_are_said_at_once_and_what_is_right_still_holds(monkeypatch):
    monkeypatch.setenv("LESSALONE_BIND", "nowhere")
    monkeypatch.setenv("LESSALONE_JOINING", "sometimes")
    monkeypatch.setenv("LESSALONE_NAME", "Stillness")
    found, problems = environment.read()
    assert {name for name, _ in problems} == {"LESSALONE_BIND", "LESSALONE_JOINING"}
    assert found.name == "Stillness"
    assert found.bind == "127.0.0.1:8000"


@pytest.mark.parametrize("name", environment.SECRET_NAMES)
def test_a_secret_may_be_in_a_file(monkeypatch, tmp_path, name):
    secret = "postgres://lessalone:geheim@db/lessalone"
    (tmp_path / "secret").write_text(f"{secret}\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv(name, "")
    monkeypatch.delenv(name)
    found, problems = environment.read()
    assert problems == []
    assert secret in map(str, found.model_dump().values())


def test_a_secret_file_that_cannot_be_read_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "nothing"))
    assert [name for name, _ in environment.read()[1]] == ["DATABASE_URL_FILE"]


def test_what_is_wrong_with_a_secret_is_said_without_it(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://lessalone:geheimnis@db/lessalone")
    assert "geheimnis" not in str(environment.read()[1])
