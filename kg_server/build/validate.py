"""SHACL over what is asserted: what breaks a shape, as findings with file and line."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import rdflib
from pyshacl import validate as run_shacl
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import RDF, RDFS, SH

from kg_server.build.prepared import to_rdflib
from kg_server.core.errors import SourceError
from kg_server.core.findings import Finding, Severity, in_order
from kg_server.core.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple
    from rdflib.term import Node

    from kg_server.build.sources import Project

_VARIABLE = re.compile(r"\\\{\\?[?$]\w+\\\}")
_PATHS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "{}*",
    SH.oneOrMorePath: "{}+",
    SH.zeroOrOnePath: "{}?",
}


def validate(project: Project, asserted: Iterable[Triple], base: str) -> list[Finding]:
    """
    What the project's shapes find in what is asserted, its ontology among it.

    Raises `SourceError` where pySHACL cannot make sense of a shape.
    """
    data = to_rdflib(asserted)
    shapes = to_rdflib(triple for source in project.shapes for triple in source.triples)
    report = _report(data, shapes)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return in_order([_finding(_Result(report, result, shapes), data, project, base) for result in results])


def _report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    # What pySHACL would print is raised here as an error.
    logging.getLogger("pyshacl-validate").disabled = True
    try:
        _, report, text = run_shacl(data, shacl_graph=shapes, inplace=True, meta_shacl=False, advanced=False)
    except ReportableRuntimeError as exc:
        raise SourceError("A shape cannot be used: {reason}", file="shapes", reason=exc) from exc
    if not isinstance(report, rdflib.Graph):
        raise SourceError("A shape cannot be used: {reason}", file="shapes", reason=text)
    return report


class _Result:
    """One result of the report, property by property."""

    def __init__(self, report: rdflib.Graph, node: Node, shapes: rdflib.Graph) -> None:
        self.report = report
        self.node = node
        self.shapes = shapes

    def one(self, predicate: Node) -> Node | None:
        """Its value for the predicate, if it has one."""
        return self.report.value(self.node, predicate)

    def message(self, language: str) -> str:
        """What it says in the language, else in any."""
        said = [one for one in self.report.objects(self.node, SH.resultMessage) if isinstance(one, rdflib.Literal)]
        ours = self._messages(language)
        fit = [one for one in said if one.language == language or any(form.fullmatch(one) for form in ours)]
        return min(map(str, fit or said), default="")

    def _messages(self, language: str) -> list[re.Pattern[str]]:
        """What the shape may say in the language, by which to know it: pySHACL drops the tag of a SPARQL message."""
        sources = [source for source in (self.one(SH.sourceShape), self.one(SH.sourceConstraint)) if source is not None]
        texts = [text for source in sources for text in self.shapes.objects(source, SH.message)]
        return [
            re.compile(_VARIABLE.sub(".*", re.escape(text)), re.DOTALL)
            for text in texts
            if isinstance(text, rdflib.Literal) and text.language == language
        ]


def _finding(result: _Result, data: rdflib.Graph, project: Project, base: str) -> Finding:
    focus, path, value = (result.one(part) for part in (SH.focusNode, SH.resultPath, SH.value))
    shape = result.one(SH.sourceShape)
    named = shape if isinstance(shape, rdflib.URIRef) else result.one(SH.sourceConstraintComponent)
    severity = _local(str(result.one(SH.resultSeverity)))
    file, line = project.place(str(focus or ""), str(path or ""), "" if value is None else str(value))
    return Finding(
        rule=_local(str(named)),
        severity=Severity(severity) if severity in list(Severity) else Severity.VIOLATION,
        message_nb=result.message("nb"),
        message_en=result.message("en"),
        shape=str(named),
        focus=str(focus or ""),
        focus_label_nb=_label(data, focus, "nb"),
        focus_label_en=_label(data, focus, "en"),
        path="" if path is None else _path(result.report, path, base),
        value=compact(str(value), base) if isinstance(value, rdflib.URIRef) else str(value or ""),
        file=file,
        line=line,
    )


def _label(data: rdflib.Graph, thing: Node | None, language: str) -> str:
    labels = sorted(data.objects(thing, RDFS.label), key=str) if thing is not None else []
    return next((str(one) for one in labels if isinstance(one, rdflib.Literal) and one.language == language), "")


def _local(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def _path(report: rdflib.Graph, path: Node, base: str) -> str:
    """The path as SPARQL writes it."""
    if isinstance(path, rdflib.URIRef):
        return compact(str(path), base)
    for kind, form in _PATHS.items():
        inner = report.value(path, kind)
        if inner is not None:
            return form.format(_path(report, inner, base))
    either = report.value(path, SH.alternativePath)
    steps = [_path(report, step, base) for step in report.items(either or path)]
    return f"({'|'.join(steps)})" if either is not None else "/".join(steps)
