from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import openpyxl
import pytest
import rdflib
from rdflib.namespace import RDF, VOID

from tests.serving import KG, PATIENCE_SECONDS, ROOT, Reply, fetch, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAYS_WHICH = '<http://e/{0}> <http://www.w3.org/2000/01/rdf-schema#label> "{0}"@en'
FILES = {
    "turtle.ttl": "@prefix e: <http://e/> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    'e:turtle rdfs:label "turtle"@en ; rdfs:comment "Words about it" ; e:knows e:quads , [ e:age 3 ] , <relative> .\n',
    "triples.nt": SAYS_WHICH.format("triples") + " .\n_:x <http://e/p> _:x .\n",
    "again.nt": SAYS_WHICH.format("triples") + " .\n_:x <http://e/p> _:x .\n",
    "quads.nq": SAYS_WHICH.format("quads") + " <http://e/g1> .\n"
    "<http://e/quads> <http://e/knows> <http://e/trig> <http://e/g1> .\n"
    "<http://e/quads> <http://e/knows> <http://e/trig> <http://e/g2> .\n",
    "both.trig": f"<http://e/g2> {{ {SAYS_WHICH.format('trig')} }}\n{SAYS_WHICH.format('default')} .\n",
    "xml.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">'
    '<rdf:Description rdf:about="http://e/xml" rdfs:label="xml"/></rdf:RDF>\n',
    "statements.ttl": "<http://e/said> <http://e/says> <<( <http://e/a> <http://e/b> 1 )>> .\n",
    "linked.jsonld": '{"@id": "http://e/jsonld", "http://www.w3.org/2000/01/rdf-schema#label": "jsonld"}\n',
}
SERVED = [*FILES, "packed.nq.gz"]
BROKEN = {
    "broken.ttl": ("@prefix e: <http://e/> .\ne:a e:b .\n", "broken.ttl:2: This is not Turtle:"),
    "unknown.ttl": ("e:a e:b e:c .\n", "unknown.ttl:1: This is not Turtle: The prefix e: has not been declared."),
    "broken.nt": ("<http://e/a> <http://e/b> <http://e/c> .\n<a> .\n", "broken.nt:2: This is not N-Triples:"),
    "cut.rdf": (FILES["xml.rdf"].removesuffix("</rdf:RDF>\n") + "\n<a>", "cut.rdf:2: This is not RDF/XML:"),
    "cut.jsonld": ('{"@id": "http://e/a",\n', "This is not JSON-LD:"),
    "remote.jsonld": ('{"@context": "http://e/context", "a": 1}', "remote.jsonld: This is not JSON-LD:"),
    "plain.nt.gz": ("<http://e/a>", "plain.nt.gz: The file cannot be read: it is not compressed with gzip."),
    "table.csv": ("a,b\n", "table.csv: The name does not tell which RDF format this is."),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "packed.nq.gz").write_bytes(gzip.compress((SAYS_WHICH.format("packed") + " <http://e/g1> .\n").encode()))
    return folder


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[str]:
    with serving("--data", *(folder / name for name in SERVED)) as address:
        yield address


def select(service: str, query: str) -> list[list[str]]:
    reply = fetch(f"{service}sparql?{urlencode({'query': query})}", {"Accept": "application/sparql-results+json"})
    assert reply.status == 200, reply.text
    answer = json.loads(reply.body)
    return [
        [row[name]["value"] if name in row else "" for name in answer["head"]["vars"]]
        for row in answer["results"]["bindings"]
    ]


def look_up(service: str, iri: str, accept: str = "text/html") -> Reply:
    return fetch(f"{service}resource?{urlencode({'iri': iri, 'lang': 'en'})}", {"Accept": accept})


def test_triples_are_the_default_graph_and_quads_keep_theirs(service: str) -> None:
    labels = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?l "
    default = select(service, labels + "{ ?s rdfs:label ?l } ORDER BY ?l")
    assert default == [["default"], ["jsonld"], ["triples"], ["turtle"], ["xml"]]
    named = select(service, labels + "?g { GRAPH ?g { ?s rdfs:label ?l } } ORDER BY ?l")
    assert named == [["packed", "http://e/g1"], ["quads", "http://e/g1"], ["trig", "http://e/g2"]]


def test_a_blank_node_belongs_to_its_file(service: str) -> None:
    assert select(service, "SELECT (COUNT(*) AS ?n) { ?x <http://e/p> ?x }") == [["2"]]


def test_blank_nodes_have_the_same_names_at_every_start(service: str, folder: Path) -> None:
    query = "SELECT DISTINCT ?x { { ?x ?p ?o } UNION { GRAPH ?g { ?x ?p ?o } } FILTER(ISBLANK(?x)) }"
    names = sorted(select(service, query))
    assert len(names) > 1
    with serving("--data", *(folder / name for name in SERVED)) as address:
        assert sorted(select(address, query)) == names


def test_a_relative_iri_is_read_beside_the_name_of_its_file(service: str) -> None:
    found = select(service, "SELECT ?o { <http://e/turtle> <http://e/knows> ?o FILTER STRSTARTS(STR(?o), 'file:') }")
    assert found == [["file:///relative"]]


def test_the_digest_is_that_of_the_list_of_files(service: str, folder: Path) -> None:
    listed = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in SERVED)
    reply = fetch(f"{service}sparql?query=ASK%7B%7D")
    assert reply.headers["X-Build-Digest"] == hashlib.sha256(listed.encode()).hexdigest()


def test_the_start_page_tells_what_is_served(service: str) -> None:
    page = fetch(f"{service}?lang=en", {"Accept": "text/html"}).text
    for name in SERVED:
        assert f"<code>{name}</code>" in page
    counts = [(">Triples<", 18), (">In the default graph<", 13), (">Named graphs<", 2)]
    for title, count in counts:
        assert f"{title}/dt><dd>{count}</dd>" in page
    for graph, count in (("http://e/g1", 3), ("http://e/g2", 2)):
        assert f'>{graph}</a></th><td class="amount">{count}</td>' in page


@pytest.mark.parametrize(
    "path", ["", "sparql", "resource?iri=http://e/turtle", "sparql?query=SELECT*%7B%3Fa+%3Fb+%3Fc%7D"]
)
def test_no_page_speaks_of_the_strategy(service: str, path: str) -> None:
    reply = fetch(service + path, {"Accept": "text/html", "Accept-Language": "en"})
    assert reply.status == 200
    assert "text/html" in reply.headers["Content-Type"]
    for word in ("Kristiansand", "municipality", "w3id.org", "sg:", "/ontology"):
        assert word not in reply.text


def test_pages_of_our_own_builds_are_not_there(service: str) -> None:
    for path in ("ontology", "page/strategy/a1", "graph/about", "id/strategy/a1", "static/nothing"):
        assert fetch(service + path, {"Accept": "text/html"}).status == 404


@pytest.mark.parametrize("path", ["sparql", ".well-known/void"])
def test_nothing_is_claimed_of_the_licence_and_name_of_others_data(service: str, path: str) -> None:
    told = fetch(service + path, {"Accept": "text/turtle"})
    assert told.status == 200
    said = "".join(line for line in told.text.splitlines() if not line.startswith("@prefix"))
    assert f"{service}#dataset" in said
    assert not any(claim in said for claim in ("license", "UnionDefaultGraph", "strategigraf"))


def described(service: str, path: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=fetch(service + path, {"Accept": "text/turtle"}).text)


def test_the_descriptions_count_what_is_served(service: str) -> None:
    dataset = rdflib.URIRef(f"{service}#dataset")
    for path in ("sparql", ".well-known/void"):
        assert described(service, path).value(dataset, VOID.triples) == rdflib.Literal(18)


def test_classes_and_properties_of_others_data_are_described(service: str) -> None:
    void = described(service, ".well-known/void")
    dataset = rdflib.URIRef(f"{service}#dataset")
    parts = {
        str(void.value(part, VOID.property)): int(str(void.value(part, VOID.triples)))
        for part in void.objects(dataset, VOID.propertyPartition)
    }
    assert parts == {
        "http://www.w3.org/2000/01/rdf-schema#label": 8,
        "http://www.w3.org/2000/01/rdf-schema#comment": 1,
        **{f"http://e/{name}": number for name, number in (("knows", 5), ("p", 2), ("age", 1), ("says", 1))},
    }
    assert not list(void.objects(dataset, VOID.classPartition))


def test_data_without_any_class_or_label_is_described_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(f"<http://e/a> <{RDF.type}> <http://e/C> .\n_:b <{RDF.type}> <http://e/C> .\n")
    (tmp_path / "none.nt").write_text("")
    with serving("--data", tmp_path / "a.nt") as address:
        void = described(address, ".well-known/void")
        (part,) = void.objects(None, VOID.classPartition)
        assert void.value(part, VOID["class"]) == rdflib.URIRef("http://e/C")
        assert void.value(part, VOID.entities) == rdflib.Literal(2)
        query = urlencode({"query": "SELECT * { ?s a ?c FILTER(ISIRI(?s)) }", "format": "xlsx", "lang": "en"})
        book = openpyxl.load_workbook(io.BytesIO(fetch(f"{address}sparql?{query}").body))
        assert [[cell.value for cell in row] for row in book["Result"]] == [["s", "c"], ["http://e/a", "http://e/C"]]
        assert {row[0].value: row[1].value for row in book["About"].rows}["Licence"] == "Not stated"
    with serving("--data", tmp_path / "none.nt") as address:
        assert len(described(address, ".well-known/void")) == 3


def test_a_thing_of_the_default_graph_has_a_page(service: str) -> None:
    page = look_up(service, "http://e/turtle").text
    assert "<h1>turtle</h1>" in page
    assert "Words about it" in page
    assert f'<a href="/resource?iri={quote("http://e/quads", safe="")}&amp;lang=en">quads</a>' in page
    assert "<dd>_:" in page


def test_a_thing_of_named_graphs_has_a_page_that_names_them(service: str) -> None:
    page = look_up(service, "http://e/quads").text
    assert "<h1>quads</h1>" in page
    assert page.count(">trig</a>") == 1
    assert ">http://e/g1</a>" in page
    assert ">http://e/g2</a>" in page
    assert ">turtle</a>" in page


def test_a_property_tells_how_often_it_is_used(service: str) -> None:
    assert "In 5 triples" in look_up(service, "http://e/knows").text


def test_a_triple_may_be_a_term(service: str) -> None:
    assert "&lt;&lt;( &lt;http://e/a&gt; &lt;http://e/b&gt;" in look_up(service, "http://e/said").text
    query = urlencode({"query": "SELECT ?o { <http://e/said> ?p ?o }"})
    for format_ in ("html", "xlsx"):
        assert fetch(f"{service}sparql?{query}&format={format_}").status == 200


def test_what_no_graph_speaks_of_is_not_found(service: str) -> None:
    assert look_up(service, "http://e/nothing").status == 404


def test_a_thing_comes_as_data_from_every_graph(service: str) -> None:
    lines = look_up(service, "http://e/quads", "application/n-triples").text.splitlines()
    assert sorted(lines) == [
        "<http://e/quads> <http://e/knows> <http://e/trig> .",
        '<http://e/quads> <http://www.w3.org/2000/01/rdf-schema#label> "quads"@en .',
        "<http://e/turtle> <http://e/knows> <http://e/quads> .",
    ]


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv", "xlsx", "html"])
def test_a_table_comes_in_every_format(service: str, format_: str) -> None:
    query = "SELECT ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
    reply = fetch(f"{service}sparql?{urlencode({'query': query, 'format': format_})}")
    assert reply.status == 200
    assert b"jsonld" in reply.body or format_ == "xlsx"


@pytest.mark.parametrize("format_", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_a_graph_comes_in_every_format(service: str, format_: str) -> None:
    query = "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
    reply = fetch(f"{service}sparql?{urlencode({'query': query, 'format': format_})}")
    assert reply.status == 200
    assert b"jsonld" in reply.body


@pytest.mark.parametrize("name", ["turtle", "triples", "quads", "trig", "default", "xml", "jsonld", "packed"])
def test_what_any_graph_names_is_found(service: str, name: str) -> None:
    found = json.loads(fetch(f"{service}api/search?q={name}").body)
    assert [one["iri"] for one in found["results"] if one["exact"]] == [f"http://e/{name}"]
    page = fetch(f"{service}search?q={name}&lang=en", {"Accept": "text/html"}).text
    assert f'<a href="/resource?iri=http%3A%2F%2Fe%2F{name}&amp;lang=en">' in page
    assert "<h3>Goes by that very name or number</h3>" in page


def serve_until_it_fails(*arguments: str) -> str:
    command = [*KG, "serve", "--port", "0", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_named_with_its_line(name: str, tmp_path: Path, folder: Path) -> None:
    text, told = BROKEN[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert told in serve_until_it_fails("--data", str(folder / "turtle.ttl"), str(tmp_path / name))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = serve_until_it_fails("--data", str(tmp_path / "nowhere.ttl"))
    assert "nowhere.ttl: The file cannot be read: No such file or directory." in told


def test_files_are_served_only_when_told_to(folder: Path) -> None:
    assert "Say --data before the files to serve." in serve_until_it_fails(str(folder / "turtle.ttl"))


@pytest.mark.parametrize(
    "path", ["matrix", "matrix/cell?row=a&column=b", "trace?from=a&to=b", "api/matrix", "api/trace"]
)
def test_other_data_has_no_coverage_and_no_paths(service: str, path: str) -> None:
    assert fetch(f"{service}{path}").status == 404
