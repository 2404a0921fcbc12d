from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.params import TYPES, Param, fill, read_value
from kg_server.core.errors import BadParameter
from kg_server.core.terms import XSD, Term, iri, literal

if TYPE_CHECKING:
    from kg_server.engine.base import Engine

ID = "https://w3id.org/strategigraf/id/"


def param(kind: str) -> Param:
    return Param("it", kind, "det", "it")


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("string", " a ' \" } # ", literal(" a ' \" } # ")),
        ("lang", "en", literal("en")),
        ("integer", "-007", literal("-7", datatype=XSD + "integer")),
        ("decimal", "0.85", literal("0.85", datatype=XSD + "decimal")),
        ("date", "2019-02-27", literal("2019-02-27", datatype=XSD + "date")),
        ("boolean", "True", literal("true", datatype=XSD + "boolean")),
        ("iri", "http://example.org/a", iri("http://example.org/a")),
        ("iri", "<http://example.org/a>", iri("http://example.org/a")),
        ("iri", "strategy/a1", iri(ID + "strategy/a1")),
        ("iri", "sdg:12.5", iri("http://metadata.un.org/sdg/12.5")),
        ("iri", "SDG 12", iri("http://metadata.un.org/sdg/12")),
    ],
)
def test_a_value_becomes_a_term_of_its_type(kind: str, value: str, term: Term) -> None:
    assert read_value(param(kind), value) == term


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("lang", "fr"),
        ("integer", "1.5"),
        ("integer", "٣"),
        ("integer", "9" * 5000),
        ("decimal", "0,85"),
        ("decimal", "1e9"),
        ("date", "27.02.2019"),
        ("date", "2019-02-30"),
        ("boolean", "yes"),
        ("iri", "http://e/> } DROP ALL #"),
        ("iri", "A1"),
        ("iri", "javascript:alert(1)"),
        ("iri", "strategy/a1> ?p ?o"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(kind: str, value: str) -> None:
    with pytest.raises(BadParameter, match="it must"):
        read_value(param(kind), value)


def test_every_type_is_tried_above() -> None:
    assert set(TYPES) == {"iri", "string", "lang", "integer", "decimal", "date", "boolean"}


@pytest.mark.parametrize("name", ["A1", "a1", "Fornybar energi", "strategy/a1"])
def test_with_an_engine_a_thing_goes_by_any_of_its_names(engine: Engine, name: str) -> None:
    assert read_value(param("iri"), name, engine) == iri(ID + "strategy/a1")


def test_with_an_engine_a_thing_that_is_not_there_is_refused(engine: Engine) -> None:
    with pytest.raises(BadParameter, match=r"strategy/a9.*Near it: .*strategy/a1"):
        read_value(param("iri"), "strategy/a9", engine)


def test_a_value_is_never_read_as_a_slot() -> None:
    text = "VALUES ?a { UNDEF } VALUES ?b { UNDEF } VALUES ?a { UNDEF }"
    hostile = literal('" } VALUES ?b { UNDEF } #')
    filled = fill(text, {"a": hostile, "b": literal("x")})
    assert filled == f'VALUES ?a {{ {hostile.n3()} }} VALUES ?b {{ "x" }} VALUES ?a {{ {hostile.n3()} }}'


def test_a_slot_without_a_value_stays_open() -> None:
    assert fill("VALUES ?a { UNDEF }", {"a": None}) == "VALUES ?a { UNDEF }"
