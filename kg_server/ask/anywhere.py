"""A thing in data of any make: what its default graph and all its named graphs say, and nothing taken for granted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels, Named, Text, best, everywhere, in_order
from kg_server.ask.links import MOST_LINKS, Link, LinkGroup, link_pattern
from kg_server.ask.things import Thing
from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import BASE, compact
from kg_server.core.terms import iri
from kg_server.engine.results import ask, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_DESCRIPTIONS = ("dcterms:description", "skos:definition", "rdfs:comment", "schema:description")


def describe_anywhere(engine: Engine, thing: str, language: str = "nb", *, base: str = BASE) -> Thing:
    """What any graph says of the thing with this IRI; raises `UnknownThing`."""
    if not exists_anywhere(engine, thing):
        raise UnknownThing("Nothing in the graph is called {name}.", name=compact(thing, base))
    labels = Labels(engine, language, base, anywhere=True)
    outgoing = _read_links(engine, thing, labels)
    incoming = _read_links(engine, thing, labels, inward=True)
    told = {compact(group.property.iri, base): [link.end for link in group.links] for group in outgoing}
    description = next((told[name] for name in _DESCRIPTIONS if name in told), [])
    return Thing(
        iri=thing,
        name=compact(thing, base),
        label=labels.name(iri(thing)).label,
        kinds=tuple(told.get("rdf:type", ())),
        notation=next((str(end) for end in told.get("skos:notation", ())), ""),
        description=best((end.term for end in description), language),
        basis=(),
        graphs=_graphs(outgoing, labels),
        outgoing=outgoing,
        incoming=incoming,
        alignments_from=(),
        alignments_to=(),
        evidence=(),
    )


def exists_anywhere(engine: Engine, thing: str) -> bool:
    """Whether any triple of any graph speaks of the thing, or is made with it."""
    term = iri(thing).n3()
    patterns = (f"{term} ?p ?o", f"?s ?p {term}", f"?s {term} ?o")
    return ask(engine, f"ASK {{ {' UNION '.join(everywhere(pattern) for pattern in patterns)} }}")


def count_uses(engine: Engine, property_: str) -> int:
    """How many triples have the thing for their property."""
    pattern = everywhere(f"?s {iri(property_).n3()} ?o")
    return int(read_rows(engine, f"SELECT (COUNT(*) AS ?uses) WHERE {{ {pattern} }}").rows[0]["uses"].value)


def _read_links(engine: Engine, thing: str, labels: Labels, *, inward: bool = False) -> tuple[LinkGroup, ...]:
    """The links out of a thing, or into it, by property and then by the label of the other end."""
    counts = {
        row["property"]: int(row["total"].value)
        for row in read_rows(
            engine,
            "SELECT ?property (COUNT(DISTINCT ?end) AS ?total) "
            f"WHERE {{ {everywhere(link_pattern(thing, '?property', inward=inward))} }} GROUP BY ?property",
        ).rows
    }
    if not counts:
        return ()
    ends: dict[Term, dict[Term, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in read_rows(engine, _links_query(thing, counts, inward=inward)).rows:
        ends[row["property"]][row["end"]].extend([row["graph"].value] if "graph" in row else [])
    labels.read([*ends, *(end for found in ends.values() for end in found)])
    groups = [LinkGroup(labels.name(name), _links(found, labels), counts[name]) for name, found in ends.items()]
    return tuple(sorted(groups, key=lambda group: (group.property.label.value.lower(), group.property.iri)))


def _links(ends: dict[Term, list[str]], labels: Labels) -> tuple[Link, ...]:
    links = [Link(_named(end, labels), tuple(sorted(graphs)), inferred=False) for end, graphs in ends.items()]
    return tuple(sorted(links, key=lambda link: (in_order(link.end.code, link.end.label), link.end.term.value)))


def _named(term: Term, labels: Labels) -> Named:
    return Named(term, Text(f"_:{term.value}")) if term.kind == "bnode" else labels.name(term)


def _links_query(thing: str, properties: Iterable[Term], *, inward: bool) -> str:
    """A query for some links of each property, each with the named graph that holds it, if one does."""
    parts = (
        f"{{ SELECT ?property ?end ?graph WHERE {{ {everywhere(link_pattern(thing, name.n3(), inward=inward))} "
        f"BIND ({name.n3()} AS ?property) }} LIMIT {MOST_LINKS} }}"
        for name in properties
    )
    return f"SELECT ?property ?end ?graph WHERE {{ {' UNION '.join(parts)} }}"


def _graphs(groups: tuple[LinkGroup, ...], labels: Labels) -> tuple[Named, ...]:
    """The named graphs that say something of the thing."""
    graphs = sorted({graph for group in groups for link in group.links for graph in link.graphs if ":" in graph})
    labels.read(map(iri, graphs))
    return tuple(labels.name(iri(graph)) for graph in graphs)
