"""Things and explanations as lines of text, indented by what belongs to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text as Line
from rich.tree import Tree

from kg_server.core.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_server.ask.evidence import Alignment, Passage
    from kg_server.ask.labels import Named, Text
    from kg_server.ask.links import LinkGroup
    from kg_server.ask.things import Thing
    from kg_server.ask.why import Explanation

_STEP = "  "


class Teller:
    """Tells in one language: words in another one are marked with theirs."""

    def __init__(self, language: str, base: str) -> None:
        self._language = language
        self._base = base

    def thing(self, thing: Thing) -> Iterator[Line]:
        """The thing, its links, its alignments and its evidence."""
        yield Line.assemble(
            (thing.notation, "bold cyan"), " " if thing.notation else "", self._words(thing.label, "bold")
        )
        yield Line(thing.name, "dim")
        yield self._row(", ".join(map(str, thing.kinds)), *map(str, thing.basis))
        if thing.description:
            yield self._words(thing.description)
        for title, groups, arrow in (("Links", thing.outgoing, ""), ("Links from others", thing.incoming, "← ")):
            if groups:
                yield from self._heading(title)
            for group in groups:
                yield from self._group(group, arrow)
        yield from self._alignments("Alignments from it", thing.alignments_from)
        yield from self._alignments("Alignments to it", thing.alignments_to)
        if thing.evidence:
            yield from self._heading("Evidence")
            yield from self._passages(thing.evidence, _STEP)
        yield Line()
        yield Line(f"Graphs: {', '.join(map(str, thing.graphs))}", "dim")

    def why(self, told: Explanation) -> Tree:
        """The explanation as a tree: under each triple what it rests on."""
        tree = Tree(self._statement(told))
        self._grow(tree, told)
        return tree

    def _grow(self, tree: Tree, told: Explanation) -> None:
        aligned = {one.iri for one in told.alignments}
        for alignment in told.alignments:
            tree.add(Line("\n").join(self._alignment(alignment, "")))
        for passage in told.passages:
            tree.add(self._passage(passage))
        for premise in told.premises:
            if premise.subject.iri not in aligned:
                self._grow(tree.add(self._statement(premise)), premise)

    def _statement(self, told: Explanation) -> Line:
        """A triple, and who says it or which rule concluded it."""
        triple = Line(" ").join(
            (self._name(told.subject), Line(str(told.predicate), "italic"), self._name(told.object))
        )
        if told.rule:
            rule = f"{told.rule.label(self._language)}: {told.rule.sentence(self._language)}"
            ways = f" (the strongest of the shortest of {told.ways} ways)" if told.ways > 1 else ""
            return Line("\n").join((triple, Line.assemble(("by the rule ", "dim"), rule, (ways, "dim"))))
        said = ", ".join(f"{graph.name} ({graph.basis})" if graph.basis else str(graph.name) for graph in told.graphs)
        return Line("\n").join((triple, Line.assemble(("in the graph ", "dim"), said)))

    def _group(self, group: LinkGroup, arrow: str) -> Iterator[Line]:
        yield Line(f"{_STEP}{arrow}{group.property}", "italic")
        for link in group.links:
            yield Line.assemble(_STEP * 2, self._name(link.end), (" *" if link.inferred else "", "yellow"))
        if group.total > len(group.links):
            yield Line(f"{_STEP * 2}… {group.total} in all", "dim")

    def _alignments(self, title: str, alignments: Iterable[Alignment]) -> Iterator[Line]:
        for number, alignment in enumerate(alignments):
            if not number:
                yield from self._heading(title)
            yield from self._alignment(alignment, _STEP)

    def _alignment(self, alignment: Alignment, indent: str) -> Iterator[Line]:
        """An alignment: what it links, how sure and whose judgement it is, why, and the passages."""
        targets = Line(", ").join(map(self._name, alignment.targets))
        yield Line.assemble(indent, self._name(alignment.source), f" {alignment.relation} ", targets)
        sure = f"{alignment.confidence} {alignment.level or ''}".strip() if alignment.confidence is not None else ""
        facts = (sure, alignment.basis, alignment.status, alignment.curator, alignment.created)
        yield Line.assemble(indent, _STEP, (" · ".join(str(fact) for fact in facts if fact), "cyan"))
        if alignment.rationale:
            yield Line.assemble(indent, _STEP, self._words(alignment.rationale))
        yield from self._passages(alignment.passages, indent + _STEP)

    def _passages(self, passages: Iterable[Passage], indent: str) -> Iterator[Line]:
        return (Line.assemble(indent, self._passage(passage)) for passage in passages)

    def _passage(self, passage: Passage) -> Line:
        """A place in the text, with its words where the document has been loaded."""
        section = f", {passage.section}" if passage.section else ""
        place = Line(f"[{passage.slug}] {passage.label}{section}: ", "dim")
        if passage.wording:
            return Line.assemble(place, "«", self._words(passage.wording), "»")
        return Line.assemble(place, (f"characters {passage.start} to {passage.end}", "dim"))

    def _name(self, named: Named) -> Line:
        """The label of a thing with its short name, or a literal."""
        if not named.iri:
            return self._words(named.label)
        short = compact(named.iri, self._base)
        if short == named.label.value:
            return Line(short)
        return Line.assemble(self._words(named.label), (f" ({short})", "dim"))

    def _words(self, text: Text, style: str = "") -> Line:
        """The words, with a mark where they are in another language than asked for."""
        foreign = f" [{text.language}]" if text.language not in ("", self._language) else ""
        return Line.assemble((text.value, style), (foreign, "dim"))

    def _heading(self, title: str) -> Iterator[Line]:
        yield Line()
        yield Line(title, "bold underline")

    def _row(self, *parts: str) -> Line:
        return Line(" · ".join(part for part in parts if part))
