"""Building and checking the graph, and the settings all of it goes by."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kg_server.build.pipeline import build as make_build
from kg_server.cli.output import RECORD_FORMATS, TABLE, Target, Wanted, answer_options, drawn, to_json, write_records
from kg_server.cli.session import Session, examples, pass_session
from kg_server.core.errors import ValidationFailed
from kg_server.core.findings import Finding, Severity
from kg_server.core.settings import Settings, origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_server.build.pipeline import Progress as Step
    from kg_server.build.record import Build

_FINDING_COLUMNS = ("severity", "place", "thing", "message", "rule")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the record of the build as JSON.")
@click.option("--force", is_flag=True, help="Build even where the files are those of the build in use.")
@pass_session
def build(session: Session, *, as_json: bool, force: bool) -> None:
    """
    Read the text files, conclude, check, and put the graph in use.

    Nothing changes when a check finds a violation: the violations are listed, the exit code is 1, and the build that
    was there stays in use.
    """
    started = time.monotonic()
    made = build_or_tell(session.settings, force=force)
    if as_json:
        click.echo(to_json(made.record), nl=False)
        return
    told = f"built in {time.monotonic() - started:.1f} seconds" if made.is_new else "already there"
    triples = sum(made.record["triples"].values())
    click.echo(f"{made.digest} {told}: {len(made.record['triples'])} graphs, {triples} triples.")
    if made.findings:
        click.echo(f"{len(made.findings)} findings that do not stop a build; `kg validate` shows them.")


@click.command(
    epilog=examples(
        "kg validate --lang en",
        "kg validate --format json -o findings.json",
    )
)
@answer_options(*RECORD_FORMATS)
def validate(session: Session, wanted: Wanted) -> None:
    """
    Run every check on the text files and print what is to be mended; the graph in use stays as it is.

    The exit code is 1 when there are violations.
    """
    with tempfile.TemporaryDirectory(prefix="kg-") as store:
        try:
            findings = build_with_progress(session.settings.model_copy(update={"store_dir": store})).findings
        except ValidationFailed as exc:
            findings = _findings(exc)
    target = wanted.target()
    if findings or target.form != TABLE:
        write_findings(target, findings, wanted.language)
    violations = sum(finding.severity is Severity.VIOLATION for finding in findings)
    click.echo(f"{violations} violations, {len(findings) - violations} other findings.", err=True)
    if violations:
        click.get_current_context().exit(1)


@click.command()
@answer_options(*RECORD_FORMATS)
def settings(session: Session, wanted: Wanted) -> None:
    """Print every setting with its value, where that came from, and what it is for."""
    values, came_from = session.settings, origins(session.given)
    rows = [
        (name, _shown(getattr(values, name)), came_from[name], field.description)
        for name, field in Settings.model_fields.items()
    ]
    write_records(wanted.target(), ("setting", "value", "origin", "help"), rows)


def build_or_tell(settings: Settings, *, force: bool = False) -> Build:
    """The build of the project's files; where violations stop it, they are listed before the error is raised."""
    try:
        return build_with_progress(settings, force=force)
    except ValidationFailed as exc:
        violations = [finding for finding in _findings(exc) if finding.severity is Severity.VIOLATION]
        click.echo(drawn(_FINDING_COLUMNS, _finding_rows(violations, settings.language)), nl=False, err=True)
        raise


def build_with_progress(settings: Settings, *, force: bool = False) -> Build:
    """The build of the project's files, with a bar for those who watch a terminal."""
    with progress_bar() as note:
        return make_build(settings, note, force=force)


@contextlib.contextmanager
def progress_bar() -> Iterator[Step]:
    """What work tells its steps to, drawn as a bar for those who watch a terminal."""
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description:9}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def note(step: str, fraction: float, /) -> None:
            bar.update(task, description=step, completed=fraction)

        yield note


def write_findings(target: Target, findings: Iterable[Finding], language: str) -> None:
    """Write the findings, each with its place, the thing by its label, and what to do."""
    if target.form == "json":
        target.write_text(to_json([finding.record() for finding in findings]))
        return
    write_records(target, _FINDING_COLUMNS, _finding_rows(findings, language))


def _finding_rows(findings: Iterable[Finding], language: str) -> list[tuple[str, ...]]:
    return [
        (
            finding.severity,
            f"{finding.file}:{finding.line}" if finding.line else finding.file,
            _either(finding, "focus_label", language) or finding.focus,
            _either(finding, "message", language),
            finding.rule,
        )
        for finding in findings
    ]


def _findings(error: ValidationFailed) -> tuple[Finding, ...]:
    return tuple(finding for finding in error.findings if isinstance(finding, Finding))


def _either(finding: Finding, field: str, language: str) -> str:
    return str(getattr(finding, f"{field}_{language}"))


def _shown(value: Any) -> Any:
    return value if isinstance(value, (int, float)) else str(value)
