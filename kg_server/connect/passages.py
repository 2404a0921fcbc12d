"""The table of passages: which stretches of the strategy's text the graph rests on, by position and checksum."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_server.connect.folding import digest, fold
from kg_server.core.errors import SourceError
from kg_server.core.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.connect.documents import Document
    from kg_server.core.settings import Settings

COLUMNS = ("slug", "section", "start", "end", "sha256", "folded_length")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Passage:
    """A stretch of the reference text: where it starts and ends there, and what its folded words come to."""

    slug: str
    section: str
    start: int
    end: int
    sha256: str
    folded_length: int

    def row(self) -> str:
        """The passage as a row of the table."""
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([getattr(self, column) for column in COLUMNS])
        return line.getvalue()


def read_passages(settings: Settings) -> list[Passage]:
    """Every passage in the table, in its order; raises `SourceError` naming the line that is wrong."""
    path = settings.project_dir / "data" / "strategy" / "passages.csv"
    reader = csv.DictReader(io.StringIO(read_text(path, settings)), strict=True)
    try:
        absent = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if absent:
            raise SourceError("The columns {columns} are missing.", file=path, line=1, columns=", ".join(absent))
        return [_passage(row, path, reader.line_num) for row in reader]
    except csv.Error as exc:
        raise SourceError("The table cannot be read: {reason}.", file=path, line=reader.line_num, reason=exc) from exc


def mark_passage(document: Document, words: str, slug: str = "", section: str = "") -> Passage:
    """
    A new passage for words of the document, with the place they have there.

    Raises `SourceError` when the document does not hold them, or holds them more than once.
    """
    wanted = fold(words)
    starts = [found.start() for found in re.finditer(re.escape(wanted), document.folded.text)] if wanted else []
    if not starts:
        raise SourceError("The words do not stand in the document.", file=document.name, hint=_HINT_ABSENT)
    if len(starts) > 1:
        raise SourceError(
            "The words stand in {count} places.", file=document.name, hint="Give more of the words.", count=len(starts)
        )
    start, end = document.folded.origin(starts[0], starts[0] + len(wanted))
    return Passage(slug, section, start, end, digest(wanted), len(wanted))


_HINT_ABSENT = "Copy them from the document; white space and line breaks do not matter, everything else does."


def _passage(row: dict[str, str | None], path: Path, line: int) -> Passage:
    """The passage in one row of the table."""
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    try:
        start, end, length = (int(cells[column]) for column in ("start", "end", "folded_length"))
    except ValueError as exc:
        raise SourceError("Start, end and folded_length are whole numbers.", file=path, line=line) from exc
    if not cells["slug"] or not 0 <= start < end or not 0 < length <= end - start:
        raise SourceError("The passage has no slug, or its numbers do not fit each other.", file=path, line=line)
    if not _SHA256.fullmatch(cells["sha256"]):
        raise SourceError("The sha256 is not 64 lower-case hexadecimal digits.", file=path, line=line)
    return Passage(cells["slug"], cells["section"], start, end, cells["sha256"], length)
