from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.core.settings import read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.engine.results import read_rows
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_build_names_its_blank_nodes_for_good(tmp_path: Path) -> None:
    write_store(tmp_path, "PREFIX : <http://e/> GRAPH :g { _:x :p [ :q 1 ] . :a :p 2 }")
    (lines,) = {path.read_text() for path in tmp_path.glob("*/dataset.nq")}
    query = "SELECT DISTINCT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(ISBLANK(?s)) } ORDER BY ?s"
    with EmbeddedEngine(read_settings(store_dir=tmp_path, workers=1)) as engine:
        names = [row["s"].value for row in read_rows(engine, query).rows]
    assert len(names) == 2
    assert all(f"_:{name} " in lines for name in names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("SELECT DISTINCT*{?z ?a ?m MINUS { ?b ?z ?y } FILTER NOT EXISTS { ?c ?z 3 }}", "z a m"),
        ("SELECT REDUCED * { GRAPH ?z { SELECT ?y (COUNT(*) AS ?x) { ?y ?p ?o } GROUP BY ?y } } LIMIT 2", "z y x"),
        ("SELECT * FROM <http://e/g1> { { SELECT * { ?z ?p ?a } } BIND(?a AS ?q) } ORDER BY ?b", "z p a q"),
        ("SELECT (COUNT(*) AS ?n) (2*3 AS ?m) {}", "n m"),
        ("SELECT * { }", ""),
    ],
)
def test_all_variables_come_as_they_stand_in_the_query(engine: EmbeddedEngine, query: str, names: str) -> None:
    assert list(read_rows(engine, query).variables) == names.split()
