"""What becomes of the processes when one of them is ended from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.core.errors import EngineError
from kg_server.core.layout import COLUMNS
from kg_server.engine.base import Question
from kg_server.engine.forker import Forker
from kg_server.engine.results import ask

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.embedded import EmbeddedEngine

LONG = "SELECT * { ?a <http://e/number> ?c . ?d <http://e/number> ?f }"
ROOT = Path(__file__).parents[2]


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def parents() -> list[int]:
    """The parents of workers that this process has started."""
    found = []
    for pid in children(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"kg_server.engine.parent" in words:
            found.append(pid)
    return found


def parent_of(engine: EmbeddedEngine) -> int:
    """The newest parent: that of the engine a test just opened."""
    ask(engine, "ASK {}")
    return max(parents(), key=started)


def started(pid: int) -> int:
    """When the process began: later ones may have lower numbers."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether the process is there, and not only waiting for somebody to ask how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_idle_worker_that_was_killed_is_replaced(own_engine: EmbeddedEngine) -> None:
    (worker,) = children(parent_of(own_engine))
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.05)
    assert ask(own_engine, "ASK {}")


def test_a_worker_killed_in_the_middle_is_an_engine_error(own_engine: EmbeddedEngine) -> None:
    parent = parent_of(own_engine)
    with own_engine.answer(Question(LONG)) as answer:
        (worker,) = children(parent)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(EngineError):
            b"".join(answer.body)
    assert ask(own_engine, "ASK {}")


def test_a_parent_that_was_killed_takes_its_workers_along_and_is_started_again(own_engine: EmbeddedEngine) -> None:
    parent = parent_of(own_engine)
    with own_engine.answer(Question(LONG)) as answer:
        (worker,) = children(parent)
        os.kill(parent, signal.SIGKILL)
        assert wait_until_gone(worker)
        with pytest.raises(EngineError):
            b"".join(answer.body)
    assert ask(own_engine, "ASK {}")
    assert parent_of(own_engine) != parent


def test_leaving_a_long_answer_ends_its_worker(own_engine: EmbeddedEngine) -> None:
    parent = parent_of(own_engine)
    with own_engine.answer(Question(LONG)):
        (worker,) = children(parent)
    assert wait_until_gone(worker)


def test_closing_the_engine_ends_every_process(settings: Settings) -> None:
    forker = Forker(settings.store / "current" / "dataset.nq", 64)
    forker.start()
    forks = [forker.fork(), forker.fork()]
    parent = max(parents(), key=started)
    forker.close()
    assert all(wait_until_gone(pid) for pid in (parent, *(fork.pid for fork in forks)))
    for fork in forks:
        fork.wire.close()


def test_a_front_that_was_killed_leaves_nothing_behind(settings: Settings) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from kg_server.engine.forker import Forker\n"
        "forker = Forker(Path(sys.argv[1]), 64)\n"
        "forker.start()\n"
        "print(forker.fork().pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    dataset = str(settings.store / "current" / "dataset.nq")
    with subprocess.Popen([sys.executable, "-c", script, dataset], cwd=ROOT, stdout=subprocess.PIPE) as front:
        assert front.stdout is not None
        worker = int(front.stdout.readline())
        (parent,) = children(front.pid)
        front.kill()
    assert wait_until_gone(worker)
    assert wait_until_gone(parent)


def test_a_worker_can_open_nothing(own_engine: EmbeddedEngine, settings: Settings) -> None:
    (worker,) = children(parent_of(own_engine))
    limits = Path(f"/proc/{worker}/limits").read_text(encoding="ascii")
    bounds = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}
    assert bounds["Max open files"] == ["0", "0"]
    assert bounds["Max core file size"] == ["0", "0"]
    assert "unlimited" not in bounds["Max address space"]
    targets = [str(path.readlink()) for path in Path(f"/proc/{worker}/fd").iterdir()]
    assert sorted(target.partition(":")[0] for target in targets) == [
        "/dev/null",
        "/dev/null",
        "/dev/null",
        f"/proc/{worker}/statm",
        str((settings.store / "current" / COLUMNS).resolve()),
        "socket",
    ]


def test_the_front_imports_no_rdf_library() -> None:
    script = (
        "import sys, kg_server.engine.embedded, kg_server.web.serve, kg_server.web.app, kg_server.web.listener\n"
        "sys.exit(bool({'pyoxigraph', 'rdflib', 'pyshacl'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_a_parent_that_dies_again_and_again_is_started_until_it_lives(own_engine: EmbeddedEngine) -> None:
    others = set(parents()) - {parent_of(own_engine)}

    def kill_for_a_while() -> None:
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            for parent in set(parents()) - others:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(parent, signal.SIGKILL)
            time.sleep(0.01)

    killer = threading.Thread(target=kill_for_a_while)
    killer.start()
    time.sleep(0.05)
    assert ask(own_engine, "ASK {}")
    killer.join()
