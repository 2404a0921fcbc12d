"""The network of links read from the build that answers: by a few queries, through the engine, whichever it is."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from kg_server.ask.labels import AT_ONCE, values
from kg_server.ask.names import expand
from kg_server.ask.network import KINDS, PLAIN, Network, Node, Tie
from kg_server.core.namespaces import PREFIXES, compact, graph_iri, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_NAMING = ("rdf:type", "rdfs:label", "skos:prefLabel", "skos:notation", "skos:altLabel")


def read_network(engine: Engine, base: str) -> Network:
    """The network of the build that answers."""
    ties = (*_read_judged(engine, base), *_read_plain(engine, base))
    levels = _read_levels(engine, base)
    things = {end for tie in ties for end in (tie.source, tie.target)} | _read_things(engine, base)
    shorts = {*KINDS.values(), *(level for _, level in levels)}
    shorts |= {short for tie in ties for short in (tie.relation, tie.basis, tie.status) if short}
    told = _read_names(engine, base, things | {expand(short, base)[0] for short in shorts})
    partners = {tie.target for tie in ties if tie.relation == "sg:partner"}
    return Network(
        base=base,
        ties=ties,
        nodes={thing: _node(thing, told[thing], base, is_partner=thing in partners) for thing in sorted(things)},
        words={short: _labels(told[expand(short, base)[0]]) for short in shorts},
        levels=levels,
    )


def _read_judged(engine: Engine, base: str) -> list[Tie]:
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(base)["sg"]}>
SELECT ?alignment ?source ?relation ?target ?basis ?status ?confidence WHERE {{
  ?alignment a sg:Alignment ;
    sg:alignedFrom ?source ;
    sg:relation ?relation ;
    sg:alignedTo ?target .
  OPTIONAL {{ ?alignment sg:basis ?basis }}
  OPTIONAL {{ ?alignment sg:reviewStatus ?status }}
  OPTIONAL {{ ?alignment sg:confidence ?confidence }}
}}
ORDER BY ?alignment ?target""",
    ).rows
    return [
        Tie(
            source=row["source"].value,
            relation=compact(row["relation"].value, base),
            target=row["target"].value,
            basis=compact(row["basis"].value, base) if "basis" in row else "",
            status=compact(row["status"].value, base) if "status" in row else "",
            confidence=Decimal(row["confidence"].value) if "confidence" in row else None,
            alignment=row["alignment"].value,
        )
        for row in rows
    ]


def _read_plain(engine: Engine, base: str) -> list[Tie]:
    """The plain links that somebody states or publishes; what rules conclude is walked through what they rest on."""
    rows = read_rows(
        engine,
        f"""PREFIX sg: <{prefixes(base)["sg"]}>
SELECT DISTINCT ?source ?relation ?target ?basis WHERE {{
  VALUES ?relation {{ {values(expand(short, base)[0] for short in PLAIN)} }}
  GRAPH <{graph_iri("about", base)}> {{ ?graph sg:basis ?basis }}
  FILTER (?basis != sg:Derived)
  GRAPH ?graph {{ ?source ?relation ?target }}
  FILTER (ISIRI(?source) && ISIRI(?target))
}}
ORDER BY ?source ?relation ?target ?basis""",
    ).rows
    found: dict[tuple[str, str, str], Tie] = {}
    for row in rows:
        relation, basis = (compact(row[name].value, base) for name in ("relation", "basis"))
        tie = Tie(row["source"].value, relation, row["target"].value, basis)
        found.setdefault((tie.source, tie.relation, tie.target), tie)
    return list(found.values())


def _read_things(engine: Engine, base: str) -> set[str]:
    """The things of the kinds people ask for, also those without any link."""
    classes = values(expand(short, base)[0] for short in KINDS.values())
    rows = read_rows(engine, f"SELECT DISTINCT ?thing WHERE {{ VALUES ?kind {{ {classes} }} ?thing a ?kind }}").rows
    return {row["thing"].value for row in rows if row["thing"].kind == "uri"}


def _read_levels(engine: Engine, base: str) -> tuple[tuple[Decimal, str], ...]:
    query = f"PREFIX sg: <{prefixes(base)['sg']}> SELECT ?level ?least WHERE {{ ?level sg:atLeast ?least }}"
    rows = read_rows(engine, query).rows
    levels = [(Decimal(row["least"].value), compact(row["level"].value, base)) for row in rows]
    return tuple(sorted(levels, reverse=True))


def _read_names(engine: Engine, base: str, things: Iterable[str]) -> dict[str, dict[str, list[Term]]]:
    """By thing what it is and what it is called, by the short name of the property that says so."""
    asked = sorted(things)
    found: dict[str, dict[str, list[Term]]] = {thing: defaultdict(list) for thing in asked}
    for begin in range(0, len(asked), AT_ONCE):
        rows = read_rows(
            engine,
            "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rdf", "rdfs", "skos"))
            + f"""SELECT ?thing ?property ?value WHERE {{
  VALUES ?thing {{ {values(asked[begin : begin + AT_ONCE])} }}
  VALUES ?property {{ {" ".join(_NAMING)} }}
  ?thing ?property ?value .
}}
ORDER BY ?thing ?property ?value""",
        ).rows
        for row in rows:
            found[row["thing"].value][compact(row["property"].value, base)].append(row["value"])
    return found


def _labels(told: Mapping[str, list[Term]]) -> tuple[Term, ...]:
    return (*told.get("rdfs:label", ()), *told.get("skos:prefLabel", ()))


def _node(thing: str, told: Mapping[str, list[Term]], base: str, *, is_partner: bool) -> Node:
    kinds = {compact(kind.value, base) for kind in told.get("rdf:type", ())}
    notation = next((term.value for term in told.get("skos:notation", ())), "")
    others = tuple(term.value for term in told.get("skos:altLabel", ()))
    return Node(thing, frozenset(kinds | ({"sg:partner"} if is_partner else set())), notation, _labels(told), others)
