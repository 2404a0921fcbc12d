"""What the shapes check: each rule with its words, the things it looks at, and the terms it is about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.build.describe import instances
from kg_server.core.checks import Before, Check, Checks, FileRead, read_checks, summary
from kg_server.core.findings import Severity
from kg_server.core.namespaces import PREFIXES, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.build.record import Build
    from kg_server.build.sources import Project

_SH = PREFIXES["sh"]
_BELOW = PREFIXES["rdfs"] + "subClassOf"
_Terms = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


class _Data:
    """The things each class and each property has, subclasses counted in."""

    def __init__(self, asserted: Iterable[ox.Triple]) -> None:
        triples = set(asserted)
        self._members = {kind.value: {one.value for one in found} for kind, found in instances(triples).items()}
        self._below: defaultdict[str, set[str]] = defaultdict(set)
        self._subjects: defaultdict[str, set[str]] = defaultdict(set)
        self._objects: defaultdict[str, set[str]] = defaultdict(set)
        for triple in triples:
            self._subjects[triple.predicate.value].add(str(triple.subject))
            self._objects[triple.predicate.value].add(str(triple.object))
            if triple.predicate.value == _BELOW and isinstance(triple.object, ox.NamedNode):
                self._below[triple.object.value].add(getattr(triple.subject, "value", ""))

    def focus(self, targets: Mapping[str, Iterable[str]]) -> set[str]:
        """The things that shapes with these targets look at."""
        found: set[str] = set()
        for kind in targets["targetClass"]:
            found |= {f"<{one}>" for one in self._all_members(kind)}
        for term in targets["targetSubjectsOf"]:
            found |= self._subjects[term]
        for term in targets["targetObjectsOf"]:
            found |= self._objects[term]
        return found | {f"<{one}>" for one in targets["targetNode"]}

    def _all_members(self, kind: str) -> set[str]:
        open_, seen = [kind], {kind}
        while open_:
            more = self._below[open_.pop()] - seen
            seen |= more
            open_ += more
        return set().union(*(self._members.get(one, set()) for one in seen))


def tell_checks(project: Project, asserted: Iterable[ox.Triple], base: str, before: Before | None) -> Checks:
    """What the project's shapes check in what is asserted, what its files describe, and the build before."""
    shapes = _read_shapes(project)
    users: defaultdict[str, set[str]] = defaultdict(set)
    for shape, told in shapes.items():
        for part in told[_SH + "property"]:
            users[str(part)].add(shape)
    data = _Data(asserted)
    named = [shape for shape, told in shapes.items() if told[_SH + "message"] and shape.startswith("<")]
    rules = tuple(_check(shape, shapes, users[shape], data) for shape in sorted(named))
    return Checks(rules, tuple(_files(project, base)), before)


def build_before(current: Build | None, digest: str) -> Before | None:
    """What to compare the build with this digest to: the one in use, or where it is the same, the one before that."""
    if current is None:
        return None
    checked = read_checks(current.folder) if current.digest == digest else None
    return checked.checks.before if checked else summary(current.record)


def _read_shapes(project: Project) -> dict[str, _Terms]:
    shapes: defaultdict[str, _Terms] = defaultdict(lambda: defaultdict(list))
    for source in project.shapes:
        for triple in source.triples:
            if not isinstance(triple.object, ox.Triple):
                shapes[str(triple.subject)][triple.predicate.value].append(triple.object)
    return dict(shapes)


def _check(shape: str, shapes: Mapping[str, _Terms], users: Iterable[str], data: _Data) -> Check:
    told = shapes[shape]
    targets = {
        name: {end.value for one in (shape, *users) for end in shapes[one][_SH + name] if isinstance(end, ox.NamedNode)}
        for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
    }
    messages = {one.language: one.value for one in told[_SH + "message"] if isinstance(one, ox.Literal)}
    severity = next((one.value for one in told[_SH + "severity"] if isinstance(one, ox.NamedNode)), "")
    paths = {name for path in told[_SH + "path"] for name in _names(path, shapes)}
    return Check(
        rule=shape.rstrip(">").rpartition("#")[2],
        severity=Severity(severity.removeprefix(_SH) or Severity.VIOLATION),
        message_nb=messages.get("nb", ""),
        message_en=messages.get("en", ""),
        classes=tuple(sorted(targets["targetClass"])),
        properties=tuple(sorted(paths | targets["targetSubjectsOf"] | targets["targetObjectsOf"])),
        checked=len(data.focus(targets)),
    )


def _names(path: object, shapes: Mapping[str, _Terms]) -> set[str]:
    """The properties in a path, however it is put together."""
    if isinstance(path, ox.NamedNode):
        return {path.value} - {PREFIXES["rdf"] + "nil"}
    parts = [part for ends in shapes.get(str(path), {}).values() for part in ends]
    return {name for part in parts for name in _names(part, shapes)}


def _files(project: Project, base: str) -> Iterable[FileRead]:
    own = thing_iri("", base)
    for source in project.sources:
        things = {t.subject.value for t in source.triples if isinstance(t.subject, ox.NamedNode)}
        yield FileRead(source.file, sum(1 for one in things if one.startswith(own)))
