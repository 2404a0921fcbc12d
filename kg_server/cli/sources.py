"""The strategy's own text: is it the one the passages were marked in, and what do they say there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_server.cli.making import build_or_tell
from kg_server.cli.output import RECORD_FORMATS, TABLE, Wanted, answer_options, drawn, to_json, write_records
from kg_server.cli.session import Commands, Session, examples, pass_session
from kg_server.connect.documents import read_document
from kg_server.connect.matching import State, untouched
from kg_server.connect.passages import mark_passage
from kg_server.connect.wording import add_wording, check_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.connect.documents import Document
    from kg_server.connect.matching import Match, Stretch

_COLUMNS = ("state", "passage", "section", "start", "end", "words")
_UNTOUCHED = "untouched"
_document_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group(cls=Commands)
def source() -> None:
    """Check, load and mark the document that the passages stand in (text or PDF)."""


@source.command(
    epilog=examples(
        "kg source check strategi.pdf",
        "kg source check strategi.txt --format json",
    )
)
@_document_argument
@answer_options(*RECORD_FORMATS)
def check(session: Session, wanted: Wanted, file: Path) -> None:
    """
    Tell of each passage whether it stands in FILE: found, moved or missing; and what no passage touches.

    A table lists the passages that are missing, the other forms all of them with their places. The exit code is 1 when
    a passage is missing.
    """
    document = read_document(file)
    matches = check_document(document, session.settings)
    stretches = untouched(document, matches)
    target = wanted.target()
    if target.form == TABLE:
        target.write_text(_drawn(document, matches, stretches))
    elif target.form == "json":
        target.write_text(to_json(_record(document, matches, stretches)))
    else:
        write_records(target, _COLUMNS, _rows(matches, stretches))
    if any(match.state is State.MISSING for match in matches):
        click.get_current_context().exit(1)


@source.command(
    epilog=examples(
        "kg source add strategi.pdf",
    )
)
@_document_argument
@pass_session
def add(session: Session, file: Path) -> None:
    """
    Load the wording of the passages from FILE, and build, so that answers can quote it.

    The words go into local/wording.ttl and the graph `wording` on this machine; they are not published with the
    project's files.
    """
    matches = add_wording(read_document(file), session.settings)
    missing = [match.passage.slug for match in matches if match.state is State.MISSING]
    click.echo(f"{len(matches) - len(missing)} of {len(matches)} passages now have their wording.")
    if missing:
        click.echo(f"Not in the document: {', '.join(missing)}.")
    made = build_or_tell(session.settings)
    click.echo(f"Build {made.digest} is in use.")


@source.command(
    epilog=examples(
        'kg source mark strategi.txt "porten ut i verden" --section 1',
    )
)
@_document_argument
@click.argument("words")
@click.option("--slug", default="", help="Name of the passage, such as 4-a1.")
@click.option("--section", default="", help="Section it stands in, such as 4-a.")
@pass_session
def mark(session: Session, file: Path, words: str, slug: str, section: str) -> None:
    """
    Print the row of data/strategy/passages.csv for WORDS that stand in FILE.

    FILE should be the reference text: start and end count its characters. White space in WORDS does not matter.
    """
    document = read_document(file)
    click.echo(mark_passage(document, words, slug, section).row())
    strayed = sum(match.state is not State.FOUND for match in check_document(document, session.settings))
    if strayed:
        click.echo(f"{strayed} passages do not stand at their places here: this is not the reference text.", err=True)


def _drawn(document: Document, matches: Sequence[Match], stretches: Sequence[Stretch]) -> str:
    """How many passages were found, which are missing, and what is untouched."""
    counts = Counter(match.state for match in matches)
    told = ", ".join(f"{counts[state]} {state}" for state in State)
    text = f"{document.name}: {len(matches)} passages, {told}.\n"
    missing = [match.passage for match in matches if match.state is State.MISSING]
    if missing:
        rows_missing = [(one.slug, one.section, one.start, one.end) for one in missing]
        text += drawn(
            ("passage", "section", "start", "end"), rows_missing, title="Missing, with their recorded places:"
        )
    if stretches:
        rows_untouched = [(one.section, one.start, one.end, one.words, one.begins) for one in stretches]
        text += drawn(("section", "start", "end", "words", "begins"), rows_untouched, title="No passage touches:")
    return text


def _rows(matches: Sequence[Match], stretches: Sequence[Stretch]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = [
        (m.state, m.passage.slug, m.passage.section, m.start, m.end, len(m.wording.split()) or None) for m in matches
    ]
    return [*found, *((_UNTOUCHED, None, one.section, one.start, one.end, one.words) for one in stretches)]


def _record(document: Document, matches: Sequence[Match], stretches: Sequence[Stretch]) -> dict[str, object]:
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(matches, stretches)]
    return {
        "document": document.name,
        "sha256": document.sha256,
        "counts": {state: sum(match.state is state for match in matches) for state in State},
        "passages": [row for row in rows if row["state"] != _UNTOUCHED],
        _UNTOUCHED: [row for row in rows if row["state"] == _UNTOUCHED],
    }
