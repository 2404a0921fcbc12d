"""RDF terms as plain data, their SPARQL text, and the way back from SPARQL JSON."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Literal

XSD = "http://www.w3.org/2001/XMLSchema#"
_FORBIDDEN_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd"
_PART = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:{_UCS}-]|%[0-9A-Fa-f]{{2}})"
_LANGUAGE = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


@dataclass(frozen=True, slots=True)
class Term:
    """An IRI, a literal, a blank node, or a triple term of RDF 1.2, whose value is its text."""

    kind: Literal["uri", "literal", "bnode", "triple"]
    value: str
    language: str = ""
    datatype: str = ""

    def n3(self) -> str:
        """
        The term as SPARQL and Turtle write it, with nothing left to break out of.

        >>> Term("literal", "ja", language="nb").n3()
        '"ja"@nb'
        >>> Term("uri", "http://e/> } #").n3()
        Traceback (most recent call last):
        ...
        ValueError: not an IRI: http://e/> } #
        """
        if self.kind == "uri":
            if _FORBIDDEN_IN_IRI.search(self.value):
                raise ValueError(f"not an IRI: {self.value}")
            return f"<{self.value}>"
        if self.kind == "bnode":
            return f"_:{self.value}"
        if self.kind == "triple":
            return self.value
        text = '"' + "".join(_ESCAPES.get(char, char) for char in self.value) + '"'
        if self.language:
            if not _LANGUAGE.fullmatch(self.language):
                raise ValueError(f"not a language: {self.language}")
            return f"{text}@{self.language}"
        if self.datatype and self.datatype != XSD + "string":
            return f"{text}^^{iri(self.datatype).n3()}"
        return text


def iri(value: str) -> Term:
    """An IRI as a term."""
    return Term("uri", value)


def is_absolute_iri(value: str) -> bool:
    """
    Whether the text is an IRI with a scheme, as RFC 3987 writes them.

    >>> is_absolute_iri("http://example.org/graph"), is_absolute_iri("graph"), is_absolute_iri("http://example.org/%zz")
    (True, False, False)
    >>> is_absolute_iri("http://[::1]:80/graph"), is_absolute_iri("http://[::1/graph")
    (True, False)
    """
    return _absolute_iri().fullmatch(value) is not None


@functools.cache
def _absolute_iri() -> re.Pattern[str]:
    """The grammar of RFC 3987, which takes longer to read than most modules, and is seldom asked for."""
    return re.compile(
        rf"[A-Za-z][A-Za-z0-9+.-]*:(?://(?:{_PART}*@)?"
        rf"(?:\[[0-9A-Fa-fv.:]+\]|(?:[A-Za-z0-9._~!$&'()*+,;={_UCS}-]|%[0-9A-Fa-f]{{2}})*)(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
        rf"(?:{_PART}|[@/])*(?:\?(?:{_PART}|[@/?])*)?(?:#(?:{_PART}|[@/?])*)?"
    )


def literal(value: str, *, language: str = "", datatype: str = "") -> Term:
    """A literal as a term."""
    return Term("literal", value, language, datatype)


def from_json(cell: dict[str, Any]) -> Term:
    """
    The term in one cell of a SPARQL JSON result (https://www.w3.org/TR/sparql12-results-json/).

    >>> one = {"type": "uri", "value": "http://e/"}
    >>> from_json({"type": "triple", "value": {"subject": one, "predicate": one, "object": one}}).value
    '<<( <http://e/> <http://e/> <http://e/> )>>'
    """
    kind = cell["type"]
    if kind == "triple":
        parts = (from_json(cell["value"][name]).n3() for name in ("subject", "predicate", "object"))
        return Term("triple", f"<<( {' '.join(parts)} )>>")
    if kind == "typed-literal":
        kind = "literal"
    if kind not in ("uri", "literal", "bnode"):
        raise ValueError(f"unknown kind of term: {kind}")
    return Term(kind, cell["value"], cell.get("xml:lang", ""), cell.get("datatype", ""))
