"""A build on a server of others: there whole or not at all, whatever happens on the way."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest
import SPARQLWrapper

from kg_server.build.publish import publish
from kg_server.core.errors import EngineBusy, NoBuild, PublishFailed
from kg_server.core.settings import Settings, read_settings
from kg_server.engine.base import Question
from kg_server.engine.dialects import DIALECTS
from kg_server.engine.endpoint import Endpoint, server_of
from kg_server.engine.opening import open_engine
from kg_server.engine.results import rows_of
from tests.engine.conftest import quads
from tests.engine.stores import write_published
from tests.servers import KINDS, Remote, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg_server.engine.base import Engine

BOTH = """SELECT ?version ?size {
  ?s <http://e/version> ?version
  { SELECT (COUNT(*) AS ?size) { ?a <http://e/number> ?b } }
}"""
SIZES = {"1": 1500, "2": 3000}


@pytest.fixture(scope="module", params=KINDS)
def remote(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with running(request.param, tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture
def builds(remote: Remote, tmp_path: Path) -> dict[str, Settings]:
    """Two builds by their version, of which the server holds the first."""
    found = {}
    for version, size in SIZES.items():
        trig = f"GRAPH <http://e/v> {{ <http://e/a> <http://e/version> {version} ; <http://e/list> ( 1 2 ) }}"
        trig += f" GRAPH <http://e/only{version}> {{ <http://e/a> <http://e/share> {version}.50 }}"
        store = write_published(tmp_path / version, trig, extra=quads(size))
        found[version] = remote.over(read_settings(store_dir=store, query_seconds=10, workers=2))
    publish(found["1"], force=True)
    return found


def digest(settings: Settings) -> str:
    return (settings.store / "current").resolve().name


def held(settings: Settings) -> tuple[str, str, int]:
    """The digest the server tells, the version it holds, and how large the graph of that build is."""
    with open_engine(settings) as engine:
        return told(engine)


def told(engine: Engine) -> tuple[str, str, int]:
    with engine.answer(Question(BOTH)) as answer:
        (row,) = rows_of(answer).rows
        return answer.digest, row["version"].value, int(row["size"].value)


def test_a_published_build_takes_the_place_of_the_one_before(builds: dict[str, Settings]) -> None:
    steps: list[float] = []
    publish(builds["2"], lambda _step, fraction: steps.append(fraction))
    assert held(builds["2"]) == (digest(builds["2"]), "2", SIZES["2"])
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert Endpoint(server_of(builds["2"])).published().graphs == (
        *("http://e/many", "http://e/only2", "http://e/v"),
        "https://w3id.org/strategigraf/graph/about",
    )


def test_a_build_that_is_there_already_is_not_published_again(builds: dict[str, Settings]) -> None:
    steps: list[str] = []
    publish(builds["1"], lambda step, _fraction: steps.append(step))
    assert steps == []


def test_who_reads_meanwhile_sees_one_build_or_the_other(builds: dict[str, Settings]) -> None:
    expected = {(digest(builds[version]), version, size) for version, size in SIZES.items()}
    seen: list[tuple[str, str, int]] = []
    is_over = threading.Event()

    def read() -> None:
        with open_engine(builds["1"]) as engine:
            while not is_over.is_set() or engine.digest != digest(builds["2"]):
                try:
                    seen.append(told(engine))
                except EngineBusy:
                    time.sleep(0.01)
            seen.append(told(engine))

    reader = threading.Thread(target=read)
    reader.start()
    publish(builds["2"])
    is_over.set()
    reader.join(30)
    assert set(seen) == expected
    assert seen[-1][0] == digest(builds["2"])


@pytest.mark.parametrize("step", ["many", "merge", "check"])
def test_a_server_that_dies_on_the_way_has_the_old_build_when_it_is_back(
    remote: Remote, builds: dict[str, Settings], step: str
) -> None:
    def die(begun: str, _fraction: float) -> None:
        if begun == step:
            remote.server.kill()

    with pytest.raises(PublishFailed, match="not published"):
        publish(builds["2"], die)
    remote.start()
    assert held(builds["1"]) == (digest(builds["1"]), "1", SIZES["1"])


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.05])
def test_a_server_that_dies_in_the_switch_has_one_build_whole(
    remote: Remote, builds: dict[str, Settings], delay: float
) -> None:
    killers = []

    def die(begun: str, _fraction: float) -> None:
        if begun == "switch":
            killers.append(threading.Timer(delay, remote.server.kill))
            killers[0].start()

    with contextlib.suppress(PublishFailed):
        publish(builds["2"], die)
    killers[0].join()
    remote.start()
    expected = [(digest(builds[version]), version, size) for version, size in SIZES.items()]
    assert held(builds["1"]) in expected


@pytest.mark.parametrize(("change", "says"), [("INSERT", "3001 triples on the server, not 3000"), ("SWAP", "other")])
def test_what_is_not_what_was_sent_is_not_taken_into_use(builds: dict[str, Settings], change: str, says: str) -> None:
    settings = builds["2"]
    graph = "GRAPH <urn:x-strategigraf:new:http://e/many>"
    more = f"INSERT DATA {{ {graph} {{ <http://e/s1> <http://e/number> <http://e/more> }} }}"
    less = f'DELETE DATA {{ {graph} {{ <http://e/s1> <http://e/number> "number 1" }} }} ; {more}'

    def spoil(begun: str, _fraction: float) -> None:
        if begun == "check" and not spoilt:
            spoilt.append(begun)
            update(settings, more if change == "INSERT" else less)

    spoilt: list[str] = []
    with pytest.raises(PublishFailed, match=says):
        publish(settings, spoil)
    assert held(builds["1"]) == (digest(builds["1"]), "1", SIZES["1"])


def update(settings: Settings, text: str) -> None:
    dialect = DIALECTS[settings.remote_dialect]
    request = SPARQLWrapper.SPARQLWrapper(settings.remote_url, dialect.update_url(settings.remote_url))
    request.setMethod("POST")
    request.setHTTPAuth(dialect.auth)
    request.setCredentials(settings.remote_user, settings.remote_password.get_secret_value())
    request.setQuery(text)
    with request.query().response as response:
        response.read()


def test_a_wrong_password_is_told_without_being_shown(builds: dict[str, Settings]) -> None:
    settings = builds["2"]
    if settings.remote_dialect == "virtuoso":
        wrong = type(settings)(**settings.model_dump() | {"remote_password": "a-secret"})
        with pytest.raises(PublishFailed, match="name or password") as caught:
            publish(wrong)
        assert "a-secret" not in f"{caught.value!r} {caught.value} {wrong!r}"
    assert held(builds["1"])[1] == "1"


def test_a_server_without_a_build_is_told_of(remote: Remote, tmp_path: Path) -> None:
    settings = remote.over(read_settings(store_dir=tmp_path, base="https://example.org/other/"))
    with pytest.raises(NoBuild, match="kg publish"):
        open_engine(settings)
