from __future__ import annotations

import sqlite3

import pytest

from kg_server.core.index import Said, make_index, properties_read
from kg_server.core.words import fold, words_of

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SAID = (
    Said("http://e/oslo", RDFS + "label", "Oslo", "nb"),
    Said("http://e/oslo", TYPE, "http://e/Town"),
    Said("http://e/oslo", TYPE, "http://e/Place"),
    Said("http://e/Town", RDFS + "subClassOf", "http://e/Place"),
    Said("http://e/Town", RDFS + "label", "By", "nb"),
    Said("http://e/Town", RDFS + "label", "Town", "en"),
)


def rows(index: bytes, query: str) -> list[tuple[str, ...]]:
    database = sqlite3.connect(":memory:")
    database.deserialize(index)
    found = database.execute(query).fetchall()
    database.close()
    return found


def test_the_index_does_not_depend_on_the_order_of_the_triples() -> None:
    assert make_index(SAID) == make_index(reversed(SAID)) == make_index(SAID + SAID)


def test_a_thing_is_listed_under_its_narrowest_class() -> None:
    assert rows(make_index(SAID), "SELECT iri, kind FROM thing") == [
        ("http://e/Town", ""),
        ("http://e/oslo", "http://e/Town"),
    ]


def test_positions_in_a_text_are_not_searched_for() -> None:
    position = "http://www.w3.org/ns/oa#TextPositionSelector"
    said = (Said("http://e/p", TYPE, position), Said("http://e/p", RDFS + "label", "Posisjonen til Oslo", "nb"))
    assert make_index((*SAID, *said)) == make_index((*SAID, said[0])) == make_index(SAID)


def test_classes_above_each_other_end_nothing() -> None:
    said = (*SAID, Said("http://e/Place", RDFS + "subClassOf", "http://e/Town"))
    assert ("http://e/oslo", "http://e/Place") in rows(make_index(said), "SELECT iri, kind FROM thing")


def test_properties_of_ours_begin_with_the_base() -> None:
    assert "http://e/ontology#wording" in properties_read("http://e/")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("baerekraft", "Bærekraft"),
        ("barekraft", "bærekraft"),
        ("Aalesund", "Ålesund"),
        ("Alesund", "Ålesund"),
        ("A\u030alesund", "Ålesund"),
        ("Hjorring", "Hjørring"),
        ("Hjoerring", "HJØRRING"),
        ("Munster", "Münster"),
        ("Orleans", "Orléans"),
        ("STRASSE", "Straße"),
    ],
)
def test_letters_are_the_same_however_they_are_typed(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


def test_signs_are_no_words() -> None:
    assert list(words_of("\"'()*^:{}-+ \x00 _ \ud800 ??? …")) == []
