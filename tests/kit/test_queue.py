"""Work that was promised is done, though the process that was at it is killed."""

from __future__ import annotations

import signal
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from lessalone.kit import faults, queue
from lessalone.kit.models import QueuedTask, Tick
from tests.children import run_child, start_child
from tests.kit import queue_child
from tests.kit.queue_child import raise_once, two_steps, write_line

shared_with_children = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def page(tmp_path):
    """A file that tasks write lines to."""
    path = tmp_path / "page"
    path.touch()
    return path


def lines(page) -> list[str]:
    return page.read_text().splitlines()


def wait_for(condition, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


# --- Enqueuing


def test_a_task_runs_once_and_leaves_no_trace(page):
    queue.enqueue(write_line, path=str(page), line="a")
    assert queue.run_due() == 1
    assert queue.run_due() == 0
    assert lines(page) == ["a"]
    assert not QueuedTask.objects.exists()


def test_what_is_rolled_back_is_never_run(page):
    def enqueue_and_think_better_of_it() -> None:
        with transaction.atomic():
            queue.enqueue(write_line, path=str(page), line="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enqueue_and_think_better_of_it()
    assert queue.run_due() == 0


def test_a_task_for_the_morning_waits_for_the_morning(page):
    with time_machine.travel("2026-11-01T23:00:00Z", tick=False) as clock:
        queue.enqueue(write_line, run_at=timezone.now() + timedelta(hours=9), path=str(page), line="a")
        assert queue.run_due() == 0
        clock.shift(timedelta(hours=9))
        assert queue.run_due() == 1


def test_tasks_run_in_the_order_they_became_due(page):
    for line in "abc":
        queue.enqueue(write_line, path=str(page), line=line)
    queue.run_due()
    assert lines(page) == ["a", "b", "c"]


def test_two_with_the_same_key_are_one_and_with_another_key_are_two(page):
    for key in ("story:1", "story:1", "story:2"):
        queue.enqueue(write_line, unique_key=key, path=str(page), line=key)
    queue.run_due()
    assert lines(page) == ["story:1", "story:2"]


def test_news_that_comes_while_the_task_runs_makes_it_run_again(page):
    @queue.task(name="tests.reads-then-is-told")
    def reads_then_is_told() -> None:
        if not lines(page):
            queue.enqueue(reads_then_is_told, unique_key="same")
        write_line(path=str(page), line="ran")

    queue.enqueue(reads_then_is_told, unique_key="same")
    assert queue.run_due() == 2


def test_a_key_can_be_used_again_when_its_task_is_done(page):
    for _ in range(2):
        queue.enqueue(write_line, unique_key="same", path=str(page), line="a")
        assert queue.run_due() == 1


def test_what_json_cannot_hold_is_refused_at_once():
    with pytest.raises(TypeError):
        queue.enqueue(write_line, path=object(), line="a")


def test_calling_a_task_is_calling_its_function(page):
    write_line(path=str(page), line="now")
    assert lines(page) == ["now"]


def test_two_tasks_cannot_share_a_name():
    from lessalone.kit.markdown import to_text

    with pytest.raises(ValueError, match=r"tests\.write-line"):
        queue.task(name="tests.write-line")(to_text)


# --- Errors


def test_an_error_is_raised_to_whoever_called_and_tried_again_later(page):
    with time_machine.travel("2026-11-01T10:00:00Z", tick=False) as clock:
        queue.enqueue(raise_once, path=str(page))
        with pytest.raises(ValueError, match="words of a member"):
            queue.run_due()
        assert queue.run_due() == 0, "it waits before it tries again"
        clock.shift(timedelta(seconds=7))
        assert queue.run_due() == 1
        assert not QueuedTask.objects.exists()


def test_each_wait_is_about_twice_the_last_and_the_last_attempt_is_followed_by_none():
    @queue.task(name="tests.always-raises", attempts=4)
    def always_raises() -> None:
        raise ValueError("Jack was born on a Tuesday")

    waits = []
    with time_machine.travel("2026-11-01T10:00:00Z", tick=False) as clock:
        queue.enqueue(always_raises)
        for _ in range(4):
            with pytest.raises(ValueError, match="Jack"):
                queue.run_due()
            row = QueuedTask.objects.get()
            if row.dead_at is None:
                waits.append((row.due_at - timezone.now()).total_seconds())
                clock.shift(row.due_at - timezone.now())
        clock.shift(timedelta(days=9))
        assert queue.run_due() == 0
    assert [round(wait // 5) for wait in waits] == [1, 2, 4]
    assert queue.dead().get().error == "ValueError"
    assert "Jack" not in str(QueuedTask.objects.values().get()), "what a member wrote is not kept as an error"


def test_the_dead_are_shown_and_can_be_given_another_chance(page):
    @queue.task(name="tests.mends", attempts=1)
    def mends() -> None:
        if not lines(page):
            raise ValueError

    queue.enqueue(mends)
    with pytest.raises(ValueError):  # noqa: PT011
        queue.run_due()
    assert [task.name for task in queue.dead()] == ["tests.mends"]
    write_line(path=str(page), line="mended")
    assert queue.retry_dead() == 1
    assert queue.run_due() == 1
    assert not queue.dead().exists()


def test_a_task_that_nobody_knows_any_more_is_kept_for_a_person_to_look_at():
    QueuedTask.objects.create(name="gone.task", due_at=timezone.now(), attempt=9)
    with pytest.raises(LookupError):
        queue.run_due()
    assert queue.dead().get().error == "LookupError"


def test_when_it_fails_and_another_with_its_key_waits_that_one_does_it(page):
    @queue.task(name="tests.fails-with-a-follower")
    def fails() -> None:
        if not lines(page):
            write_line(path=str(page), line="failed")
            queue.enqueue(fails, unique_key="same")
            raise ValueError

    queue.enqueue(fails, unique_key="same")
    with pytest.raises(ValueError):  # noqa: PT011
        queue.run_due()
    assert QueuedTask.objects.count() == 1
    assert queue.run_due() == 1


# --- Schedules


def test_a_schedule_runs_once_in_each_span_and_missed_spans_are_not_made_up_for(monkeypatch):
    monkeypatch.setattr(queue, "schedules", {})
    monkeypatch.setattr(queue, "_last_ticks", {})
    queue.every(hours=1)(queue_child.tick)
    with time_machine.travel("2026-11-01T10:10:00Z", tick=False) as clock:
        queue.enqueue_ticks()
        queue.enqueue_ticks()
        assert queue.run_due() == 1
        queue._last_ticks.clear()  # as after a restart
        queue.enqueue_ticks()
        assert queue.run_due() == 0
        clock.shift(timedelta(hours=9))
        queue.enqueue_ticks()
        assert queue.run_due() == 1


def test_a_schedule_goes_above_its_task():
    with pytest.raises(TypeError, match="above"):
        queue.every(hours=1)(lambda: None)


@shared_with_children
def test_a_tick_that_was_marked_by_a_killed_worker_is_still_enqueued():
    assert run_child("tests.kit.queue_child:tick_once", fault="queue.ticked").was_killed
    assert not QueuedTask.objects.exists()
    assert run_child("tests.kit.queue_child:tick_once").code == 0
    assert QueuedTask.objects.get().name == "tests.tick"
    assert Tick.objects.get(name="tests.tick").number > 0


# --- Killed


@shared_with_children
@pytest.mark.parametrize("fault", ["queue.taken", "tests.half-way", "queue.ran"])
def test_whoever_is_killed_while_working_another_takes_over(page, fault):
    queue.enqueue(two_steps, path=str(page))
    assert run_child("tests.kit.queue_child:work", fault=fault).was_killed
    row = QueuedTask.objects.get()
    assert (row.attempt, row.dead_at) == (1, None)
    with start_child("tests.kit.queue_child:work") as second:
        wait_for(lambda: not QueuedTask.objects.exists())
        second.send_signal(signal.SIGTERM)
    assert second.returncode == 0
    assert lines(page)[-2:] == ["first", "second"]


@shared_with_children
def test_whoever_is_killed_while_noting_an_error_another_takes_over(page):
    queue.enqueue(raise_once, path=str(page))
    assert run_child("tests.kit.queue_child:work", fault="queue.raised").was_killed
    with start_child("tests.kit.queue_child:work") as second:
        wait_for(lambda: not QueuedTask.objects.exists())
        second.send_signal(signal.SIGTERM)
    assert lines(page) == ["tried", "tried"]


@shared_with_children
def test_a_transaction_that_was_killed_enqueued_nothing_and_one_that_committed_did(page):
    killed = run_child(
        "tests.kit.queue_child:enqueue_and_die", fault=queue_child.HALF, path=str(page), commit=False
    )
    assert killed.was_killed
    assert queue.run_due() == 0
    assert run_child("tests.kit.queue_child:enqueue_and_die", path=str(page), commit=True).code == 0
    assert queue.run_due() == 1


@shared_with_children
def test_a_task_that_kills_its_worker_each_time_is_dead_in_the_end(page):
    queue.enqueue(two_steps, path=str(page))
    for _ in range(two_steps.attempts):
        assert run_child("tests.kit.queue_child:work", fault=queue_child.HALF).was_killed
    with start_child("tests.kit.queue_child:work") as last:
        wait_for(lambda: queue.dead().exists())
        last.send_signal(signal.SIGTERM)
    assert lines(page) == ["first"] * two_steps.attempts


@shared_with_children
def test_two_workers_do_each_task_once(page):
    queue_child.count_to(str(page), 60)
    workers = [start_child("tests.kit.queue_child:work", lease=30) for _ in range(2)]
    wait_for(lambda: not QueuedTask.objects.exists(), 30)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert sorted(map(int, lines(page))) == list(range(60))


@shared_with_children
def test_a_long_task_keeps_its_lease_though_another_worker_waits_for_it(page):
    queue.enqueue(queue_child.slow, path=str(page), seconds=2.5)
    workers = [start_child("tests.kit.queue_child:work", lease=0.8) for _ in range(2)]
    wait_for(lambda: not QueuedTask.objects.exists(), 30)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert lines(page) == ["begun", "done"]


@shared_with_children
def test_a_worker_that_is_asked_to_stop_finishes_what_it_is_at(page):
    queue.enqueue(queue_child.slow, path=str(page), seconds=1.5)
    with start_child("tests.kit.queue_child:work", lease=30) as worker:
        wait_for(lambda: lines(page) == ["begun"])
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert lines(page) == ["begun", "done"]


@shared_with_children
def test_a_task_that_hangs_ends_its_worker_so_that_others_go_on():
    queue.enqueue(queue_child.hangs)
    assert run_child("tests.kit.queue_child:work", lease=1, seconds=30).code == 75


@shared_with_children
def test_a_worker_does_not_take_a_task_before_those_who_added_to_it_have_committed(page):
    """Else it could run, find nothing new, and what they did would never be seen."""
    queue.enqueue(write_line, unique_key="same", path=str(page), line="ran")
    with transaction.atomic():
        queue.enqueue(write_line, unique_key="same", path=str(page), line="ran")
        assert run_child("tests.kit.queue_child:work_impatiently").code == 0
        assert lines(page) == []
    assert queue.run_due() == 1


def test_every_fault_point_of_the_queue_has_a_test():
    """The points named in the module are those killed above: a new one needs a test."""
    assert {name for name in faults.names if name.startswith("queue.")} == {
        "queue.taken",
        "queue.ran",
        "queue.raised",
        "queue.ticked",
    }
