from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("accept", "address"),
    [
        (BROWSER["Accept"], "/page/strategy/a1"),
        ("text/turtle", "/data/strategy/a1.ttl"),
        ("application/ld+json", "/data/strategy/a1.jsonld"),
        ("application/json", "/data/strategy/a1.jsonld"),
        ("application/n-triples;q=0.4, application/rdf+xml;q=0.5", "/data/strategy/a1.rdf"),
        ("*/*", "/data/strategy/a1.ttl"),
        ("text/csv", "/data/strategy/a1.csv"),
    ],
)
def test_a_name_leads_to_a_page_or_to_data(client: FlaskClient, accept: str, address: str) -> None:
    response = client.get("/id/strategy/a1", headers={"Accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert client.get("/id/strategy/a1?lang=en", headers=BROWSER).headers["Location"] == "/page/strategy/a1?lang=en"


def test_a_name_in_a_format_there_is_not_is_not_acceptable(client: FlaskClient) -> None:
    assert client.get("/id/strategy/a1", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("address", "media_type", "holds"),
    [
        ("/data/strategy/a1.ttl", "text/turtle", "sg:contributesTo sdg:7.2"),
        ("/data/strategy/a1.nt", "application/n-triples", "/alignment/a1-7-2> <https://"),
        ("/data/strategy/a1.jsonld", "application/ld+json", '"@id"'),
        ("/data/strategy/a1.rdf", "application/rdf+xml", "<rdf:RDF"),
        ("/data/strategy/a1.csv", "text/csv", "subject,property,object"),
        ("/data/strategy/a1", "text/turtle", "sg:contributesTo sdg:7.2"),
        ("/data/sdg/7.2.nt", "application/n-triples", "<http://metadata.un.org/sdg/7.2> <"),
        ("/data/sdg/7.2", "text/turtle", "sdg:7.2"),
        ("/ontology", "text/turtle", "sg:Strategy"),
        ("/ontology?format=nt", "application/n-triples", "ontology#Strategy>"),
        ("/graph/alignments", "text/turtle", "sg:alignedFrom"),
        ("/resource?iri=http://metadata.un.org/sdg/7.2&format=ttl", "text/turtle", "sdg:7.2"),
        ("/resource?iri=http://metadata.un.org/sdg/7.2&format=csv", "text/csv", "subject"),
    ],
)
def test_data_comes_in_every_format(client: FlaskClient, address: str, media_type: str, holds: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert holds in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/data/strategy/a1.ttl", "/ontology?format=ttl", "/graph/strategy?format=nt"])
def test_a_reader_who_has_the_data_need_not_get_it_again(client: FlaskClient, address: str) -> None:
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_formats_have_tags_of_their_own(client: FlaskClient) -> None:
    tags = {client.get(f"/data/strategy/a1.{name}").headers["ETag"] for name in ("ttl", "nt", "csv")}
    assert len(tags) == 3


@pytest.mark.parametrize(
    "address", ["/data/strategy/z9.ttl", "/data/strategy/z9", "/graph/none", "/graph/none?format=ttl", "/nowhere"]
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.get_json()["detail"]


@pytest.mark.parametrize(
    ("asked", "address"),
    [("/data/strategy/A1.ttl", "/data/strategy/a1.ttl"), ("/data/Strategy/A1", "/data/strategy/a1.csv")],
)
def test_data_of_a_name_in_capitals_is_found_as_its_page_is(client: FlaskClient, asked: str, address: str) -> None:
    response = client.get(asked, headers={"Accept": "text/csv"})
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert client.get("/data/Strategy/Zz.ttl").status_code == 404
