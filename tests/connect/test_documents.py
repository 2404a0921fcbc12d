from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pypdf
import pytest
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from kg_server.connect.documents import read_document
from kg_server.core.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path


def write_pdf(path: Path, pages: list[list[str]]) -> Path:
    canvas = Canvas(str(path), pagesize=A5)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(40, 500 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return path


def test_a_text_keeps_its_line_ends_and_loses_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("\ufeffEn by\r\nved havet".encode())
    document = read_document(path)
    assert document.text == "En by\r\nved havet"
    assert document.name == "plan.txt"
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_pdf_is_read_across_its_pages(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "plan.pdf", [["Byen ligger på Sørlandet", "og har ei havn."], ["Side to."]])
    assert read_document(path).folded.text == "Byen ligger på Sørlandet og har ei havn. Side to."


def test_a_pdf_without_text_is_told_from_an_empty_one(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "scan.pdf", [[]])
    with pytest.raises(SourceError, match=r"scan\.pdf: The document holds no text\. .*OCR"):
        read_document(path)


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=write_pdf(tmp_path / "open.pdf", [["Hemmelig"]]))
    writer.encrypt("nøkkel", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(SourceError, match="locked with a password"):
        read_document(path)


def test_a_pdf_locked_only_against_changes_is_read(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=write_pdf(tmp_path / "open.pdf", [["Kan leses"]]))
    writer.encrypt("", "eier", algorithm="RC4-128")
    path = tmp_path / "readable.pdf"
    writer.write(path)
    assert read_document(path).folded.text == "Kan leses"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "holds no text"),
        (b" \n\t ", "holds no text"),
        (b"%PDF-1.7 and no more", "PDF cannot be read"),
        (b"PK\x03\x04\x00\x00word/document.xml", "neither text nor PDF"),
        ("Sørlandet".encode("latin-1"), "neither UTF-8 text nor PDF"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "plan"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=reason):
        read_document(path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"plan\.txt: The file cannot be read: No such file"):
        read_document(tmp_path / "plan.txt")
