"""A build that is killed at one moment: `python -m tests.build.killed PROJECT STEP-OR-NUMBER`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_server.build.pipeline import build
from tests.build.projects import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = ("fsync", "mkdir", "rename", "replace", "rmdir", "symlink")


def kill_at(moment: str) -> Callable[[str, float], None]:
    """Make the program die when that step begins, or right before its nth call that changes the disk."""
    count = 0

    def die(*_args: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def counting(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if str(count) == moment:
                die()
            return call(*args, **kwargs)

        return wrapped

    for name in CALLS:
        setattr(os, name, counting(getattr(os, name)))
    return lambda step, _fraction: die() if step == moment else None


if __name__ == "__main__":
    build(settings_of(Path(sys.argv[1])), kill_at(sys.argv[2]))
