from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg_server.build.sources import read_project
from kg_server.core.errors import SourceError
from tests.build.projects import edit, settings_of

if TYPE_CHECKING:
    from kg_server.core.settings import Settings

ID = "https://w3id.org/strategigraf/id/"
SG = "https://w3id.org/strategigraf/ontology#"


def test_each_folder_is_a_graph(settings: Settings) -> None:
    graphs = read_project(settings).graphs
    assert {iri.rpartition("/")[2] for iri in graphs} == {"about", "alignments", "ontology", "sdg", "strategy"}
    assert len(graphs["https://w3id.org/strategigraf/graph/sdg"]) == 14


def test_wording_kept_on_this_machine_is_a_graph_of_its_own(settings: Settings) -> None:
    settings.local.mkdir()
    text = f'<{ID}passage/harbour> <{SG}wording> "Havna skal bli ren." .\n'
    (settings.local / "lillevik.ttl").write_text(text, encoding="utf-8")
    project = read_project(settings)
    assert len(project.graphs["https://w3id.org/strategigraf/graph/wording"]) == 1
    assert project.place(f"{ID}passage/harbour", f"{SG}wording") == ("local/lillevik.ttl", 1)


def test_another_base_replaces_ours_everywhere(project: Path) -> None:
    settings = settings_of(project, base="https://graf.lillevik.example/")
    found = read_project(settings)
    assert set(found.graphs) == {
        f"https://graf.lillevik.example/graph/{name}" for name in ("about", "alignments", "ontology", "sdg", "strategy")
    }
    assert not any("w3id.org/strategigraf" in str(triple) for triples in found.graphs.values() for triple in triples)
    assert found.place("https://graf.lillevik.example/id/strategy/a1")[0] == "data/strategy/plan.ttl"


def test_a_subject_is_found_at_its_line(settings: Settings, project: Path) -> None:
    file, line = read_project(settings).place(f"{ID}strategy/a2")
    assert (project / file).read_text(encoding="utf-8").splitlines()[(line or 0) - 1] == "<strategy/a2>"
    assert read_project(settings).place(f"{ID}alignment/a2-none") == ("data/alignments/links.csv", 4)
    assert read_project(settings).place(f"{ID}nothing") == ("", None)


def test_of_several_files_the_one_at_fault_is_named(settings: Settings, project: Path) -> None:
    aside = '@prefix sg: <https://w3id.org/strategigraf/ontology#> .\n\n<{0}city/storvik>\n    sg:nutsCode "X" ;\n.\n'
    (project / "data" / "sdg" / "aside.ttl").write_text(aside.format(ID), encoding="utf-8")
    found = read_project(settings)
    assert found.place(f"{ID}city/storvik")[0] == "data/strategy/plan.ttl"
    assert found.place(f"{ID}city/storvik", f"{SG}nutsCode", "X") == ("data/sdg/aside.ttl", 3)
    assert found.place(f"{ID}city/storvik", f"{SG}nutsCode", "Y")[0] == "data/strategy/plan.ttl"


CALLED = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?thing rdfs:label ?label }
WHERE {
  VALUES (?slug ?of) { UNDEF }
  BIND(IRI(CONCAT("http://e/", ?slug)) AS ?thing)
  OPTIONAL { GRAPH ?graph { ?known rdfs:label ?name } FILTER(STR(?known) = ?of && LANG(?name) != "nb") }
  BIND(CONCAT(?of, ": ", COALESCE(?name, "nothing")) AS ?label)
}
"""


def test_a_table_that_looks_up_sees_all_files_but_others_that_do(settings: Settings, project: Path) -> None:
    plain = CALLED.replace("GRAPH ?graph", "")
    rows = {
        "aaa/first": (CALLED, f"a,{ID}strategy/a1\nb,http://e/z\nc,http://e/d\n"),
        "bbb/second": (CALLED, f"d,{SG}Strategy\n"),
        "zzz/third": (plain, f"z,{ID}strategy/a1\n"),
    }
    for name, (query, content) in rows.items():
        table = project / "data" / f"{name}.csv"
        table.parent.mkdir()
        table.write_text(f"slug,of\n{content}", encoding="utf-8")
        table.with_suffix(".rq").write_text(query, encoding="utf-8")
    sources = read_project(settings).sources
    files = [source.file for source in sources if source.file.startswith("data/")]
    assert files == sorted(files)
    labels = {
        getattr(triple.subject, "value", ""): getattr(triple.object, "value", "")
        for source in sources
        if source.file.removeprefix("data/").removesuffix(".csv") in rows
        for triple in source.triples
    }
    assert labels == {
        "http://e/a": f"{ID}strategy/a1: Cooperation on shore power",
        "http://e/b": f"http://e/z: {ID}strategy/a1: nothing",
        "http://e/c": "http://e/d: nothing",
        "http://e/d": f"{SG}Strategy: Strategy",
        "http://e/z": f"{ID}strategy/a1: nothing",
    }


def test_blank_nodes_of_two_files_stay_apart(settings: Settings, project: Path) -> None:
    for name in ("one", "two"):
        (project / "ontology" / f"{name}.ttl").write_text(f"_:b <http://e/p> <http://e/{name}> .\n", encoding="utf-8")
    triples = read_project(settings).graphs["https://w3id.org/strategigraf/graph/ontology"]
    assert len({str(t.subject) for t in triples if t.predicate.value == "http://e/p"}) == 2


def test_turtle_that_does_not_parse_is_told_with_its_line(settings: Settings, project: Path) -> None:
    edit(project / "data/strategy/plan.ttl", "<strategy/a1>\n    a sg:Strategy ;", "<strategy/a1>\n    a sg:Strategy")
    with pytest.raises(SourceError, match="This is not Turtle") as caught:
        read_project(settings)
    assert caught.value.file == "data/strategy/plan.ttl"
    lines = (project / "data/strategy/plan.ttl").read_text(encoding="utf-8").splitlines()
    assert lines[(caught.value.line or 0) - 2 : caught.value.line] == [
        "    a sg:Strategy",
        '    rdfs:label "Samarbeid om landstrøm"@nb ;',
    ]


def test_a_query_that_does_not_parse_is_told_with_its_line(settings: Settings, project: Path) -> None:
    edit(project / "queries/checks/no-strategy-twice.rq", "FILTER (", "FILTER ((")
    with pytest.raises(SourceError, match="The query does not parse") as caught:
        read_project(settings)
    assert (caught.value.file, caught.value.line) == ("queries/checks/no-strategy-twice.rq", 15)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("data/notes.txt", "", "Only graphs.ttl and folders"),
        ("data/more.ttl", "", "Only graphs.ttl and folders"),
        ("data/strategy/notes.txt", "", "does not read such a file"),
        ("data/strategy/deep/more.ttl", "", "does not read such a file"),
        ("data/inferred/more.ttl", "", "cannot have this name"),
        ("data/My Graph/more.ttl", "", "cannot have this name"),
        ("data/strategy/people.rq", "", "no table beside it"),
        ("data/strategy/people.csv", "", "no query beside it"),
    ],
)
def test_a_file_out_of_place_is_told(settings: Settings, project: Path, path: str, content: str, message: str) -> None:
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message) as caught:
        read_project(settings)
    assert str(caught.value.file) in (path, str(Path(path).parent))


def test_hidden_files_and_notes_may_lie_about(settings: Settings, project: Path) -> None:
    (project / "data" / ".hidden").write_text("", encoding="utf-8")
    (project / "data" / "strategy" / "README.md").write_text("", encoding="utf-8")
    assert read_project(settings).graphs


@pytest.mark.parametrize("folder", ["data", "shapes", "ontology"])
def test_a_missing_folder_is_told(settings: Settings, project: Path, folder: str) -> None:
    (project / folder).rename(project / "gone")
    with pytest.raises(SourceError, match=folder):
        read_project(settings)
