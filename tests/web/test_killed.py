"""What docs/operate-failures.md promises, while the service is under load."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.build.store import point_to
from kg_server.core.settings import Settings, read_settings
from tests.engine.conftest import TRIG, quads
from tests.engine.stores import write_build, write_store
from tests.engine.test_admission import status
from tests.engine.test_workers import children, is_running, wait_until_gone
from tests.web.test_serve import PROGRAM, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAST = "SELECT (NOW() AS ?now) { <http://e/a> ?p ?o }"
"""Its answer is never kept, so that somebody has to work for it."""
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?z) }"
UNREAD = f"SELECT ?a ('{'x' * 10_000}' AS ?x) {{ ?a <http://e/number> ?c }} LIMIT 1200"


class Service:
    """A service in a process of its own, and clients that keep it busy."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.front = process
        self.port = urllib.parse.urlsplit(process.stdout.readline().strip()).port or 0
        self.statuses: Counter[int] = Counter()
        self.digests: Counter[str] = Counter()
        self._numbers = itertools.count()

    def ask(self, query: str) -> int:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(client):
            client.request("GET", "/sparql?query=" + urllib.parse.quote(f"{query} # {next(self._numbers)}"))
            response = client.getresponse()
            response.read()
            self.digests[response.headers["X-Build-Digest"]] += 1
            return response.status

    @contextlib.contextmanager
    def load(self, query: str, clients: int) -> Iterator[None]:
        """Clients that ask the same again and again; `statuses` counts what they got, 0 for no answer."""
        is_over = threading.Event()

        def work() -> None:
            while not is_over.is_set():
                try:
                    self.statuses[self.ask(query)] += 1
                except (OSError, http.client.HTTPException):
                    self.statuses[0] += 1
                    is_over.wait(0.02)

        threads = [threading.Thread(target=work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(0.3)
            yield
            time.sleep(0.3)
        finally:
            is_over.set()
            for thread in threads:
                thread.join()

    @contextlib.contextmanager
    def unread(self, query: str, clients: int) -> Iterator[None]:
        """Clients that ask for a long answer and do not read it."""
        asked = b"GET /sparql?query=%s HTTP/1.1\r\nHost: e\r\n\r\n" % urllib.parse.quote(query).encode()
        with contextlib.ExitStack() as stack:
            for _ in range(clients):
                stack.enter_context(socket.create_connection(("127.0.0.1", self.port))).sendall(asked)
            yield

    @property
    def parent(self) -> int:
        """The one parent of workers, whichever thread has started it."""
        tasks = Path(f"/proc/{self.front.pid}/task").iterdir()
        (parent,) = " ".join((task / "children").read_text(encoding="ascii") for task in tasks).split()
        return int(parent)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_store(tmp_path / "build", TRIG, extra=quads(1500))
    (tmp_path / "queries").mkdir()
    return read_settings(project_dir=tmp_path)


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    arguments = [sys.executable, "-c", PROGRAM, str(settings.project_dir)]
    (settings.project_dir / "tmp").mkdir()
    environment = {**os.environ, "KG_QUERY_SECONDS": "3", "TMPDIR": str(settings.project_dir / "tmp")}
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield Service(process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def test_a_killed_worker_fails_its_own_request_alone(service: Service) -> None:
    outcome: list[int] = []
    with service.load(FAST, 3):
        slow = threading.Thread(target=lambda: outcome.append(service.ask(SLOW)))
        slow.start()
        time.sleep(1)
        worker = busiest(service.parent)
        os.kill(worker, signal.SIGKILL)
        slow.join()
    assert outcome == [500]
    assert set(service.statuses) == {200}


def test_after_a_killed_parent_the_next_request_is_answered(service: Service) -> None:
    with service.load(FAST, 3):
        for _ in range(3):
            os.kill(service.parent, signal.SIGKILL)
            time.sleep(0.1)
            assert service.ask(FAST) == 200
    assert set(service.statuses) <= {200, 500}
    assert service.statuses[500] <= 3 * 3
    assert service.statuses[200] > 10


def test_a_killed_front_takes_everybody_along(service: Service) -> None:
    parent = service.parent
    with service.load(SLOW, 3):
        workers = children(parent)
        assert workers
        service.front.kill()
        started = time.monotonic()
        assert all(wait_until_gone(pid) for pid in (parent, *workers))
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("victim", ["worker", "parent", "front"])
def test_nothing_stays_behind_whoever_is_killed(service: Service, settings: Settings, victim: str) -> None:
    with service.load(FAST, 2), service.load(SLOW, 4), service.unread(UNREAD, 2):
        time.sleep(0.7)
        workers = children(service.parent)
        assert {status(pid) for pid in workers} >= {"R", "T"}
        killed = {"worker": workers, "parent": [service.parent], "front": [service.front.pid]}[victim]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        assert all(wait_until_gone(pid) for pid in workers)
        assert time.monotonic() - started < 1.5
        if victim != "front":
            assert service.ask(FAST) == 200
    assert set(service.statuses) <= {0, 200, 500, 503, 504} if victim == "front" else {200, 500, 503, 504}
    assert list((settings.project_dir / "tmp").iterdir()) == []
    if victim == "front":
        assert wait_until(lambda: not processes_of(settings))
        assert not is_listening(service.port)
    else:
        assert wait_until(lambda: len(processes_of(settings)) <= 2 + settings.workers)


def busiest(parent: int) -> int:
    """The worker of the slow query: on a busy machine a fast one may be nice too, but has not worked for long."""
    worked = {}
    for pid in children(parent):
        with contextlib.suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, pid) >= 10:
                told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
                worked[pid] = int(told.rpartition(")")[2].split()[11])
    return max(worked, key=lambda pid: worked[pid])


def wait_until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def processes_of(settings: Settings) -> list[int]:
    """The processes that have to do with these settings: their command line names the folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_ours = str(settings.project_dir).encode() in (folder / "cmdline").read_bytes()
            found += [int(folder.name)] if is_ours and is_running(int(folder.name)) else []
    return found


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_new_build_is_taken_over_without_a_failed_request(service: Service, settings: Settings) -> None:
    write_build(settings.store, TRIG, digest="n3w", extra=quads(1500))
    with service.load(FAST, 4):
        point_to(settings.store, "n3w")
        deadline = time.monotonic() + 10
        while not service.digests["n3w"] and time.monotonic() < deadline:
            time.sleep(0.05)
    assert set(service.statuses) == {200}
    assert set(service.digests) == {"d1ge57", "n3w"}


def test_a_client_that_leaves_before_the_first_byte_frees_its_worker(service: Service) -> None:
    assert service.ask(FAST) == 200
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(b"GET /sparql?query=%s HTTP/1.1\r\nHost: e\r\n\r\n" % urllib.parse.quote(SLOW).encode())
        time.sleep(0.5)
        slow = [pid for pid in children(service.parent) if os.getpriority(os.PRIO_PROCESS, pid) >= 10]
        assert len(slow) == 1
    started = time.monotonic()
    assert wait_until_gone(slow[0])
    assert time.monotonic() - started < 1
