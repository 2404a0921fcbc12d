"""What is to be mended in the project's files, as plain data that the terminal and the quality page show alike."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any


class Severity(enum.StrEnum):
    """How much a finding matters: a violation stops the build, a warning is shown, an info is advice."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


_ORDER = list(Severity)


@dataclass(frozen=True)
class Finding:
    """
    One thing to mend: which rule found it, about what, where it stands, and what to do, in both languages.

    `rule` is the shape's name or one of lint's; `shape` the IRI of the shape, empty for lint. `focus` is the IRI of the
    thing, `path` the property as people write it, `value` the value at fault; each may be empty, and so may `file`.
    """

    rule: str
    severity: Severity
    message_nb: str
    message_en: str
    shape: str = ""
    focus: str = ""
    focus_label_nb: str = ""
    focus_label_en: str = ""
    path: str = ""
    value: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """The finding in one line of English, the place first."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        about = self.focus_label_en or self.focus
        return " ".join(part for part in (place and place + ":", about and about + ":", self.message_en) if part)

    def message(self, language: str) -> str:
        """What is wrong and what to do, in the language."""
        return self.message_en if language == "en" else self.message_nb

    def label(self, language: str) -> str:
        """What the thing is called in the language, if it is called anything."""
        return self.focus_label_en if language == "en" else self.focus_label_nb

    @property
    def about(self) -> tuple[str, str, str, str]:
        """What makes it the same finding in another build, wherever it stands there."""
        return self.rule, self.focus, self.path, self.value

    def record(self) -> dict[str, Any]:
        """The finding as JSON holds it."""
        return asdict(self)


def from_record(record: dict[str, Any]) -> Finding:
    """The finding that `record` gave."""
    return Finding(**{**record, "severity": Severity(record["severity"])})


def in_order(findings: list[Finding]) -> list[Finding]:
    """The findings without repeats: the gravest first, then by file and line, so that two builds list them alike."""
    return sorted(
        set(findings),
        key=lambda one: (_ORDER.index(one.severity), one.file, one.line or 0, one.rule, one.focus, one.path, one.value),
    )
