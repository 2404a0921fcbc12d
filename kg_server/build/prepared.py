"""An rdflib graph in memory that answers the queries of SPARQL constraints without dawdling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result

_THIS = Variable("this")
_Pattern = tuple[Identifier, Identifier, Identifier]


class PreparedGraph(rdflib.Graph):
    """
    A graph in memory that parses a query once, and plans it knowing that `$this` is bound.

    pySHACL hands over the text of a SPARQL constraint anew for every focus node: parsing it takes rdflib longer than
    answering, and not knowing `$this` it begins with whatever names the most terms, often a whole class.
    """

    def __init__(self) -> None:
        super().__init__(bind_namespaces="none")
        self._prepared: dict[str, Query] = {}

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """The answer to the query."""
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                self._prepared[query_object] = prepareQuery(query_object)
                traverse(self._prepared[query_object].algebra, visitPost=_plan)
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **kwargs)


def _plan(node: Any) -> None:
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        node["triples"] = ordered(node["triples"])
    if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        # rdflib keeps the translated pattern beside the node's items, where no traversal comes by.
        traverse(node.graph, visitPost=_plan)


def ordered(patterns: Iterable[_Pattern]) -> list[_Pattern]:
    """
    The patterns so that each hangs on to `$this` or to one before it, where that can be.

    >>> link, target, this = Variable("link"), Variable("target"), Variable("this")
    >>> of, to, kind = (rdflib.URIRef(f"http://e/{name}") for name in ("of", "to", "kind"))
    >>> [str(p) for _, p, _ in ordered([(target, kind, kind), (link, to, target), (link, of, this)])]
    ['http://e/of', 'http://e/to', 'http://e/kind']
    """
    left, plan, bound = list(patterns), [], {_THIS}

    def worth(pattern: _Pattern) -> tuple[int, int]:
        return sum(term in bound for term in pattern), sum(not isinstance(term, Variable) for term in pattern)

    while left:
        best = max(left, key=worth)
        left.remove(best)
        plan.append(best)
        bound.update(term for term in best if isinstance(term, Variable))
    return plan


def to_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The triples as an rdflib graph in memory, each literal spelt as it was."""
    graph = PreparedGraph()
    for subject, predicate, value in triples:
        graph.add((_term(subject), _term(predicate), _term(value)))
    return graph


def _term(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"not a term of RDF 1.1: {term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    kept = None if datatype == rdflib.XSD.string else datatype
    return rdflib.Literal(term.value, datatype=kept, normalize=False)
