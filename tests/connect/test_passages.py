from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.connect.documents import read_document
from kg_server.connect.folding import digest
from kg_server.connect.passages import COLUMNS, mark_passage, read_passages
from kg_server.core.errors import SourceError
from kg_server.core.settings import Settings, read_settings
from tests.connect.conftest import PASSAGES, TEXT, write_table

if TYPE_CHECKING:
    from pathlib import Path

SHA = "0" * 64


def test_the_table_gives_back_what_was_marked(project: Settings) -> None:
    passages = read_passages(project)
    assert {passage.slug: passage.section for passage in passages} == {
        slug: section for slug, (section, _) in PASSAGES.items()
    }
    assert [digest(TEXT[passage.start : passage.end]) for passage in passages] == [
        passage.sha256 for passage in passages
    ]


def test_more_columns_than_needed_do_no_harm(tmp_path: Path) -> None:
    settings = write_table(tmp_path, [f"a,1,0,5,{SHA},5"])
    table = tmp_path / "data" / "strategy" / "passages.csv"
    table.write_text(f"label_nb,{','.join(COLUMNS)}\nEn,a,1,0,5,{SHA},5\n", encoding="utf-8")
    assert [passage.slug for passage in read_passages(settings)] == ["a"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"a,1,x,5,{SHA},5", "whole numbers"),
        (f"a,1,5,5,{SHA},5", "do not fit"),
        (f"a,1,0,5,{SHA},6", "do not fit"),
        (f",1,0,5,{SHA},5", "no slug"),
        ("a,1,0,5,ABC,5", "hexadecimal"),
        ("a,1", "whole numbers"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str, reason: str) -> None:
    settings = write_table(tmp_path, [f"good,1,0,5,{SHA},5", row])
    with pytest.raises(SourceError, match=rf"passages\.csv:3: .*{reason}"):
        read_passages(settings)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    settings = write_table(tmp_path, [])
    (tmp_path / "data" / "strategy" / "passages.csv").write_text("slug,section,start\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r":1: The columns end, sha256, folded_length are missing"):
        read_passages(settings)


def test_a_project_without_the_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"passages\.csv: The file cannot be read"):
        read_passages(read_settings(project_dir=tmp_path))


def test_words_are_marked_across_line_breaks(reference: Path) -> None:
    passage = mark_passage(read_document(reference), " Skip fra mange\tland legger ")
    assert TEXT[passage.start : passage.end] == "Skip fra \nmange land legger"
    assert passage.row() == f",,{passage.start},{passage.end},{passage.sha256},{passage.folded_length}"
    assert passage.sha256 == digest("Skip fra mange land legger")


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Fly fra mange land", "do not stand"), ("", "do not stand"), ("Grønn havn", "stand in 2 places")],
)
def test_words_that_do_not_mark_one_place_are_refused(reference: Path, words: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        mark_passage(read_document(reference), words)
