"""The ways people name a thing: an IRI, a prefixed name, kind/slug, a notation, a label."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from kg_server.core.errors import BadParameter, UnknownThing
from kg_server.core.namespaces import BASE, PREFIXES, compact, prefixes, thing_iri
from kg_server.core.terms import iri, literal
from kg_server.core.words import fold
from kg_server.engine.results import ask, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

_IRI = re.compile(r"(?:https?://|urn:)[^\s<>\"{}|^`\\\x00-\x1f]+")
_PREFIXED = re.compile(r"(?P<prefix>[A-Za-z][\w-]*):(?P<local>[^\s<>\"{}|^`\\/]+)")
_PATH = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9.-]*")
_SDG = re.compile(r"(?:(?:sdg|bærekraftsmål|delmål|target)\s*)?(?P<code>[0-9]{1,2}(?:\.[0-9a-z]{1,2})?)", re.IGNORECASE)
_NAMING = ("skos:notation", "sg:celex", "rdfs:label", "skos:prefLabel", "skos:altLabel")
_MOST_NAMES = 20_000
_SUGGESTIONS = 5
_SHORTEST_PART = 3
_ALIKE = 0.7


def expand(name: str, base: str = BASE) -> list[str]:
    """
    The IRIs a name may stand for by its form alone, the likeliest first; none for a notation or a label.

    >>> expand("strategy/a1")[0]
    'https://w3id.org/strategigraf/id/strategy/a1'
    >>> expand("SDG 12.5"), expand("sdg:12.5")
    (['http://metadata.un.org/sdg/12.5'], ['http://metadata.un.org/sdg/12.5'])
    >>> expand("Kristiansand havn")
    []
    """
    name = name.strip().removeprefix("<").removesuffix(">")
    if _IRI.fullmatch(name):
        return [name]
    prefixed = _PREFIXED.fullmatch(name)
    if prefixed and prefixed["prefix"] in PREFIXES:
        return [prefixes(base)[prefixed["prefix"]] + prefixed["local"]]
    if _PATH.fullmatch(name.lower()):
        return [thing_iri(name.lower(), base), base + name.lower()]
    if sdg := _SDG.fullmatch(name):
        return [PREFIXES["sdg"] + sdg["code"].lower()]
    return []


def short_name(iri: str, base: str = BASE) -> str:
    """
    The shortest name that leads back to the IRI by its form alone.

    >>> short_name("https://w3id.org/strategigraf/id/strategy/a1"), short_name("https://schema.org/a/b")
    ('strategy/a1', 'https://schema.org/a/b')
    """
    short = compact(iri, base)
    return short if expand(short, base)[:1] == [iri] else iri


def find_thing(engine: Engine, name: str, language: str = "nb", *, base: str = BASE) -> str:
    """
    The IRI of the one thing in the graph that goes by the name, in any of the ways people name things.

    Raises `UnknownThing`, whose hint lists names that are near, when nothing or more than one thing goes by it.
    """
    found = called(engine, name, base)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownThing(
            "Several things go by the name “{name}”.",
            hint="Take one of {names}.",
            name=name,
            names=", ".join(compact(one, base) for one in found[:_SUGGESTIONS]),
        )
    near = _near(engine, name, language, base)
    hint = "Near it: {names}." if near else "Things are named by IRI, kind/slug, notation or label."
    raise UnknownThing("Nothing in the graph goes by the name “{name}”.", hint=hint, name=name, names="; ".join(near))


def called(engine: Engine, name: str, base: str = BASE) -> list[str]:
    """The things that go by the name: the one its form tells of, or else those whose notation or label it is."""
    for candidate in expand(name, base):
        if exists(engine, candidate):
            return [candidate]
    return _by_name(engine, name.strip(), base)


def exists(engine: Engine, thing: str) -> bool:
    """Whether any triple speaks of the thing."""
    term = iri(thing).n3()
    return ask(engine, f"ASK {{ {{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} }}")


def _by_name(engine: Engine, name: str, base: str) -> list[str]:
    """The things whose notation or label is the name, whatever its case; only those that fit best."""
    rows = read_rows(
        engine,
        f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX sg: <{prefixes(base)["sg"]}>
SELECT DISTINCT ?thing ?naming ?name ?basis WHERE {{
  VALUES ?naming {{ {" ".join(_NAMING)} }}
  ?thing ?naming ?name .
  FILTER (LCASE(STR(?name)) = LCASE({literal(name).n3()}))
  OPTIONAL {{ ?thing sg:basis ?basis }}
}}
ORDER BY ?thing""",
    ).rows
    ranks = [(_rank(row, name, base), row["thing"].value) for row in rows if row["thing"].kind == "uri"]
    best = min(ranks, default=None)
    return sorted({thing for rank, thing in ranks if best and rank == best[0]})


def _rank(row: dict[str, Term], name: str, base: str) -> tuple[bool, bool, int, bool]:
    """How well a thing fits the name: what the strategy itself states first, then by the property and the letters."""
    stated = iri(prefixes(base)["sg"] + "Stated")
    return (
        row.get("basis") != stated,
        not row["thing"].value.startswith(thing_iri("", base)),
        _NAMING.index(compact(row["naming"].value, base)),
        row["name"].value != name,
    )


def _near(engine: Engine, name: str, language: str, base: str) -> list[str]:
    """Up to five things whose names come near, as kind/slug with their label."""
    rows = read_rows(
        engine,
        f"""PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT ?thing ?label WHERE {{
  ?thing rdfs:label ?label .
  FILTER (LANG(?label) IN ({literal(language).n3()}, ""))
}}
ORDER BY ?thing LIMIT {_MOST_NAMES}""",
    ).rows
    labels = {compact(row["thing"].value, base): row["label"].value for row in rows if row["thing"].kind == "uri"}
    known: dict[str, list[str]] = defaultdict(list)
    for thing, label in labels.items():
        known[fold(label)].append(thing)
        known[fold(thing)].append(thing)
    near = _holding(fold(name), known) + difflib.get_close_matches(fold(name), known, n=_SUGGESTIONS, cutoff=_ALIKE)
    things = list(dict.fromkeys(thing for one in near for thing in known[one]))
    return [f"{thing} ({labels[thing]})" for thing in things[:_SUGGESTIONS]]


def _holding(wanted: str, names: Iterable[str]) -> list[str]:
    """
    The names that hold the words: as whole words first, then at the start of one, then the shortest.

    >>> _holding("havn", ["lillehavn", "havnas rolle", "kristiansand havn"])
    ['kristiansand havn', 'havnas rolle', 'lillehavn']
    """
    if len(wanted) < _SHORTEST_PART:
        return []
    words = re.escape(wanted)
    whole, start = re.compile(rf"\b{words}\b"), re.compile(rf"\b{words}")
    held = (name for name in names if wanted in name)
    return sorted(held, key=lambda name: (not whole.search(name), not start.search(name), len(name), name))


def find_property(name: str, base: str = BASE) -> str:
    """
    The IRI of a property: whole, with a prefix, or the bare name of one of ours; raises `BadParameter`.

    >>> find_property("contributesTo") == find_property("sg:contributesTo")
    True
    """
    candidates = expand(name, base)
    if candidates:
        return candidates[0]
    if name == "a":
        return PREFIXES["rdf"] + "type"
    if not re.fullmatch(r"[A-Za-z]\w*", name):
        raise BadParameter(
            "“{name}” is not the name of a property.",
            hint="Write it as contributesTo, dcterms:source or a whole IRI.",
            name=name,
        )
    return prefixes(base)["sg"] + name
