"""The rules a build was made with, as its folder holds them, and the ways a rule can conclude a triple."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_server.core.errors import NoBuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term

MOST_WAYS = 10_000
"""Ways read from one rule at most, for all the triples asked about together."""

Triple = tuple["Term", "Term", "Term"]
Pattern = tuple[str, str, str]


@dataclass(frozen=True)
class Rule:
    """A rule by its name and its sentence: where the premises hold, so does the head."""

    name: str
    label_nb: str
    label_en: str
    sentence_nb: str
    sentence_en: str
    head: tuple[Pattern, ...] = field(repr=False)
    premises: tuple[Pattern, ...] = field(repr=False)
    where: str = field(repr=False)
    prefixes: Mapping[str, str] = field(repr=False)

    def label(self, language: str) -> str:
        """What the rule is called in the language."""
        return self.label_en if language == "en" else self.label_nb

    def sentence(self, language: str) -> str:
        """What the rule says, in the language."""
        return self.sentence_en if language == "en" else self.sentence_nb


def read_rules(settings: Settings, build: str = "current") -> tuple[Rule, ...]:
    """The rules of the build with this digest, or of the one in use; raises `NoBuild` when there is none."""
    path = settings.store / build / "rules.json"
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise NoBuild("There is no build in {folder}.", hint="Run `kg build` first.", folder=settings.store) from exc
    return tuple(rule_of(record) for record in records)


def rule_of(record: Mapping[str, Any]) -> Rule:
    """The rule in one record of `rules.json`."""
    texts = {key: record[key] for key in ("name", "label_nb", "label_en", "sentence_nb", "sentence_en", "where")}
    head, premises = (tuple(_pattern(terms) for terms in record[key]) for key in ("head", "premises"))
    return Rule(**texts, head=head, premises=premises, prefixes=record["prefixes"])


def unify(pattern: Pattern, triple: Triple) -> dict[str, str] | None:
    """
    What the pattern's variables stand for when the pattern is the triple, or nothing when it cannot be.

    >>> from kg_server.core.terms import iri
    >>> unify(("?a", "<http://e/p>", "?b"), (iri("http://e/s"), iri("http://e/p"), iri("http://e/o")))
    {'?a': '<http://e/s>', '?b': '<http://e/o>'}
    >>> unify(("?a", "<http://e/p>", "?a"), (iri("http://e/s"), iri("http://e/p"), iri("http://e/o"))) is None
    True
    """
    bound: dict[str, str] = {}
    for wanted, term in zip(pattern, triple, strict=True):
        written = term.n3()
        if (bound.setdefault(wanted, written) if wanted.startswith("?") else wanted) != written:
            return None
    return bound


def ways_query(rule: Rule, heads: Iterable[Mapping[str, str]]) -> str:
    """
    A query for all ways the premises hold where the head's variables stand for these terms.

    Its columns are the rule's terms, constants too, in the order of `columns`.
    """
    rows = [dict(sorted(bound.items())) for bound in heads]
    table = " ".join(f"({' '.join(row.values())})" for row in rows)
    given = f"VALUES ({' '.join(rows[0])}) {{ {table} }}" if rows[0] else ""
    chosen = " ".join(
        term if term.startswith("?") else f"({term} AS ?{column})" for term, column in columns(rule).items()
    )
    prologue = "".join(f"PREFIX {name}: <{space}>\n" for name, space in rule.prefixes.items())
    return f"{prologue}SELECT DISTINCT {chosen} WHERE {{\n  {given}\n  {rule.where}\n}} LIMIT {MOST_WAYS}"


def columns(rule: Rule) -> dict[str, str]:
    """For each term in the rule's patterns the column of `ways_query` that holds it."""
    terms = sorted({term for pattern in (*rule.head, *rule.premises) for term in pattern})
    return {term: term[1:] if term.startswith("?") else f"constant_{number}" for number, term in enumerate(terms)}


def instances(rule: Rule, row: Mapping[str, Term]) -> tuple[tuple[Triple, ...], tuple[Triple, ...]]:
    """The heads and the premises of a rule as one row of the answer to `ways_query` has them."""
    place = columns(rule)

    def triple(pattern: Pattern) -> Triple:
        subject, predicate, object_ = (row[place[term]] for term in pattern)
        return subject, predicate, object_

    return tuple(map(triple, rule.head)), tuple(map(triple, rule.premises))


def _pattern(terms: Iterable[str]) -> Pattern:
    subject, predicate, object_ = terms
    return subject, predicate, object_
