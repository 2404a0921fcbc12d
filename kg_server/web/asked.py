"""A question of the catalogue as a request puts it, and the rows that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flask import abort, request

from kg_server.ask.catalog import find_query, query_terms
from kg_server.ask.columns import kinds_of, shown_columns
from kg_server.ask.labels import Labels
from kg_server.ask.names import short_name
from kg_server.ask.params import fill
from kg_server.engine.base import Question
from kg_server.engine.results import Rows, rows_of
from kg_server.web.arguments import FORMAT, LANG, PAGING, read_arguments
from kg_server.web.site import the_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_server.ask.catalog import Query
    from kg_server.ask.columns import Column
    from kg_server.core.terms import Term
    from kg_server.web.site import Site


@dataclass(frozen=True)
class Asked:
    """A question, all that the address says, and what its parameters stand for."""

    query: Query
    arguments: Mapping[str, str]
    terms: Mapping[str, Term | None]

    @property
    def text(self) -> str:
        """The SPARQL with the values in it, as it is run."""
        return fill(self.query.text, self.terms)

    @property
    def values(self) -> dict[str, str]:
        """The values as they stand in a short address, those that were left out left out."""
        base = self.query.base
        given = {name: self.terms[name] for name in self.arguments if name in self.terms and name != LANG}
        return {
            name: short_name(term.value, base) if term.kind == "uri" else term.value
            for name, term in given.items()
            if term is not None
        }

    @property
    def words(self) -> str:
        """The SPARQL without the header of its file, for people to read and run."""
        return "\n".join(line for line in self.text.splitlines() if not line.startswith("#+")).strip() + "\n"


@dataclass(frozen=True)
class Answered:
    """The rows that answer a question, what their columns hold, and what the things in them are called."""

    table: Rows
    language: str
    labels: Labels

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What each column holds."""
        return kinds_of(self.table)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns to show."""
        return shown_columns(self.table.variables)

    def part(self, begin: int, end: int) -> Rows:
        """Some of the rows, the labels of the things in them read."""
        rows = self.table.rows[begin:end]
        self.labels.read(unlabelled(rows, self.columns))
        return Rows(self.table.variables, rows, self.table.complete)


def known_query(name: str) -> Query:
    """The question of that name; raises `UnknownQuery`. Where files are served as they are, there are none."""
    site = the_site()
    if site.data_files:
        abort(404)
    return find_query(site.holdings.catalog, name)


def read_asked(query: Query) -> Asked:
    """The question as the request puts it; raises `BadParameter` for what it does not take."""
    names = [param.name for param in query.params]
    arguments = read_arguments(dict.fromkeys((*names, LANG, FORMAT, *PAGING)))
    return resolve(query, arguments)


def resolve(query: Query, arguments: Mapping[str, str]) -> Asked:
    """The question with what its parameters stand for; raises `BadParameter` for a value they do not take."""
    site = the_site()
    given = {param.name: arguments[param.name] for param in query.params if param.name in arguments}
    return Asked(query, arguments, query_terms(query, given, site.language, site.engine))


def answer(site: Site, asked: Asked) -> Answered:
    """All rows that answer the question, as far as the service lets an answer grow."""
    with site.engine.answer(Question(asked.text)) as found:
        table = rows_of(found)
    return Answered(table, site.language, Labels(site.engine, site.language, site.base))


def unlabelled(rows: list[dict[str, Term]], columns: tuple[Column, ...]) -> list[Term]:
    """The things that the rows themselves do not name."""
    return [
        row[column.name]
        for row in rows
        for column in columns
        if column.name in row and row[column.name].kind == "uri" and column.label not in row
    ]


def public(address: str) -> str:
    """The whole address of a part of the service, as the world knows it."""
    root = (the_site().settings.public_url or request.url_root).rstrip("/") + "/"
    return root + address.removeprefix(the_site().urls.root)
