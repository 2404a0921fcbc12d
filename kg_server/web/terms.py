"""The terms of the ontology as people read them: a list with a diagram, and a page for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg_server.ask.labels import Labels, Named, Text
from kg_server.ask.ontology import GROUPS, read_edges, read_examples, read_vocabulary
from kg_server.core.checks import read_checks
from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import prefixes
from kg_server.core.terms import iri
from kg_server.web.step_drawing import Drawing, arrow, box_at, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.ask.ontology import Example, Vocabulary
    from kg_server.core.checks import Check
    from kg_server.web.site import Site

_PLACES = {
    "sg:FocusArea": (0, 0),
    "sg:PartnerRole": (0, 1),
    "sg:Alignment": (0, 2),
    "sg:Goal": (1, 0),
    "sg:Strategy": (1, 1),
    "sdgo:Target": (2, 0),
    "sg:PolicyInstrument": (2, 1),
    "sg:Challenge": (2, 2),
    "sg:Passage": (2, 3),
    "sdgo:Goal": (3, 0),
    "sg:PolicyTheme": (3, 1),
    "sg:Section": (3, 3),
}
"""Where the main classes stand in the diagram: column and row."""

_EDGES = (
    ("sg:FocusArea", "sg:hasPart", "sg:Goal"),
    ("sg:FocusArea", "sg:hasPart", "sg:Strategy"),
    ("sg:PartnerRole", "sg:supports", "sg:Strategy"),
    ("sg:Alignment", "sg:alignedFrom", "sg:Strategy"),
    ("sg:Goal", "sg:contributesTo", "sdgo:Target"),
    ("sg:Strategy", "sg:contributesTo", "sdgo:Target"),
    ("sg:Strategy", "sg:supports", "sg:PolicyInstrument"),
    ("sg:Strategy", "sg:respondsTo", "sg:Challenge"),
    ("sg:Strategy", "sg:evidence", "sg:Passage"),
    ("sdgo:Target", "sdgo:isTargetOf", "sdgo:Goal"),
    ("sg:PolicyInstrument", "sg:hasPart", "sg:PolicyTheme"),
    ("sg:Passage", "sg:inSection", "sg:Section"),
)


@dataclass(frozen=True)
class Described:
    """One term of ours: its short name, what it is called, what it means, how to use it, and how often it is used."""

    iri: str
    local: str
    label: Text
    definition: Text | None
    note: Text | None
    uses: int


class Edge(NamedTuple):
    """How things of one class are linked to things of another, and how often."""

    source: Named
    property: Named
    target: Named
    links: int


class Diagram(NamedTuple):
    """The main classes as a drawing, and the same as statements."""

    drawing: Drawing
    edges: tuple[Edge, ...]


class Relation(NamedTuple):
    """What a term has to do with others, in a word or two, and the others."""

    title: str
    terms: tuple[Named, ...]


@dataclass(frozen=True)
class TermPage:
    """All that the page of a term tells; nothing of rules where the graph was not built here."""

    term: Described
    group: str
    example: Text | None
    relations: tuple[Relation, ...]
    rules: tuple[Check, ...] | None
    examples: tuple[Example, ...]


def vocabulary_of(site: Site) -> Vocabulary:
    """The terms of the build."""
    return site.keep("vocabulary", lambda: read_vocabulary(site.engine, site.base), has_words=False)


def read_terms(site: Site) -> dict[str, list[Described]]:
    """The terms by group, A to Z by their short names."""
    vocabulary = vocabulary_of(site)
    groups: dict[str, list[Described]] = {group: [] for group in GROUPS}
    for term in vocabulary.own():
        groups[vocabulary.group(term)].append(_described(term, vocabulary, site))
    return groups


def read_term(site: Site, local: str) -> TermPage:
    """The page of the term with that short name; raises `UnknownThing`."""
    vocabulary, term = vocabulary_of(site), prefixes(site.base)["sg"] + local
    if term not in vocabulary.facts and term not in vocabulary.uses:
        raise UnknownThing("Nothing in the graph is called {name}.", name=local)
    checked = read_checks(site.settings.store / site.engine.digest)
    above = vocabulary.above(term)
    return TermPage(
        term=_described(term, vocabulary, site),
        group=vocabulary.group(term),
        example=vocabulary.text(term, "skos:example", site.language),
        relations=tuple(_relations(term, vocabulary, site)),
        rules=_rules(term, above, checked.checks.rules) if checked else None,
        examples=read_examples(site.engine, vocabulary, term, site.language),
    )


def _rules(term: str, above: set[str], rules: Iterable[Check]) -> tuple[Check, ...]:
    """The rules about a property, or about the members of a class."""
    return tuple(check for check in rules if term in check.properties or above & set(check.classes))


def read_diagram(site: Site) -> Diagram | None:
    """The main classes that the graph has links between; nothing where it has none."""
    found = read_edges(site.engine, _EDGES, site.base)
    edges = [edge for edge in _EDGES if edge in found]
    if not edges:
        return None
    names = {name: _term(name, site) for edge in edges for name in edge}
    labels = Labels(site.engine, site.language, site.base)
    labels.read(iri(term) for term in names.values())
    named = {name: labels.name(iri(term)) for name, term in names.items()}
    boxes = {
        name: box_at(names[name], named[name].label.value, column, row)
        for name, (column, row) in _PLACES.items()
        if name in named
    }
    lines = tuple(arrow(boxes[start], boxes[end], named[by].label.value) for start, by, end in edges)
    width, height = size_of(boxes.values())
    told = tuple(Edge(named[start], named[by], named[end], found[start, by, end]) for start, by, end in edges)
    return Diagram(Drawing(width, height, tuple(boxes.values()), lines), told)


def _term(name: str, site: Site) -> str:
    space, _, local = name.partition(":")
    return prefixes(site.base)[space] + local


def _described(term: str, vocabulary: Vocabulary, site: Site) -> Described:
    local = term.removeprefix(prefixes(site.base)["sg"])
    return Described(
        iri=term,
        local=local,
        label=vocabulary.text(term, "rdfs:label", site.language) or Text(local),
        definition=vocabulary.text(term, "skos:definition", site.language),
        note=vocabulary.text(term, "skos:scopeNote", site.language),
        uses=vocabulary.uses.get(term, 0),
    )


def _relations(term: str, vocabulary: Vocabulary, site: Site) -> Iterable[Relation]:
    """What the term has to do with others, those that there are."""
    labels = Labels(site.engine, site.language, site.base)

    def said(*properties: str) -> set[str]:
        return {end.value for name in properties for end in vocabulary.said(term, name) if end.kind == "uri"}

    def about(*properties: str) -> set[str]:
        return {one for name in properties for one in vocabulary.subjects(name, term)}

    found = {
        "kind": said("rdf:type") if vocabulary.group(term) == GROUPS[-1] else set(),
        "above": said("rdfs:subClassOf", "rdfs:subPropertyOf"),
        "below": about("rdfs:subClassOf", "rdfs:subPropertyOf"),
        "inverse": said("owl:inverseOf") | about("owl:inverseOf"),
        "domain": said("schema:domainIncludes", "rdfs:domain"),
        "range": said("schema:rangeIncludes", "rdfs:range"),
        "from": about("schema:domainIncludes", "rdfs:domain"),
        "to": about("schema:rangeIncludes", "rdfs:range"),
        "value": about("rdf:type"),
        "match": said("skos:exactMatch", "skos:closeMatch", "owl:equivalentClass", "owl:equivalentProperty"),
    }
    labels.read(iri(one) for ends in found.values() for one in ends)
    for title, ends in found.items():
        if ends:
            names = sorted((labels.name(iri(end)) for end in ends), key=lambda one: one.label.value.lower())
            yield Relation(title, tuple(names))
