"""Questions to the graph: SPARQL, and the questions that have a name."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_server.ask.catalog import find_query, query_text, read_catalog
from kg_server.cli.output import RECORD_FORMATS, TABLE, Target, Wanted, answer_options, drawn, write_records
from kg_server.cli.session import examples
from kg_server.core.errors import QuerySyntaxError
from kg_server.core.files import read_text
from kg_server.core.namespaces import PREFIXES, compact, prefixes
from kg_server.core.topics import topic_label
from kg_server.engine.base import JSON_RESULTS, TURTLE, Kind, Question
from kg_server.engine.gate import read_outline
from kg_server.engine.results import BINDINGS_FORMATS, GRAPH_FORMATS, read_bytes, read_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.ask.catalog import Query
    from kg_server.cli.session import Session
    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term
    from kg_server.engine.base import Answer, Engine
    from kg_server.engine.results import Rows

MOST_DRAWN = 1_000
"""Rows drawn in a table at most; every other form has them all."""

_WORKBOOK = "xlsx"
_BINDINGS = {item.extension: item.media_type for item in BINDINGS_FORMATS}
_GRAPHS = {item.extension: item.media_type for item in GRAPH_FORMATS}
_FORMS = (TABLE, *_BINDINGS, _WORKBOOK, *_GRAPHS)
_FORMS_OF = {
    Kind.BINDINGS: (TABLE, *_BINDINGS, _WORKBOOK),
    Kind.BOOLEAN: (TABLE, *_BINDINGS),
    Kind.GRAPH: tuple(_GRAPHS),
}
_LICENCES = f"SELECT ?licence WHERE {{ ?data a <{PREFIXES['dcat']}Dataset> ; <{PREFIXES['dcterms']}license> ?licence }}"

_FORM = re.compile(r"\s*(?i:ask|base|construct|describe|prefix|select)\s")
"""How a query begins, also one without braces."""


@click.command(
    epilog=examples(
        "kg query 'SELECT ?goal WHERE { ?goal a sg:Goal }'",
        "kg query mine.rq --format json",
        "kg query - -o answer.xlsx < mine.rq",
    )
)
@click.argument("asked", metavar="FILE-OR-TEXT")
@answer_options(*_FORMS)
def query(session: Session, wanted: Wanted, asked: str) -> None:
    """
    Answer a SPARQL query: the name of a file, - for standard input, or the query itself.

    The prefixes of the project need not be declared.
    """
    text = _read_query(asked, session.settings)
    prologue = _missing_prefixes(text, session.settings.base)
    with session.engine() as engine:
        try:
            _answer(engine, prologue + text, wanted, session.settings.base)
        except QuerySyntaxError as exc:
            raise _moved_back(exc, len(prologue)) from exc


@click.command(
    epilog=examples(
        "kg ask",
        "kg ask NAME sdg=12 --lang en",
        "kg ask NAME sdg=12 -o answer.xlsx",
        "kg ask NAME sdg=12 --show",
    )
)
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--show", is_flag=True, help="Print the SPARQL with the values in it instead of the answer.")
@answer_options(*_FORMS)
def ask(session: Session, wanted: Wanted, name: str | None, values: tuple[str, ...], *, show: bool) -> None:
    """
    Answer a question by its name; without a name, list the questions and what they take.

    A thing may be given by any of its names: strategy/a1, A1, sdg:12.5, or its label.
    """
    catalog = read_catalog(session.settings)
    if name is None:
        _list_questions(catalog.values(), wanted)
        return
    question, given = find_query(catalog, name), _read_values(values)
    with session.engine() as engine:
        text = query_text(question, given, wanted.language, engine)
        if show:
            Target(TABLE, wanted.path).write_text(text)
        else:
            _answer(engine, text, wanted, session.settings.base)


def _read_query(asked: str, settings: Settings) -> str:
    """The query that was given, or that stands in the file that was named."""
    if asked == "-":
        return _read_standard_input()
    if "{" in asked or _FORM.match(asked):
        return asked
    path = Path(asked)
    if not path.is_file():
        raise QuerySyntaxError("“{asked}” is neither a file nor a query.", asked=asked)
    return read_text(path, settings)


def _read_standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise QuerySyntaxError("The query is not UTF-8 text.") from exc


def _read_values(pairs: Iterable[str]) -> dict[str, str]:
    """The values given as key=value."""
    values: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise click.UsageError(f"“{pair}” is not of the form key=value.")
        if key in values:
            raise click.UsageError(f"{key} is given twice.")
        values[key] = value
    return values


def _list_questions(questions: Iterable[Query], wanted: Wanted) -> None:
    """Write the catalogue: each question's name, topic, words and parameters."""
    target = wanted.target()
    if target.form not in RECORD_FORMATS:
        raise click.UsageError(f"The list of questions does not come as {target.form}.")
    rows = [
        (topic_label(each.topic, wanted.language), each.name, each.summary(wanted.language), _takes(each))
        for each in questions
    ]
    write_records(target, ("topic", "name", "question", "takes"), rows)


def _takes(question: Query) -> str:
    """The parameters as they are given, with a default or an example, in brackets where they may be left out."""
    told = []
    for param in question.params:
        pair = f"{param.name}={param.default or param.example or param.type}"
        told.append(f"[{pair}]" if param.optional or param.default is not None or param.type == "lang" else pair)
    return " ".join(told)


def _answer(engine: Engine, text: str, wanted: Wanted, base: str) -> None:
    """Write the answer to a query in the form wanted."""
    target = wanted.target()
    asked = Question(text, _BINDINGS.get(target.form, JSON_RESULTS), _GRAPHS.get(target.form, TURTLE))
    with engine.answer(asked) as answer:
        if answer.kind is Kind.GRAPH and wanted.form is None:
            target = Target("ttl", wanted.path)
        forms = _FORMS_OF[answer.kind]
        if target.form not in forms:
            raise click.UsageError(f"This answer does not come as {target.form}, only as {', '.join(forms)}.")
        if target.form == TABLE:
            _draw(answer, target, base)
        elif target.form == _WORKBOOK:
            target.refuse_terminal()
            target.write([_workbook(engine, rows_of(answer), text, wanted.language)])
        else:
            target.write(answer.body)


def _draw(answer: Answer, target: Target, base: str) -> None:
    """Draw the rows, or say yes or no."""
    if answer.kind is Kind.BOOLEAN:
        target.write_text("yes\n" if b"true" in read_bytes(answer) else "no\n")
        return
    table = rows_of(answer, most=MOST_DRAWN)
    columns = [name for name in table.variables if f"{name}Label" not in table.variables]
    target.write_text(drawn(columns, _cells(table, columns, base)))
    if not table.complete:
        click.echo(f"Only the first {MOST_DRAWN} rows are drawn; --format csv has them all.", err=True)


def _cells(table: Rows, columns: Sequence[str], base: str) -> Iterable[list[str]]:
    def cell(term: Term | None) -> str:
        if term is None:
            return ""
        return compact(term.value, base) if term.kind == "uri" else term.value

    return ([cell(row.get(name)) for name in columns] for row in table.rows)


def _workbook(engine: Engine, table: Rows, text: str, language: str) -> bytes:
    """A workbook with the rows that tells what was asked, of which build, and under what licence."""
    from kg_server.engine.workbook import write_workbook  # noqa: PLC0415 - only those who want one wait for it

    licences = read_rows(engine, _LICENCES).rows
    licence = ", ".join(sorted({row["licence"].value for row in licences}))
    return write_workbook(table, query=text, digest=engine.digest, licence=licence, language=language)


def _missing_prefixes(text: str, base: str) -> str:
    """
    Declarations, all on one line, of those of the project's prefixes that a query uses and does not declare.

    >>> _missing_prefixes("ASK { ?s a sg:Goal }", "http://e/")
    'PREFIX sg: <http://e/ontology#> '
    """
    known = prefixes(base)
    return "".join(
        f"PREFIX {name}: <{known[name]}> " for name in read_outline(text, may_ask=True).undeclared if name in known
    )


def _moved_back(error: QuerySyntaxError, columns: int) -> QuerySyntaxError:
    """The error with its place counted in the query as it was given, without what was put before it."""
    column = error.values.get("column")
    if error.values.get("line") != 1 or not isinstance(column, int):
        return error
    return QuerySyntaxError(error.message, hint=error.hint, **(error.values | {"column": column - columns}))
