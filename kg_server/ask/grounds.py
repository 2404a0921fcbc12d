"""Links and paths as people read them: with names, grades, and what each rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.ask.evidence import Alignment, read_alignments
from kg_server.ask.labels import Labels, Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from kg_server.ask.network import Network, Step, Tie
    from kg_server.ask.traces import Path
    from kg_server.engine.base import Engine

Alignments = dict[str, Alignment]
"""What judged links rest on, by the IRI of the alignment."""


@dataclass(frozen=True)
class ToldTie:
    """A link with its names and grades; `grounds` where it was judged."""

    source: Named
    relation: Named
    target: Named
    strength: Decimal
    level: Named | None
    basis: Named | None
    status: Named | None
    grounds: Alignment | None


@dataclass(frozen=True)
class ToldStep:
    """One step of a path: the link, the thing it leads to, which way it is walked, and whether it is the weakest."""

    tie: ToldTie
    end: Named
    is_forward: bool
    is_weakest: bool


@dataclass(frozen=True)
class ToldPath:
    """A path with the names of all it passes."""

    start: Named
    steps: tuple[ToldStep, ...]
    weakest: Decimal


def read_grounds(engine: Engine, network: Network, ties: Iterable[Tie], language: str) -> Alignments:
    """What the judged ones among the links rest on."""
    labels = Labels(engine, language, network.base)
    asked = {tie.alignment for tie in ties if tie.alignment}
    return {one.iri: one for one in read_alignments(engine, asked, labels)}


def tell_tie(network: Network, tie: Tie, grounds: Mapping[str, Alignment], language: str) -> ToldTie:
    """The link in the language."""

    def word(short: str) -> Named | None:
        return network.word(short, language) if short else None

    return ToldTie(
        source=network.name(tie.source, language),
        relation=network.word(tie.relation, language),
        target=network.name(tie.target, language),
        strength=tie.strength,
        level=word(network.level(tie.strength)) if tie.alignment else None,
        basis=word(tie.basis),
        status=word(tie.status),
        grounds=grounds.get(tie.alignment),
    )


def tell_paths(
    network: Network, paths: Iterable[Path], grounds: Mapping[str, Alignment], language: str
) -> list[ToldPath]:
    """The paths in the language; a link that several of them take is told once."""
    ties: dict[Tie, ToldTie] = {}

    def told(step: Step, weakest: Step) -> ToldStep:
        if step.tie not in ties:
            ties[step.tie] = tell_tie(network, step.tie, grounds, language)
        return ToldStep(ties[step.tie], network.name(step.end, language), step.is_forward, step is weakest)

    return [
        ToldPath(
            network.name(path.start, language),
            tuple(told(step, path.weakest) for step in path.steps),
            path.weakest.tie.strength,
        )
        for path in paths
    ]
