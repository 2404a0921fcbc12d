"""Search in the terminal: words in, things out, with where the words stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg_server.ask.finding import MOST_FOUND, Index, find
from kg_server.ask.matches import name_kinds, tell
from kg_server.build.record import load_build
from kg_server.cli.output import RECORD_FORMATS, Wanted, answer_options, write_records
from kg_server.cli.session import examples
from kg_server.core.errors import NoBuild, UnknownThing
from kg_server.core.index import INDEX
from kg_server.core.namespaces import compact

if TYPE_CHECKING:
    from kg_server.ask.matches import Told
    from kg_server.cli.session import Session

_COLUMNS = ("name", "number", "label", "kind", "found in", "text")


@click.command(
    epilog=examples(
        "kg search klima",
        "kg search circular economy --lang en",
        "kg search Gdynai --format json",
        "kg search fornybar --kind sg:Strategy",
    )
)
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", help="Only things of this class, such as sg:Strategy.")
@click.option("--limit", type=click.IntRange(1, MOST_FOUND), default=20, show_default=True, help="Things at most.")
@answer_options(*RECORD_FORMATS)
def search(session: Session, wanted: Wanted, words: tuple[str, ...], kind: str | None, limit: int) -> None:
    """
    Find things by WORDS in their names, numbers, descriptions and rationales, in Norwegian and English.

    Endings and accents make no difference; where the graph does not have a word, one spelled nearly so is taken.
    """
    base, text = session.settings.base, " ".join(words)
    path = load_build(session.settings).folder / INDEX
    if not path.is_file():
        raise NoBuild(
            "The graph in {folder} has no index to search in.",
            hint="Run `kg build --force`.",
            folder=session.settings.store,
        )
    with Index(path).opened() as database:
        found = find(database, text, base=base)
        hits = [hit for hit in found.hits if kind in (None, compact(hit.kind, base))]
        told = tell(database, hits[:limit], found.wanted, wanted.language, base)
        kinds = name_kinds(database, {one.kind for one in told}, wanted.language, base)
    if not told:
        hint = "Of other kinds there is some: leave out --kind." if found.hits else ""
        raise UnknownThing("Nothing in the graph has “{words}”.", hint=hint, words=text)
    if found.nearest:
        click.echo(f"Nothing has “{text}”; this has “{found.nearest}”.", err=True)
    if found.is_partial:
        click.echo("Nothing has all the words; this has some of them.", err=True)
    if len(hits) > limit:
        click.echo(f"The first {limit} of {len(hits)}; --limit gives more.", err=True)
    write_records(wanted.target(), _COLUMNS, [_row(one, kinds[one.kind].value) for one in told])


def _row(one: Told, kind: str) -> tuple[str, ...]:
    place = next((match for match in (one.label, *one.matches) if match.marks), None)
    where = (place.field, place.text) if place else ("", "")
    return one.name, one.notation, one.label.text, kind, *where
