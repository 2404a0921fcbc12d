"""The log: one line per request, as JSON for programs or as words for whoever watches a terminal."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pythonjsonlogger.core import BaseJsonFormatter
from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from typing import TextIO

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request at hand; it stands in every line that is written for it."""

_FORM: dict[str, Any] = {
    "fmt": ["message", "levelname"],
    "rename_fields": {"message": "event", "levelname": "level", "exc_info": "exception"},
    "timestamp": True,
}


class _Record(BaseJsonFormatter):
    """What every line tells; other handlers of the same record do not notice."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The record as it is written."""
        return log_data | {"level": log_data["level"].lower()}


class _Json(_Record, JsonFormatter):
    """The record as JSON."""


class _Words(_Record):
    """The record as words: when, how bad, what, and then whatever else is known, on one line whatever stands in it."""

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        """The line, and below it where a fault came from."""
        fault = log_data.pop("exception", "")
        begin = " ".join((f"{log_data.pop('timestamp'):%H:%M:%S}", log_data.pop("level"), log_data.pop("event")))
        words = " ".join([begin, *(f"{name}={value!r}" for name, value in log_data.items())])
        return f"{words}\n{fault}" if fault else words


def open_log(stream: TextIO) -> logging.Logger:
    """A log that writes to the stream; nothing else in the process is changed by it."""
    log = quiet_log()
    log.setLevel(logging.INFO)
    log.addHandler(_handler(stream))
    return log


def quiet_log() -> logging.Logger:
    """A log that nobody reads."""
    return logging.Logger("requests", logging.CRITICAL + 1)  # noqa: LOG001 - each app has its own


def take_in_others(stream: TextIO = sys.stderr) -> None:
    """Have what other parts of the process log written in the same form, tracebacks included."""
    root = logging.getLogger()
    root.handlers = [_handler(stream)]
    root.setLevel(logging.WARNING)


def _handler(stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Words(**_FORM) if stream.isatty() else _Json(**_FORM, json_ensure_ascii=False))
    handler.addFilter(_tell_request)
    return handler


def _tell_request(record: logging.LogRecord) -> bool:
    """Add to a record which request it is of."""
    if request_id := REQUEST_ID.get():
        record.request_id = request_id
    return True
