"""All paths between two things or kinds, the one with the strongest weakest link first."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from kg_server.ask.names import expand, find_thing
from kg_server.ask.network import ACROSS, DOWN, KINDS, UP, Step
from kg_server.core.errors import BadParameter
from kg_server.core.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_server.ask.network import Network
    from kg_server.engine.base import Engine

LONGEST = 6
"""Links of a path at most."""

MOST_PATHS = 200
_MOST_LOOKED = 10_000
"""Beginnings of paths looked at before a search gives up; what it has found by then are the strongest all the same."""

_AFTER = {DOWN: (DOWN, ACROSS, UP), ACROSS: (ACROSS, UP), UP: (UP,)}
"""The ways a path may go on after each."""

_BEFORE = {way: tuple(before for before, after in _AFTER.items() if way in after) for way in _AFTER}

_ALIASES = {
    "act": "eu-policy",
    "eu act": "eu-policy",
    "eu": "eu-policy",
    "eu-rettsakt": "eu-policy",
    "rettsakt": "eu-policy",
    "program": "programme",
    "organisation": "partner",
    "sdg target": "target",
}


_Entry = tuple[Decimal, int, Decimal | int, int, "Path", int]


@dataclass(frozen=True)
class End:
    """Where paths begin or end: one thing, or every thing of a kind in `KINDS`."""

    things: tuple[str, ...]
    kind: str = ""

    @property
    def word(self) -> str:
        """The kind, or the IRI of the one thing."""
        return self.kind or self.things[0]


@dataclass(frozen=True)
class Search:
    """What paths are asked for; `via` is a kind of thing that each must pass."""

    start: End
    goal: End
    via: str = ""
    longest: int = 4
    most: int = 20


@dataclass(frozen=True)
class Path:
    """A way through the network: where it begins, and each link with the thing it leads to."""

    start: str
    steps: tuple[Step, ...]

    @cached_property
    def weakest(self) -> Step:
        """The step that is least sure; the first such."""
        return min(self.steps, key=lambda step: step.tie.strength)

    @property
    def things(self) -> tuple[str, ...]:
        """The things passed, both ends with them."""
        return (self.start, *(step.end for step in self.steps))


@dataclass(frozen=True)
class Found:
    """
    The strongest paths, best first, and whether there are `more`.

    `gave_up` says that the search ended before all paths had been looked for.
    """

    search: Search
    paths: tuple[Path, ...]
    more: bool = False
    gave_up: bool = False


def find_end(network: Network, engine: Engine, name: str, language: str) -> End:
    """What a word stands for: a kind by its word or label, or a thing by any of its names; raises `UnknownThing`."""
    kind = find_kind(network, name)
    if kind:
        return End(network.by_kind[kind], kind)
    for candidate in expand(name, network.base):
        if candidate in network.nodes:
            return End((candidate,))
    known = network.by_name.get(name.strip().casefold(), ())
    return End(known if len(known) == 1 else (find_thing(engine, name, language, base=network.base),))


def find_kind(network: Network, name: str) -> str:
    """The word in `KINDS` for a kind's word, short name, IRI or label in any language; nothing for other names."""
    wanted = fold(name.strip())
    wanted = _ALIASES.get(wanted, wanted)
    for word, short in KINDS.items():
        labels = {fold(label.value) for label in network.words[short]}
        if wanted in {word, short.lower(), network.iri(short).lower(), *labels}:
            return word
    return ""


def read_search(  # noqa: PLR0913 - what people write in the six fields of one form
    network: Network, engine: Engine, start: str, goal: str, language: str, *, via: str = "", longest: int, most: int
) -> Search:
    """The search that words stand for; raises `BadParameter` for a kind nobody knows and `UnknownThing`."""
    kind = find_kind(network, via) if via else ""
    if via and not kind:
        raise BadParameter(
            "“{name}” is no kind of thing that paths can pass.",
            hint="There is: {kinds}.",
            name=via,
            kinds=", ".join(str(network.word(short, language)) for short in KINDS.values()),
        )
    ends = [find_end(network, engine, name, language) for name in (start, goal)]
    return Search(ends[0], ends[1], kind, min(max(longest, 1), LONGEST), min(max(most, 1), MOST_PATHS))


def find_paths(network: Network, search: Search) -> Found:
    """
    The strongest paths of a search.

    A path first goes down from a whole to its parts, then across, then up to a whole: what holds of a part is carried
    to its whole, never the other way. On its way across it meets no two things of one kind but its ends.
    """
    return _Walk(network, search).run()


class _Walk:
    """One search: beginnings of paths in the order of their weakest link, then of their length and their sum."""

    def __init__(self, network: Network, search: Search) -> None:
        self._network = network
        self._search = search
        self._goals = frozenset(search.goal.things)
        self._ends = self._goals | frozenset(search.start.things)
        self._goal_kinds = {self._kind(goal) for goal in self._goals}
        self._near = _distances(network, self._goals, search.longest)
        self._turn = itertools.count()

    def run(self) -> Found:
        starts = (start for start in self._search.start.things if (start, DOWN) in self._near)
        heap = [self._entry(Path(start, ()), DOWN) for start in starts]
        heapq.heapify(heap)
        found: list[Path] = []
        for _ in range(_MOST_LOOKED):
            if not heap or len(found) > self._search.most:
                break
            *_, path, way = heapq.heappop(heap)
            if path.steps and path.things[-1] in self._goals:
                if self._passes(path):
                    found.append(path)
                continue
            for further in self._further(path, way):
                heapq.heappush(heap, further)
        more = len(found) > self._search.most
        return Found(self._search, tuple(found[: self._search.most]), more, gave_up=bool(heap) and not more)

    def _entry(self, path: Path, way: int) -> _Entry:
        strengths = [step.tie.strength for step in path.steps]
        left = self._near[path.things[-1], way]
        turn = next(self._turn)
        return -min(strengths, default=Decimal(1)), len(strengths) + left, -sum(strengths) - left, turn, path, way

    def _further(self, path: Path, before: int) -> Iterator[_Entry]:
        """The path with every step that may follow."""
        left = self._search.longest - len(path.steps) - 1
        passed = set(path.things)
        met = self._goal_kinds | {self._kind(path.start)}
        met |= {self._kind(step.end) for step in path.steps if step.way == ACROSS}
        for step in self._network.steps.get(path.things[-1], ()):
            way = step.way
            if step.end in passed or way not in _AFTER[before] or self._near.get((step.end, way), left + 1) > left:
                continue
            is_repeated = way == ACROSS and self._kind(step.end) in met - {""}
            if step.end in self._goals or not (is_repeated or step.end in self._ends):
                yield self._entry(Path(path.start, (*path.steps, step)), way)

    def _kind(self, thing: str) -> str:
        return self._network.kind_of.get(thing, "")

    def _passes(self, path: Path) -> bool:
        """Whether the path passes a thing of the kind it shall."""
        via = KINDS.get(self._search.via, "")
        return not via or any(via in self._network.nodes[thing].kinds for thing in path.things[1:-1])


def _distances(network: Network, goals: Iterable[str], longest: int) -> dict[tuple[str, int], int]:
    """How many links each thing is from the nearest goal, by the way a path came to it; as far as paths may be long."""
    found = {(goal, way): 0 for goal in goals for way in _AFTER}
    waiting = deque(found)
    while waiting:
        thing, way = waiting.popleft()
        if found[thing, way] == longest:
            continue
        for start, walked in network.arrivals.get(thing, ()):
            for before in _BEFORE[way] if walked == way else ():
                if (start, before) not in found:
                    found[start, before] = found[thing, way] + 1
                    waiting.append((start, before))
    return found
