"""The CONSTRUCT rules, read from files and run to a fixpoint; what is asserted stays untouched."""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Literal, URIRef, Variable

from kg_server.build.tables import try_query
from kg_server.build.texts import Text, scan
from kg_server.core.errors import SourceError
from kg_server.core.header import Header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rdflib.plugins.sparql.parserutils import CompValue

_HEADER = ("label_nb", "label_en", "sentence_nb", "sentence_en", "kind")
_KINDS = ("owl", "own")
_WHERE = re.compile(r"\bWHERE\s*\{(.*)\}\s*\Z", re.DOTALL)

Pattern = tuple[str, str, str]
"""A triple pattern as SPARQL writes its three terms."""


@dataclass(frozen=True)
class Rule:
    """
    A rule with its names and its sentence: where the premises hold, so does the head.

    `kind` is `owl` for a rule of OWL 2 RL and `own` for one of ours; `where` is the text between the braces, `query`
    the whole CONSTRUCT.
    """

    name: str
    kind: str
    label_nb: str
    label_en: str
    sentence_nb: str
    sentence_en: str
    head: tuple[Pattern, ...]
    premises: tuple[Pattern, ...]
    where: str
    prefixes: dict[str, str]
    query: str

    def record(self) -> dict[str, Any]:
        """The rule as `rules.json` holds it, for whoever explains a triple."""
        record = asdict(self)
        del record["query"]
        return record


def read_rule(text: Text) -> Rule:
    """The rule in one file; raises `SourceError` for a header or a query that is not of the kind rules are."""
    header = Header(text.file, text.content)
    texts = header.texts(_HEADER)
    if texts["kind"] not in _KINDS:
        raise header.error("The kind of a rule is owl or own.", header.root.line)
    try_query(text)
    head, premises = _patterns(text)
    body = _WHERE.search(text.content)
    if body is None:
        raise _misshapen(text)
    return Rule(
        name=text.file.rpartition("/")[2].removesuffix(".rq"),
        head=head,
        premises=premises,
        where=body[1].strip(),
        prefixes={name: space for name, space, _ in scan(text.content).prefixes},
        query=text.content,
        **texts,
    )


def read_rules(texts: Iterable[Text]) -> tuple[Rule, ...]:
    """The rules in these files, by name; raises `SourceError` for the first that is no rule."""
    return tuple(sorted((read_rule(text) for text in texts), key=lambda rule: rule.name))


def _patterns(text: Text) -> tuple[tuple[Pattern, ...], tuple[Pattern, ...]]:
    """The head and the premises in the order the file writes them; raises `SourceError` for any other construct."""
    prologue, tree = parseQuery(text.content)
    names = translatePrologue(prologue, None)
    tree = traverse(tree, visitPost=functools.partial(translatePName, prologue=names))
    tree = traverse(tree, visitPost=translatePath)
    if tree.name != "ConstructQuery" or not tree.template or set(tree) - {"template", "where"}:
        raise _misshapen(text)
    head = _triples(tree.template, text)
    parts: Sequence[CompValue] = tree.where.part or ()
    if any(part.name not in ("TriplesBlock", "Filter") for part in parts):
        raise _misshapen(text)
    premises = _triples([flat for part in parts if part.name == "TriplesBlock" for flat in part.triples], text)
    unbound = {term for pattern in head for term in pattern if term.startswith("?")}.difference(*premises)
    if not premises or unbound:
        raise _misshapen(text)
    return head, premises


def _triples(flat: Iterable[Sequence[Any]], text: Text) -> tuple[Pattern, ...]:
    terms = [term for run in flat for term in run]
    if not all(isinstance(term, Variable | URIRef | Literal) for term in terms):
        raise _misshapen(text)
    written = [term.n3() for term in terms]
    return tuple(zip(written[::3], written[1::3], written[2::3], strict=True))


def _misshapen(text: Text) -> SourceError:
    return SourceError(
        "A rule is a CONSTRUCT whose WHERE holds triple patterns and filters, and nothing else.",
        file=text.file,
        hint="Paths, blank nodes, OPTIONAL, UNION, BIND and the like cannot be explained premise by premise.",
    )


def run_rules(rules: Sequence[Rule], asserted: Iterable[ox.Triple]) -> tuple[set[ox.Triple], dict[str, int]]:
    """
    What the rules conclude beyond what is asserted, and how many triples each rule was the first to conclude.

    The rules run in the order given, over and over, until none of them adds anything. A conclusion about a blank node
    is left out: nobody could point at it.
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in asserted)
    inferred: set[ox.Triple] = set()
    counts = {rule.name: 0 for rule in rules}
    grown = True
    while grown:
        grown = False
        for rule in rules:
            fresh = {triple for triple in _conclusions(store, rule) if ox.Quad(*triple) not in store}
            store.extend(ox.Quad(*triple) for triple in fresh)
            inferred |= fresh
            counts[rule.name] += len(fresh)
            grown = grown or bool(fresh)
    return inferred, counts


def _conclusions(store: ox.Store, rule: Rule) -> Iterable[ox.Triple]:
    answer = store.query(rule.query)
    for triple in answer if isinstance(answer, ox.QueryTriples) else ():
        if not isinstance(triple.subject, ox.BlankNode) and not isinstance(triple.object, ox.BlankNode):
            yield triple
