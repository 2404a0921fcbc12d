"""The quality of the data: what its checks found, how far it is reviewed, what it rests on, and what has changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, abort, make_response, render_template, request

from kg_server.ask.labels import Labels
from kg_server.ask.quality import read_dangling, read_identifiers, read_review
from kg_server.core.checks import read_checks
from kg_server.core.errors import UnknownThing
from kg_server.core.findings import Severity
from kg_server.core.namespaces import prefixes
from kg_server.core.terms import iri, literal
from kg_server.engine.results import Rows
from kg_server.engine.workbook import write_workbook
from kg_server.web.arguments import FORMAT, LANG, read_arguments
from kg_server.web.downloads import answer_file
from kg_server.web.figures import figures_of
from kg_server.web.ground_tables import CSV, JSON, answer_csv, answer_json, table_row
from kg_server.web.negotiation import HTML, WORKBOOK, choose
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site
from kg_server.web.sparql import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.ask.labels import Named
    from kg_server.ask.quality import Identifiers, Share
    from kg_server.core.checks import Before, Check, Checked
    from kg_server.core.findings import Finding
    from kg_server.web.figures import Figures
    from kg_server.web.site import Site

MOST_FINDINGS = 150
"""Findings of one rule, and findings of a change, that the page shows at most; the files have all."""

_FILES = (CSV, WORKBOOK, JSON)

blueprint = Blueprint("quality", __name__)


@dataclass(frozen=True)
class Broken:
    """A rule that some things do not keep to: what it found, and of how many, nothing where that is not counted."""

    rule: str
    severity: Severity
    message: str
    findings: tuple[Finding, ...]
    checked: int | None

    @property
    def kept(self) -> float | None:
        """The share of the things looked at that keep to the rule."""
        if not self.checked:
            return None
        return max(0.0, 1 - len({one.focus for one in self.findings}) / self.checked)


class Faulty(NamedTuple):
    """A thing with findings: one of them, which tells what the thing is called, how many there are, and their rules."""

    finding: Finding
    number: int
    rules: tuple[str, ...]


class Kept(NamedTuple):
    """A rule that everything keeps to, with the names of the classes or properties that it looks at."""

    check: Check
    about: tuple[Named, ...]


class Change(NamedTuple):
    """What differs from the build before."""

    before: Before
    came: tuple[Finding, ...]
    went: tuple[Finding, ...]


@dataclass(frozen=True)
class Quality:
    """All that the page tells; nothing of the checks where the graph was not built here."""

    figures: Figures
    review: tuple[Share, ...]
    identifiers: tuple[Identifiers, ...]
    dangling: tuple[str, ...]
    checked: Checked | None
    broken: tuple[Broken, ...]
    properties: Mapping[str, Named]
    kept: tuple[Kept, ...]
    things: tuple[Faulty, ...]
    files: tuple[tuple[str, int, int], ...]
    change: Change | None


@blueprint.get("/quality")
def page() -> Response:
    """The page, or all findings as a file."""
    site = the_site()
    if site.data_files:
        abort(404)
    arguments = read_arguments((FORMAT, LANG))
    chosen = choose(request.accept_mimetypes, (HTML, *_FILES), arguments.get(FORMAT, ""))
    told = site.keep("quality", lambda: _read_quality(site))
    if chosen is HTML:
        downloads = [(item.name, site.urls.quality(format=item.extension)) for item in _FILES]
        return make_response(
            render_template(
                "quality.html", told=told, severities=_severities(), most=MOST_FINDINGS, downloads=downloads
            )
        )
    if told.checked is None:
        raise UnknownThing("What was found in this graph is not known here: it was not built on this machine.")
    findings = told.checked.made.findings
    if chosen is JSON:
        return answer_json({"findings": [one.record() for one in findings]})
    table = _table(findings, site.language)
    if chosen is CSV:
        return answer_csv(table, CSV, "quality")
    book = write_workbook(table, query="", digest=site.engine.digest, licence=LICENCE, language=site.language)
    return answer_file(book, WORKBOOK, "quality")


def _read_quality(site: Site) -> Quality:
    checked = read_checks(site.settings.store / site.engine.digest)
    return Quality(
        figures=figures_of(site),
        review=read_review(site.engine, site.language, site.base),
        identifiers=read_identifiers(site.engine, site.language, site.base),
        dangling=site.keep("dangling", lambda: read_dangling(site.engine, site.base), has_words=False),
        checked=checked,
        broken=_broken(checked, site.language) if checked else (),
        properties=_properties(checked.made.findings, site) if checked else {},
        kept=_kept(checked, site) if checked else (),
        things=_things(checked.made.findings) if checked else (),
        files=_files(checked) if checked else (),
        change=_change(checked) if checked else None,
    )


def _broken(checked: Checked, language: str) -> tuple[Broken, ...]:
    """The rules with findings, the gravest first, then those with most."""
    rules = {check.rule: check for check in checked.checks.rules}
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in checked.made.findings:
        found[finding.rule].append(finding)
    broken = [
        Broken(
            rule=rule,
            severity=findings[0].severity,
            message=rules[rule].message(language) if rule in rules else findings[0].message(language),
            findings=tuple(findings),
            checked=rules[rule].checked if rule in rules else None,
        )
        for rule, findings in found.items()
    ]
    order = list(Severity)
    return tuple(sorted(broken, key=lambda one: (order.index(one.severity), -len(one.findings), one.rule)))


def _properties(findings: Iterable[Finding], site: Site) -> dict[str, Named]:
    """What the properties are called that findings are about, by how the findings write them; a path stays as it is."""
    spaces = prefixes(site.base)
    parts = {one.path: one.path.partition(":") for one in findings}
    terms = {path: iri(spaces[name] + local) for path, (name, _sign, local) in parts.items() if name in spaces}
    labels = Labels(site.engine, site.language, site.base)
    labels.read(terms.values())
    return {path: named for path, term in terms.items() if (named := labels.name(term)).label.value != path}


def _kept(checked: Checked, site: Site) -> tuple[Kept, ...]:
    found = {finding.rule for finding in checked.made.findings}
    rules = [check for check in checked.checks.rules if check.rule not in found]
    labels = Labels(site.engine, site.language, site.base)
    labels.read(iri(term) for check in rules for term in check.classes or check.properties)
    return tuple(Kept(check, tuple(labels.name(iri(term)) for term in _about(check))) for check in rules)


def _about(check: Check) -> tuple[str, ...]:
    return check.classes or check.properties


def _things(findings: Iterable[Finding]) -> tuple[Faulty, ...]:
    """Every thing that something was found about, those with most findings first."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.focus:
            found[finding.focus].append(finding)
    things = (Faulty(own[0], len(own), tuple(sorted({one.rule for one in own}))) for own in found.values())
    return tuple(sorted(things, key=lambda one: (-one.number, one.finding.focus)))


def _files(checked: Checked) -> tuple[tuple[str, int, int], ...]:
    """Every file that describes things or has findings, with the number of both; those with most findings first."""
    things = {one.file: one.things for one in checked.checks.files}
    findings = Counter(finding.file for finding in checked.made.findings if finding.file)
    rows = ((file, things.get(file, 0), findings[file]) for file in things.keys() | findings.keys())
    return tuple(sorted((row for row in rows if row[1] or row[2]), key=lambda row: (-row[2], row[0])))


def _change(checked: Checked) -> Change | None:
    before, now = checked.checks.before, checked.made
    if before is None:
        return None
    came, went = _unlike(now.findings, before.findings), _unlike(before.findings, now.findings)
    return Change(before, came, went)


def _unlike(some: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings among some that are not among the others, wherever they stand in their files."""
    known = {one.about for one in others}
    return tuple(one for one in some if one.about not in known)


def _severities() -> dict[Severity, str]:
    return {Severity.VIOLATION: _("Violation"), Severity.WARNING: _("Warning"), Severity.INFO: _("Advice")}


def _table(findings: Iterable[Finding], language: str) -> Rows:
    columns = (
        *(_("Rule"), _("Severity"), _("Thing"), _("Thing (IRI)"), _("Property")),
        *(_("Value"), _("What to do"), _("File"), _("Line")),
    )
    words = _severities()
    rows = []
    for one in findings:
        texts = one.rule, words[one.severity], one.label(language), one.focus, one.path, one.value
        last = one.message(language), one.file, str(one.line or "")
        rows.append(table_row(columns, tuple(literal(text) if text else None for text in (*texts, *last))))
    return Rows(columns, rows)
