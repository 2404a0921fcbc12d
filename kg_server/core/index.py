"""The index that search looks into: an SQLite file with the names, numbers and texts of all things in a graph."""

from __future__ import annotations

import contextlib
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg_server.core.namespaces import BASE, prefixes
from kg_server.core.words import fold, stems, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INDEX = "search.sqlite"
"""The name of the file in the folder of a build."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "label": ("rdfs:label", "skos:prefLabel", "dcterms:title", "foaf:name", "schema:name"),
    "other": ("skos:altLabel", "skos:hiddenLabel", "schema:alternateName"),
    "number": ("skos:notation", "sg:celex", "sg:kommunenummer", "sg:nutsCode", "dcterms:identifier"),
    "summary": (
        *("dcterms:description", "skos:definition", "skos:scopeNote", "rdfs:comment"),
        *("schema:description", "sg:closedBy"),
    ),
    "rationale": ("sg:rationale",),
    "wording": ("sg:wording",),
}
"""Where words are found, the best place first, and the properties whose texts stand there."""

NAMES = ("label", "other", "number")
"""The fields that say what a thing is called."""

_TYPE, _ABOVE, _NUMBERED = "rdf:type", "rdfs:subClassOf", "adms:identifier"
_PROPERTIES = ("DatatypeProperty", "ObjectProperty", "AnnotationProperty", "TransitiveProperty", "SymmetricProperty")
_ASIDE = (
    "sg:Alignment",
    "sg:Membership",
    "adms:Identifier",
    "foaf:Document",
    "void:Dataset",
)
_UNSOUGHT = ("oa:TextPositionSelector",)
"""Kinds of things that search leaves out: a position is called by its passage, which is found already."""

_BEHIND = ("sg:Passage", "sg:Question")
_WEIGHTS = {_ASIDE: 0.3, _BEHIND: 0.7}
_SHORTEST_KNOWN = 3
_PADDING = ("^^", "$")

_SCHEMA = f"""
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, weight REAL NOT NULL);
CREATE TABLE entry (thing INTEGER NOT NULL, field TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE name (plain TEXT NOT NULL, thing INTEGER NOT NULL, field TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
  {", ".join(FIELDS)}, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5(padded, spelling UNINDEXED, tokenize='trigram');
"""
_INDEXES = """
CREATE INDEX entry_of_thing ON entry (thing);
CREATE INDEX name_by_plain ON name (plain);
INSERT INTO words (words) VALUES ('optimize');
INSERT INTO vocabulary (vocabulary) VALUES ('optimize');
"""


class Said(NamedTuple):
    """A triple that search makes use of: with a text and its language, or with an IRI, as its value."""

    subject: str
    property: str
    value: str
    language: str = ""


class _Thing(NamedTuple):
    """What the index is told of a thing, by the short names of the properties."""

    texts: dict[str, list[tuple[str, str]]]
    ends: dict[str, set[str]]


def properties_read(base: str = BASE) -> dict[str, str]:
    """The properties that the index is made of: their IRIs, and the short name of each."""
    spaces = prefixes(base)
    known = (*(name for names in FIELDS.values() for name in names), _TYPE, _ABOVE, _NUMBERED)
    return {spaces[name.partition(":")[0]] + name.partition(":")[2]: name for name in known}


def make_index(said: Iterable[Said], base: str = BASE) -> bytes:
    """The index of what is said, as the bytes of its file; the order in which it is said makes no difference."""
    things, unsought = _gather(said, base), set(_full(_UNSOUGHT, base))
    above = {iri: thing.ends[_ABOVE] for iri, thing in things.items() if _ABOVE in thing.ends}
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_SCHEMA)
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        sought = (iri for iri, thing in things.items() if thing.texts and not unsought & thing.ends.get(_TYPE, set()))
        for number, iri in enumerate(sorted(sought), 1):
            kind = _kind(things[iri].ends.get(_TYPE, set()), above, base)
            weight = next((weight for kinds, weight in _WEIGHTS.items() if kind in _full(kinds, base)), 1.0)
            database.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", (number, iri, kind, weight))
            _write_thing(database, number, _entries(things[iri], things), spellings)
        padded = ((pad(word), found.most_common(1)[0][0]) for word, found in sorted(spellings.items()))
        database.executemany("INSERT INTO vocabulary VALUES (?, ?)", padded)
        database.executescript(_INDEXES)
        database.commit()
        database.execute("VACUUM")
        return database.serialize()


def pad(word: str) -> str:
    """
    The word with marks before and after it, so that its first and last letters weigh as much as the others.

    >>> pad("by")
    '^^by$'
    """
    return f"{_PADDING[0]}{word}{_PADDING[1]}"


def joined(text: str) -> str:
    """
    The words of a name or number as one, by which it is found exactly.

    >>> joined("998 805 856"), joined("COM(2021) 400")
    ('998805856', 'com2021400')
    """
    return "".join(fold(word[0]) for word in words_of(text))


def _gather(said: Iterable[Said], base: str) -> dict[str, _Thing]:
    names = properties_read(base)
    things: defaultdict[str, _Thing] = defaultdict(lambda: _Thing(defaultdict(list), defaultdict(set)))
    for one in said:
        name = names[one.property]
        if name in (_TYPE, _ABOVE, _NUMBERED):
            things[one.subject].ends[name].add(one.value)
        else:
            things[one.subject].texts[name].append((one.language, unicodedata.normalize("NFC", one.value)))
    return dict(things)


def _entries(thing: _Thing, things: Mapping[str, _Thing]) -> list[tuple[str, str, str]]:
    """The field, language and text of everything there is to find of a thing, each once."""
    found = {
        (field, language, text)
        for field, names in FIELDS.items()
        for name in names
        for language, text in thing.texts.get(name, ())
    }
    for identifier in thing.ends.get(_NUMBERED, ()):
        if identifier in things:
            found.update(("number", *each) for each in things[identifier].texts.get("skos:notation", ()))
    return sorted(found)


def _write_thing(
    database: sqlite3.Connection, number: int, entries: list[tuple[str, str, str]], spellings: dict[str, Counter[str]]
) -> None:
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for field, language, text in entries:
        database.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (number, field, language, text))
        if field in NAMES:
            database.execute("INSERT INTO name VALUES (?, ?, ?)", (joined(text), number, field))
        for found in words_of(text):
            word = fold(found[0])
            columns[field] += [word, *sorted(stems(word))]
            if len(word) >= _SHORTEST_KNOWN:
                spellings[word][found[0]] += 1
    places = ", ".join("?" * (len(FIELDS) + 1))
    row = (number, *(" ".join(columns[field]) for field in FIELDS))
    database.execute(f"INSERT INTO words (rowid, {', '.join(FIELDS)}) VALUES ({places})", row)  # noqa: S608 - our own


def _kind(types: set[str], above: Mapping[str, set[str]], base: str) -> str:
    """
    The one class a thing is listed under: the narrowest, and rather ours than another's; nothing where there is none.

    >>> _kind({"http://e/City", "http://e/Place"}, {"http://e/City": {"http://e/Place"}}, BASE)
    'http://e/City'
    """
    spaces = prefixes(base)
    if types & set(_full(tuple(f"owl:{name}" for name in _PROPERTIES), base)):
        return spaces["rdf"] + "Property"
    wider: set[str] = set()
    open_ = list(types)
    while open_:
        new = above.get(open_.pop(), set()) - wider
        wider |= new
        open_ += new
    narrow = (types - wider) or types
    return min(narrow, key=lambda kind: (not kind.startswith(spaces["sg"]), kind), default="")


def _full(names: tuple[str, ...], base: str) -> tuple[str, ...]:
    spaces = prefixes(base)
    return tuple(spaces[name.partition(":")[0]] + name.partition(":")[2] for name in names)
