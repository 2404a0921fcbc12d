"""What every generated graph shares: the ontology, the municipalities, the SDGs and the policies of the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad

from kg_server.build.digest import canonical
from kg_server.build.sources import RDF_TYPE, read_project
from kg_server.core.namespaces import BASE, PREFIXES, graph_iri
from kg_server.core.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Triple

    from kg_server.build.sources import Project

_SG = PREFIXES["sg"]
_SDGO = PREFIXES["sdgo"]
_LABEL = PREFIXES["rdfs"] + "label"

Fact = tuple[str, str, str, str]
"""The name of a graph, and subject, predicate and object as N-Triples writes them."""


@dataclass(frozen=True)
class Shared:
    """The facts all plans share, and what plans may point to: IRIs as N-Triples writes them."""

    project: Project
    facts: tuple[Fact, ...]
    municipalities: tuple[tuple[str, str], ...]
    goals: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    policies: tuple[str, ...]


def read_shared(project_dir: Path) -> Shared:
    """
    The shared part, out of the text of the project in that folder.

    Municipalities come with their names, targets with the goals they belong to.
    """
    project = read_project(read_settings(project_dir=project_dir))
    chosen = {name: list(_chosen(project, name)) for name in ("ontology", "klass", "sdg", "policies")}
    quads = (
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph_iri(name)))
        for name, triples in chosen.items()
        for triple in triples
    )
    facts = {
        (quad.graph_name.value.rpartition("/")[2], str(quad.subject), str(quad.predicate), str(quad.object))
        for quad in canonical(quads, BASE)  # every reading gives blank nodes other names
    }
    numbered = {triple.subject for triple in chosen["klass"] if triple.predicate.value == _SG + "kommunenummer"}
    names = {
        str(triple.subject): getattr(triple.object, "value", "")
        for triple in chosen["klass"]
        if triple.subject in numbered
        and triple.predicate.value == _LABEL
        and getattr(triple.object, "language", "") == "nb"
    }
    return Shared(
        project=project,
        facts=tuple(sorted(facts)),
        municipalities=tuple(sorted(names.items())),
        goals=_typed(chosen["sdg"], _SDGO + "Goal"),
        targets=tuple(
            sorted(
                (str(triple.subject), str(triple.object))
                for triple in chosen["sdg"]
                if triple.predicate.value == _SDGO + "isTargetOf"
            )
        ),
        policies=_typed(chosen["policies"], _SG + "EUPolicy"),
    )


def _chosen(project: Project, name: str) -> Iterator[Triple]:
    """The triples of a graph; left out are the UN's indicators and what rests on a text that is not generated."""
    triples = project.graphs[graph_iri(name)]
    left_out = {
        triple.subject
        for triple in triples
        if triple.predicate.value == _SG + "evidence"
        or (triple.predicate.value == RDF_TYPE and _value(triple) == _SDGO + "Indicator")
    }
    return (triple for triple in triples if triple.subject not in left_out and triple.object not in left_out)


def _typed(triples: Iterable[Triple], kind: str) -> tuple[str, ...]:
    return tuple(sorted(str(t.subject) for t in triples if t.predicate.value == RDF_TYPE and _value(t) == kind))


def _value(triple: Triple) -> str:
    return str(getattr(triple.object, "value", ""))
