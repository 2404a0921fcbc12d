from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg_server.ask.labels import Named, Text
from kg_server.ask.records import record
from kg_server.ask.things import describe
from kg_server.ask.why import explain
from kg_server.core.namespaces import PREFIXES, thing_iri
from kg_server.core.terms import XSD, iri, literal

if TYPE_CHECKING:
    from kg_server.ask.rules import Rule
    from kg_server.engine.base import Engine


def test_a_thing_becomes_plain_data(engine: Engine) -> None:
    told = record(describe(engine, thing_iri("strategy/a1"), "nb"))
    assert json.loads(json.dumps(told)) == told
    assert told["label"] == {"value": "Fornybar energi", "language": "nb"}
    assert told["kinds"] == [{"iri": PREFIXES["sg"] + "Strategy", "label": "Strategi", "language": "nb"}]
    assert told["alignments_from"][0]["confidence"] == 0.9
    assert "alignments_to" not in told


def test_an_explanation_tells_its_rule_without_the_query(engine: Engine, rules: tuple[Rule, ...]) -> None:
    link = (iri(thing_iri("strategy/a1")), iri(PREFIXES["sg"] + "contributesTo"), iri(PREFIXES["sdg"] + "7.2"))
    told = record(explain(engine, rules, link))
    assert json.loads(json.dumps(told)) == told
    assert set(told["rule"]) == {"name", "label_nb", "label_en", "sentence_nb", "sentence_en"}
    assert told["inferred"] is True


def test_a_literal_keeps_its_datatype() -> None:
    term = literal("3", datatype=XSD + "integer")
    assert record(Named(term, Text("3"))) == {"value": "3", "datatype": XSD + "integer"}
