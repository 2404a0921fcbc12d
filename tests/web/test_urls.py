from __future__ import annotations

import pytest

from kg_server.ask.labels import Named, Text
from kg_server.core.namespaces import BASE
from kg_server.core.terms import iri, literal
from kg_server.web.urls import Urls, root_of, thing_of


@pytest.mark.parametrize(
    ("thing", "address"),
    [
        (BASE + "id/city/walvis-bay", "/page/city/walvis-bay"),
        ("http://metadata.un.org/sdg/12.5", "/page/sdg/12.5"),
        ("http://metadata.un.org/sdg/C070201", "/page/sdg/C070201"),
        (
            "http://metadata.un.org/sdg/ontology#Goal",
            "/resource?iri=http%3A%2F%2Fmetadata.un.org%2Fsdg%2Fontology%23Goal",
        ),
        (BASE + "ontology#Goal", "/ontology/Goal"),
        (BASE + "ontology", "/ontology"),
        (BASE + "graph/inferred", "/graph/inferred"),
        (BASE + "id/a b", "/resource?iri=https%3A%2F%2Fw3id.org%2Fstrategigraf%2Fid%2Fa+b"),
        ("urn:x", "/resource?iri=urn%3Ax"),
    ],
)
def test_every_iri_has_a_page(thing: str, address: str) -> None:
    assert Urls().thing(thing) == address


@pytest.mark.parametrize(
    ("thing", "address"),
    [
        (BASE + "id/city/gdynia", "/data/city/gdynia.ttl"),
        ("http://metadata.un.org/sdg/12.5", "/data/sdg/12.5.ttl"),
        (BASE + "ontology", "/ontology?format=ttl"),
        (BASE + "graph/inferred", "/graph/inferred?format=ttl"),
        ("http://e/a", "/resource?iri=http%3A%2F%2Fe%2Fa&format=ttl"),
    ],
)
def test_every_iri_has_data(thing: str, address: str) -> None:
    assert Urls().data(thing, "ttl") == address


def test_links_keep_the_language_and_the_path_the_service_is_reached_by() -> None:
    urls = Urls(root_of("https://example.org/strategi/"), language="en")
    assert urls.home() == "/strategi/?lang=en"
    assert urls.static("style.css") == "/strategi/static/style.css"
    assert urls.sparql("ASK {}", "csv", {"default-graph-uri": ["http://e/g"]}) == (
        "/strategi/sparql?query=ASK+%7B%7D&format=csv&default-graph-uri=http%3A%2F%2Fe%2Fg&lang=en"
    )
    assert urls.switch("/page/a", [("lang", "en"), ("x", "1")], "nb") == "/strategi/page/a?x=1&lang=nb"


@pytest.mark.parametrize(
    ("named", "address"),
    [
        (Named(literal("x"), Text("x")), ""),
        (Named(iri("http://e/a"), Text("Et navn", "nb")), "/resource?iri=http%3A%2F%2Fe%2Fa"),
        (Named(iri("http://e/a"), Text("http://e/a")), "http://e/a"),
        (Named(iri("javascript:alert(1)"), Text("javascript:alert(1)")), ""),
        (
            Named(iri("http://www.w3.org/2004/02/skos/core#note"), Text("skos:note")),
            "http://www.w3.org/2004/02/skos/core#note",
        ),
    ],
)
def test_a_link_leads_to_a_page_of_ours_or_to_the_web(named: Named, address: str) -> None:
    assert Urls().link(named) == address


def test_a_page_stands_for_one_iri() -> None:
    assert thing_of("sdg/1", BASE) == "http://metadata.un.org/sdg/1"
    assert thing_of("strategy/a1", "https://example.org/") == "https://example.org/id/strategy/a1"
