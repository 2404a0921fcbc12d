"""The wording of passages, taken from a document into a local file that the build reads."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from kg_server.connect.matching import Match, State, match_passages
from kg_server.connect.passages import read_passages
from kg_server.core.errors import SourceError
from kg_server.core.namespaces import PREFIXES, thing_iri
from kg_server.core.terms import literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg_server.connect.documents import Document
    from kg_server.core.settings import Settings

_HEADING = "# wording.ttl - written by `kg source add`; the words belong to their publisher: keep them on this machine."
_PREFIXES_USED = ("dcterms", "foaf", "rdfs", "sg")


def check_document(document: Document, settings: Settings) -> list[Match]:
    """For every passage in the project's table, where the document has it."""
    return match_passages(document, read_passages(settings))


def add_wording(document: Document, settings: Settings) -> list[Match]:
    """
    What was found of the passages, after their wording has been written to `wording.ttl` in the local folder.

    The wording that was there is replaced. Raises `SourceError` when the document holds none of the passages.
    """
    matches = check_document(document, settings)
    if all(match.state is State.MISSING for match in matches):
        raise SourceError(
            "None of the {count} passages stands in this document.",
            file=document.name,
            hint="It seems to be another text than the strategy, or another edition of it.",
            count=len(matches),
        )
    _write(settings.local / "wording.ttl", wording_turtle(document, matches))
    return matches


def wording_turtle(document: Document, matches: Iterable[Match]) -> str:
    """The wording of the passages found as Turtle, with the document it was read from: the same text every time."""
    lines = [_HEADING, "", f"@base <{thing_iri('')}> ."]
    lines += [f"@prefix {name}: <{PREFIXES[name]}> ." for name in _PREFIXES_USED]
    node = f"<document/{document.sha256[:16]}>"
    lines += [
        "",
        node,
        "    a foaf:Document ;",
        f"    rdfs:label {literal(f'Dokumentet {document.name}', language='nb').n3()} ;",
        f"    rdfs:label {literal(f'The document {document.name}', language='en').n3()} ;",
        f"    dcterms:source {node} ;",
        "    sg:basis sg:Described ;",
        f"    sg:sha256 {literal(document.sha256).n3()} ;",
        ".",
    ]
    for match in sorted(matches, key=lambda match: match.passage.slug):
        if match.state is not State.MISSING:
            words = literal(match.wording, language="nb").n3()
            lines += ["", f"<passage/{match.passage.slug}>", f"    sg:wording {words} ;", "."]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    """Put the text in the file, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".ttl.part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(name, path)  # noqa: PTH105 - the name is a string from mkstemp
    except OSError as exc:
        raise SourceError("The wording cannot be written: {reason}.", file=path, reason=exc.strerror or exc) from exc
