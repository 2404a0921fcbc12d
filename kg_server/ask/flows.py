"""How the plan's focus areas reach the UN's goals, and where EU policies aim at the same targets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.labels import Labels
from kg_server.core.namespaces import BASE, PREFIXES, prefixes
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.ask.labels import Named
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

Targets = dict[tuple[str, str], set[str]]
"""The targets in which two things meet, by the IRIs of the two."""


@dataclass(frozen=True)
class End:
    """A focus area, a goal of the UN or an EU policy; `code` is its letter or number, where it has one."""

    named: Named
    code: str = ""


@dataclass(frozen=True)
class Flows:
    """
    The targets that focus areas reach, by area and goal, and those of them that EU policies aim at, by goal and policy.

    Areas and goals stand in their own order, whether anything reaches them or not; policies by how many targets they
    share with the plan. The themes of a policy count as the policy.
    """

    areas: tuple[End, ...]
    goals: tuple[End, ...]
    policies: tuple[End, ...]
    reached: Mapping[tuple[str, str], set[str]]
    shared: Mapping[tuple[str, str], set[str]]


def read_flows(engine: Engine, language: str = "nb", *, base: str = BASE) -> Flows:
    """The flows of the plan, with names in the language."""
    labels = Labels(engine, language, base)
    spaces = (
        f"PREFIX sdgo: <{PREFIXES['sdgo']}>\nPREFIX skos: <{PREFIXES['skos']}>\nPREFIX sg: <{prefixes(base)['sg']}>\n"
    )
    reaching = read_rows(engine, spaces + _REACHED).rows
    ours = {row["target"] for row in reaching}
    sharing = [row for row in read_rows(engine, spaces + _AIMING).rows if row["target"] in ours]
    codes = {
        kind: {row["end"]: row["code"].value for row in read_rows(engine, spaces + _ENDS.format(kind)).rows}
        for kind in ("sg:FocusArea", "sdgo:Goal")
    }
    met: dict[Term, set[Term]] = defaultdict(set)
    for row in sharing:
        met[row["policy"]].add(row["target"])
    labels.read([*codes["sg:FocusArea"], *codes["sdgo:Goal"], *met])
    areas, goals = (
        tuple(End(labels.name(end), code) for end, code in sorted(found.items(), key=lambda item: _rank(item[1])))
        for found in codes.values()
    )
    return Flows(
        areas=areas,
        goals=goals,
        policies=tuple(End(labels.name(one)) for one in sorted(met, key=lambda one: (-len(met[one]), one.value))),
        reached=_targets((row["area"], row["goal"], row["target"]) for row in reaching),
        shared=_targets((row["goal"], row["policy"], row["target"]) for row in sharing),
    )


def _targets(rows: Iterable[tuple[Term, Term, Term]]) -> Targets:
    found: Targets = defaultdict(set)
    for one, other, target in rows:
        found[one.value, other.value].add(target.value)
    return dict(found)


def _rank(code: str) -> tuple[int, str]:
    """
    Numbers by their size, before letters.

    >>> sorted(["B", "10", "A", "9"], key=_rank)
    ['9', '10', 'A', 'B']
    """
    return (int(code), "") if code.isdigit() else (1000, code)


_ENDS = "SELECT ?end ?code WHERE {{ ?end a {} ; skos:notation ?code }}"
_LINKED = """?link sg:alignedFrom ?{0} ; sg:relation sg:contributesTo ; sg:alignedTo ?target .
  FILTER NOT EXISTS {{ ?link sg:reviewStatus sg:Rejected }}
  ?target sdgo:isTargetOf? ?goal .
  ?goal a sdgo:Goal ."""
_REACHED = f"""SELECT DISTINCT ?area ?goal ?target WHERE {{
  ?item sg:inFocusArea ?area .
  {_LINKED.format("item")}
}}"""
_AIMING = f"""SELECT DISTINCT ?goal ?policy ?target WHERE {{
  {{ ?aiming a sg:EUPolicy BIND (?aiming AS ?policy) }}
  UNION
  {{ ?aiming a sg:PolicyTheme ; sg:partOf ?policy . ?policy a sg:EUPolicy }}
  {_LINKED.format("aiming")}
}}"""
