from __future__ import annotations

import unicodedata

import pytest

from kg_server.connect.folding import digest, fold, fold_with_origins


@pytest.mark.parametrize("blank", ["\n", "\r\n", "\t", "\u00a0", "\u2007", "\u202f", "\u2028", " \u202f \n"])
def test_every_kind_of_white_space_becomes_one_blank(blank: str) -> None:
    assert fold(f"{blank}en{blank}by{blank}") == "en by"


@pytest.mark.parametrize("char", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff"])
def test_a_character_nobody_sees_changes_no_digest(char: str) -> None:
    assert digest(f"{char}vennskaps{char}by {char} i Polen") == digest("vennskapsby i Polen")


def test_decomposed_letters_give_the_digest_of_composed_ones() -> None:
    assert digest(unicodedata.normalize("NFD", "Ånd på Sørlandet, Orléans")) == digest("Ånd på Sørlandet, Orléans")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_stretch_of_folded_text_leads_back_to_its_words(form: str) -> None:
    text = unicodedata.normalize("NFC" if form == "NFC" else "NFD", " på\u00ad\u202f\nhavna,  i\r\nåpen sjø ")
    folded = fold_with_origins(text)
    words = ["på", "havna,", "i", "åpen", "sjø"]
    places = [folded.text.index(word) for word in words]
    back = [folded.origin(place, place + len(word)) for place, word in zip(places, words, strict=True)]
    assert [fold(text[start:end]) for start, end in back] == words


def test_nothing_but_white_space_folds_to_nothing() -> None:
    assert fold_with_origins(" \n\u200b ").text == ""
    assert list(fold_with_origins("").origins) == [0]
