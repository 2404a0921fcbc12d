"""The `#+` header of a file with SPARQL: YAML whose keys, and the lines they stand on, are checked one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from kg_server.core.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same reader in C where PyYAML has it: a fifth of the time for the headers of all questions."""

_LINE = re.compile(r"#\+ ?(?P<yaml>.*)")


@dataclass(frozen=True)
class Entry:
    """A value in the header: a text, or entries by their key, and the line it stands on."""

    value: str | dict[str, Entry]
    line: int


class Header:
    """The header of one file, read key by key; every complaint names the file and the line."""

    def __init__(self, file: Path | str, text: str) -> None:
        self.file = file
        found = [(number, match) for number, line in enumerate(text.splitlines(), 1) if (match := _LINE.match(line))]
        self._lines = [number for number, _ in found] or [1]
        try:
            root = yaml.compose("\n".join(match["yaml"] for _, match in found), Loader=_LOADER)
        except yaml.MarkedYAMLError as exc:
            line = self._line(exc.problem_mark.line) if exc.problem_mark else self._lines[0]
            raise self.error("The header is not YAML: {reason}.", line, reason=exc.problem) from exc
        except yaml.YAMLError as exc:
            raise self.error("The header is not YAML: {reason}.", self._lines[0], reason=exc) from exc
        self.root = self._entry(root) if root else Entry({}, self._lines[0])

    def error(self, message: str, line: int, *, hint: str = "", **values: object) -> SourceError:
        """A complaint about a line of the file."""
        return SourceError(message, file=self.file, line=line, hint=hint, **values)

    def entries(self, entry: Entry, known: Iterable[str] | None = None) -> dict[str, Entry]:
        """What stands under an entry by its key; with `known`, no other key may."""
        if isinstance(entry.value, str):
            raise self.error("The header needs `key: value` here.", entry.line)
        if known is not None:
            for key, child in entry.value.items():
                if key not in known:
                    raise self.error(
                        "The header does not know the key {key}.",
                        child.line,
                        hint="It knows {known}.",
                        key=key,
                        known=", ".join(known),
                    )
        return entry.value

    def texts(self, keys: Iterable[str]) -> dict[str, str]:
        """The text under each of these keys, when the header holds just these."""
        known = tuple(keys)
        entries = self.entries(self.root, known)
        return {key: self.text(entries, key, self.root.line) for key in known}

    def text(self, entries: dict[str, Entry], key: str, line: int) -> str:
        """The text under a key that must be there and not be empty."""
        text = self.optional_text(entries, key)
        if not text:
            raise self.error("The header lacks {key}.", line, key=key)
        return text

    def optional_text(self, entries: dict[str, Entry], key: str) -> str | None:
        """The text under a key, or nothing when the key is not there."""
        entry = entries.get(key)
        if entry is None:
            return None
        if not isinstance(entry.value, str):
            raise self.error("The key {key} needs a text.", entry.line, key=key)
        return entry.value

    def _entry(self, node: yaml.Node, line: int | None = None) -> Entry:
        line = line or self._line(node.start_mark.line)
        if isinstance(node, yaml.ScalarNode):
            return Entry(str(node.value), line)
        if not isinstance(node, yaml.MappingNode):
            raise self.error("The header holds a list where a text or `key: value` belongs.", line)
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            place = self._line(key.start_mark.line)
            if key.value in entries:
                raise self.error("The header has the key {key} twice.", place, key=key.value)
            entries[key.value] = self._entry(value, place)
        return Entry(entries, line)

    def _line(self, number: int) -> int:
        """The line of the file for a line of the YAML, which counts from 0."""
        return self._lines[min(number, len(self._lines) - 1)]
