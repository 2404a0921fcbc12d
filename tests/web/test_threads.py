from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from kg_server.web.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

SECONDS = 10


class Task:
    """A request as the dispatcher sees it; it is done when it has been let go."""

    def __init__(self, *, waits: bool = False, fails: bool = False) -> None:
        self.thread = 0
        self.is_cancelled = False
        self.begun, self.ended = threading.Event(), threading.Event()
        self.may_end = threading.Event()
        self._fails = fails
        if not waits:
            self.may_end.set()

    def service(self) -> None:
        self.thread = threading.get_ident()
        self.begun.set()
        self.may_end.wait(SECONDS)
        self.ended.set()
        if self._fails:
            raise ZeroDivisionError("inside")

    def cancel(self) -> None:
        self.is_cancelled = True


def eventually(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + SECONDS
    while not is_so() and time.monotonic() < until:
        time.sleep(0.002)
    return is_so()


def done(threads: Threads, task: Task) -> Task:
    idle = threads.idle
    threads.add_task(task)
    assert task.ended.wait(SECONDS)
    assert eventually(lambda: threads.idle >= max(1, idle))
    return task


def test_the_thread_that_was_busy_last_takes_the_next_task() -> None:
    threads = Threads(4)
    first, second = Task(waits=True), Task(waits=True)
    for task in (first, second):
        threads.add_task(task)
        assert task.begun.wait(SECONDS)
    for number, task in enumerate((first, second), 1):
        task.may_end.set()
        assert eventually(lambda number=number: threads.idle == number)  # type: ignore[misc]
    assert first.thread != second.thread
    assert {done(threads, Task()).thread for _ in range(5)} == {second.thread}
    threads.shutdown()


def test_no_more_run_at_once_than_may_and_the_others_wait_in_order() -> None:
    threads = Threads(1)
    first, second, third = Task(waits=True), Task(waits=True), Task()
    for task in (first, second, third):
        threads.add_task(task)
    assert first.begun.wait(SECONDS)
    assert not second.begun.wait(0.05)
    first.may_end.set()
    assert second.begun.wait(SECONDS)
    assert not third.begun.is_set()
    second.may_end.set()
    assert third.ended.wait(SECONDS)
    assert first.thread == second.thread == third.thread
    threads.shutdown()


def test_a_task_that_fails_is_logged_and_its_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    threads = Threads(1)
    with caplog.at_level(logging.ERROR):
        failed = done(threads, Task(fails=True))
    assert "ZeroDivisionError: inside" in caplog.text
    assert done(threads, Task()).thread == failed.thread
    threads.shutdown()


def test_at_the_end_who_waits_is_cancelled_and_who_runs_has_time() -> None:
    threads = Threads(1)
    running, waiting = Task(waits=True), Task()
    threads.add_task(running)
    threads.add_task(waiting)
    assert running.begun.wait(SECONDS)
    threading.Timer(0.1, running.may_end.set).start()
    assert threads.shutdown(timeout=SECONDS) is True
    assert running.ended.is_set()
    assert waiting.is_cancelled
    assert not waiting.begun.is_set()


def test_the_end_does_not_wait_for_ever() -> None:
    threads = Threads(1)
    running = Task(waits=True)
    threads.add_task(running)
    assert running.begun.wait(SECONDS)
    began = time.monotonic()
    assert threads.shutdown(timeout=0.05) is False
    assert time.monotonic() - began < SECONDS / 2
    running.may_end.set()


def test_without_a_new_thread_a_task_waits_for_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = Threads(2)
    first, second = Task(waits=True), Task()
    threads.add_task(first)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _refuse)
        threads.add_task(second)
    first.may_end.set()
    assert second.ended.wait(SECONDS)
    assert second.thread == first.thread
    threads.shutdown()


def _refuse(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
