"""Paths between two things or kinds, told in lines for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text as Line

from kg_server.ask.grounds import read_grounds, tell_paths
from kg_server.ask.network_source import read_network
from kg_server.ask.records import record
from kg_server.ask.trace_queries import evidence_query
from kg_server.ask.traces import LONGEST, MOST_PATHS, find_paths, read_search
from kg_server.cli.output import Wanted, answer_options, rendered, to_json, write_records
from kg_server.cli.session import examples
from kg_server.core.namespaces import compact
from kg_server.engine.base import TURTLE, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_server.ask.grounds import ToldPath, ToldStep
    from kg_server.cli.session import Session

_COLUMNS = ("path", "weakest", "step", "from", "relation", "to", "confidence", "basis", "status", "rationale")


@click.command(
    epilog=examples(
        "kg trace A1 eu-policy --via target",
        "kg trace policy/green-deal partner --via strategy --lang en",
        "kg trace A1 sdg:12 --format ttl",
    )
)
@click.argument("start", metavar="FROM")
@click.argument("goal", metavar="TO")
@click.option("--via", default="", help="A kind of thing that every path must pass.")
@click.option("--longest", type=click.IntRange(1, LONGEST), default=4, show_default=True, help="Links at most.")
@click.option("--most", type=click.IntRange(1, MOST_PATHS), default=20, show_default=True, help="Paths at most.")
@answer_options("text", "csv", "tsv", "json", "ttl")
def trace(  # noqa: PLR0913 - the options of one command
    session: Session, wanted: Wanted, start: str, goal: str, *, via: str, longest: int, most: int
) -> None:
    """
    Tell all paths from FROM to TO, the one whose weakest link is strongest first.

    FROM and TO are things, named as in `describe`, or kinds of things: strategy, target, eu-policy, partner and so on.
    """
    target, language = wanted.target(on_terminal="text", elsewhere="text"), wanted.language
    with session.engine() as engine:
        network = read_network(engine, session.settings.base)
        found = find_paths(
            network, read_search(network, engine, start, goal, language, via=via, longest=longest, most=most)
        )
        if target.form == "ttl":
            with engine.answer(Question(evidence_query(network, found.paths), graph_type=TURTLE)) as answer:
                target.write(answer.body)
        else:
            grounds = read_grounds(engine, network, (step.tie for path in found.paths for step in path.steps), language)
            paths = tell_paths(network, found.paths, grounds, language)
            if target.form == "json":
                target.write_text(to_json(record(tuple(paths))))
            elif target.form == "text":
                target.write_text(rendered(*_lines(paths, network.base)) or "There is no such path.\n")
            else:
                write_records(target, _COLUMNS, list(_records(paths)))
    if found.more or found.gave_up:
        click.echo("There are more paths than these." if found.more else "There may be more paths.", err=True)


def _lines(paths: Sequence[ToldPath], base: str) -> Iterator[Line]:
    """Each path as its ends and its weakest link, and under it its steps."""
    for number, path in enumerate(paths, 1):
        yield Line.assemble(
            (f"{number}. {path.start} → {path.steps[-1].end}", "bold"), (f"  weakest {path.weakest}", "cyan")
        )
        for step in path.steps:
            ends = (f"{end} ({compact(end.iri, base)})" for end in (step.tie.source, step.tie.target))
            sure = f"  {step.tie.strength} {step.tie.level or ''}".rstrip() if step.tie.grounds else ""
            mark = "  ← weakest" if step.is_weakest and step.tie.grounds else ""
            yield Line.assemble("   ", f" {step.tie.relation} ".join(ends), (sure, "cyan"), (mark, "yellow"))
            if step.tie.grounds and step.tie.grounds.rationale:
                yield Line(f"      {step.tie.grounds.rationale}", "dim")


def _records(paths: Sequence[ToldPath]) -> Iterator[tuple[object, ...]]:
    for number, path in enumerate(paths, 1):
        for place, step in enumerate(path.steps, 1):
            yield (number, path.weakest, place, *_told(step))


def _told(step: ToldStep) -> tuple[object, ...]:
    tie = step.tie
    confidence, rationale = (tie.strength, tie.grounds.rationale) if tie.grounds else (None, None)
    return tie.source, tie.relation, tie.target, confidence, tie.basis, tie.status, rationale
