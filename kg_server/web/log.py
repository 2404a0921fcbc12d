"""The log: one line per request, as JSON for programs or in colours for whoever watches a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import Processor

_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)


def open_log(stream: TextIO) -> structlog.typing.FilteringBoundLogger:
    """A log that writes to the stream; nothing else in the process is changed by it."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _STAMP,
        *_last(stream),
    ]
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    ).bind()  # once, not anew for each line
    return logger


def quiet_log() -> structlog.typing.FilteringBoundLogger:
    """A log that nobody reads."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=[structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
    )
    return logger


def take_in_others(stream: TextIO = sys.stderr) -> None:
    """Have what other parts of the process log written in the same form, tracebacks included."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, _STAMP],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(stream)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # It warns of every request that waits a moment for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _last(stream: TextIO) -> list[Processor]:
    """What turns a record into a line."""
    if stream.isatty():
        return [structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
