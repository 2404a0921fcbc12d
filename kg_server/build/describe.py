"""What the build says of itself: the data set and its graphs, the rules, and the questions the graph can be asked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.build.tables import try_query
from kg_server.core.errors import SourceError
from kg_server.core.header import Header
from kg_server.core.namespaces import PREFIXES, graph_iri, prefixes, thing_iri
from kg_server.core.topics import TOPICS, read_topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg_server.build.rules import Rule
    from kg_server.build.texts import Text
    from kg_server.core.settings import Settings

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
OWL_RL = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
_TITLE = {
    "nb": "Strategigraf: en kommunes internasjonale strategi som kunnskapsgraf",
    "en": "Strategigraf: a municipality's international strategy as a knowledge graph",
}
_DESCRIPTION = {
    "nb": "Mål og strategier koblet til bærekraftsmål, EU-politikk, utfordringer, partnere og byer, "
    "med kilde for hver opplysning og begrunnelse for hver kobling.",
    "en": "Goals and strategies linked to sustainable development goals, EU policies, challenges, partners and cities, "
    "with a source for every fact and a rationale for every link.",
}

Graphs = dict[str, set[ox.Triple]]


class _Description:
    """Triples about things of the project, written with prefixes."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.triples: set[ox.Triple] = set()
        self._spaces = prefixes(base)

    def iri(self, name: str) -> ox.NamedNode:
        """The IRI of `prefix:local` or of `kind/slug`."""
        space, colon, local = name.partition(":")
        return ox.NamedNode(self._spaces[space] + local if colon else thing_iri(name, self.base))

    def say(self, subject: ox.NamedNode, predicate: str, *values: ox.NamedNode | ox.Literal) -> None:
        """Add one triple per value."""
        for value in values:
            self.triples.add(ox.Triple(subject, self.iri(predicate), value))

    def say_both(self, subject: ox.NamedNode, predicate: str, nb: str, en: str) -> None:
        """Add the text in both languages."""
        self.say(subject, predicate, ox.Literal(nb, language="nb"), ox.Literal(en, language="en"))

    def introduce(self, thing: ox.NamedNode, kind: str, label: tuple[str, str], source: ox.NamedNode) -> None:
        """Add what every resource has: a type, labels in both languages, a source and its basis."""
        self.say(thing, "rdf:type", self.iri(kind))
        self.say_both(thing, "rdfs:label", *label)
        self.say(thing, "dcterms:source", source)
        self.say(thing, "sg:basis", self.iri("sg:Described"))


def describe(graphs: Graphs, rules: Sequence[Rule], queries: Iterable[Text], settings: Settings) -> Graphs:
    """
    The project's graphs with `about` and `questions` filled in, all but the numbers, which `count` adds.

    Raises `SourceError` for a query that cannot be published.
    """
    about, questions = _Description(settings.base), _Description(settings.base)
    for rule in rules:
        _add_rule(about, rule)
    for text in queries:
        if text.file.count("/") == 1:
            _add_question(questions, text)
    full = {name: set(triples) for name, triples in graphs.items()}
    _graph(full, "about", settings).update(about.triples)
    _graph(full, "questions", settings).update(questions.triples)
    _graph(full, "inferred", settings)
    dataset = _Description(settings.base)
    _add_dataset(dataset, full, settings)
    _add_partitions(dataset, full)
    _graph(full, "about", settings).update(dataset.triples)
    return full


def _graph(graphs: Graphs, name: str, settings: Settings) -> set[ox.Triple]:
    return graphs.setdefault(graph_iri(name, settings.base), set())


def _add_rule(about: _Description, rule: Rule) -> None:
    thing = about.iri(f"rule/{rule.name}")
    source = ox.NamedNode(OWL_RL) if rule.kind == "owl" else ox.NamedNode(about.base + "ontology")
    about.introduce(thing, "sg:Rule", (rule.label_nb, rule.label_en), source)
    about.say_both(thing, "skos:definition", rule.sentence_nb, rule.sentence_en)
    about.say(thing, "skos:notation", ox.Literal(rule.name))


def _add_question(questions: _Description, text: Text) -> None:
    header = Header(text.file, text.content)
    entries = header.entries(header.root)
    summaries = [header.text(entries, key, header.root.line) for key in ("summary_nb", "summary_en")]
    if not isinstance(try_query(text), ox.QuerySolutions):
        raise SourceError("A question has to be a SELECT.", file=text.file)
    name = text.file.rpartition("/")[2].removesuffix(".rq")
    thing = questions.iri(f"question/{name}")
    questions.introduce(thing, "sg:Question", (summaries[0], summaries[1]), questions.iri("dataset/strategigraf"))
    questions.say(thing, "skos:notation", ox.Literal(name))
    questions.say_both(thing, "dcat:keyword", *TOPICS[read_topic(header, entries)])
    questions.say(thing, "sh:select", ox.Literal(text.content))


def _add_dataset(about: _Description, graphs: Graphs, settings: Settings) -> None:
    dataset = about.iri("dataset/strategigraf")
    asserted = set().union(*graphs.values())
    for plan in instances(asserted)[about.iri("sg:Plan")] or {ox.NamedNode(settings.base + "ontology")}:
        about.introduce(dataset, "void:Dataset", (_TITLE["nb"], _TITLE["en"]), plan)
    about.say(dataset, "rdf:type", about.iri("dcat:Dataset"))
    about.say_both(dataset, "dcterms:title", **_TITLE)
    about.say_both(dataset, "dcterms:description", **_DESCRIPTION)
    about.say(dataset, "dcterms:license", ox.NamedNode(LICENCE))
    about.say(dataset, "dcterms:publisher", about.iri("organisation/strategigraf"))
    about.say(dataset, "void:uriSpace", ox.Literal(thing_iri("", settings.base)))
    if settings.public_url:
        about.say(dataset, "void:sparqlEndpoint", ox.NamedNode(f"{settings.public_url.rstrip('/')}/sparql"))
    about.say(dataset, "void:vocabulary", *(ox.NamedNode(space) for space in _vocabularies(asserted, settings.base)))
    for graph in map(ox.NamedNode, graphs):
        about.say(dataset, "void:subset", graph)
        about.say(graph, "rdf:type", about.iri("void:Dataset"))


def _vocabularies(triples: Iterable[ox.Triple], base: str) -> list[str]:
    """The namespaces the predicates come from."""
    used = {triple.predicate.value for triple in triples}
    spaces = {name: space for name, space in prefixes(base).items() if name != "sdg"}
    return sorted(space for space in spaces.values() if any(iri.startswith(space) for iri in used))


def _add_partitions(about: _Description, graphs: Graphs) -> None:
    """Add a part of the data set for each class of ours that has members, and for each property of ours."""
    ontology = graphs[graph_iri("ontology", about.base)]
    dataset = about.iri("dataset/strategigraf")
    asserted = set().union(*graphs.values())
    own = about.iri("sg:").value
    for kind in sorted(instances(asserted), key=lambda kind: kind.value):
        if not kind.value.startswith(own):
            continue
        part = _partition(about, kind)
        nb, en = (_label(ontology, kind, language) for language in ("nb", "en"))
        about.introduce(part, "void:Dataset", (f"Ting av klassen «{nb}»", f"Things of the class “{en}”"), dataset)
        about.say(part, "void:class", kind)
        about.say(dataset, "void:classPartition", part)
    for term in _properties(asserted, own):
        part = _partition(about, term, "property")
        nb, en = (_label(ontology, term, language) for language in ("nb", "en"))
        about.introduce(part, "void:Dataset", (f"Utsagn med «{nb}»", f"Statements with “{en}”"), dataset)
        about.say(part, "void:property", term)
        about.say(dataset, "void:propertyPartition", part)


def _properties(asserted: Iterable[ox.Triple], own: str) -> list[ox.NamedNode]:
    """The properties of ours, declared or in use: rules may put more of them to use later."""
    kinds = {PREFIXES["owl"] + kind for kind in ("ObjectProperty", "DatatypeProperty")}
    members = instances(asserted)
    declared = {term.value for kind in kinds for term in members[ox.NamedNode(kind)]}
    return [
        ox.NamedNode(name)
        for name in sorted(declared | {triple.predicate.value for triple in asserted})
        if name.startswith(own)
    ]


def _partition(about: _Description, term: ox.NamedNode, kind: str = "class") -> ox.NamedNode:
    local = term.value.rpartition("#")[2]
    return about.iri(f"dataset/{kind}-" + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", local).lower())


def _label(ontology: set[ox.Triple], term: ox.NamedNode, language: str) -> str:
    labels = (
        t.object.value
        for t in ontology
        if t.subject == term
        and t.predicate.value == PREFIXES["rdfs"] + "label"
        and isinstance(t.object, ox.Literal)
        and t.object.language == language
    )
    return min(labels, default=term.value.rpartition("#")[2])


def instances(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """The members of each class, as far as these triples say what a thing is."""
    members: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for triple in triples:
        if (
            triple.predicate.value == PREFIXES["rdf"] + "type"
            and isinstance(triple.object, ox.NamedNode)
            and isinstance(triple.subject, ox.NamedNode)
        ):
            members[triple.object].add(triple.subject)
    return members


def things(triples: Iterable[ox.Triple], base: str) -> int:
    """How many things of ours the triples describe."""
    own = thing_iri("", base)
    subjects = {triple.subject for triple in triples}
    return sum(1 for one in subjects if isinstance(one, ox.NamedNode) and one.value.startswith(own))


def count(graphs: Graphs, derived: Mapping[str, int], settings: Settings) -> None:
    """
    Add the numbers to `about`: triples and things in all, per graph, class and property, and triples per rule.

    They count themselves, and the statement of the digest that comes after them.
    """
    numbers = _Description(settings.base)
    dataset = numbers.iri("dataset/strategigraf")
    merge: set[ox.Triple] = set().union(*graphs.values())
    for name, number in derived.items():
        numbers.say(numbers.iri(f"rule/{name}"), "sg:derivedCount", _number(number, "nonNegativeInteger"))
    members = instances(merge)
    uses = Counter(triple.predicate.value for triple in merge | numbers.triples)
    for triple in merge:
        if triple.predicate == numbers.iri("void:class") and isinstance(triple.object, ox.NamedNode):
            numbers.say(_partition(numbers, triple.object), "void:entities", _number(len(members[triple.object])))
        elif triple.predicate == numbers.iri("void:property") and isinstance(triple.object, ox.NamedNode):
            part = _partition(numbers, triple.object, "property")
            numbers.say(part, "void:triples", _number(uses[triple.object.value]))
    numbers.say(dataset, "void:entities", _number(things(merge, settings.base)))
    about = graph_iri("about", settings.base)
    to_come = len(numbers.triples) + len(graphs) + 2
    for graph, triples in graphs.items():
        own = to_come if graph == about else 0
        numbers.say(ox.NamedNode(graph), "void:triples", _number(len(triples) + own))
    numbers.say(dataset, "void:triples", _number(len(merge) + to_come))
    graphs[about] |= numbers.triples


def _number(value: int, kind: str = "integer") -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
