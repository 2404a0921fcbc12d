from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib.namespace import FOAF, RDF

from kg_server.connect.documents import read_document
from kg_server.connect.wording import add_wording
from kg_server.core.errors import SourceError
from kg_server.core.namespaces import PREFIXES, thing_iri
from tests.connect.conftest import PASSAGES, TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

WORDING = rdflib.URIRef(PREFIXES["sg"] + "wording")


def loaded(settings: Settings) -> rdflib.Graph:
    return rdflib.Graph().parse(settings.local / "wording.ttl")


def test_every_passage_found_gets_its_folded_words(project: Settings, reference: Path) -> None:
    add_wording(read_document(reference), project)
    assert {(str(passage), str(words), words.language) for passage, words in loaded(project)[:WORDING:]} == {
        (thing_iri(f"passage/{slug}"), words, "nb") for slug, (_, words) in PASSAGES.items()
    }


def test_the_file_tells_which_document_it_was_read_from(project: Settings, reference: Path) -> None:
    document = read_document(reference)
    add_wording(document, project)
    graph = loaded(project)
    (node,) = graph[: RDF.type : FOAF.Document]
    assert str(node) == thing_iri(f"document/{document.sha256[:16]}")
    assert graph.value(node, rdflib.URIRef(PREFIXES["sg"] + "sha256")) == rdflib.Literal(document.sha256)
    assert "reference.txt" in (settings_text := (project.local / "wording.ttl").read_text(encoding="utf-8"))
    assert str(reference.parent) not in settings_text


def test_loading_a_document_twice_writes_the_same_file(project: Settings, reference: Path) -> None:
    add_wording(read_document(reference), project)
    first = (project.local / "wording.ttl").read_bytes()
    add_wording(read_document(reference), project)
    assert (project.local / "wording.ttl").read_bytes() == first
    assert [path.name for path in project.local.iterdir()] == ["wording.ttl"]


def test_only_what_was_found_is_written(project: Settings, tmp_path: Path) -> None:
    path = tmp_path / "part.txt"
    path.write_text(TEXT.replace("renere luft", "ren luft"), encoding="utf-8")
    add_wording(read_document(path), project)
    assert rdflib.URIRef(thing_iri("passage/2-air")) not in set(loaded(project).subjects())


def test_words_with_quotes_and_backslashes_come_back_whole(project: Settings, tmp_path: Path) -> None:
    path = tmp_path / 'pl"an\\.txt'
    path.write_text(TEXT, encoding="utf-8")
    add_wording(read_document(path), project)
    assert any(path.name in str(label) for label in loaded(project).objects())


def test_a_document_without_any_passage_is_refused_and_changes_nothing(
    project: Settings, reference: Path, tmp_path: Path
) -> None:
    add_wording(read_document(reference), project)
    before = (project.local / "wording.ttl").read_bytes()
    other = tmp_path / "other.txt"
    other.write_text("Noe helt annet.", encoding="utf-8")
    with pytest.raises(SourceError, match=r"other\.txt: None of the 5 passages"):
        add_wording(read_document(other), project)
    assert (project.local / "wording.ttl").read_bytes() == before
