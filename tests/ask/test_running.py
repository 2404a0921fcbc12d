from __future__ import annotations

import pytest

from kg_server.ask.running import Span, paragraphs, stretches

TEXT = "The city opens up. It meets others and learns. Then it shares."


def span(name: str, words: str) -> Span:
    start = TEXT.index(words)
    return Span(name, start, start + len(words), words)


CITY, MEETS, LEARNS, SHARES = (
    span("city", "The city opens up."),
    span("meets", "It meets others and learns."),
    span("learns", "learns"),
    span("shares", "and learns. Then it shares."),
)


@pytest.mark.parametrize(
    "spans",
    [[CITY, MEETS], [CITY, MEETS, LEARNS], [CITY, MEETS, SHARES], [CITY, MEETS, SHARES, LEARNS], [MEETS, MEETS]],
)
def test_every_word_stands_once_whatever_passages_cover_it(spans: list[Span]) -> None:
    (found,) = paragraphs(spans)
    text = "".join(part.text for part in stretches(found))
    assert text in TEXT
    assert all(one.words in text for one in spans)


def test_each_passage_begins_and_ends_where_its_words_do() -> None:
    (found,) = paragraphs([SHARES, LEARNS, MEETS])
    parts = stretches(found)
    for one in (MEETS, LEARNS, SHARES):
        first = next(number for number, part in enumerate(parts) if one.name in part.begins)
        last = next(number for number, part in enumerate(parts) if one.name in part.ends)
        assert "".join(part.text for part in parts[first : last + 1]) == one.words


def test_the_blank_between_two_passages_belongs_to_none() -> None:
    parts = stretches([CITY, MEETS])
    assert [(part.text, part.is_marked) for part in parts if part.text == " "] == [(" ", False)]


def test_what_stands_apart_or_shall_stand_alone_begins_a_paragraph() -> None:
    far = Span("far", SHARES.end + 2, SHARES.end + 5, "Far")
    assert [[one.name for one in group] for group in paragraphs([far, CITY, MEETS])] == [["city", "meets"], ["far"]]
    assert len(list(paragraphs([CITY, MEETS], ["meets"]))) == 2
    assert len(list(paragraphs([MEETS, LEARNS], ["learns"]))) == 1
