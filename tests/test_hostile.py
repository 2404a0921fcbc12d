"""Whatever is sent to a real service: it stays up and within bounds, says no clearly, and answers the next at once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.engine.conftest import quads
from tests.engine.stores import write_store
from tests.engine.test_bounds import CHAINED, NESTED, chained, nested
from tests.serving import KG, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKUP = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"
TRIG = f"""
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
GRAPH <http://e/g> {{ <https://w3id.org/strategigraf/id/a> rdfs:label "{MARKUP}"@nb ; <http://e/p> "{MARKUP}" . }}
"""
MOST_MEGABYTES = 700
"""Both slow queries at their limit, what the lane may hold, and the front."""
FORM = "application/x-www-form-urlencoded"
FAST = "SELECT (NOW() AS ?now) { <http://e/s1> ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?z) }"
LARGE = f"SELECT ?a ('{'x' * 10_000}' AS ?x) {{ ?a <http://e/number> ?c }} LIMIT 900"
LIMITS = {"KG_QUERY_SECONDS": "2", "KG_QUERY_MEGABYTES": "128", "KG_QUEUE_SECONDS": "2"}


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Service:
    """A service in a process of its own, and everything that belongs to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.front = process.pid
        self.port = urllib.parse.urlsplit(process.stdout.readline().strip()).port or 0

    def get(self, target: str, **headers: str) -> Reply:
        return self.send("GET", target, headers=headers)

    def send(
        self, method: str, target: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(client):
            client.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                client.putheader(name, value)
            if body is not None:
                client.putheader("Content-Length", str(len(body)))
            client.endheaders(body)
            response = client.getresponse()
            return Reply(response.status, response.headers, response.read())

    def ask(self, query: str, accept: str = "*/*") -> Reply:
        return self.get("/sparql?query=" + urllib.parse.quote(query), Accept=accept)

    def post(self, query: str) -> Reply:
        return self.send("POST", "/sparql", body=query.encode(), headers={"Content-Type": "application/sparql-query"})

    def talk(self, data: bytes) -> tuple[int, str]:
        """The status and the body that come back for the bytes, all of which are sent before anything is read."""
        with self.connect() as connection:
            connection.sendall(data)
            answer = bytearray()
            while piece := connection.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()

    def connect(self, data: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(data)
        return connection

    def is_well(self) -> bool:
        """Whether a fast query is answered at once."""
        started = time.monotonic()
        status = self.ask(FAST).status
        seconds = time.monotonic() - started
        assert (status, seconds < 1) == (200, True), seconds
        return True

    @contextlib.contextmanager
    def weighing(self) -> Iterator[list[float]]:
        """What all processes together weigh, again and again."""
        weights: list[float] = []
        is_over = threading.Event()

        def weigh() -> None:
            while not is_over.wait(0.2):
                weights.append(self.megabytes())

        thread = threading.Thread(target=weigh)
        thread.start()
        try:
            yield weights
        finally:
            is_over.set()
            thread.join()

    def figure(self, name: str) -> float:
        text = self.get("/metrics").body.decode()
        return float(re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[0])

    def processes(self) -> list[int]:
        found = [self.front]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += map(int, (task / "children").read_text(encoding="ascii").split())
        return found

    def megabytes(self) -> float:
        """The memory of all processes, what they share counted once."""
        total = 0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                total += int(re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)[0])
        return total / 1024


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = tmp_path_factory.mktemp("hostile")
    write_store(project / "build", TRIG, extra=quads(1500))
    (project / "queries").mkdir()
    command = [*KG, "--project-dir", str(project), "serve", "--port", "0"]
    environment = {**os.environ, **LIMITS}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            started = Service(process)
            with started.weighing() as weights:
                yield started
            assert 0 < max(weights) < MOST_MEGABYTES
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_deep_nesting_and_long_chains_of_every_kind_are_refused(service: Service) -> None:
    queries = [nested(name, 300) for name in NESTED] + [nested(name, 5_000) for name in NESTED]
    queries += [chained(name, 1100) for name in CHAINED]
    for query in queries:
        reply = service.post(query)
        assert (reply.status, reply.headers["Content-Type"]) == (403, "application/problem+json")
        assert json.loads(reply.body)["detail"]
    assert service.is_well()


@pytest.mark.parametrize("part", ["{", "(", "?s ?p ?o . ", '"', "\\", "å"])
def test_queries_of_megabytes_are_refused(service: Service, part: str) -> None:
    for megabytes, status in ((5, 413), (2, 403)):
        reply = service.post("SELECT * {" + part * (megabytes * 1_000_000 // len(part.encode())))
        assert reply.status == status
        assert "byte" in json.loads(reply.body)["detail"]
    assert service.is_well()


@pytest.mark.parametrize("kind", ["application/sparql-query", FORM, "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize("target", ["/sparql", "/api/labels", "/rdf-graph-store?default", "/"])
def test_five_megabytes_are_refused_in_words_however_they_are_sent(service: Service, target: str, kind: str) -> None:
    whole = b"query=" + b"a" * 5_000_000
    chunks = b"".join(b"%x\r\n%b\r\n" % (500_000, whole[at : at + 500_000]) for at in range(0, 5_000_000, 500_000))
    for header, body in ((f"Content-Length: {len(whole)}", whole), ("Transfer-Encoding: chunked", chunks)):
        head = f"POST {target} HTTP/1.1\r\nHost: e\r\nContent-Type: {kind}\r\n{header}\r\n\r\n"
        status, text = service.talk(head.encode() + body)
        assert (status, json.loads(text)["detail"]) == (413, "Forespørselen er større enn 4194304 byte.")
    assert service.is_well()


@pytest.mark.parametrize(
    ("head", "status", "word"),
    [
        (b"GET /sparql?query=" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", 431, "for lange"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", 431, "for lange"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)) + b"\r\n", 431, "for lange"),
        (b"POST /sparql HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "koding"),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "kan ikke besvares"),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "kan ikke besvares"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n", 400, "kan ikke besvares"),
        (b"no request at all\r\n\r\n", 400, "kan ikke besvares"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "kan ikke besvares"),
    ],
)
def test_what_is_no_request_is_told_like_any_fault(service: Service, head: bytes, status: int, word: str) -> None:
    found, text = service.talk(head)
    assert found == status
    assert word in json.loads(text)["detail"]
    assert service.is_well()


def test_what_is_no_request_to_the_endpoint_is_told_to_any_site(service: Service) -> None:
    with service.connect(b"POST /sparql HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n") as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        told = json.loads(answer.read())
    assert (answer.status, told["status"], answer.headers["Content-Type"]) == (413, 413, "application/problem+json")
    for name, value in (("Access-Control-Allow-Origin", "*"), ("X-Content-Type-Options", "nosniff")):
        assert answer.headers[name] == value
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["Connection"] == "close"


def test_a_body_in_chunks_without_end_is_ended(service: Service) -> None:
    with service.connect(b"POST /sparql HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") as connection:
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 100_000_000:
                sent += connection.send(b"10000\r\n" + b"a" * 65536 + b"\r\n")
        assert sent < 64_000_000
    assert service.is_well()


def test_requests_in_a_row_are_answered_in_their_order(service: Service) -> None:
    paths = [f"/sparql?query=SELECT({number}%20AS%20?x){{}}&format=csv" for number in range(300)]
    with service.connect() as connection, connection.makefile("rb") as answers:
        asked = "".join(f"GET {path} HTTP/1.1\r\nHost: e\r\n\r\n" for path in paths).encode()
        thread = threading.Thread(target=connection.sendall, args=(asked,))
        thread.start()
        for number in range(300):
            length = 0
            while (line := answers.readline().strip().lower()) != b"":
                length = int(line.partition(b":")[2]) if line.startswith(b"content-length") else length
            assert answers.read(length) == b"x\r\n%d\r\n" % number
        thread.join()
    assert service.is_well()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o FILTER(REGEX('" + "a" * 50_000 + "!', '(a+)+$') && REGEX(STR(?o), '((a*)*)*b')) }",
        "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(((a{1,100}){1,100}){1,100}){1,100}')) }",
        "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(a{1000}){1000}')) }",
        "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '" + "[^a]|" * 9_000 + "')) }",
        "SELECT (REPLACE('" + "a" * 40_000 + "', 'a', '" + "a" * 40_000 + "') AS ?x) {}",
        "SELECT (STRLEN(?a30) AS ?n) { BIND('ab' AS ?a0) "
        + "".join(f"BIND(REPLACE(?a{n}, '.', '$0$0') AS ?a{n + 1}) " for n in range(30))
        + "}",
        "SELECT (REPLACE('" + "a" * 50_000 + "', '(a|aa)+$', '$1$1') AS ?x) { ?s ?p ?o }",
        "SELECT (REPLACE(STR(?o), '(((((.{0,99}){0,99}){0,99})+)+)+', 'x') AS ?x) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i DESC(?f) ?c",
        "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT * { BIND('ab' AS ?a0) " + "".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1}) " for n in range(60)) + "}",
        "SELECT (COUNT(*) AS ?n) { ?s (!<http://e/x>|^!<http://e/x>)* ?o . ?a (!<http://e/x>)* ?b }",
        "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(?c, ?f)) > 999) }",
        "DESCRIBE * { ?a ?b ?c . ?d ?e ?f FILTER(MD5(CONCAT(STR(?c), STR(?f))) = 'x') }",
    ],
)
def test_what_costs_too_much_is_stopped_in_words(service: Service, query: str) -> None:
    started = time.monotonic()
    reply = service.ask(query)
    assert time.monotonic() - started < 4.5
    assert reply.status in (200, 400, 503, 504)
    if reply.status != 200:
        assert json.loads(reply.body)["detail"]
    assert service.is_well()


@pytest.mark.parametrize("remark", ["", " # %d"])
def test_two_hundred_slow_queries_at_once_are_all_told(service: Service, remark: str) -> None:
    statuses: Counter[int] = Counter()

    def work(number: int) -> None:
        statuses[service.ask(SLOW + remark.replace("%d", str(number))).status] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    started = time.monotonic()
    assert service.get("/health").status == 200
    assert time.monotonic() - started < 1
    for thread in threads:
        thread.join()
    assert sum(statuses.values()) == 200
    assert set(statuses) <= {503, 504}
    assert service.is_well()
    assert len(service.processes()) < 20


def test_connections_that_idle_or_drip_keep_nobody_waiting(service: Service) -> None:
    with contextlib.ExitStack() as stack:
        for data in (b"", b"GET / HTTP/1.1\r\nX-Slow: ", b"POST /sparql HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nq"):
            for _ in range(400):
                stack.enter_context(service.connect(data))
        assert service.ask(FAST).status == 200  # once everybody before it has been let in
        assert all(service.is_well() for _ in range(5))
    assert service.is_well()


def test_readers_who_take_nothing_keep_nobody_at_work(service: Service) -> None:
    sent = service.figure("kg_sent_bytes_total")
    with contextlib.ExitStack() as stack:
        for number in range(3):
            query = urllib.parse.quote(f"{LARGE} OFFSET {number}")
            stack.enter_context(service.connect(b"GET /sparql?query=%s HTTP/1.1\r\nHost: e\r\n\r\n" % query.encode()))
        deadline = time.monotonic() + 10
        while service.figure("kg_sent_bytes_total") < sent + 3 * 9_000_000 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert service.figure("kg_sent_bytes_total") > sent + 3 * 9_000_000
        assert service.figure("kg_engine_slow_taken") == 0
        assert service.is_well()


@pytest.mark.parametrize(
    "target",
    [
        "/?lang=nb%0d%0aX-Evil:%201",
        "/sparql?query=ASK%7B%7D&format=csv%0d%0aX-Evil:%201",
        "/sparql?query=ASK%7B%7D%0d%0aX-Evil:%201&format=xlsx",
        "/sparql?query=SELECT%20(1%20AS%20?x%0d%0aX-Evil)%7B%7D&format=xlsx",
        "/sparql?query=ASK%7B%7D&default-graph-uri=http://e/%0d%0aX-Evil:%201",
        "/id/a%0d%0aX-Evil:%201",
        "/id/%0aX-Evil:%201%0a%0a<script>",
        "/page/a%0d%0aX-Evil:%201?lang=en%0d%0aX-Evil:1",
        "/resource?iri=http://e/%0d%0aX-Evil:%201",
        "/rdf-graph-store?graph=http://e/%0d%0aX-Evil:%201",
        "/graph/g%0d%0aX-Evil:%201",
        "/%0d%0aX-Evil:%201",
    ],
)
def test_line_ends_in_an_address_end_no_header(service: Service, target: str) -> None:
    for accept in ("*/*", "text/html", "text/turtle"):
        reply = service.get(target, Accept=accept)
        assert "X-Evil" not in reply.headers
        assert reply.status < 500
    assert service.is_well()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nX-Request-ID: abcdefgh\rX-Evil: 1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nX-Request-ID: abcdefgh\n X-Evil: 1\r\n\r\n",
        b"GET /sparql?query=ASK{} HTTP/1.1\r\nOrigin: http://e/\x00X-Evil: 1\r\n\r\n",
        b"GET /id/a HTTP/1.1\r\nHost: e\x0bX-Evil: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nX-Evil: 1\r\n",
        b"\x16\x03\x01\x02\x00X-Evil: 1\r\n\r\n",
        b"GET " + b"/a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)) + b"\r\n",
    ],
)
def test_heads_that_break_the_rules_are_refused_or_harmless(service: Service, head: bytes) -> None:
    with service.connect() as connection, contextlib.suppress(OSError):
        connection.sendall(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        answer = bytearray()
        while piece := connection.recv(65536):
            answer += piece
        assert b"\nX-Evil" not in answer.partition(b"\r\n\r\n")[0]
        assert int(answer.split()[1]) in (200, 303, 400, 404, 408, 413, 414, 431)
    assert service.is_well()


@pytest.mark.parametrize(
    "target",
    [
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static/../../../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%5c..%5cetc%5cpasswd",
        "/static/....//....//etc/passwd",
        "/static//etc/passwd",
        "/static/%00/etc/passwd",
        "/data/../../../../etc/passwd",
        "/data/..%2f..%2f..%2fetc%2fpasswd",
        "/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd.ttl",
        "/graph/%2e%2e/%2e%2e/etc/passwd",
        "/graph/file:%2f%2f%2fetc%2fpasswd",
        "/page/..%2f..%2f..%2fetc%2fpasswd",
        "/id/../../etc/passwd",
        "/resource?iri=file:///etc/passwd",
        "/rdf-graph-store?graph=file:///etc/passwd",
        "//etc/passwd",
        "file:///etc/passwd",
    ],
)
def test_no_address_leads_to_a_file(service: Service, target: str) -> None:
    for accept in ("*/*", "text/html"):
        reply = service.get(target, Accept=accept)
        assert reply.status in (303, 308, 400, 404, 406)
        assert b"root:" not in reply.body
        assert b"build-system" not in reply.body
        assert "etc/passwd" not in urllib.parse.urlsplit(reply.headers.get("Location", "")).netloc


@pytest.mark.parametrize(
    "target",
    [
        "/page/a",
        "/page/" + urllib.parse.quote(MARKUP, safe=""),
        "/" + urllib.parse.quote(MARKUP, safe=""),
        "/?lang=" + urllib.parse.quote('"><script>alert(1)</script>'),
        "/resource?iri=" + urllib.parse.quote("http://e/" + MARKUP),
        *(
            "/sparql?query=" + urllib.parse.quote(query)
            for query in (
                "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'alert')) }",
                "CONSTRUCT WHERE { <https://w3id.org/strategigraf/id/a> ?p ?o }",
                f"SELECT ('{MARKUP}' AS ?x) {{}}",
                f"SELECT {MARKUP}",
                f"ASK {{}} # {MARKUP}",
                f"SELECT (IRI('javascript:alert(1)//{MARKUP}') AS ?x) (STRLANG('a', 'a\"onload=alert(1)') AS ?y) {{}}",
            )
        ),
    ],
)
def test_markup_never_becomes_markup(service: Service, target: str) -> None:
    reply = service.get(target, Accept="text/html")
    assert reply.headers.get_content_type() == "text/html"
    assert reply.status in (200, 400, 404)
    text = reply.body.decode()
    assert "alert(1)</script>" not in text
    assert "<img src=x" not in text
    assert not re.search(r"<[^>]*(?:href|src)=.?javascript:", text)
    assert "'unsafe-inline'" not in reply.headers["Content-Security-Policy"]


SPELLINGS = [
    "SERVICE <%s> { ?s ?p ?o }",
    "sErViCe<%s>{?s ?p ?o}",
    "SERVICE SILENT <%s> { ?s ?p ?o }",
    "SERVICE l:x { ?s ?p ?o }",
    "\\u0053ERVICE <%s> { ?s ?p ?o }",
    "SERVICE <\\u0068ttp://127.0.0.1:1/> { ?s ?p ?o }",
    "SERVICE # a remark\n<%s> { ?s ?p ?o }",
    "SERVICE ?where { ?s ?p ?o } VALUES ?where { <%s> }",
    "SERVICE <http://127.0.0.1:1/> { SERVICE <%s> { ?s ?p ?o } }",
    "{ SELECT * { SERVICE <%s> { ?s ?p ?o } } }",
    "FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } }",
    "FILTER NOT EXISTS { ?s ?p ?o OPTIONAL { SERVICE <%s> { ?s ?p ?o } } }",
    "?s ?p true.SERVICE<%s>{ ?s ?p ?o }",
]


@pytest.mark.parametrize("start", ["SELECT * {", "CONSTRUCT { ?s ?p ?o } WHERE {"])
def test_no_spelling_of_service_reaches_this_machine(service: Service, start: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        place = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        for spelling in SPELLINGS:
            query = f"PREFIX l: <{place}> {start} {spelling.replace('%s', place)} }}"
            reply = service.ask(query)
            assert reply.status in (400, 403)
            assert json.loads(reply.body)["detail"]
        with pytest.raises(TimeoutError):
            trap.accept()


PLACES = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://user:word@127.0.0.1:{port}/",
    "http://example.org@127.0.0.1:{port}/",
    "http://127.0.0.1%2E:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_spelling_of_this_machine_is_reached(service: Service, place: str) -> None:
    with socket.create_server(("", 0)) as trap:
        trap.settimeout(0.2)
        address = place.format(port=trap.getsockname()[1])
        for query in (f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", f"LOAD <{address}>"):
            reply = service.ask(query)
            assert reply.status == 403
            assert json.loads(reply.body)["detail"]
        reply = service.ask(f"SELECT * FROM <{address}> FROM NAMED <{address}> {{ ?s ?p ?o }}")
        assert json.loads(reply.body)["results"]["bindings"] == []
        with pytest.raises(TimeoutError):
            trap.accept()


@pytest.mark.parametrize("graph", ["file:///etc/passwd", "http://127.0.0.1:1/", "http://[::1]/", "data:text/turtle,"])
def test_no_graph_is_fetched(service: Service, graph: str) -> None:
    for query in (
        f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
    ):
        reply = service.ask(query)
        assert (reply.status, json.loads(reply.body)["results"]["bindings"]) == (200, [])
    assert service.ask(f"LOAD <{graph}>").status == 403
    quoted = urllib.parse.quote(graph)
    reply = service.get(f"/sparql?query=SELECT*%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={quoted}")
    assert json.loads(reply.body)["results"]["bindings"] == []
    assert service.is_well()
