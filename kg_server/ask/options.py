"""What is worth giving for a parameter that takes a thing: the things of its classes, as a list to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels, in_order, values
from kg_server.ask.names import expand, short_name
from kg_server.core.namespaces import BASE, PREFIXES
from kg_server.core.terms import Term, iri
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.ask.labels import Text
    from kg_server.ask.params import Param
    from kg_server.engine.base import Engine


@dataclass(frozen=True)
class Option:
    """A thing to pick: the short name that stands in addresses, its number, and what it is called."""

    iri: str
    value: str
    code: str
    label: Text


@dataclass(frozen=True)
class Group:
    """The things of one class, and what the class is called."""

    label: Text
    options: tuple[Option, ...]


def read_options(engine: Engine, param: Param, language: str, base: str = BASE) -> tuple[Group, ...]:
    """The things of the parameter's classes, class by class, each in the order of their numbers and names."""
    if not param.of:
        return ()
    kinds = [expand(name, base)[0] for name in param.of]
    rows = read_rows(
        engine,
        f"""PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?kind ?thing (MIN(STR(?notation)) AS ?code) WHERE {{
  VALUES ?kind {{ {values(kinds)} }}
  ?thing a ?kind .
  FILTER (ISIRI(?thing))
  OPTIONAL {{ ?thing skos:notation ?notation }}
}}
GROUP BY ?kind ?thing""",
    ).rows
    labels = Labels(engine, language, base)
    labels.read([*(iri(kind) for kind in kinds), *(row["thing"] for row in rows)])
    groups: dict[str, list[Option]] = {kind: [] for kind in kinds}
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: kinds.index(row["kind"].value)):
        thing = row["thing"].value
        if thing not in seen:
            groups[row["kind"].value].append(_option(row, labels, base))
        seen.add(thing)
    return tuple(
        Group(
            labels.name(iri(kind)).label, tuple(sorted(options, key=lambda option: in_order(option.code, option.label)))
        )
        for kind, options in groups.items()
        if options
    )


def _option(row: dict[str, Term], labels: Labels, base: str) -> Option:
    thing = row["thing"]
    code = row["code"].value if "code" in row else ""
    return Option(thing.value, short_name(thing.value, base), code, labels.name(thing).label)
