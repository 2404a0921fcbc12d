"""Paths as SPARQL: the query that finds those of one form, and the query for all that paths rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import values
from kg_server.ask.network import KINDS, REJECTED
from kg_server.core.namespaces import declarations, graph_iri
from kg_server.core.terms import iri

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_server.ask.network import Network
    from kg_server.ask.traces import End, Path, Search

_DECLARED = ("org", "sdgo", "sg")
_TOLD_OF_THINGS = ("rdf:type", "rdfs:label", "skos:notation")


@dataclass(frozen=True)
class Form:
    """
    What paths have in common that one query can ask for.

    For each step the property, whether it is walked forward, and whether it was judged; and the kinds of the things
    between the ends.
    """

    steps: tuple[tuple[str, bool, bool], ...]
    kinds: tuple[str, ...]


def form_of(network: Network, path: Path) -> Form:
    """The form of a path."""
    return Form(
        tuple((step.tie.relation, step.is_forward, bool(step.tie.alignment)) for step in path.steps),
        tuple(network.nodes[thing].kind for thing in path.things[1:-1]),
    )


def form_query(network: Network, search: Search, form: Form) -> str:
    """The query for every path of one form between the two ends, the one with the strongest weakest link first."""
    last = len(form.steps)
    judged = [number for number, (_, _, is_judged) in enumerate(form.steps, 1) if is_judged]
    lines = [
        *_end(network, search.start, 0),
        *_end(network, search.goal, last),
        *(line for number, step in enumerate(form.steps, 1) for line in _step(network, number, step)),
        *(line for number, kind in enumerate(form.kinds, 1) if kind for line in _kind(network, kind, number)),
        *(f"FILTER (?thing{one} != ?thing{other})" for one in range(last) for other in range(one + 2, last + 1)),
        f"BIND ({_least(judged)} AS ?weakest)",
    ]
    columns = " ".join(_columns(form))
    body = "\n".join(f"  {line}" for line in lines)
    things = " ".join(f"?thing{number}" for number in range(last + 1))
    used = declarations(network.base, [name for name in _DECLARED if f"{name}:" in body])
    return f"{used}SELECT DISTINCT ?weakest {columns} WHERE {{\n{body}\n}}\nORDER BY DESC(?weakest) {things}\n"


def _columns(form: Form) -> Iterator[str]:
    yield "?thing0"
    for number, (_, _, is_judged) in enumerate(form.steps, 1):
        if is_judged:
            yield f"?link{number} ?confidence{number}"
        yield f"?thing{number}"


def _end(network: Network, end: End, number: int) -> Iterator[str]:
    if end.kind:
        yield from _kind(network, end.kind, number)
    else:
        yield f"VALUES ?thing{number} {{ {values(end.things)} }}"


def _kind(network: Network, kind: str, number: int) -> Iterator[str]:
    if kind == "partner":
        yield f"FILTER EXISTS {{ ?role{number} {_short(network, KINDS[kind])} ?thing{number} }}"
    else:
        yield f"?thing{number} a {_short(network, KINDS[kind])} ."


def _step(network: Network, number: int, step: tuple[str, bool, bool]) -> Iterator[str]:
    relation, is_forward, is_judged = step
    ends = (f"?thing{number - 1}", f"?thing{number}")
    source, target = ends if is_forward else ends[::-1]
    name = _short(network, relation)
    if is_judged:
        yield f"?link{number} sg:alignedFrom {source} ."
        yield f"?link{number} sg:relation {name} ."
        yield f"?link{number} sg:alignedTo {target} ."
        yield f"?link{number} sg:confidence ?confidence{number} ."
        yield f"FILTER NOT EXISTS {{ ?link{number} sg:reviewStatus {REJECTED} }}"
    else:
        yield f"GRAPH ?graph{number} {{ {source} {name} {target} }}"
        yield f"FILTER (?graph{number} != <{graph_iri('inferred', network.base)}>)"


def _short(network: Network, short: str) -> str:
    """A term by its short name where the query declares the prefix, else by its IRI."""
    return short if short.partition(":")[0] in _DECLARED else iri(network.iri(short)).n3()


def _least(judged: Sequence[int]) -> str:
    """An expression for the least of the confidences; one where nothing was judged."""
    if not judged:
        return "1.0"
    least = f"?confidence{judged[0]}"
    for number in judged[1:]:
        least = f"IF(?confidence{number} < {least}, ?confidence{number}, {least})"
    return least


def evidence_query(network: Network, paths: Sequence[Path]) -> str:
    """The query for the links of the paths as triples, with everything said of the alignments they rest on."""
    ties = {step.tie: None for path in paths for step in path.steps}
    things = dict.fromkeys(thing for path in paths for thing in path.things)
    triples = " ".join(f"(<{tie.source}> {iri(network.iri(tie.relation)).n3()} <{tie.target}>)" for tie in ties)
    told = values(network.iri(short) for short in _TOLD_OF_THINGS)
    alignments = values(tie.alignment for tie in ties if tie.alignment)
    return f"""{declarations(network.base)}CONSTRUCT {{ ?subject ?property ?object }} WHERE {{
  {{ VALUES (?subject ?property ?object) {{ {triples} }} ?subject ?property ?object }}
  UNION {{ VALUES ?subject {{ {alignments} }} ?subject ?property ?object }}
  UNION {{ VALUES ?subject {{ {values(things)} }} VALUES ?property {{ {told} }} ?subject ?property ?object }}
}}"""
