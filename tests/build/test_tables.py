from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.build.tables import looks_up, read_table
from kg_server.core.errors import SourceError
from tests.build.projects import edit, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.texts import Source

QUERY = """\
PREFIX e: <http://e/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

CONSTRUCT {
  ?thing e:name ?name .
  ?thing e:size ?number .
  ?thing e:friend ?other .
}
WHERE {
  VALUES (?slug ?name ?size ?friend) { UNDEF }
  BIND(IRI(CONCAT(STR(e:), ?slug)) AS ?thing)
  BIND(xsd:integer(?size) AS ?number)
  BIND(IRI(CONCAT(STR(e:), ?friend)) AS ?other)
}
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "people.rq").write_text(QUERY, encoding="utf-8")
    return tmp_path / "people.csv"


def read(table: Path, content: str) -> Source:
    table.write_bytes(content.encode())
    return read_table(table, "http://g", settings_of(table.parent))[0]


def said(source: Source) -> list[str]:
    return sorted(str(triple).replace("http://e/", "") for triple in source.triples)


def test_each_row_gives_its_triples_and_lines(table: Path) -> None:
    source = read(table, 'slug,name,size,friend[]\nkari,Kari,3,\nola,"Ola, ""den\nlange""",,kari|per\n"per",Per,,\n')
    assert said(source) == [
        '<kari> <name> "Kari"',
        '<kari> <size> "3"^^<http://www.w3.org/2001/XMLSchema#integer>',
        "<ola> <friend> <kari>",
        "<ola> <friend> <per>",
        '<ola> <name> "Ola, \\"den\\nlange\\""',
        '<per> <name> "Per"',
    ]
    assert source.lines == {"http://e/kari": 2, "http://e/ola": 3, "http://e/per": 5}


def test_columns_may_stand_in_any_order_and_lines_end_in_any_way(table: Path) -> None:
    assert said(read(table, "\ufefffriend,size,name,slug\r\n,,Kari,kari\r\n")) == ['<kari> <name> "Kari"']


def test_a_query_may_ask_for_the_whole_cell_and_for_what_is_known(table: Path) -> None:
    query = QUERY.replace("?size ?friend)", "?size ?friend ?friend_all)").replace("friend ?other .", "title ?title .")
    title = """  OPTIONAL { GRAPH ?g { ?other e:title ?known } }
  BIND(CONCAT(?friend_all, ": ", COALESCE(?known, ?friend)) AS ?title)
}
"""
    table.with_suffix(".rq").write_text(query.removesuffix("}\n") + title, encoding="utf-8")
    known = ox.Store()
    named = [ox.NamedNode(f"http://e/{name}") for name in ("ola", "title", "g")]
    known.add(ox.Quad(named[0], named[1], ox.Literal("Ola den store"), named[2]))
    table.write_text("slug,name,size,friend[]\nkari,,,ola|per\n", encoding="utf-8")
    settings = settings_of(table.parent)
    assert looks_up(table, settings)
    assert said(read_table(table, "http://g", settings, known)[0]) == [
        '<kari> <title> "ola|per: Ola den store"',
        '<kari> <title> "ola|per: per"',
    ]
    table.with_suffix(".rq").write_text(f"# For the graph of people.\n{QUERY}", encoding="utf-8")
    assert not looks_up(table, settings)


def test_a_value_cannot_break_out_of_its_quotes(table: Path) -> None:
    name = '"") } <http://e/x> <http://e/y> <http://e/z> . VALUES (?a) { UNDEF } \\'
    assert said(read(table, f'slug,name,size,friend\nkari,"{name}",,\n')) == [
        '<kari> <name> "\\") } <x> <y> <z> . VALUES (?a) { UNDEF } \\\\"'
    ]


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("", 1, "friend, name, size, slug"),
        ("slug,name,size\nkari,Kari,\n", 1, "friend"),
        ("slug,name,size,friend,age\n", 1, "age"),
        ("slug,name,size,friend,name\n", 1, "more than one column name"),
        ("slug,name,Size,friend\n", 1, '"Size"'),
        ("slug,name,size,friend[\n", 1, '"friend["'),
        ("slug,name,size,friend\nkari,Kari,,\nola,Ola,\n", 3, "3 cells"),
        ("slug,name,size,friend\nkari,Kari,,\n\nola,Ola,,\n", 3, "0 cells"),
        ('slug,name,size,friend\nkari,"Kari"x,,\n', 2, "not CSV"),
        ('slug,name,size,friend\nkari,Kari,,\nola,"Ola\n', 3, "not CSV"),
        ("slug,name,size,friend\nkari,Kari ,,\n", 2, "blank"),
        ("slug,name,size,friend[]\nkari,Kari,,ola|\n", 2, "empty"),
        ("slug,name,size,friend\nkari,,,\n", 2, "no triple"),
        ("slug,name,size,friend\nkari,Kari,tre,\n", 2, '"tre"'),
        ("slug,name,size,friend[]\nkari,Kari,,ola|o la\n", 2, '"o la"'),
    ],
)
def test_a_broken_table_is_told_with_its_line(table: Path, content: str, line: int, word: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(table, content)
    assert (caught.value.file, caught.value.line) == ("people.csv", line)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("UNDEF", "", None, "0 slots"),
        ("  BIND(xsd", "  VALUES (?slug) { UNDEF }\n  BIND(xsd", None, "2 slots"),
        ("(?slug ?name ?size ?friend)", "(?slug ?slug)", None, "different variables"),
        ("(?slug ?name ?size ?friend)", "(slug)", None, "different variables"),
        ("(?slug ?name ?size ?friend)", "()", None, "different variables"),
        (QUERY[QUERY.index("CONSTRUCT") : QUERY.index("WHERE")], "SELECT * ", None, "CONSTRUCT"),
        ("  BIND(xsd:integer(?size) AS ?number)", "  BIND(?size ?number)", 12, "does not parse"),
        ("?thing e:name", "?thing f:name", 5, "does not parse"),
    ],
)
def test_a_broken_query_is_told(table: Path, old: str, new: str, line: int | None, word: str) -> None:
    edit(table.with_suffix(".rq"), old, new)
    with pytest.raises(SourceError) as caught:
        read(table, "slug,name,size,friend\n")
    assert (caught.value.file, caught.value.line) == ("people.rq", line)
    assert word in str(caught.value)


def test_a_table_needs_its_query(table: Path) -> None:
    table.with_suffix(".rq").unlink()
    with pytest.raises(SourceError, match=r"people\.csv: The table has no query beside it\."):
        read(table, "slug\n")


def test_the_tables_of_a_folder_may_share_a_query(table: Path) -> None:
    shared = table.with_name(f"{table.parent.name}.rq")
    table.with_suffix(".rq").rename(shared)
    content = "slug,name,size,friend\nkari,Kari,,\n"
    assert len(read(table, content).triples) == 1
    shared.write_text(QUERY.replace("UNDEF", ""), encoding="utf-8")
    table.with_suffix(".rq").write_text(QUERY, encoding="utf-8")
    assert len(read(table, content).triples) == 1


def test_text_that_is_not_utf_8_is_told(table: Path) -> None:
    table.write_bytes("slug,name,size,friend\nkåre,Kåre,,\n".encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_table(table, "http://g", settings_of(table.parent))
