"""Documents handed in: text or PDF, read into characters."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.connect.folding import Folded, fold_with_origins
from kg_server.core.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

_PDF_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024  # readers accept other bytes ahead of the mark, up to here
_HINT_EMPTY = "A scanned document is only pictures of text: have its text recognised (OCR) first."
_HINT_FORMAT = "Save it as PDF or as plain text in UTF-8."


@dataclass(frozen=True)
class Document:
    """A document's characters and what tells it from other documents; `name` is the file's name without its folder."""

    name: str
    sha256: str
    text: str = field(repr=False)
    folded: Folded = field(repr=False)


def read_document(path: Path) -> Document:
    """The document in a file of UTF-8 text or PDF, line ends as they are; raises `SourceError` saying what is wrong."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise SourceError("The file cannot be read: {reason}.", file=path, reason=exc.strerror or exc) from exc
    text = _pdf_text(data, path) if _PDF_MAGIC in data[:_MAGIC_WITHIN] else _plain_text(data, path)
    folded = fold_with_origins(text)
    if not folded.text:
        raise SourceError("The document holds no text.", file=path, hint=_HINT_EMPTY)
    return Document(path.name, hashlib.sha256(data).hexdigest(), text, folded)


def _plain_text(data: bytes, path: Path) -> str:
    """The characters of a text file."""
    if b"\0" in data:
        raise SourceError("The document is neither text nor PDF.", file=path, hint=_HINT_FORMAT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SourceError("The document is neither UTF-8 text nor PDF.", file=path, hint=_HINT_FORMAT) from exc


def _pdf_text(data: bytes, path: Path) -> str:
    """The characters of a PDF, its pages one after another."""
    import pypdf  # noqa: PLC0415 - only those who bring a PDF wait for it to load

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        readable = not reader.is_encrypted or reader.decrypt("") != pypdf.PasswordType.NOT_DECRYPTED
        text = "\n".join(page.extract_text() for page in reader.pages) if readable else ""
    except Exception as exc:
        raise SourceError("The PDF cannot be read: {reason}.", file=path, hint=_HINT_FORMAT, reason=exc) from exc
    if not readable:
        raise SourceError("The PDF is locked with a password.", file=path, hint="Save a copy without a password.")
    return text
