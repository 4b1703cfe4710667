"""What people wrote and keep is reached only through the policy, or through its owner.

The lint reads our code: a query on content (`Item.objects…`) has to begin with one of the doors below.
Outside content's own room that holds everywhere; inside it, in the pages. What it accepts besides:

- making a row (`create`, `bulk_create`);
- a row that the function was given, named by its key alone (`filter(pk=item.pk)`): who gave it, reached it.

Everything else needs a reason in WAIVED.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.rooms import python_files, room_of, shown

CONTENT = {
    "Item": "sharing",
    "Version": "sharing",
    "Words": "stories",
    "Draft": "stories",
    "DraftPhoto": "stories",
    "FamilyLine": "stories",
    "Response": "responses",
    "Photo": "vault",
    "Shelf": "vault",
}
DOORS = {"visible_to", "owned_by", "of_writer", "asked_of", "kept_by", "open_to", "none"}
MAKING = {"create", "bulk_create"}
WAIVED = {
    "families/listing.py:earlier_shelves_of (Shelf)": "only shelves on which kept_by finds photos of this member",
    "families/listing.py:shelves_left_by (Shelf)": "only shelves on which kept_by finds photos of this member",
    "moderation/reading.py:item_at (Item)": "break-glass: for a moderator, with a reason, in the audit log",
    "responses/actions.py:_build_to_answer (Item)": "visible_to is applied after the narrowing to one story",
    "responses/inbox.py:_titles (Version)": "titles of items that visible_to or owned_by gave to its caller",
    "responses/listing.py:_build_page (Item)": "visible_to is applied after the narrowing to one story's page",
    "responses/listing.py:_build_standing (Item)": "the story that the page was opened with, by its number",
    "stories/own.py:_listed (Version)": "of items that asked_of gives, in a subquery of the same query",
    "stories/rendering.py:render (Version)": "what is kept rendered is the same for all; who may see it is asked apart",
    "vault/views.py:_shelves (Shelf)": "only shelves on which kept_by finds photos of this member",
}
"""file:function to the reason why it may reach content by another way."""


def steps(attribute: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> list[tuple[str, ast.Call | None]]:
    """The calls chained on `X.objects`, in order: [("filter", call), ("first", call)]."""
    chain: list[tuple[str, ast.Call | None]] = []
    node: ast.AST = attribute
    while isinstance(parent := parents.get(node), ast.Attribute):
        call = parents.get(parent)
        is_called = isinstance(call, ast.Call) and call.func is parent
        chain.append((parent.attr, call if is_called else None))  # type: ignore[arg-type]
        if not is_called:
            break
        node = call  # type: ignore[assignment]
    return chain


def is_of_a_row_given(chain: list[tuple[str, ast.Call | None]]) -> bool:
    """`filter(pk=item.pk)`, perhaps locked first: exactly the row at hand, and at most a narrower choice of it."""
    for name, call in chain:
        if name in {"select_for_update", "select_related", "only"} or call is None:
            continue
        return name in {"get", "filter"} and any(
            keyword.arg in {"pk", "item"} and isinstance(keyword.value, (ast.Attribute, ast.Name))
            for keyword in call.keywords
        )
    return False


def reaches(source: str, room: str, *, is_page: bool) -> Iterator[str]:
    """The functions that reach content by no door: "name of the function (Model)"."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in {
            "objects",
            "_default_manager",
            "_base_manager",
        }:
            continue
        model = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
        if model not in CONTENT or (CONTENT[model] == room and not is_page):
            continue
        chain = steps(node, parents)
        first = next((name for name, _ in chain if name not in {"select_related", "select_for_update"}), "")
        if first in DOORS | MAKING or is_of_a_row_given(chain):
            continue
        yield f"{function_around(node, parents)} ({model})"


def function_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef):
            return node.name
    return "at import"


GOOD = [
    "def f(viewer): return Item.objects.visible_to(viewer).filter(kind='story')",
    "def f(member): return Item.objects.select_related('voice').owned_by(member.pk)",
    "def f(member): return Photo.objects.kept_by(member.pk)",
    "def f(item): return Item.objects.select_for_update().get(pk=item.pk)",
    "def f(item): Item.objects.filter(pk=item.pk, erased_at=None).update(rung=0)",
    "def f(): Item.objects.create(kind='story')",
    "def f(): return Circle.objects.all()",
]
BAD = [
    "def f(): return Item.objects.all()",
    "def f(pid): return Item.objects.get(public_id=pid)",
    "def f(): return Item.objects.filter(kind='story').visible_to(None)",
    "def f(): return models.Item.objects.order_by('-pk')",
    "def f(): return Item._default_manager.filter(kind='story')",
    "def f(pid): return get_object_or_404(Item.objects, public_id=pid)",
    "def f(): return Photo.objects.filter(state='ready')",
    "def f(ids): return Response.objects.filter(root__in=ids)",
]


@pytest.mark.parametrize("source", GOOD)
def test_a_door_is_accepted(source):
    assert list(reaches(source, "web", is_page=True)) == []


@pytest.mark.parametrize("source", BAD)
def test_a_way_round_the_doors_is_found(source):
    assert [found.split()[0] for found in reaches(source, "web", is_page=False)] == ["f"]


def test_a_room_may_reach_its_own_content_except_in_its_pages():
    source = "def f(): return Item.objects.all()"
    assert list(reaches(source, "sharing", is_page=False)) == []
    assert list(reaches(source, "sharing", is_page=True)) == ["f (Item)"]


def is_page(file) -> bool:
    return file.stem in {"views", "forms"} or "views" in file.parts or "templatetags" in file.parts


def test_content_is_reached_only_through_its_doors():
    found = {
        f"{shown(file)}:{place}"
        for file in python_files()
        if not shown(file).startswith("config/sample/")
        for place in reaches(file.read_text(), room_of(file), is_page=is_page(file))
    }
    assert sorted(found - set(WAIVED)) == [], "use a door, or give the reason in WAIVED"
    assert sorted(set(WAIVED) - found) == [], "a reason that nobody needs any more"
    assert all(len(reason) > 20 for reason in WAIVED.values())
