"""Arrows between rooms point down: in imports, in templates and in names of addresses."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver

from tests.architecture.rooms import PACKAGE, ROOT, may_name, python_files, ranks, room_of, shown, templates

MOST_LINES = 4000
APART = (
    "vault/keystore",
    "vault/darkroom",
    "kit/derived",
    "config/sample",
    "people/facets",
    "families/in_common",
)
"""In a room's folder but parts of their own: two apps, a program for another process, the sample's words; what people
may have in common, and the pages on which they tell it."""
ONLY_WITH_A_PROVIDER = {"socialaccount_connections": "people"}
"""Addresses that are there only when LESSALONE_OIDC_ISSUER is set; pages ask for them only then."""

_URL = re.compile(r"""{%\s*url\s+["']([\w:-]+)["']""")
_TEMPLATE = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")


def test_every_room_has_its_height():
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert rooms == set(ranks())


def test_imports_point_down():
    """Both contracts of `pyproject.toml`: between rooms, and between the files of a room."""
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    ended = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


# --- Names of addresses


def rooms_of_addresses() -> dict[str, str]:
    """The name of each address, and the room of its view. What allauth serves belongs to `people`."""
    found = dict(ONLY_WITH_A_PROVIDER)

    def walk(patterns: list, prefix: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                name = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                walk(pattern.url_patterns, name)
            elif pattern.name:
                module = pattern.callback.__module__.split(".")
                found[prefix + pattern.name] = module[1] if module[0] == "lessalone" else "people"

    walk(get_resolver().url_patterns, "")
    return found


def upward_addresses(room: str, names: set[str], known: dict[str, str]) -> set[str]:
    """Of the names used in a room, those that are higher up or do not exist."""
    return {name for name in names if name not in known or not may_name(room, known[name])}


def names_in_code(source: str) -> Iterator[str]:
    """What is given to `reverse`, `redirect` and the like as a name."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        name = call.args[0].value
        if function in {"reverse", "reverse_lazy", "redirect", "resolve_url"} and isinstance(name, str):
            if not name.startswith(("/", "http")) and name:
                yield name


def test_templates_name_addresses_of_their_own_room_or_below():
    known = rooms_of_addresses()
    wrong = {}
    for template in templates():
        names = set(_URL.findall(template.read_text()))
        if upward := upward_addresses(room_of(template), names, known):
            wrong[shown(template)] = upward
    assert wrong == {}


def test_code_names_addresses_of_its_own_room_or_below():
    known = rooms_of_addresses()
    wrong = {}
    for file in python_files():
        names = set(names_in_code(file.read_text()))
        if upward := upward_addresses(room_of(file), names, known):
            wrong[shown(file)] = upward
    assert wrong == {}


def test_this_lint_sees_an_arrow_that_points_up_and_a_name_that_is_nowhere():
    known = {"stories-story": "stories", "kit-healthz": "kit", "circles-list": "circles"}
    assert upward_addresses("ui", {"stories-story", "kit-healthz"}, known) == {"stories-story"}
    assert upward_addresses("stories", {"stories-story", "kit-healthz"}, known) == set()
    assert upward_addresses("families", {"circles-list"}, known) == {"circles-list"}, "beside is not below"
    assert upward_addresses("web", {"nowhere"}, known) == {"nowhere"}
    assert list(names_in_code('redirect("a-b", x)\nurls.reverse("c-d")\nredirect("/")')) == ["a-b", "c-d"]
    assert _URL.findall("{% url 'a-b' x %} {%url \"c:d\"%}") == ["a-b", "c:d"]


# --- Templates


def rooms_of_templates() -> dict[str, str]:
    found = {}
    for template in templates():
        room = room_of(template)
        found[str(template.relative_to(PACKAGE / room / "templates"))] = room
    return found


def test_templates_build_on_templates_of_their_own_room_or_below():
    known = rooms_of_templates()
    wrong = {}
    for template in templates():
        named = {name.partition("#")[0] for name in _TEMPLATE.findall(template.read_text())}
        upward = {
            name
            for name in named
            if not name.startswith(("allauth/", "django/"))
            and (name not in known or not may_name(room_of(template), known[name]))
        }
        if upward:
            wrong[shown(template)] = upward
    assert wrong == {}


def test_templates_are_in_a_folder_named_after_their_room():
    """Else one room could silently replace a page of another. Error pages and allauth's own are found by name."""
    ours = {"allauth", "account", "mfa", "socialaccount", "usersessions", "openid", "django"}
    loose = [
        name
        for name, room in rooms_of_templates().items()
        if "/" in name
        and name.split("/")[0] != room
        and not (room in ("ui", "people") and name.split("/")[0] in ours)
    ]
    assert loose == []


# --- Size


@pytest.mark.parametrize("room", sorted(ranks()))
def test_no_room_is_larger_than_one_can_know(room):
    files = [file for file in python_files(of=room) if not shown(file).startswith(APART)]
    lines = sum(len(file.read_text().splitlines()) for file in files)
    assert lines <= MOST_LINES, f"{room} has {lines} lines: split it"
