"""Everything the project says, read from its text files: triples per named graph, shapes, rules and queries."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_server.build.tables import construct_path, looks_up, read_table, try_query
from kg_server.build.texts import Source, Text, open_text, shown, subject_lines
from kg_server.core.errors import SourceError
from kg_server.core.namespaces import graph_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kg_server.core.settings import Settings

RESERVED = ("about", "inferred", "ontology", "questions", "wording")
"""Names of graphs that the build fills itself, or from elsewhere than a folder of `data/`."""

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FOLDER = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Project:
    """What the project's files hold: `sources` go into graphs, `texts` is everything written with prefixes."""

    sources: tuple[Source, ...]
    shapes: tuple[Source, ...]
    rules: tuple[Text, ...]
    queries: tuple[Text, ...]
    texts: tuple[Text, ...]

    @cached_property
    def graphs(self) -> dict[str, set[ox.Triple]]:
        """The triples of each named graph, by its IRI."""
        graphs: defaultdict[str, set[ox.Triple]] = defaultdict(set)
        for source in self.sources:
            graphs[source.graph] |= source.triples
        return dict(graphs)

    @cached_property
    def _homes(self) -> dict[str, list[Source]]:
        homes: defaultdict[str, list[Source]] = defaultdict(list)
        for source in (*self.sources, *self.shapes):
            for subject in source.lines:
                homes[subject].append(source)
        return dict(homes)

    def place(self, subject: str, predicate: str = "", value: str = "") -> tuple[str, int | None]:
        """
        The file and line to mend for a finding about `subject`, or `("", None)` where no file has it as a subject.

        Of several files it is the one that holds the triple with that predicate and value, else the one that says what
        the subject is, else the first.
        """
        homes = self._homes.get(subject, [])
        if not homes:
            return "", None

        def rank(source: Source) -> int:
            said = [(t.predicate.value, t.object) for t in source.triples if _is(t.subject, subject)]
            if any(p == predicate and value in ("", getattr(o, "value", "")) for p, o in said):
                return 0
            return 1 if any(p == RDF_TYPE for p, _ in said) else 2

        best = homes[0] if len(homes) == 1 else min(homes, key=rank)
        return best.file, best.lines[subject]


def _is(term: object, iri: str) -> bool:
    return isinstance(term, ox.NamedNode) and term.value == iri


def read_project(settings: Settings) -> Project:
    """Everything the project's folder says; raises `SourceError` naming the file and line that cannot be read."""
    root = settings.project_dir
    ontology = _turtle_folder(root / "ontology", graph_iri("ontology", settings.base), settings)
    data = _read_data(root / "data", settings, [source for source, _ in ontology])
    local = _turtle_folder(settings.local, graph_iri("wording", settings.base), settings, needed=False)
    shapes = _turtle_folder(root / "shapes", "", settings)
    rules = tuple(open_text(path, settings) for path in sorted((root / "ontology" / "rules").glob("*.rq")))
    queries = tuple(open_text(path, settings) for path in sorted((root / "queries").glob("**/*.rq")))
    for query in queries:
        try_query(query)
    return Project(
        sources=tuple(source for source, _ in (*ontology, *data, *local)),
        shapes=tuple(source for source, _ in shapes),
        rules=rules,
        queries=queries,
        texts=(*(text for _, text in (*ontology, *data, *local, *shapes)), *rules, *queries),
    )


def read_turtle(path: Path, graph: str, settings: Settings) -> tuple[Source, Text]:
    """A Turtle file as triples of the graph with that IRI, and its text; raises `SourceError` with the line."""
    text = open_text(path, settings)
    try:
        parsed = list(ox.parse(text.content, ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as exc:
        reason = re.sub(r"^Parser error at line \d+ .*?: ", "", exc.msg).removesuffix(".")
        raise SourceError("This is not Turtle: {reason}.", file=text.file, line=exc.lineno, reason=reason) from exc
    triples = frozenset(quad.triple for quad in parsed)
    subjects = {quad.subject.value for quad in parsed if isinstance(quad.subject, ox.NamedNode)}
    lines = {iri: line for iri, line in subject_lines(text.content).items() if iri in subjects}
    return Source(text.file, graph, triples, lines), text


def _turtle_folder(folder: Path, graph: str, settings: Settings, *, needed: bool = True) -> list[tuple[Source, Text]]:
    paths = sorted(folder.glob("*.ttl"))
    if needed and not paths:
        raise SourceError("The folder holds no Turtle files.", file=shown(folder, settings))
    return [read_turtle(path, graph, settings) for path in paths]


def _read_data(folder: Path, settings: Settings, ontology: Iterable[Source]) -> list[tuple[Source, Text]]:
    """
    Each file's triples with the text that names their terms: its own, or that of a table's query.

    Tables that look up what other files say are read when all other files have been. They see the ontology and those
    files, and nothing of one another, so that it makes no difference in which order they are read.
    """
    files = list(_data_files(folder, settings))
    later = {path for path, _ in files if path.suffix == ".csv" and looks_up(path, settings)}
    nothing = ox.Store()
    read = {path: _read_file(path, name, settings, nothing) for path, name in files if path not in later}
    known = _store((*ontology, *(source for found in read.values() for source, _ in found))) if later else nothing
    read |= {path: _read_file(path, name, settings, known) for path, name in files if path in later}
    return [found for path, _ in files for found in read[path]]


def _read_file(path: Path, name: str, settings: Settings, known: ox.Store) -> list[tuple[Source, Text]]:
    """What the file says; nothing for a query, which its table reads."""
    graph = graph_iri(name, settings.base)
    if path.suffix == ".ttl":
        return [read_turtle(path, graph, settings)]
    if path.suffix == ".csv":
        return [read_table(path, graph, settings, known)]
    if not any(construct_path(table) == path for table in path.parent.glob("*.csv")):
        raise SourceError(
            "The query has no table beside it.", file=shown(path, settings), hint="Add the .csv file it reads."
        )
    return []


def _store(sources: Iterable[Source]) -> ox.Store:
    store = ox.Store()
    for source in sources:
        graph = ox.NamedNode(source.graph)
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in source.triples)
    return store


def _data_files(folder: Path, settings: Settings) -> Iterator[tuple[Path, str]]:
    """Every file the build reads below `folder`, with the name of its graph; raises `SourceError` for any other."""
    for path in _visible(folder, settings):
        place = shown(path, settings)
        if path.name == "graphs.ttl":
            yield path, "about"
        elif not path.is_dir():
            raise SourceError("Only graphs.ttl and folders may lie here.", file=place)
        elif path.name in RESERVED or not _FOLDER.fullmatch(path.name):
            raise SourceError("A graph cannot have this name.", file=place, hint="Use lower-kebab words.")
        else:
            for file in _visible(path, settings):
                if file.suffix not in (".ttl", ".csv", ".rq") or file.is_dir():
                    raise SourceError("The build does not read such a file.", file=shown(file, settings))
                yield file, path.name


def _visible(folder: Path, settings: Settings) -> list[Path]:
    if not folder.is_dir():
        raise SourceError("The folder is missing.", file=shown(folder, settings))
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and path.name != "README.md"]
