"""Why a triple holds: who says it, or which rule concluded it from what, down to alignments and passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.evidence import Alignment, Passage, read_alignments, read_passages
from kg_server.ask.labels import Labels, Named, values
from kg_server.ask.proofs import Proof, Prover
from kg_server.ask.rules import Rule, read_rules
from kg_server.core.errors import UnknownThing
from kg_server.core.namespaces import BASE, compact, graph_iri, prefixes
from kg_server.core.terms import Term, iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg_server.ask.rules import Triple
    from kg_server.engine.base import Engine

__all__ = ["Explanation", "Graph", "Rule", "explain", "read_rules"]

_BETWEEN = 5


@dataclass(frozen=True)
class Graph:
    """A graph that holds a triple, and what kind of truth it holds."""

    name: Named
    basis: Named | None


@dataclass(frozen=True)
class Explanation:
    """
    Why one triple holds.

    An asserted triple has graphs, and the passages or the alignment its subject rests on. One that only rules say
    (`inferred`) has the rule and the premises it was concluded from, each explained the same way; `ways` is how many
    ways there are to conclude it, of which this is the shortest, and of several the one whose weakest alignment is the
    surest. It has no rule where that takes more steps than are looked at.
    """

    subject: Named
    predicate: Named
    object: Named
    graphs: tuple[Graph, ...]
    inferred: bool
    rule: Rule | None = None
    premises: tuple[Explanation, ...] = ()
    ways: int = 0
    alignments: tuple[Alignment, ...] = ()
    passages: tuple[Passage, ...] = ()


def explain(
    engine: Engine, rules: Sequence[Rule], triple: Triple, language: str = "nb", *, base: str = BASE
) -> Explanation:
    """
    Why the triple holds, by the shortest chain of rules, and of those the strongest.

    Raises `UnknownThing` when the graph does not hold it; the hint says what there is between its two ends.
    """
    labels = Labels(engine, language, base)
    prover = Prover(engine, rules, base)
    graphs = prover.graphs(triple)
    if not graphs:
        raise _absent(engine, triple, labels)
    proof = prover.prove(triple) or Proof(triple, graphs, None, (), 0, 0, 0)
    return _Teller(engine, labels, proof).tell(proof)


class _Teller:
    """Tells a proof with the names and the evidence in it, all read at once."""

    def __init__(self, engine: Engine, labels: Labels, proof: Proof) -> None:
        self._labels = labels
        parts = list(_parts(proof))
        asserted = {part.triple[0].value for part in parts if part.way is None and part.triple[0].kind == "uri"}
        self._bases = _read_bases(engine, {graph for part in parts for graph in part.graphs}, labels)
        self._alignments = {one.iri: one for one in read_alignments(engine, asserted, labels)}
        self._passages = read_passages(engine, asserted, labels)
        labels.read([term for part in parts for term in part.triple])
        labels.read([iri(graph) for graph in self._bases])

    def tell(self, proof: Proof) -> Explanation:
        """The proof as an explanation."""
        subject, predicate, object_ = map(self._labels.name, proof.triple)
        inferred = proof.graphs == (graph_iri("inferred", self._labels.base),)
        rests_on = [] if inferred else [proof.triple[0].value]
        rests_on += [part.triple[0].value for part in proof.premises if part.way is None]
        aligned = dict.fromkeys(name for name in rests_on if name in self._alignments)
        return Explanation(
            subject,
            predicate,
            object_,
            graphs=tuple(self._graph(name) for name in proof.graphs),
            inferred=inferred,
            rule=proof.way.rule if proof.way else None,
            premises=tuple(map(self.tell, proof.premises)),
            ways=proof.ways,
            alignments=tuple(self._alignments[name] for name in aligned),
            passages=() if aligned or inferred else self._passages.get(proof.triple[0].value, ()),
        )

    def _graph(self, name: str) -> Graph:
        basis = self._bases[name]
        return Graph(self._labels.name(iri(name)), self._labels.name(basis) if basis else None)


def _parts(proof: Proof) -> Iterator[Proof]:
    """The proof and all it rests on."""
    yield proof
    for premise in proof.premises:
        yield from _parts(premise)


def _read_bases(engine: Engine, graphs: set[str], labels: Labels) -> Mapping[str, Term | None]:
    """What kind of truth each graph holds."""
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(labels.base)["sg"]}>
SELECT ?graph ?basis WHERE {{
  VALUES ?graph {{ {values(sorted(graphs))} }}
  ?graph sg:basis ?basis .
}}""",
    ).rows
    labels.read(row["basis"] for row in rows)
    return dict.fromkeys(graphs) | {row["graph"].value: row["basis"] for row in rows}


def _absent(engine: Engine, triple: Triple, labels: Labels) -> UnknownThing:
    """The complaint that the graph does not hold the triple, with what links its two ends."""
    between = _read_between(engine, triple, labels)
    said = " ".join(f"“{labels.name(term)}”" for term in triple)
    return UnknownThing(
        "The graph does not say: {triple}.",
        hint="What it says of the two: {links}." if between else "Nothing links the two directly.",
        triple=said,
        links="; ".join(between[:_BETWEEN]),
    )


def _read_between(engine: Engine, triple: Triple, labels: Labels) -> list[str]:
    """The direct links between the ends, either way, and the alignments from one to the other."""
    subject, _, object_ = triple
    if subject.kind != "uri" or object_.kind == "bnode":
        return []
    one, other = subject.n3(), object_.n3()
    back = f"UNION {{ {other} ?link {one} . BIND (true AS ?back) }}" if object_.kind == "uri" else ""
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(labels.base)["sg"]}>
SELECT DISTINCT ?link ?back WHERE {{
  {{ {one} ?link {other} }}
  {back}
  UNION {{ ?alignment sg:alignedFrom {one} ; sg:alignedTo {other} ; sg:relation ?link }}
}}
ORDER BY ?back ?link""",
    ).rows
    labels.read(term for row in rows for term in (row["link"], subject, object_))
    ends = [labels.name(subject), labels.name(object_)]
    told = []
    for row in rows:
        first, second = reversed(ends) if "back" in row else ends
        told.append(f"“{first}” {labels.name(row['link'])} “{second}” ({compact(row['link'].value, labels.base)})")
    return list(dict.fromkeys(told))
