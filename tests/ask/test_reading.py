from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.reading import Place, Section, read_plan
from kg_server.engine.opening import open_engine
from kg_server.engine.results import read_rows

if TYPE_CHECKING:
    from kg_server.core.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sections(real_build: Settings) -> tuple[Section, ...]:
    with open_engine(real_build) as engine:
        return read_plan(engine, "nb")


def place(sections: tuple[Section, ...], slug: str) -> Place:
    return next(one for section in sections for one in section.places if one.passage.slug == slug)


def test_sections_and_passages_come_in_the_order_of_the_text(sections: tuple[Section, ...]) -> None:
    assert [section.notation for section in sections][:5] == ["1", "1.1", "1.2", "1.3", "2"]
    assert [section.depth for section in sections][:5] == [1, 2, 2, 2, 1]
    starts = [one.passage.start or 0 for section in sections for one in section.places]
    assert starts == sorted(starts)
    with (ROOT / "data/strategy/passages.csv").open(encoding="utf-8", newline="") as file:
        slugs = [row["slug"] for row in csv.DictReader(file)]
    assert sorted(one.passage.slug for section in sections for one in section.places) == sorted(slugs)


def test_a_passage_tells_what_it_states_with_our_summary(sections: tuple[Section, ...]) -> None:
    told = place(sections, "4-a1").told
    assert [(str(one.kind), one.notation) for one in told] == [("Strategi", "A1")]
    assert told[0].summary


def test_every_claim_that_rests_on_a_passage_is_there(sections: tuple[Section, ...], real_build: Settings) -> None:
    with open_engine(real_build) as engine:
        rows = read_rows(
            engine,
            """PREFIX sg: <https://w3id.org/strategigraf/ontology#>
SELECT ?passage (COUNT(DISTINCT ?claim) AS ?claims) WHERE { ?claim a sg:Alignment ; sg:evidence ?passage }
GROUP BY ?passage""",
        ).rows
    asked = {row["passage"].value: int(row["claims"].value) for row in rows}
    read = {one.passage.iri: len(one.claims) for section in sections for one in section.places if one.claims}
    assert read == asked


def test_a_claim_names_its_ends_and_tells_whether_it_found_a_link(sections: tuple[Section, ...]) -> None:
    claims = place(sections, "4-a1").claims
    target = next(one for one in claims if one.source_code == "A1" and one.targets[0][0] == "12.5")
    assert target.has_link
    assert [one.has_link for one in claims] == sorted((one.has_link for one in claims), reverse=True)
    assert {str(one.relation) for one in claims if not one.has_link} == {"bidrar ikke til"}
