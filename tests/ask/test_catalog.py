from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.catalog import Query, find_query, query_text, read_catalog, read_query, run_query
from kg_server.core.errors import BadParameter, SourceError, UnknownQuery
from kg_server.core.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.engine.base import Engine

HEADER = """\
#+ summary_nb: Strategier i et satsingsområde
#+ summary_en: Strategies of a focus area
#+ topic: plan
"""
PARAMS = """\
#+ params:
#+   area: {type: iri, optional: true, example: focus-area/a, label_nb: satsingsområde, label_en: focus area}
#+   lang: {type: lang}
"""
BODY = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/strategigraf/ontology#>

SELECT ?strategy ?label WHERE {
  VALUES ?area { UNDEF }
  VALUES ?lang { UNDEF }
  ?strategy a sg:Strategy ;
    sg:inFocusArea ?area ;
    rdfs:label ?label .
  FILTER (LANGMATCHES(LANG(?label), ?lang))
}
ORDER BY ?strategy
"""


def written(folder: Path, text: str, name: str = "strategies-of-area") -> Query:
    path = folder / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return read_query(path, read_settings(project_dir=folder))


@pytest.fixture
def strategies(tmp_path: Path) -> Query:
    return written(tmp_path, HEADER + PARAMS + BODY)


def test_a_header_tells_what_is_asked_and_what_it_takes(strategies: Query) -> None:
    assert (strategies.name, strategies.topic, strategies.shows) == ("strategies-of-area", "plan", "table")
    assert strategies.summary("en") == "Strategies of a focus area"
    assert [(param.name, param.type, param.label("nb")) for param in strategies.params] == [
        ("area", "iri", "satsingsområde"),
        ("lang", "lang", "Språk"),
    ]


def test_a_question_about_gaps_tells_what_would_close_them(tmp_path: Path) -> None:
    closes = "#+ closes_nb: Et tall\n#+ closes_en: A figure\n"
    query = written(tmp_path, HEADER.replace("plan", "gaps") + closes + PARAMS + BODY)
    assert (query.closes("nb"), query.closes("en")) == ("Et tall", "A figure")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (BODY, 1, "lacks summary_nb"),
        (HEADER.replace("#+ summary_en", "#+ summary_de") + BODY, 2, "does not know the key summary_de"),
        ("# a comment\n" + HEADER.replace("topic", "topics") + BODY, 4, "does not know the key topics"),
        (HEADER.replace(": plan", ": {a: b}") + PARAMS + BODY, 3, "needs a text"),
        (HEADER + "#+ shows: pie\n" + PARAMS + BODY, 4, "shows is one of table, matrix, chart, map"),
        (HEADER + "#+ topic: again\n" + PARAMS + BODY, 4, "key topic twice"),
        (HEADER + "#+ closes_nb: Et tall\n" + PARAMS + BODY, 4, "Only a question of the topic gaps has closes_nb"),
        (HEADER.replace("plan", "gaps") + "#+ closes_nb: Et tall\n" + PARAMS + BODY, 1, "lacks closes_en"),
        (HEADER + "#+ params: [area]\n" + BODY, 4, "holds a list"),
        (HEADER + "#+ params: area\n" + BODY, 4, "needs `key: value`"),
        (HEADER + "#+   odd: {\n" + BODY, 4, "not YAML"),
        (HEADER + BODY, 9, r"slot \?area has no parameter"),
        (HEADER + PARAMS + BODY.replace("VALUES ?area { UNDEF }", "VALUES ?area {UNDEF}"), 5, "area has no slot"),
        (HEADER + PARAMS.replace("type: iri", "type: uri") + BODY, 5, "type of area is one of iri"),
        (HEADER + PARAMS.replace("label_nb: satsingsområde, ", "") + BODY, 5, "lacks label_nb"),
        (HEADER + PARAMS.replace("optional", "required") + BODY, 5, "does not know the key required"),
        (HEADER + PARAMS.replace("true", "maybe") + BODY, 5, "is optional: true, or has a default"),
        (HEADER + PARAMS.replace("example:", "default:") + BODY, 5, "is optional: true, or has a default"),
        (HEADER + PARAMS.replace("focus-area/a", "'http://<'") + BODY, 5, "area must name a thing"),
        (HEADER + PARAMS.replace("area:", "page:") + BODY.replace("?area", "?page"), 5, "may be called page"),
        (HEADER + PARAMS.replace("type: iri", "type: iri, of: Goal") + BODY, 5, "of names classes as sg:Goal"),
        (HEADER + PARAMS.replace("{type: lang}", "{type: lang, of: sg:Goal}") + BODY, 6, "of names classes as sg:Goal"),
        (HEADER + PARAMS.replace("{type: lang}", "{type: lang, default: fr}") + BODY, 6, "lang must be nb or en"),
    ],
)
def test_a_wrong_header_is_named_by_file_and_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(SourceError, match=rf"strategies-of-area\.rq:{line}: .*{reason}"):
        written(tmp_path, text)


def test_a_name_that_is_no_word_of_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="in-small-letters"):
        written(tmp_path, HEADER + PARAMS + BODY, "Strategies_Of")


def test_the_catalogue_holds_every_question_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    (folder / "checks").mkdir(parents=True)
    written(folder / "checks", HEADER + "SELECT * {}", "not-a-question")
    for name in ("b-two", "a-one"):
        written(folder, HEADER + PARAMS + BODY, name)
    catalog = read_catalog(read_settings(project_dir=tmp_path))
    assert list(catalog) == ["a-one", "b-two"]
    with pytest.raises(UnknownQuery, match=r"“a-on”.*a-one"):
        find_query(catalog, "a-on")


def test_a_question_is_answered_with_its_values(engine: Engine, strategies: Query) -> None:
    found = run_query(engine, strategies, {"area": "A"}, "nb")
    assert [row["label"].value for row in found.rows] == ["Fornybar energi", "Nye virksomheter"]
    assert [row["label"].value for row in run_query(engine, strategies, {"area": ""}, "en").rows] == [
        "Renewable energy"
    ]


def test_the_language_given_wins_over_that_of_the_reader(strategies: Query) -> None:
    assert 'VALUES ?lang { "en" }' in query_text(strategies, {"lang": "en"}, "nb")
    assert 'VALUES ?lang { "nb" }' in query_text(strategies, {}, "nb")


def test_one_value_too_many_and_one_too_few_are_refused(tmp_path: Path) -> None:
    needed = written(tmp_path, HEADER + PARAMS.replace("optional: true, ", "") + BODY)
    with pytest.raises(BadParameter, match=r"has no parameter aera\. It takes: area, lang"):
        query_text(needed, {"aera": "A"})
    with pytest.raises(BadParameter, match=r"needs the parameter area\. For example area=focus-area/a"):
        query_text(needed, {"area": "  "})


def test_a_default_holds_until_a_value_is_given(tmp_path: Path) -> None:
    query = written(tmp_path, HEADER + PARAMS.replace("optional: true, example:", "default:") + BODY)
    assert "VALUES ?area { <https://w3id.org/strategigraf/id/focus-area/a> }" in query_text(query, {})
    assert "VALUES ?area { <http://e/b> }" in query_text(query, {"area": "http://e/b"})


def test_questions_follow_the_base_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(HEADER + PARAMS + BODY, encoding="utf-8")
    query = read_query(path, read_settings(project_dir=tmp_path, base="https://example.org/"))
    text = query_text(query, {"area": "focus-area/a"})
    assert "PREFIX sg: <https://example.org/ontology#>" in text
    assert "<https://example.org/id/focus-area/a>" in text
