"""What one file of the project holds: its words, the names it uses, and the line each stands on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from kg_server.core.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Triple

    from kg_server.core.settings import Settings

_TOKEN = re.compile(
    r'''
    (?P<comment>\#[^\n]*)
  | (?P<string>"""(?:[^"\\]|\\.|"(?!""))*""" | \'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'
             | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
  | (?<![\w?$:])(?i:@?prefix)\s+(?P<declared>[\w.-]*):\s*<(?P<space>[^>\s]*)>
  | (?<![\w?$:])(?i:@?base)\s+<(?P<base>[^>\s]*)>
  | <(?P<iri>[^\x00-\x20<>"{}|^`\\]*)>
  | (?<![\w?$:])(?P<prefix>[^\W\d_][\w.-]*):(?P<local>(?:[\w%:-]|\\.|\.(?=[\w%:\\-]))*)
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Text:
    """A text file of the project, named as people find it: from the project's folder down."""

    file: str
    content: str


@dataclass(frozen=True)
class Source:
    """A file's triples, the IRI of the graph they belong to, and the line of each subject."""

    file: str
    graph: str
    triples: frozenset[Triple]
    lines: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True)
class Name:
    """An IRI a text uses, as it is written there, and the line."""

    iri: str
    written: str
    line: int


@dataclass(frozen=True)
class Scan:
    """The prefixes a text declares (name, namespace, line), its base, and every name it uses."""

    prefixes: tuple[tuple[str, str, int], ...]
    names: tuple[Name, ...]


def open_text(path: Path, settings: Settings) -> Text:
    """The file's text under the name that `shown` gives it; raises `SourceError` where it cannot be read."""
    return Text(shown(path, settings), read_text(path, settings))


def shown(path: Path, settings: Settings) -> str:
    """The path as messages and findings give it: from the project's folder down."""
    inside = path.is_relative_to(settings.project_dir)
    return (path.relative_to(settings.project_dir) if inside else path).as_posix()


def scan(content: str, prefixes: Mapping[str, str] | None = None) -> Scan:
    """
    The names a Turtle or SPARQL text uses, with strings and comments left out; `prefixes` hold where it declares none.

    >>> [name.iri for name in scan("PREFIX e: <http://e/> ASK { <http://x> e:p 'e:no' } # e:no").names]
    ['http://x', 'http://e/p']
    """
    known = dict(prefixes or {})
    declared: list[tuple[str, str, int]] = []
    names: list[Name] = []
    base = ""
    for line, token in _tokens(content):
        if token["space"] is not None:
            known[token["declared"]] = token["space"]
            declared.append((token["declared"], token["space"], line))
        elif token["base"] is not None:
            base = token["base"]
        elif token["iri"] is not None:
            names.append(Name(urljoin(base, token["iri"]), token[0], line))
        elif token["prefix"] in known:
            names.append(Name(known[token["prefix"]] + token["local"].replace("\\", ""), token[0], line))
    return Scan(tuple(declared), tuple(names))


def subject_lines(content: str) -> dict[str, int]:
    r"""
    The line on which each subject of a Turtle text begins: a subject stands at the left edge.

    >>> subject_lines("@base <http://e/> .\n\n<a>\n    <p> <b> ;\n.\n")
    {'http://e/a': 3}
    """
    edges = {number for number, line in enumerate(content.split("\n"), start=1) if re.match(r"[^\W_]|<", line)}
    first: dict[int, str] = {}
    for name in scan(content).names:
        if name.line in edges:
            first.setdefault(name.line, name.iri)
    lines: dict[str, int] = {}
    for line, iri in first.items():
        lines.setdefault(iri, line)
    return lines


def _tokens(content: str) -> Iterator[tuple[int, re.Match[str]]]:
    line, seen = 1, 0
    for token in _TOKEN.finditer(content):
        line += content.count("\n", seen, token.start())
        seen = token.start()
        yield line, token
