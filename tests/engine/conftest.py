from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from kg_server.core.settings import Settings, read_settings
from kg_server.engine.embedded import EmbeddedEngine
from tests.engine.stores import write_store

if TYPE_CHECKING:
    from collections.abc import Iterator

TRIG = """
PREFIX ex: <http://e/>
GRAPH ex:g1 { ex:a ex:p ex:b ; ex:name "Å \\"sitert\\"\\nlinje"@nb . }
GRAPH ex:g2 { ex:a ex:p ex:b ; ex:p ex:c . }
GRAPH ex:g3 { ex:a ex:list ( ex:b ) . }
"""


def quads(count: int) -> Iterator[pyoxigraph.Quad]:
    """Enough to make a join of everything with everything take for ever."""
    for number in range(count):
        yield pyoxigraph.Quad(
            pyoxigraph.NamedNode(f"http://e/s{number}"),
            pyoxigraph.NamedNode("http://e/number"),
            pyoxigraph.Literal(f"number {number}"),
            pyoxigraph.NamedNode("http://e/many"),
        )


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    store = write_store(tmp_path_factory.mktemp("engine"), TRIG, extra=quads(1500))
    return read_settings(store_dir=store, query_seconds=5, query_megabytes=64, queue_seconds=0.2, workers=2)


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(settings) as opened:
        yield opened


@pytest.fixture
def own_engine(settings: Settings) -> Iterator[EmbeddedEngine]:
    """An engine a test may break."""
    with EmbeddedEngine(settings.model_copy(update={"workers": 1})) as opened:
        yield opened
