"""
Everything this package raises on purpose.

KgError
  ConfigError         a setting is missing or has a wrong value
  SourceError         a file cannot be read: says which file and line
  ValidationFailed    the graph breaks a shape: carries the findings
  NoBuild             nothing has been built yet
  BuildBusy           another build is at work
  AskedTooOften       a client asks more often than it may
  QueryError
    QuerySyntaxError  the query does not parse: says where
    UnknownQuery      no file in queries/ has that name
    UnknownThing      nothing in the graph goes by that name
    BadParameter      a value does not fit its parameter's type
    NotAcceptable     no format asked for can carry the answer
    UnsupportedType   the body is of a media type nobody reads here
    QueryRefused      the service does not do what the query asks
    QueryTimeout      the query was stopped at the deadline
    QueryTooLarge     the query was stopped at the memory limit
    QueryCancelled    nobody waits for the answer any more
  EngineError         the engine behind us failed
    EngineBusy        every worker is occupied: try again shortly
    ServiceFailed     a service elsewhere that a query names did not answer as it should
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class KgError(Exception):
    """
    An error with a sentence for people.

    `message` and `hint` are templates in English: the catalogue of translations knows them by that text, and `values`
    fill their `{fields}` only when the error is shown.
    """

    def __init__(self, message: str, *, hint: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.values = values

    def __str__(self) -> str:
        """The message and the hint in English."""
        parts = [self.message.format(**self.values), self.hint.format(**self.values)]
        return " ".join(part for part in parts if part)


class ConfigError(KgError):
    """A setting is missing or has a wrong value."""


class SourceError(KgError):
    """A file of the project, or a document handed in, cannot be read."""

    def __init__(
        self, message: str, *, file: Path | str, line: int | None = None, hint: str = "", **values: object
    ) -> None:
        place = f"{file}:{line}" if line else str(file)
        super().__init__("{place}: " + message, hint=hint, place=place, **values)
        self.file = file
        self.line = line


class ValidationFailed(KgError):
    """The graph breaks a shape; `findings` says which, where, and what to do, and `count` how many stop the build."""

    def __init__(self, findings: Sequence[object], count: int) -> None:
        super().__init__(
            "The graph was not built. Findings to mend first: {count}.",
            hint="The build that was there before is still in use.",
            count=count,
        )
        self.findings = findings


class NoBuild(KgError):
    """Nothing has been built yet."""


class BuildBusy(KgError):
    """Another build is at work."""


class AskedTooOften(KgError):
    """A client asks more often than it may."""


class QueryError(KgError):
    """A question cannot be answered as it was put."""


class QuerySyntaxError(QueryError):
    """The query does not parse."""


class UnknownQuery(QueryError):
    """No question goes by that name."""


class UnknownThing(QueryError):
    """Nothing in the graph goes by that name."""


class BadParameter(QueryError):
    """A value does not fit its parameter's type."""


class NotAcceptable(QueryError):
    """No format asked for can carry the answer."""


class UnsupportedType(QueryError):
    """The body of a request is of a media type nobody reads here."""


class QueryRefused(QueryError):
    """The service does not do what the query asks."""


class QueryTimeout(QueryError):
    """The query was stopped at the deadline."""


class QueryTooLarge(QueryError):
    """The query was stopped at the memory limit."""


class QueryCancelled(QueryError):
    """Nobody waits for the answer any more."""


class EngineError(KgError):
    """The engine behind us failed."""


class EngineBusy(EngineError):
    """Nobody can answer at the moment."""


class ServiceFailed(EngineError):
    """A service elsewhere that a query names did not answer as it should."""

    def __init__(self, message: str, *, service: str, **values: object) -> None:
        super().__init__(message, hint="Write SERVICE SILENT to go on without it.", service=service, **values)


class RemoteError(EngineError):
    """The SPARQL server behind us failed, or does not answer."""


class PublishFailed(KgError):
    """A build could not be put on another server; what was there is still there."""
