"""Every link the service writes: from IRIs to its own addresses, with the reader's choice of language kept."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from kg_server.core.namespaces import BASE, PREFIXES, compact, graph_iri, thing_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_server.ask.labels import Named

SDG = PREFIXES["sdg"]
_SDG_CODE = re.compile(r"[0-9A-Za-z.]+")
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~/-]*")


@dataclass(frozen=True)
class Urls:
    """
    Addresses under `root`, the path the service is reached by; `language` is kept in them when somebody chose it.

    >>> Urls().thing("https://w3id.org/strategigraf/id/strategy/a1")
    '/page/strategy/a1'
    >>> Urls(language="en").thing("http://metadata.un.org/sdg/12.5")
    '/page/sdg/12.5?lang=en'
    """

    root: str = "/"
    base: str = BASE
    language: str = ""

    def home(self) -> str:
        """The start page."""
        return self._address("")

    def find(self) -> str:
        """Where names are looked up."""
        return self._address("find")

    def find_name(self, name: str) -> str:
        """Whatever goes by the name."""
        return self._address("find", name=name)

    def plan(self, part: str = "") -> str:
        """The strategy to read, at one of its parts."""
        return self._address("plan") + (f"#{quote(part)}" if part else "")

    def matrix(self, **options: str) -> str:
        """The coverage matrix."""
        return self._address("matrix", **options)

    def matrix_cell(self, row: str, column: str, **options: str) -> str:
        """What a cell of the coverage matrix rests on."""
        return self._address("matrix/cell", row=row, column=column, **options)

    def trace(self, *pairs: tuple[str, str]) -> str:
        """The paths between two things or kinds, given as `from` and `to`, which is why these are pairs."""
        return self._address("trace", *pairs)

    def gaps(self, **options: str) -> str:
        """What is missing."""
        return self._address("gaps", **options)

    def map(self, **options: str) -> str:
        """Twin towns and cooperations on a map."""
        return self._address("map", **options)

    def questions(self) -> str:
        """The catalogue of questions."""
        return self._address("questions")

    def question(self, name: str, /, **params: str) -> str:
        """A question of the catalogue, answered for the parameters."""
        return self._address(f"questions/{quote(name)}", *params.items())

    def quality(self, **options: str) -> str:
        """Findings and completeness."""
        return self._address("quality", **options)

    def search(self, q: str = "", **options: str) -> str:
        """What is found for some words."""
        return self._address("search", q=q, **options)

    def api(self, path: str = "", /, **options: str) -> str:
        """The web API: its description, or one of its addresses."""
        return self._address(f"api/{quote(path)}" if path else "api", *options.items())

    def static(self, name: str) -> str:
        """A file that never depends on the language."""
        return f"{self.root}static/{name}"

    def sparql(self, query: str = "", extension: str = "", graphs: Mapping[str, Iterable[str]] | None = None) -> str:
        """The SPARQL endpoint, with a query to run over the graphs chosen."""
        chosen = [(name, graph) for name, named in (graphs or {}).items() for graph in named]
        return self._address("sparql", *chosen, query=query, format=extension)

    def prefixes(self, extension: str = "") -> str:
        """The list of prefixes."""
        return self._address("prefixes", format=extension)

    def ontology(self, term: str = "", **options: str) -> str:
        """The list of terms, or the page of one of them."""
        return self._address(f"ontology/{quote(term, safe='')}" if term else "ontology", **options)

    def graph(self, name: str, **options: str) -> str:
        """A named graph of ours."""
        return self._address(f"graph/{name}", **options)

    @functools.lru_cache(maxsize=16_384)  # noqa: B019 - it holds no request, only the few ways of writing addresses
    def thing(self, iri: str) -> str:
        """The page about whatever has the IRI."""
        if path := self._path(iri):
            return self._address(f"page/{path}")
        term = iri.removeprefix(self.base + "ontology#")
        if term != iri or iri == self.base + "ontology":
            return self.ontology("" if term == iri else term)
        graph = iri.removeprefix(graph_iri("", self.base))
        if graph != iri and _PATH.fullmatch(graph):
            return self.graph(graph)
        return self._address("resource", iri=iri)

    def data(self, iri: str, extension: str) -> str:
        """What the graph says of the thing, in the format that goes by the extension."""
        if path := self._path(iri):
            return f"{self.root}data/{path}.{extension}"
        own = self.thing(iri).partition("#")[0].partition("?")[0]
        if own.endswith("/resource"):
            return self._address("resource", iri=iri, format=extension)
        return f"{own}?{urlencode({'format': extension})}"

    def why(self, subject: str, predicate: str, object_: str) -> str:
        """Why the graph says so."""
        named = {"subject": subject, "property": predicate, "object": object_}
        return self._address("why", **{end: compact(iri, self.base) for end, iri in named.items()})

    def link(self, named: Named) -> str:
        """
        Where a reader who follows a term should come: a page of ours, or the web page it names; nothing for a literal.

        A term that only has its IRI for a name is not described here.
        """
        iri = named.iri
        if not iri:
            return ""
        if iri.startswith((self.base, SDG)) or named.label.value != compact(iri, self.base):
            return self.thing(iri)
        return external(iri)

    def again(self, path: str, arguments: Iterable[tuple[str, str]]) -> str:
        """The same page with these arguments."""
        given = urlencode([*arguments])
        return f"{self.root}{quote(path.lstrip('/'))}" + (f"?{given}" if given else "")

    def switch(self, path: str, arguments: Iterable[tuple[str, str]], language: str) -> str:
        """The same page in another language."""
        kept = [(name, value) for name, value in arguments if name != "lang"]
        return self.again(path, [*kept, ("lang", language)])

    def resource(self) -> str:
        """Where anything in the graph is looked up by its IRI."""
        return f"{self.root}resource"

    def uses_of(self, property_: str) -> str:
        """The first triples with a property in any data, as a table under the query that asks for them."""
        pattern = f"?s <{property_}> ?o"
        return self.sparql(f"SELECT * WHERE {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }} LIMIT 500")

    def links_of(self, thing: str, property_: str, *, comes_here: bool) -> str:
        """All that one property leads to from a thing, or that leads here by it, as a table under its query."""
        ends = ("?thing", f"<{thing}>") if comes_here else (f"<{thing}>", "?thing")
        pattern = f"{ends[0]} <{property_}> {ends[1]}"
        query = f"SELECT DISTINCT ?thing WHERE {{ {{ {pattern} }} UNION {{ GRAPH ?graph {{ {pattern} }} }} }}"
        return self.sparql(f"{query} ORDER BY ?thing")

    def alignments_of(self, thing: str) -> str:
        """All alignments that go from a thing, to it or rest on it, the surest first, as a table under the query."""
        path = "|".join(f"<{self.base}ontology#{name}>" for name in ("alignedFrom", "alignedTo", "evidence"))
        pattern = f"?alignment {path} <{thing}> ; <{self.base}ontology#confidence> ?confidence"
        return self.sparql(f"SELECT DISTINCT ?alignment ?confidence WHERE {{ {pattern} }} ORDER BY DESC(?confidence)")

    def triples_of(self, graph: str) -> str:
        """The first triples of a named graph in any data, as a table under the query that asks for them."""
        return self.sparql("SELECT * WHERE { ?s ?p ?o } LIMIT 500", graphs={"default-graph-uri": [graph]})

    def _path(self, iri: str) -> str:
        """The part of the address for things of ours and for the UN's goals, targets and indicators."""
        own = iri.removeprefix(thing_iri("", self.base))
        if own != iri and _PATH.fullmatch(own):
            return own
        code = iri.removeprefix(SDG)
        return f"sdg/{code}" if code != iri and _SDG_CODE.fullmatch(code) else ""

    def _address(self, path: str, *pairs: tuple[str, str], **arguments: str) -> str:
        asked = dict.fromkeys(arguments, "") | dict(pairs)
        language = "" if "lang" in asked else self.language
        given = [(name, value) for name, value in (*arguments.items(), *pairs, ("lang", language)) if value]
        return self.root + path + (f"?{urlencode(given)}" if given else "")


def thing_of(path: str, base: str) -> str:
    """
    The IRI of the thing whose page has the path.

    >>> thing_of("sdg/12.5", BASE)
    'http://metadata.un.org/sdg/12.5'
    """
    code = path.removeprefix("sdg/")
    return SDG + code if code != path and "/" not in code else thing_iri(path, base)


def root_of(public_url: str) -> str:
    """
    The path the service is reached by.

    >>> root_of("https://example.org/strategi/"), root_of("")
    ('/strategi/', '/')
    """
    return urlsplit(public_url).path.rstrip("/") + "/"


def external(iri: str) -> str:
    """The IRI as a link, if it is one a browser may be sent to."""
    return iri if iri.startswith(("http://", "https://")) else ""
