"""A query of policy is made once, whoever asks first."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lessalone.people.viewer import Viewer
from lessalone.sharing import prepared
from lessalone.sharing.models import Item


def test_of_many_threads_that_want_a_query_at_once_one_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_compiled", {})
    together, made = threading.Barrier(8), []

    def build(viewer: Viewer, _marks: prepared.Marks):
        made.append(threading.get_ident())
        time.sleep(0.05)
        return Item.objects.visible_to(viewer)

    query = prepared.Prepared("wanted at once", build)

    def ask(_number: int) -> prepared.Statement:
        together.wait()
        return query._statement(Viewer(member_id=None))

    with ThreadPoolExecutor(8) as threads:
        statements = list(threads.map(ask, range(8)))
    assert len(made) == 1
    assert all(one is statements[0] for one in statements)
