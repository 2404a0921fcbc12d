"""The whole service once: a process of its own, real sockets, and a client nobody here wrote."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.core.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = (
    "import sys\n"
    "from kg_server.core.settings import read_settings\n"
    "from kg_server.web.serve import serve\n"
    "serve(read_settings(project_dir=sys.argv[1], port=0))\n"
)


@pytest.fixture(scope="module")
def service(web_settings: Settings) -> Iterator[str]:
    arguments = [sys.executable, "-c", PROGRAM, str(web_settings.project_dir)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_sparql_client_is_served(service: str) -> None:
    client = SPARQLWrapper(service + "sparql")
    client.setQuery("SELECT ?n { ?s <http://www.w3.org/2004/02/skos/core#notation> ?n } ORDER BY ?n")
    client.setReturnFormat(JSON)
    converted: Any = client.query().convert()
    bindings = converted["results"]["bindings"]
    assert [row["n"]["value"] for row in bindings] == ["7.2", "A1", "A2"]


def test_a_client_that_posts_is_served(service: str) -> None:
    client = SPARQLWrapper(service + "sparql")
    client.setMethod(POST)
    client.setQuery("CONSTRUCT WHERE { ?s <http://www.w3.org/2004/02/skos/core#notation> ?n }")
    client.setReturnFormat(TURTLE)
    converted: Any = client.query().convert()
    assert b'"A1"' in converted


def test_a_name_leads_to_its_data(service: str) -> None:
    asked = urllib.request.Request(service + "id/strategy/a1", headers={"Accept": "text/turtle"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.geturl().endswith("/data/strategy/a1.ttl")
        assert b"sg:contributesTo" in answer.read()


def test_a_client_that_leaves_in_the_middle_does_no_harm(service: str) -> None:
    long = service + "sparql?query=SELECT*%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"
    for _ in range(4):
        with urllib.request.urlopen(long, timeout=10) as answer:
            assert answer.read(10)
    with urllib.request.urlopen(service + "sparql?query=ASK%7B%7D", timeout=10) as answer:
        assert b"true" in answer.read()
