"""The page that says who sees what is the policy's own words."""

from __future__ import annotations

from lessalone.sharing import policy, who_sees_what


def test_the_page_is_up_to_date():
    written = who_sees_what.FILE.read_text(encoding="utf-8")
    assert written == who_sees_what.text(), "run: python -m lessalone.sharing.who_sees_what"


def test_every_clause_is_on_it():
    page = " ".join(who_sees_what.text().split())
    for clause in (*policy.ROOT_CLAUSES, *policy.BRANCH_CLAUSES):
        assert " ".join((clause.__doc__ or "").split()) in page, clause.__name__
        assert clause.__doc__
