from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.ask.finding import find
from kg_server.ask.indexes import MOST_SAID, Indexes, read_index
from kg_server.ask.matches import tell
from kg_server.core.index import INDEX
from kg_server.engine.opening import open_engine

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine


def test_an_index_made_of_answers_is_the_one_made_with_the_build(real_build: Settings) -> None:
    with open_engine(real_build) as engine:
        assert (
            read_index(engine, real_build.base, most=MOST_SAID).source
            == (real_build.store / "current" / INDEX).read_bytes()
        )


def test_the_file_of_the_build_is_used_where_there_is_one(real_build: Settings) -> None:
    with open_engine(real_build) as engine:
        assert Indexes(real_build).of(engine).source == real_build.store / engine.digest / INDEX


def test_where_there_is_none_it_is_made_once(settings: Settings, engine: Engine) -> None:
    indexes = Indexes(settings)
    index = indexes.of(engine)
    assert indexes.of(engine) is index
    with index.opened() as database:
        found = find(database, "havn")
        assert "city/havn" in [one.name for one in tell(database, found.hits, found.wanted, "nb")]


def test_an_index_that_does_not_hold_everything_says_so(settings: Settings, engine: Engine) -> None:
    assert read_index(engine, settings.base, most=5).is_cut
    assert not read_index(engine, settings.base, most=MOST_SAID).is_cut
