from __future__ import annotations

import socket
from typing import Any

from kg_server.engine.forker import Fork
from kg_server.engine.pool import Pool
from kg_server.engine.wire import Wire


class Forker:
    """Forks that are sockets alone."""

    family = 1

    def fork(self) -> Fork:
        ours, self.theirs = socket.socketpair()
        return Fork(0, Wire(ours), self.family)

    def close(self) -> None:
        pass


def test_a_worker_that_comes_back_when_all_is_closed_is_hung_up_on() -> None:
    forker: Any = Forker()
    pool = Pool("", forker, 1)
    fork = pool.take()
    pool.close()
    pool.give_back(fork)
    assert fork.wire.sock.fileno() == -1
    with forker.theirs:
        assert forker.theirs.recv(1) == b""
