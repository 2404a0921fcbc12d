from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kg_server.connect.documents import read_document
from kg_server.connect.folding import digest, fold
from kg_server.connect.matching import Match, State, match_passages, untouched
from kg_server.connect.passages import Passage, mark_passage, read_passages
from kg_server.connect.wording import check_document
from kg_server.core.settings import read_settings
from tests.connect.conftest import PASSAGES, ROOT, SHARED, TEXT
from tests.connect.test_documents import write_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings


def places_of(words: str) -> list[int]:
    return [found.start() for found in re.finditer(words, TEXT)]


def matched(settings: Settings, path: Path, text: str) -> dict[str, Match]:
    path.write_bytes(text.encode())
    return {match.passage.slug: match for match in check_document(read_document(path), settings)}


def test_every_passage_is_found_where_it_was_marked(project: Settings, reference: Path) -> None:
    matches = check_document(read_document(reference), project)
    assert {match.state for match in matches} == {State.FOUND}
    assert [match.wording for match in matches] == [words for _, words in PASSAGES.values()]


def test_other_line_ends_move_a_passage_but_lose_none(project: Settings, tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    matches = matched(project, tmp_path / "crlf.txt", text)
    assert {match.state for match in matches.values()} == {State.MOVED}
    assert {slug: fold(text[match.start : match.end]) for slug, match in matches.items()} == {
        slug: words for slug, (_, words) in PASSAGES.items()
    }


def test_a_passage_is_found_in_the_middle_of_another_text(project: Settings, tmp_path: Path) -> None:
    text = "Forord «Mange bor her.» " + "Noe annet. " * 50 + TEXT.upper()
    matches = matched(project, tmp_path / "other.txt", text)
    assert [slug for slug, match in matches.items() if match.state is State.MOVED] == ["1-people"]
    assert matches["1-people"].start == len("Forord «")


def test_a_changed_word_is_a_missing_passage(project: Settings, tmp_path: Path) -> None:
    matches = matched(project, tmp_path / "new.txt", TEXT.replace("åpen for alle", "åpen for mange"))
    assert matches["1-1-open"] == Match(matches["1-1-open"].passage, State.MISSING)
    assert matches["1-sea"].state is State.FOUND


def test_a_passage_never_starts_or_ends_inside_a_word(project: Settings, tmp_path: Path) -> None:
    matches = matched(project, tmp_path / "glued.txt", "xMange bor her. Byen ligger ved havet, og har en havn.")
    assert [slug for slug, match in matches.items() if match.state is not State.MISSING] == ["1-sea"]


def test_words_that_stand_twice_are_told_apart_by_their_neighbours(reference: Path, tmp_path: Path) -> None:
    same = digest("Grønn havn")
    twice = [Passage(str(start), "", start, start + 10, same, 10) for start in places_of("Grønn havn")]
    air = mark_passage(read_document(reference), PASSAGES["2-air"][1], "2-air")
    moved = tmp_path / "moved.txt"
    moved.write_text("Forord.\n" * 30 + TEXT, encoding="utf-8")
    matches = match_passages(read_document(moved), [*twice, air])
    assert [match.start for match in matches[:2]] == [240 + place for place in places_of("Grønn havn")]


def test_the_passages_are_found_in_a_pdf(project: Settings, tmp_path: Path) -> None:
    lines = [line.strip().replace("\u202f", " ") for line in TEXT.splitlines()]
    path = write_pdf(tmp_path / "plan.pdf", [lines[:8], lines[8:]])
    matches = check_document(read_document(path), project)
    assert [match.wording for match in matches] == [words for _, words in PASSAGES.values()]


def test_what_no_passage_touches_is_listed_by_section(project: Settings, reference: Path) -> None:
    document = read_document(reference)
    stretches = untouched(document, check_document(document, project))
    assert [(stretch.section, stretch.words) for stretch in stretches] == [("1", 3), ("1 / 1-1", 4), ("1-1 / 2", 7)]
    assert [TEXT[stretch.start : stretch.end] for stretch in stretches[:2]] == ["1. Om byen", "1.1 Om havna"]
    assert stretches[2].begins == "Grønn havn 2. Om framtida Grønn …"


def test_a_text_without_any_passage_is_one_stretch(project: Settings, tmp_path: Path) -> None:
    path = tmp_path / "none.txt"
    path.write_text("Helt andre ord.\n", encoding="utf-8")
    document = read_document(path)
    (stretch,) = untouched(document, check_document(document, project))
    assert (stretch.section, stretch.start, stretch.end, stretch.words) == ("", 0, 15, 3)


def test_a_long_document_takes_seconds_not_minutes(project: Settings, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Noe helt annet, sagt mange ganger. " * 12_000 + TEXT, encoding="utf-8")
    matches = check_document(read_document(path), project)
    assert {match.state for match in matches} == {State.MOVED}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the strategy's text belongs to its publisher and is not here")
def test_every_passage_of_the_project_stands_in_the_reference_text() -> None:
    settings = read_settings(project_dir=ROOT)
    document = read_document(SHARED / "internasjonal-strategi.txt")
    matches = match_passages(document, read_passages(settings))
    assert [match.passage.slug for match in matches if match.state is not State.FOUND] == []
