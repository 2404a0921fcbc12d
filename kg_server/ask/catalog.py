"""The questions in `queries/`: one file each, found by its name, with a header that says what it asks and takes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_server.ask.columns import Naming, answer_columns, read_naming
from kg_server.ask.params import SLOT, TYPES, Param, fill, read_value
from kg_server.core.errors import BadParameter, SourceError, UnknownQuery
from kg_server.core.files import read_text
from kg_server.core.header import Header
from kg_server.core.namespaces import BASE, PREFIXES
from kg_server.core.topics import GAPS, read_topic, topic_order
from kg_server.engine.results import Rows, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg_server.core.header import Entry
    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine

SHOWS = ("table", "matrix", "chart", "map")
_CLOSES = ("closes_nb", "closes_en")
_KEYS = ("summary_nb", "summary_en", "topic", *_CLOSES, "params", "shows")
_PARAM_KEYS = ("type", "of", "default", "optional", "example", "label_nb", "label_en")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
RESERVED = ("format", "limit", "offset", "page")
"""What no parameter may be called: addresses say with these words how the answer is wanted."""

_LANGUAGE_LABELS = {"label_nb": "Språk", "label_en": "Language"}


@dataclass(frozen=True)
class Query:
    """
    A named question: what it asks in both languages, what it takes, how it is best shown, and its SPARQL.

    A question about gaps has one row for each gap, and tells what would close them; others tell nothing there.
    """

    name: str
    summary_nb: str
    summary_en: str
    topic: str
    shows: str
    params: tuple[Param, ...]
    text: str = field(repr=False)
    base: str = BASE
    closes_nb: str = ""
    closes_en: str = ""
    naming: Naming = field(default_factory=Naming, repr=False, compare=False)

    def summary(self, language: str) -> str:
        """What the question asks, in the language."""
        return self.summary_en if language == "en" else self.summary_nb

    def closes(self, language: str) -> str:
        """What would close the gaps that the question finds, in the language."""
        return self.closes_en if language == "en" else self.closes_nb

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every answer, in their order."""
        return answer_columns(self.text)

    @property
    def example(self) -> dict[str, str]:
        """Values to ask it with, for the parameters that cannot be left out."""
        return {param.name: param.example for param in self.params if param.is_needed}


def read_catalog(settings: Settings) -> dict[str, Query]:
    """Every question by its name, topic by topic; raises `SourceError` for a file that is not as it should be."""
    folder = settings.project_dir / "queries"
    naming = read_naming(folder / "columns.csv", settings)
    queries = (read_query(path, settings, naming) for path in folder.glob("*.rq"))
    return {query.name: query for query in sorted(queries, key=lambda query: (topic_order(query.topic), query.name))}


def read_query(path: Path, settings: Settings, naming: Naming | None = None) -> Query:
    """The question in one file; raises `SourceError` with file and line for an unknown key or a slot nobody fills."""
    text = read_text(path, settings)
    header = Header(path, text)
    if not _NAME.fullmatch(path.stem):
        raise SourceError("The name of a question is written in-small-letters.", file=path)
    keys = header.entries(header.root, _KEYS)
    texts = {key: header.text(keys, key, header.root.line) for key in ("summary_nb", "summary_en")}
    topic = read_topic(header, keys)
    shows = header.optional_text(keys, "shows") or "table"
    if shows not in SHOWS:
        raise header.error("The key shows is one of {known}.", keys["shows"].line, known=", ".join(SHOWS))
    closes = _read_closes(header, keys, topic)
    entries = header.entries(keys["params"]) if "params" in keys else {}
    _check_slots(header, text, entries)
    params = tuple(_read_param(header, name, entry, settings.base) for name, entry in entries.items())
    return Query(
        path.stem,
        **texts,
        **closes,
        topic=topic,
        shows=shows,
        params=params,
        text=text,
        base=settings.base,
        naming=naming or Naming(),
    )


def find_query(catalog: Mapping[str, Query], name: str) -> Query:
    """The question of that name; raises `UnknownQuery`."""
    if name not in catalog:
        near = difflib.get_close_matches(name, catalog)
        hint = "Near it: {names}." if near else ""
        raise UnknownQuery("No question is called “{name}”.", hint=hint, name=name, names=", ".join(near))
    return catalog[name]


def query_text(query: Query, values: Mapping[str, str], language: str = "nb", engine: Engine | None = None) -> str:
    """The SPARQL of a question with the values in its slots; see `query_terms`."""
    return fill(query.text, query_terms(query, values, language, engine))


def query_terms(
    query: Query, values: Mapping[str, str], language: str = "nb", engine: Engine | None = None
) -> dict[str, Term | None]:
    """
    What each parameter of a question stands for, nothing for one left open.

    A parameter of type lang that is not given takes `language`; an empty value counts as not given. Raises
    `BadParameter` for a value of the wrong type, one too many and one too few.
    """
    names = [param.name for param in query.params]
    for name in values:
        if name not in names:
            raise BadParameter(
                "The question {query} has no parameter {name}.",
                hint="It takes: {known}." if names else "It takes none.",
                query=query.name,
                name=name,
                known=", ".join(names),
            )
    return {param.name: _term(query, param, values.get(param.name, ""), language, engine) for param in query.params}


def run_query(engine: Engine, query: Query, values: Mapping[str, str], language: str = "nb") -> Rows:
    """The rows that answer a question with these values."""
    return read_rows(engine, query_text(query, values, language, engine))


def _term(query: Query, param: Param, value: str, language: str, engine: Engine | None) -> Term | None:
    """The term for a parameter, or nothing when it is left open."""
    if not value.strip():
        if param.type == "lang":
            value = language
        elif param.default is not None:
            value = param.default
        elif param.optional:
            return None
        else:
            raise BadParameter(
                "The question {query} needs the parameter {name}.",
                hint="For example {name}={example}." if param.example else "",
                query=query.name,
                name=param.name,
                parameter=param.name,
                example=param.example,
            )
    try:
        return read_value(param, value, engine, base=query.base)
    except BadParameter as exc:
        exc.values["parameter"] = param.name  # a form has to know which of its fields is wrong
        raise


def _read_closes(header: Header, keys: dict[str, Entry], topic: str) -> dict[str, str]:
    """What would close the gaps; raises `SourceError` where a question about gaps lacks it or another has it."""
    if topic == GAPS:
        return {key: header.text(keys, key, header.root.line) for key in _CLOSES}
    for key in _CLOSES:
        if key in keys:
            raise header.error("Only a question of the topic {topic} has {key}.", keys[key].line, topic=GAPS, key=key)
    return {}


def _check_slots(header: Header, text: str, params: Mapping[str, Entry]) -> None:
    """Raise `SourceError` where a slot has no parameter or a parameter no slot."""
    slots: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for slot in SLOT.finditer(line):
            slots.setdefault(slot["name"], number)
    for name, number in slots.items():
        if name not in params:
            raise header.error("The slot ?{name} has no parameter in the header.", number, name=name)
    for name, entry in params.items():
        if name not in slots:
            raise header.error(
                "The parameter {name} has no slot.",
                entry.line,
                hint="A slot is the exact text VALUES ?{name} {{ UNDEF }}.",
                name=name,
            )


def _read_param(header: Header, name: str, entry: Entry, base: str) -> Param:
    """The parameter in one line of the header; its default and example must be of its type."""
    keys = header.entries(entry, _PARAM_KEYS)
    kind = header.text(keys, "type", entry.line)
    if kind not in TYPES or not _VARIABLE.fullmatch(name):
        raise header.error("The type of {name} is one of {known}.", entry.line, name=name, known=", ".join(TYPES))
    if name in RESERVED or (name == "lang" and kind != "lang"):
        raise header.error(
            "No parameter may be called {name}.", entry.line, hint="The word has a meaning in addresses.", name=name
        )
    optional = header.optional_text(keys, "optional") or "false"
    if optional not in ("true", "false") or (optional == "true" and "default" in keys):
        raise header.error("The parameter {name} is optional: true, or has a default.", entry.line, name=name)
    labels = {
        key: _LANGUAGE_LABELS[key] if kind == "lang" and key not in keys else header.text(keys, key, entry.line)
        for key in _LANGUAGE_LABELS
    }
    default, example = header.optional_text(keys, "default"), header.optional_text(keys, "example") or ""
    of = _read_classes(header, keys, kind)
    param = Param(name, kind, **labels, default=default, optional=optional == "true", example=example, of=of)
    try:
        for value in (default, example):
            if value and (kind != "iri" or ":" in value or "/" in value):
                read_value(param, value, base=base)
    except BadParameter as exc:
        raise header.error(exc.message, entry.line, hint=exc.hint, **exc.values) from exc
    return param


def _read_classes(header: Header, keys: dict[str, Entry], kind: str) -> tuple[str, ...]:
    """The classes under the key `of`, which only a parameter that takes a thing may have."""
    classes = tuple((header.optional_text(keys, "of") or "").split())
    if any(kind != "iri" or name.partition(":")[0] not in PREFIXES for name in classes):
        raise header.error("The key of names classes as sg:Goal, for a parameter of type iri.", keys["of"].line)
    return classes
