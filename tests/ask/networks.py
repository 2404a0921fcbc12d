"""Small networks written by hand: every link as a line, every kind from the name."""

from __future__ import annotations

from decimal import Decimal

from kg_server.ask.network import KINDS, Network, Node, Tie
from kg_server.core.namespaces import BASE
from kg_server.core.terms import literal

LEVELS = ((Decimal("0.85"), "sg:Strong"), (Decimal("0.5"), "sg:Plausible"), (Decimal(0), "sg:Weak"))


def iri(name: str) -> str:
    return f"http://e/{name}"


def tie(line: str, confidence: str = "", *, status: str = "sg:Draft") -> Tie:
    """A link such as `strategy/a1 supports theme/energy`; judged when it has a confidence."""
    source, relation, target = line.split()
    name = relation if ":" in relation else f"sg:{relation}"
    if not confidence:
        return Tie(iri(source), name, iri(target), "sg:Stated")
    alignment = iri(f"alignment/{source}-{target}-{confidence}".replace("/", "-"))
    return Tie(iri(source), name, iri(target), "sg:Judged", status, Decimal(confidence), alignment)


def network(*ties: Tie, lone: tuple[str, ...] = ()) -> Network:
    """The network of the links, and of things without any."""
    ends = {end for one in ties for end in (one.source, one.target)} | {iri(name) for name in lone}
    return Network(BASE, ties, {end: _node(end) for end in ends}, dict.fromkeys(KINDS.values(), ()), LEVELS)


def _node(thing: str) -> Node:
    word, _, slug = thing.removeprefix("http://e/").partition("/")
    return Node(thing, frozenset({KINDS[word]}), slug.upper(), (literal(f"the {slug}", language="en"),), ())
