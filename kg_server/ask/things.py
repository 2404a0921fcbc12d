"""A thing of the graph as people want it told: what it is, what it is linked to, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg_server.ask.evidence import Alignment, Passage, read_alignments, read_passages
from kg_server.ask.labels import Labels, Named, Text, best
from kg_server.ask.links import Link, LinkGroup, read_links
from kg_server.ask.names import exists, find_thing
from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import BASE, compact, graph_iri, prefixes
from kg_server.core.terms import iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.engine.base import Engine

__all__ = ["Alignment", "Link", "LinkGroup", "Named", "Passage", "Text", "Thing", "describe", "find_thing"]

_DESCRIPTIONS = ("dcterms:description", "skos:definition")
_TOLD_APART_OUT = ("rdf:type", "rdfs:label", "skos:prefLabel", "skos:notation", "sg:basis", "sg:evidence", "sg:wording")
_TOLD_APART_IN = ("sg:alignedFrom", "sg:alignedTo")

MOST_ALIGNMENTS = 200
"""Alignments told of one thing at most, the surest; how many there are is told all the same."""


@dataclass(frozen=True)
class Thing:
    """
    Everything the graph says about one thing.

    `outgoing` and `incoming` leave out what has a place of its own here: names, kinds, basis, evidence, alignments.
    `alignments_on` rest on it, where it is a passage. `judged` is the judgement that it is, where it is an alignment.
    `aligned` is how many alignments there are, also where not all are told.
    """

    iri: str
    name: str
    label: Text
    kinds: tuple[Named, ...]
    notation: str
    description: Text | None
    basis: tuple[Named, ...]
    graphs: tuple[Named, ...]
    outgoing: tuple[LinkGroup, ...]
    incoming: tuple[LinkGroup, ...]
    alignments_from: tuple[Alignment, ...]
    alignments_to: tuple[Alignment, ...]
    evidence: tuple[Passage, ...]
    alignments_on: tuple[Alignment, ...] = ()
    aligned: int = 0
    judged: Alignment | None = None


def describe(engine: Engine, thing: str, language: str = "nb", *, base: str = BASE) -> Thing:
    """Everything about the thing with this IRI, in the language or else in another; raises `UnknownThing`."""
    labels = Labels(engine, language, base)
    outgoing = read_links(engine, thing, labels)
    incoming = read_links(engine, thing, labels, inward=True)
    if not (outgoing or incoming or exists(engine, thing)):
        raise UnknownThing("Nothing in the graph is called {name}.", name=compact(thing, base))
    told = {compact(group.property.iri, base): [link.end for link in group.links] for group in outgoing}
    description = next((told[name] for name in _DESCRIPTIONS if name in told), [])
    kinds = _kinds(outgoing, base)
    held = {compact(one.iri, base) for one in (*kinds, *(group.property for group in (*outgoing, *incoming)))}
    is_aligned = held & {"sg:Alignment", "sg:Passage", *_TOLD_APART_IN}
    count, aligned = _read_aligned(engine, thing, labels) if is_aligned else (0, [])
    is_grounded = held & {"sg:evidence", "sg:Passage"}
    return Thing(
        iri=thing,
        name=compact(thing, base),
        label=labels.name(iri(thing)).label,
        kinds=kinds,
        notation=next((str(end) for end in told.get("skos:notation", ())), ""),
        description=best((end.term for end in description), language),
        basis=tuple(told.get("sg:basis", ())),
        graphs=_graphs(outgoing, labels),
        outgoing=_without(outgoing, (*_TOLD_APART_OUT, *_DESCRIPTIONS), base),
        incoming=_rest(_without(incoming, _TOLD_APART_IN, base), {one.iri for one in aligned}),
        alignments_from=tuple(one for one in aligned if one.source.iri == thing),
        alignments_to=tuple(one for one in aligned if one.source.iri != thing and _is_target(thing, one)),
        evidence=read_passages(engine, [thing], labels)[thing] if is_grounded else (),
        alignments_on=tuple(
            one for one in aligned if thing not in (one.iri, one.source.iri) and not _is_target(thing, one)
        ),
        aligned=count,
        judged=next((one for one in aligned if one.iri == thing), None),
    )


def _without(groups: tuple[LinkGroup, ...], properties: tuple[str, ...], base: str) -> tuple[LinkGroup, ...]:
    return tuple(group for group in groups if compact(group.property.iri, base) not in properties)


def _rest(groups: tuple[LinkGroup, ...], told: set[str]) -> tuple[LinkGroup, ...]:
    """The links to what is not told of in another place."""
    kept = [(group, tuple(link for link in group.links if link.end.iri not in told)) for group in groups]
    return tuple(
        replace(group, links=links, total=group.total - len(group.links) + len(links)) for group, links in kept if links
    )


def _kinds(groups: tuple[LinkGroup, ...], base: str) -> tuple[Named, ...]:
    """What the thing is said to be; what follows from that only where nothing is said."""
    links = [link for group in groups if compact(group.property.iri, base) == "rdf:type" for link in group.links]
    return tuple(link.end for link in links if not link.inferred) or tuple(link.end for link in links)


def _graphs(groups: tuple[LinkGroup, ...], labels: Labels) -> tuple[Named, ...]:
    """The graphs that say something of the thing, the inferred one last."""
    found = {graph for group in groups for link in group.links for graph in link.graphs}
    graphs = sorted(found, key=lambda graph: (graph == graph_iri("inferred", labels.base), graph))
    labels.read(map(iri, graphs))
    return tuple(labels.name(iri(graph)) for graph in graphs)


def _is_target(thing: str, alignment: Alignment) -> bool:
    return any(target.iri == thing for target in alignment.targets)


def _read_aligned(engine: Engine, thing: str, labels: Labels) -> tuple[int, list[Alignment]]:
    """The surest alignments that go from the thing, to it or rest on it, and the one it is; and how many there are."""
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(labels.base)["sg"]}>
SELECT DISTINCT ?alignment ?confidence WHERE {{
  {{ ?alignment sg:alignedFrom|sg:alignedTo|sg:evidence {iri(thing).n3()} }}
  UNION {{ BIND ({iri(thing).n3()} AS ?alignment) }}
  ?alignment sg:relation ?relation .
  OPTIONAL {{ ?alignment sg:confidence ?confidence }}
}}
ORDER BY DESC(?confidence) ?alignment""",
    ).rows
    found = list(dict.fromkeys(row["alignment"].value for row in rows))
    return len(found), read_alignments(engine, found[:MOST_ALIGNMENTS], labels)
