"""What a thing is and why a triple holds, told in lines for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg_server.ask.names import find_property
from kg_server.ask.records import record
from kg_server.ask.things import describe as describe_thing
from kg_server.ask.things import find_thing
from kg_server.ask.why import explain, read_rules
from kg_server.cli.lines import Teller
from kg_server.cli.output import Wanted, answer_options, rendered, to_json
from kg_server.cli.session import examples
from kg_server.core.namespaces import declarations
from kg_server.core.terms import iri
from kg_server.engine.base import Question
from kg_server.engine.results import GRAPH_FORMATS

if TYPE_CHECKING:
    from kg_server.cli.session import Session

_GRAPHS = {item.extension: item.media_type for item in GRAPH_FORMATS if item.extension not in ("nq", "trig")}


@click.command(
    epilog=examples(
        "kg describe A1",
        'kg describe "SDG 12.5" --lang en',
        "kg describe city/gdynia --format ttl",
    )
)
@click.argument("thing")
@answer_options("text", "json", *_GRAPHS)
def describe(session: Session, wanted: Wanted, thing: str) -> None:
    """
    Tell what THING is, what it is linked to, and what that rests on.

    THING is an IRI, kind/slug, a notation or a label. Links that only a rule concluded are marked with *.
    """
    target = wanted.target(on_terminal="text", elsewhere="text")
    base = session.settings.base
    with session.engine() as engine:
        found = find_thing(engine, thing, wanted.language, base=base)
        if target.form in ("text", "json"):
            told = describe_thing(engine, found, wanted.language, base=base)
            lines = Teller(wanted.language, base).thing(told)
            target.write_text(to_json(record(told)) if target.form == "json" else rendered(*lines))
        else:
            query = f"{declarations(base)}DESCRIBE {iri(found).n3()}"
            with engine.answer(Question(query, graph_type=_GRAPHS[target.form])) as answer:
                target.write(answer.body)


@click.command(
    epilog=examples(
        "kg why A1 contributesTo 12.5",
        'kg why focus-area/a contributesTo "SDG 12" --lang en',
    )
)
@click.argument("subject", metavar="S")
@click.argument("predicate", metavar="P")
@click.argument("object_", metavar="O")
@answer_options("text", "json")
def why(session: Session, wanted: Wanted, subject: str, predicate: str, object_: str) -> None:
    """
    Tell why the graph says that S P O: who says it, or which rule concluded it and from what.

    S and O are named as in `describe`; P is contributesTo, sg:contributesTo or a whole IRI. Of several ways to conclude
    a triple the shortest is told, and of those the strongest.
    """
    settings, target = session.settings, wanted.target(on_terminal="text", elsewhere="text")
    with session.engine() as engine:
        ends = [find_thing(engine, name, wanted.language, base=settings.base) for name in (subject, object_)]
        triple = (iri(ends[0]), iri(find_property(predicate, settings.base)), iri(ends[1]))
        told = explain(engine, read_rules(settings), triple, wanted.language, base=settings.base)
    if target.form == "json":
        target.write_text(to_json(record(told)))
    else:
        target.write_text(rendered(Teller(wanted.language, settings.base).why(told)))
