"""What every command shares: settings, the engine, languages, and how errors are shown."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from kg_server.core.errors import KgError
from kg_server.core.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from kg_server.engine.base import Engine


class FailureError(click.ClickException):
    """An error of ours as the terminal shows it: the sentence, and what to do on a line of its own."""

    exit_code = 1

    def __init__(self, error: KgError) -> None:
        super().__init__(error.message.format(**error.values))
        self.hint = error.hint.format(**error.values)

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the error where errors go."""
        super().show(file)
        if self.hint:
            click.echo(f"Hint: {self.hint}", file=file, err=file is None)


class Commands(click.Group):
    """A group of commands in the order they were added, whose errors are sentences and never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KgError as exc:
            raise FailureError(exc) from exc
        except OSError as exc:
            if exc.errno == errno.EPIPE or exc.filename is None:
                raise
            error = KgError("{path} cannot be used: {reason}.", path=exc.filename, reason=exc.strerror)
            raise FailureError(error) from exc


def examples(*lines: str) -> str:
    """The end of a command's help: lines to copy, kept as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@dataclass
class Session:
    """One run of `kg`: what was given on the command line, and the settings that follow from it."""

    given: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """The settings in force; raises `ConfigError`."""
        return read_settings(**self.given)

    def give(self, **given: Any) -> Settings:
        """The settings with more from the command line."""
        self.given |= {name: value for name, value in given.items() if value is not None}
        self.__dict__.pop("settings", None)
        return self.settings

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine over the current build; raises `NoBuild`."""
        from kg_server.engine.opening import open_engine  # noqa: PLC0415 - commands that ask nothing do not wait for it

        with open_engine(self.settings) as engine:
            yield engine


pass_session = click.make_pass_decorator(Session)
