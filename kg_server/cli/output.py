"""Where answers go and in what form: tables on a terminal, files and pipes, and never bytes onto a screen."""

from __future__ import annotations

import csv
import functools
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from kg_server.cli.session import pass_session
from kg_server.core.errors import KgError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kg_server.cli.session import Session

TABLE = "table"
RECORD_FORMATS = (TABLE, "csv", "tsv", "json")
_PIPE_WIDTH = 160
_NARROWEST = 16
"""Characters a column takes at least, on average, for a table to be read."""
_TABLE_HELP = "Form of the answer; else what the file's ending says, a table on a terminal, CSV elsewhere."
_TEXT_HELP = "Form of the answer; else what the file's ending says, or text."


@dataclass(frozen=True)
class Target:
    """Where an answer goes, and its form."""

    form: str
    path: Path | None = None

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write the answer there, piece by piece; a file is there whole or not at all."""
        if self.path is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            with part.open("wb") as file:
                file.writelines(pieces)
            part.replace(self.path)
        except OSError as exc:
            raise KgError("{path} cannot be written: {reason}.", path=self.path, reason=exc.strerror or exc) from exc
        finally:
            part.unlink(missing_ok=True)

    def refuse_terminal(self) -> None:
        """Raise a usage error when bytes that are no text would go onto a screen."""
        if self.path is None and sys.stdout.isatty():
            raise click.UsageError(f"{self.form} is not for a terminal: name a file with -o.")

    def write_text(self, text: str) -> None:
        """Write the text there."""
        self.write([text.encode()])


@dataclass(frozen=True)
class Wanted:
    """How an answer is wanted, as far as it was said: its form, the file to write it to, the language of labels."""

    form: str | None
    path: Path | None
    language: str

    def target(self, *, on_terminal: str = TABLE, elsewhere: str = "csv") -> Target:
        """The form asked for, and if none was, what suits where the answer goes."""
        shown = self.path is None and sys.stdout.isatty()
        return Target(self.form or (on_terminal if shown else elsewhere), self.path)


def answer_options(*forms: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options --format with these choices, --output and --lang, given to the command as one `Wanted`."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        def command(
            session: Session, /, *, form: str | None, output: Path | None, lang: str | None, **rest: Any
        ) -> None:
            ending = output.suffix.removeprefix(".").lower() if output else ""
            form = form or (ending if ending in forms else None)
            function(session, Wanted(form, output, lang or session.settings.language), **rest)

        wrapped: Callable[..., None] = functools.update_wrapper(pass_session(command), function)
        for option in (
            click.option("--lang", type=click.Choice(["nb", "en"]), help="Language of labels."),
            click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write to."),
            click.option(
                "-f", "--format", "form", type=click.Choice(forms), help=_TABLE_HELP if TABLE in forms else _TEXT_HELP
            ),
        ):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def write_records(target: Target, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str = "") -> None:
    """Write rows of plain values in the target's form."""
    if target.form == TABLE:
        target.write_text(drawn(columns, rows, title=title))
    elif target.form == "json":
        target.write_text(to_json([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        text = io.StringIO()
        writer = csv.writer(text, delimiter="\t" if target.form == "tsv" else ",", lineterminator="\r\n")
        writer.writerows([columns, *(["" if cell is None else cell for cell in row] for row in rows)])
        target.write_text(text.getvalue())


def drawn(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> str:
    """The rows as a table with lines, as wide as the terminal; row by row where that is too narrow for columns."""
    cells = [[Text("" if cell is None else str(cell)) for cell in row] for row in rows]
    if len(columns) * _NARROWEST > _console().width:
        return rendered(*_listed(columns, cells, title))
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in cells:
        table.add_row(*row)
    return rendered(table)


def _listed(columns: Sequence[str], rows: Sequence[Sequence[Text]], title: str) -> Iterator[Any]:
    """One row after the other, each as its columns and what stands in them; empty cells are left out."""
    if title:
        yield Text(title, style="italic")
    for number, row in enumerate(rows, 1):
        yield Rule(f"{number} / {len(rows)}", align="left")
        block = Table.grid(padding=(0, 2))
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            if cell:
                block.add_row(Text(column), cell)
        yield block


def rendered(*parts: Any) -> str:
    """What rich makes of the parts: with colours on a terminal, plain elsewhere."""
    console = _console()
    for part in parts:
        console.print(part, highlight=False, markup=False)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def _console() -> Console:
    on_terminal = sys.stdout.isatty()
    return Console(file=io.StringIO(), force_terminal=on_terminal, width=None if on_terminal else _PIPE_WIDTH)


def to_json(value: Any) -> str:
    """The value as JSON for people to read."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
