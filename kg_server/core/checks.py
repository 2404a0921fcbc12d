"""What a build checked: its rules and how many things each looked at, its files, and what the build before it found."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg_server.core.findings import Finding, Severity, from_record

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = "checks.json"
"""The name of the file in the folder of a build."""

_RECORD = "build.json"


@dataclass(frozen=True)
class Check:
    """
    One rule of the shapes: what it says when it is broken, and how many things it looked at.

    `classes` and `properties` are the IRIs of the classes whose members it looks at and of the properties it is about.
    """

    rule: str
    severity: Severity
    message_nb: str
    message_en: str
    classes: tuple[str, ...]
    properties: tuple[str, ...]
    checked: int

    def message(self, language: str) -> str:
        """What the rule says in the language when it is broken."""
        return self.message_en if language == "en" else self.message_nb


@dataclass(frozen=True)
class FileRead:
    """A file of data, and how many things it describes."""

    file: str
    things: int


@dataclass(frozen=True)
class Before:
    """The build that was in use before: its digest, when it was made, how much it held and what was found in it."""

    digest: str
    built_at: str
    things: int
    triples: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Checks:
    """The rules and files of a build, and the build before it, if there was one."""

    rules: tuple[Check, ...]
    files: tuple[FileRead, ...]
    before: Before | None


@dataclass(frozen=True)
class Checked:
    """A build as its checks left it."""

    made: Before
    checks: Checks


def summary(record: dict[str, Any]) -> Before:
    """What the record of a build says that a later build is compared with."""
    findings = tuple(from_record(one) for one in record["findings"])
    return Before(record["digest"], record["built_at"], record["things"], record["merged"], findings)


def to_json(checks: Checks) -> bytes:
    """The checks as the bytes of their file."""
    return json.dumps(asdict(checks), ensure_ascii=False, indent=1).encode() + b"\n"


def read_checks(folder: Path) -> Checked | None:
    """What was checked in the build that lies in the folder; nothing where its files do not say."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        told = json.loads((folder / CHECKS).read_text(encoding="utf-8"))
        before = told["before"]
        checks = Checks(
            tuple(_check(one) for one in told["rules"]),
            tuple(FileRead(**one) for one in told["files"]),
            before and Before(**{**before, "findings": tuple(from_record(one) for one in before["findings"])}),
        )
        return Checked(summary(record), checks)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check(record: dict[str, Any]) -> Check:
    tuples = {name: tuple(record[name]) for name in ("classes", "properties")}
    return Check(**{**record, **tuples, "severity": Severity(record["severity"])})
