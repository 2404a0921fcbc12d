from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.columns import Column, Naming, answer_columns, kind_of, read_naming, shown_columns
from kg_server.core.errors import SourceError
from kg_server.core.settings import read_settings
from kg_server.core.terms import XSD, iri, literal

if TYPE_CHECKING:
    from pathlib import Path

NAMES = Naming({"sdg": ("Bærekraftsmål", "SDG"), "sdgCode": ("Nummer", "Number")})


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT ?a ?b WHERE { ?a ?p ?b }", ("a", "b")),
        ("#+ summary: SELECT ?x WHERE {\nSELECT DISTINCT\n  ?a\n  ?bLabel\n{ }", ("a", "bLabel")),
        ("SELECT ?a (SUM(IF(?x, 1, 0)) AS ?n) ?b { SELECT ?c { } }", ("a", "n", "b")),
        ("ASK { }", ()),
    ],
)
def test_the_columns_are_those_of_the_outer_select(text: str, columns: tuple[str, ...]) -> None:
    assert answer_columns(text) == columns


def test_a_thing_is_shown_with_its_name_and_number() -> None:
    assert shown_columns(["sdgCode", "sdg", "code", "gapLabel"]) == (
        Column("sdg", code="sdgCode"),
        Column("code"),
        Column("gapLabel"),
    )


def test_a_column_is_called_what_the_file_says() -> None:
    assert [NAMES.label(name, "nb") for name in ("sdg", "sdgLabel", "sdgCode", "other")] == [
        "Bærekraftsmål",
        "Bærekraftsmål (navn)",
        "Nummer",
        "other",
    ]
    assert NAMES.label("sdgLabel", "en") == "SDG (name)"


def test_a_line_that_names_nothing_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "columns.csv"
    path.write_text("name,label_nb,label_en\nsdg,Mål\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"columns\.csv:2: A line names a column"):
        read_naming(path, read_settings(project_dir=tmp_path))


def test_a_column_of_several_kinds_is_of_the_widest() -> None:
    one, half = literal("1", datatype=XSD + "integer"), literal("0.5", datatype=XSD + "decimal")
    assert [kind_of(terms) for terms in ([one], [one, half], [one, literal("x")], [iri("http://e/")], [None])] == [
        "integer",
        "number",
        "text",
        "iri",
        "text",
    ]
