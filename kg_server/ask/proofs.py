"""The shortest way from what is asserted to an inferred triple, the strongest of those, found backwards by rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg_server.ask.labels import AT_ONCE, values
from kg_server.ask.rules import instances, unify, ways_query
from kg_server.core.namespaces import BASE, graph_iri, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg_server.ask.rules import Rule, Triple
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_CERTAIN = Decimal(1)

MOST_STEPS = 12
"""Rules one after another at most."""

MOST_TRIPLES = 20_000
"""Triples looked at for one explanation at most."""


@dataclass(frozen=True)
class Way:
    """One use of a rule that concludes a triple: the premises it holds by."""

    rule: Rule
    premises: tuple[Triple, ...]


@dataclass(frozen=True)
class Proof:
    """
    How a triple comes about: the graphs that assert it, or a way to conclude it and the proofs of that way's premises.

    `ways` is how many ways there are to conclude the triple in one step; `depth` and `size` count rules. `strength` is
    the confidence of the weakest alignment in it, 1 where it needs none.
    """

    triple: Triple
    graphs: tuple[str, ...]
    way: Way | None
    premises: tuple[Proof, ...]
    ways: int
    depth: int
    size: int
    strength: Decimal = _CERTAIN


class Prover:
    """
    Finds proofs by going back from a triple one step of rules at a time, all open triples of a step together.

    A proof never rests on the triple it proves: each triple's depth is one more than the deepest of its premises.
    """

    def __init__(self, engine: Engine, rules: Sequence[Rule], base: str = BASE) -> None:
        self._engine = engine
        self._rules = rules
        self._derived = graph_iri("inferred", base)
        self._confidence = f"{prefixes(base)['sg']}confidence"
        self._graphs: dict[Triple, tuple[str, ...]] = {}
        self._ways: dict[Triple, list[Way]] = {}
        self._proofs: dict[Triple, Proof] = {}

    def graphs(self, triple: Triple) -> tuple[str, ...]:
        """The graphs that hold the triple, the one for inferred triples too."""
        self._look_up([triple])
        return self._graphs[triple]

    def prove(self, triple: Triple) -> Proof | None:
        """The proof with the fewest rules one after another, and of those the strongest; none when there is none."""
        open_triples = {triple}
        for step in range(MOST_STEPS + 1):
            self._look_up(open_triples)
            self._settle()
            found = self._proofs.get(triple)
            if found and found.depth <= step:
                return found
            open_triples = {one for one in open_triples if one not in self._proofs or self._proofs[one].way}
            if not open_triples or len(self._graphs) > MOST_TRIPLES:
                return found
            open_triples = self._go_back(open_triples)
        return self._proofs.get(triple)

    def _look_up(self, triples: Iterable[Triple]) -> None:
        """Learn which graphs hold the triples; what is asserted is its own proof."""
        fresh = sorted(set(triples) - self._graphs.keys(), key=_written)
        for begin in range(0, len(fresh), AT_ONCE):
            batch = fresh[begin : begin + AT_ONCE]
            held: dict[Triple, list[str]] = {triple: [] for triple in batch}
            table = "\n".join(f"({' '.join(term.n3() for term in triple)})" for triple in batch)
            query = f"SELECT ?s ?p ?o ?graph WHERE {{ VALUES (?s ?p ?o) {{ {table} }} GRAPH ?graph {{ ?s ?p ?o }} }}"
            for row in read_rows(self._engine, query).rows:
                held[row["s"], row["p"], row["o"]].append(row["graph"].value)
            self._graphs |= {triple: tuple(sorted(graphs)) for triple, graphs in held.items()}
            asserted = {one: tuple(sorted(set(graphs) - {self._derived})) for one, graphs in held.items()}
            strengths = self._strengths({triple[0] for triple, graphs in asserted.items() if graphs})
            for triple, graphs in asserted.items():
                if graphs:
                    strength = strengths.get(triple[0], _CERTAIN)
                    self._proofs[triple] = Proof(triple, graphs, None, (), 0, 0, 0, strength)

    def _strengths(self, subjects: set[Term]) -> dict[Term, Decimal]:
        """The confidence of those that are alignments."""
        asked = values(sorted(subject.value for subject in subjects if subject.kind == "uri"))
        query = f"SELECT ?s ?confidence WHERE {{ VALUES ?s {{ {asked} }} ?s <{self._confidence}> ?confidence }}"
        rows = read_rows(self._engine, query).rows if asked else []
        return {row["s"]: Decimal(row["confidence"].value) for row in rows}

    def _go_back(self, triples: Iterable[Triple]) -> set[Triple]:
        """Learn all ways to conclude the triples; the premises that are new."""
        asked = set(triples) - self._ways.keys()
        wanted = sorted(asked, key=_written)
        self._ways |= {triple: [] for triple in wanted}
        for rule in self._rules:
            for way, heads in self._uses(rule, wanted):
                for head in heads:
                    if head in asked and way not in self._ways[head]:
                        self._ways[head].append(way)
        for one in wanted:
            self._ways[one].sort(key=lambda way: [_written(premise) for premise in way.premises])
        return {premise for one in wanted for way in self._ways[one] for premise in way.premises} - self._graphs.keys()

    def _uses(self, rule: Rule, triples: Sequence[Triple]) -> Iterator[tuple[Way, tuple[Triple, ...]]]:
        """Every use of the rule that concludes one of the triples, and what it concludes."""
        for pattern in rule.head:
            bounds = [bound for triple in triples if (bound := unify(pattern, triple)) is not None]
            for begin in range(0, len(bounds), AT_ONCE):
                for row in read_rows(self._engine, ways_query(rule, bounds[begin : begin + AT_ONCE])).rows:
                    heads, premises = instances(rule, row)
                    if all(term.kind != "bnode" for premise in premises for term in premise):
                        yield Way(rule, premises), heads

    def _settle(self) -> None:
        """Give every triple the best proof that its ways and the proofs known so far allow."""
        changed = True
        while changed:
            changed = False
            for triple, ways in self._ways.items():
                best = min(
                    (proof for way in ways if (proof := self._proof(triple, way, len(ways)))), key=_cost, default=None
                )
                known = self._proofs.get(triple)
                if best and (known is None or _cost(best) < _cost(known)):
                    self._proofs[triple] = best
                    changed = True

    def _proof(self, triple: Triple, way: Way, ways: int) -> Proof | None:
        """The proof of a triple in this way, when every premise has one."""
        premises = [proof for premise in way.premises if (proof := self._proofs.get(premise))]
        if len(premises) < len(way.premises):
            return None
        depth = 1 + max((proof.depth for proof in premises), default=0)
        size = 1 + sum(proof.size for proof in premises)
        strength = min((proof.strength for proof in premises), default=_CERTAIN)
        return Proof(triple, (self._derived,), way, tuple(premises), ways, depth, size, strength)


def _cost(proof: Proof) -> tuple[int, Decimal, int, str]:
    name = proof.way.rule.name if proof.way else ""
    return proof.depth, -proof.strength, proof.size, name


def _written(triple: Triple) -> tuple[str, ...]:
    return tuple(term.n3() for term in triple)
