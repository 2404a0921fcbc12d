"""Texts that remember their language, and what things are called."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.core.namespaces import BASE, PREFIXES, compact
from kg_server.core.terms import Term, iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_server.engine.base import Engine

AT_ONCE = 500
"""Things asked about in one query at most."""

_CODE = re.compile(r"[A-Z]|[A-Z]?\.?[0-9]+(?:\.[0-9a-z]+)*")
"""Numbers that people know things by, such as A1, B.2 and 12.5; other notations are names or identifiers."""

_NUMBER = re.compile(r"\d+")
_LAST_LETTERS = str.maketrans("æøå", "{|}")
"""The letters after z in Norwegian, as characters that sort after z."""

_FALLBACK = {"nb": ("nb", "no", "nn", "", "en"), "en": ("en", "", "nb", "no", "nn")}


@dataclass(frozen=True, slots=True)
class Text:
    """Words and the language they are in; empty where nobody said which."""

    value: str
    language: str = ""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Named:
    """A term and what to call it, with its number where it has one; a literal is called by its own words."""

    term: Term
    label: Text
    code: str = ""

    @property
    def iri(self) -> str:
        """The IRI, or nothing for a literal."""
        return self.term.value if self.term.kind == "uri" else ""

    def __str__(self) -> str:
        return self.label.value


class Labels:
    """What terms are called in a language; asks the engine once about each, `anywhere` also in all named graphs."""

    def __init__(self, engine: Engine, language: str, base: str = BASE, *, anywhere: bool = False) -> None:
        self.language = language
        self.base = base
        self._engine = engine
        self._anywhere = anywhere
        self._known: dict[str, tuple[Text, str]] = {}

    def read(self, terms: Iterable[Term | None]) -> None:
        """Ask about all the terms at once, so that `name` need not ask one by one."""
        things = sorted({term.value for term in terms if term and term.kind == "uri"} - self._known.keys())
        for begin in range(0, len(things), AT_ONCE):
            self._known |= self._ask(things[begin : begin + AT_ONCE])

    def _ask(self, things: Sequence[str]) -> dict[str, tuple[Text, str]]:
        """What each thing is called, its short name where the graph has no label for it, and its number."""
        pattern = "{ ?thing rdfs:label|skos:prefLabel ?label } UNION { ?thing skos:notation ?code }"
        rows = read_rows(
            self._engine,
            f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?thing ?label ?code WHERE {{
  VALUES ?thing {{ {values(things)} }}
  {everywhere(pattern) if self._anywhere else pattern}
}}""",
        ).rows
        labels: dict[str, list[Term]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if "label" in row:
                labels[row["thing"].value].append(row["label"])
            else:
                codes[row["thing"].value].append(row["code"].value)
        return {
            thing: (
                best(labels[thing], self.language) or Text(compact(thing, self.base)),
                code_of(codes[thing]),
            )
            for thing in things
        }

    def name(self, term: Term) -> Named:
        """The term with its label in the language, or else in another, or else its short name."""
        if term.kind != "uri":
            return Named(term, Text(term.value, term.language))
        if term.value not in self._known:
            self.read([term])
        label, code = self._known[term.value]
        return Named(term, label, code)


def code_of(notations: Iterable[str]) -> str:
    """
    The number that people know a thing by, among its notations; nothing where there is none.

    >>> code_of(["A1"]), code_of(["12.5"]), code_of(["32019R1242"])
    ('A1', '12.5', '')
    """
    return min(filter(_CODE.fullmatch, notations), default="")


def best(texts: Iterable[Term], language: str) -> Text | None:
    """
    The text in the language, or else in the next best.

    >>> from kg_server.core.terms import literal
    >>> best([literal("city", language="en"), literal("by", language="nb")], "nb")
    Text(value='by', language='nb')
    """
    order = _FALLBACK[language]
    known = sorted(texts, key=lambda text: text.value)
    if not known:
        return None
    first = min(known, key=lambda text: order.index(text.language) if text.language in order else len(order))
    return Text(first.value, first.language)


def in_order(code: str, label: Text) -> tuple[bool, str, str]:
    """
    What things are put in order by: numbered things first, 2 before 10; then by name.

    >>> sorted([("", "by"), ("10", "a"), ("2", "å"), ("", "ås")], key=lambda one: in_order(one[0], Text(one[1])))
    [('2', 'å'), ('10', 'a'), ('', 'by'), ('', 'ås')]
    """
    number = _NUMBER.sub(lambda digits: digits[0].zfill(6), code)
    return not code, number, label.value.lower().translate(_LAST_LETTERS)


def values(things: Iterable[str]) -> str:
    """
    The things as SPARQL's VALUES lists them.

    >>> values(["http://e/a", "http://e/b"])
    '<http://e/a> <http://e/b>'
    """
    return " ".join(iri(thing).n3() for thing in things)


def everywhere(pattern: str) -> str:
    """
    The pattern, matched in the default graph and in every named one; `?graph` is the latter.

    >>> everywhere("?s ?p ?o")
    '{ ?s ?p ?o } UNION { GRAPH ?graph { ?s ?p ?o } }'
    """
    return f"{{ {pattern} }} UNION {{ GRAPH ?graph {{ {pattern} }} }}"
