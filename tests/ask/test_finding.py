from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_server.ask.finding import MOST_LETTERS, Found, Index, find
from kg_server.ask.matches import Told, mark, name_kinds, tell
from kg_server.core.errors import BadParameter
from kg_server.core.index import INDEX, Said, make_index
from kg_server.core.namespaces import PREFIXES

if TYPE_CHECKING:
    from kg_server.core.settings import Settings


@pytest.fixture(scope="module")
def index(real_build: Settings) -> Index:
    return Index(real_build.store / "current" / INDEX)


def search(
    index: Index, text: str, *, language: str = "nb", names_only: bool = False
) -> tuple[Found, tuple[Told, ...]]:
    with index.opened() as database:
        found = find(database, text, names_only=names_only)
        return found, tell(database, found.hits, found.wanted, language)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A1", "strategy/a1"),
        ("a1", "strategy/a1"),
        ("A.1", "goal/a-1"),
        ("A", "focus-area/a"),
        ("12.5", "sdg:12.5"),
        ("SDG 12.5", "sdg:12.5"),
        ("delmål 12.5", "sdg:12.5"),
        ("12", "sdg:12"),
        ("32023R1542", "policy/batteries"),
        ("COM(2021) 400", "policy/zero-pollution"),
        ("970546200", "organisation/uia"),
        ("970 546 200", "organisation/uia"),
        ("4204", "city/kristiansand"),
        ("strategy/a1", "strategy/a1"),
        ("http://metadata.un.org/sdg/7", "sdg:7"),
        ("UiA", "organisation/uia"),
        ("Muenster", "city/munster"),
        ("ORLEANS", "city/orleans"),
        ("Horizon Europe", "policy/horizon-europe"),
        ("gdynia", "city/gdynia"),
        ("strategi A1", "strategy/a1"),
        ("mål A.1", "goal/a-1"),
        ("mål 12", "sdg:12"),
        ("goal 12", "sdg:12"),
        ("kommune 4204", "city/kristiansand"),
        ("CELEX 32023R1542", "policy/batteries"),
        ("org.nr. 970 546 200", "organisation/uia"),
    ],
)
def test_what_goes_by_the_very_name_or_number_comes_first(index: Index, text: str, name: str) -> None:
    first = search(index, text)[1][0]
    assert (first.name, first.is_exact) == (name, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("baerekraft", "sdg:11"),
        ("barekraftige", "sdg:11"),
        ("vennskapsbyene", "cooperation/gdynia"),
        ("cities", "sdg:11"),
        ("klima", "policy/adaptation-strategy"),
        ("plan", "policy/kommuneplan-samfunnsdel"),
        ("waste", "sdg:12.5"),
        ("Gdynia vennskapsby", "cooperation/gdynia"),
        ("klimalov 2050", "policy/climate-law"),
        ("likestilling mellom kjønnene", "sdg:5"),
        ("klimaplanlegging utslipp fornybar", "alignment/a1-sdg-13-2"),
    ],
)
def test_endings_spellings_and_places_within_words_make_no_difference(index: Index, text: str, name: str) -> None:
    found, told = search(index, text)
    assert name in [one.name for one in told]
    assert not found.is_partial
    assert not found.nearest


@pytest.mark.parametrize(
    ("text", "nearest", "name"),
    [
        ("Gdynai", "Gdynia", "city/gdynia"),
        ("Müsnter", "Münster", "city/munster"),
        ("Rajsahi", "Rajshahi", "city/rajshahi"),
        ("Walwis Bay", "Walvis Bay", "city/walvis-bay"),
        ("Kritsiansand havn", "Kristiansand havn", "organisation/kristiansand-havn"),
    ],
)
def test_a_misspelt_name_is_understood_and_said(index: Index, text: str, nearest: str, name: str) -> None:
    found, told = search(index, text)
    assert found.nearest == nearest
    assert name in [one.name for one in told]


@pytest.mark.parametrize(
    ("text", "parts", "label"),
    [
        ("klimaomstilling", "klima omstilling", "omstilling i et nytt klima"),
        ("Klimaomstillingen", "klima omstillingen", "omstilling i et nytt klima"),
        ("havnesamarbeid", "havn samarbeid", "samarbeid mellom by og havn"),
        ("miljoesamarbeid", "miljø samarbeid", "samarbeid om miljø, klima"),
        ("forskningssamarbeid", "forskning samarbeid", "samarbeid om forskning, også forsknings- og annet"),
    ],
)
def test_a_compound_that_the_graph_does_not_have_is_looked_for_by_its_two_words(
    text: str, parts: str, label: str
) -> None:
    labels = ("omstilling i et nytt klima", "samarbeid mellom by og havn", "samarbeid om miljø, klima")
    others = ("samarbeid om forskning, også forsknings- og annet", "samarbeid", "et miljø og en havn")
    start = "https://w3id.org/strategigraf/id/x/"
    said = [Said(f"{start}{place}", PREFIXES["rdfs"] + "label", one, "nb") for place, one in enumerate(labels + others)]
    found, told = search(Index(make_index(said)), text)
    assert found.nearest == parts
    assert [one.label.text for one in told] == [label]


@pytest.mark.parametrize("word", ["issue", "venues", "aktuelle"])
def test_ue_that_the_graph_has_is_left_as_it_is(word: str) -> None:
    thing = "https://w3id.org/strategigraf/id/x/y"
    index = Index(make_index([Said(thing, PREFIXES["rdfs"] + "label", f"{word} uten isus venus aktulle")]))
    assert search(index, word)[0].wanted[0].spelling == word


def test_the_words_of_the_strategy_are_found_and_told_as_such_where_they_are_loaded() -> None:
    passage = "https://w3id.org/strategigraf/id/passage/harbour"
    said = [
        Said(passage, PREFIXES["rdf"] + "type", PREFIXES["sg"] + "Passage"),
        Said(passage, PREFIXES["rdfs"] + "label", "Et sted", "nb"),
        Said(passage, PREFIXES["sg"] + "wording", "Havna skal bli ren.", "nb"),
    ]
    one = search(Index(make_index(said)), "havner")[1][0]
    assert [(match.field, match.text) for match in one.matches] == [("wording", "Havna skal bli ren.")]


@pytest.mark.parametrize("text", ["harbour", "32023R1543", "zzz"])
def test_another_word_or_number_is_not_taken_for_a_slip(index: Index, text: str) -> None:
    found = search(index, text)[0]
    assert (found.hits, found.nearest) == ((), "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AI", "policy/ai-act"),
        ("KI", "policy/ai-act"),
        ("Green Deal", "policy/green-deal"),
        ("universitetet", "organisation/uia"),
    ],
)
def test_the_very_words_come_before_what_begins_with_them_and_things_before_passages(
    index: Index, text: str, name: str
) -> None:
    assert search(index, text)[1][0].name == name


def test_what_has_the_words_in_its_name_comes_before_what_tells_of_them(index: Index) -> None:
    told = search(index, "fornybar")[1]
    in_name = [any(place.marks for place in (one.label, *one.matches) if place.field == "label") for one in told]
    assert in_name == sorted(in_name, reverse=True)
    assert not all(in_name)


def test_names_alone_are_searched_where_it_is_asked_for(index: Index) -> None:
    everywhere, names_only = (len(search(index, "fornybar", names_only=each)[0].hits) for each in (False, True))
    assert 0 < names_only < everywhere


def test_where_nothing_has_all_the_words_it_is_said_and_some_will_do(index: Index) -> None:
    found, told = search(index, "avfall Gdynia")
    assert found.is_partial
    assert {"city/gdynia", "sdg:12.5"} <= {one.name for one in told}


def test_what_is_found_is_counted_by_its_class(index: Index) -> None:
    found = search(index, "klima")[0]
    counts = dict(found.kinds)
    assert counts[PREFIXES["sg"] + "EUPolicy"] == sum(hit.kind == PREFIXES["sg"] + "EUPolicy" for hit in found.hits) > 1
    assert sum(counts.values()) == len(found.hits)
    with index.opened() as database:
        words = name_kinds(database, counts, "en")
    assert words[PREFIXES["sg"] + "EUPolicy"].value == "EU policy"


def test_the_place_is_told_in_the_language_of_the_reader_if_it_stands_there(index: Index) -> None:
    found = {language: search(index, "klima", language=language)[1] for language in ("nb", "en")}
    places = {
        language: next(one for one in told if one.name == "policy/climate-law") for language, told in found.items()
    }
    assert places["nb"].label.marks == [(10, 18)]
    assert [(match.field, match.language) for match in places["nb"].matches] == [("summary", "nb")]
    assert places["en"].label.marks == []
    assert ("label", "nb") in [(match.field, match.language) for match in places["en"].matches]


def test_a_rationale_is_told_as_one(index: Index) -> None:
    one = next(one for one in search(index, "klimaplanlegging")[1] if one.name == "alignment/a1-sdg-13-2")
    assert [match.field for match in one.matches] == ["rationale"]
    assert "klimaplanlegging" in [piece.text for piece in one.matches[0].pieces if piece.is_marked]


@pytest.mark.parametrize(
    "text",
    [
        *(
            '"',
            "'",
            "*",
            "a*",
            '"a" OR "b"',
            "label:klima",
            "NEAR(klima plan)",
            "{label} : klima",
            "klima AND NOT plan",
        ),
        *("^klima", "klima -plan", "(((", "a\x00b", "\ud800", "%", "_", "🌍", "a" * MOST_LETTERS, "é" * MOST_LETTERS),
        *("'; DROP TABLE thing; --", "words MATCH 'x'", "<script>", "\u202eamilk", "١٢", "ﬁ", "a.b.c.", "."),
    ],
)
def test_signs_of_query_languages_are_only_signs(index: Index, text: str) -> None:
    found, told = search(index, text)
    assert len(found.hits) == len(told)


def test_operators_are_words_like_others(index: Index) -> None:
    found = search(index, "klima NOT plan NEAR")[0]
    assert [found.wanted[place].word for place in (0, 2)] == ["klima", "plan"]
    assert len(found.wanted) == 4


@pytest.mark.parametrize("text", ["a" * (MOST_LETTERS + 1), "x" * 10_000, " ".join(f"w{n}" for n in range(17))])
def test_what_is_too_long_is_refused(index: Index, text: str) -> None:
    with pytest.raises(BadParameter, match="at most"):
        search(index, text)


@pytest.mark.parametrize("text", ["", "   ", "???", "Atlantis"])
def test_nothing_is_found_where_nothing_is(index: Index, text: str) -> None:
    found, told = search(index, text)
    assert (told, found.nearest, found.is_partial) == ((), "", False)


def test_a_long_text_is_told_around_the_first_word(index: Index) -> None:
    wanted = search(index, "havn")[0].wanted
    text = "".join(piece.text for piece in mark("ord " * 100 + "om havna " + "mer " * 100, wanted))
    assert text.startswith("…ord")
    assert text.endswith("mer…")
    assert "om havna mer" in text
    assert len(text) < 250
