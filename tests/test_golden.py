from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.catalog import read_catalog, run_query
from kg_server.engine.opening import open_engine
from kg_server.engine.results import read_rows
from tests.golden import FOLDER, NOTHING_FOUND, ROOT, example_values, golden_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.ask.catalog import Query
    from kg_server.core.settings import Settings
    from kg_server.core.terms import Term
    from kg_server.engine.base import Engine
    from kg_server.engine.results import Rows

NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


@pytest.fixture(scope="module")
def engine(real_build: Settings) -> Iterator[Engine]:
    with open_engine(real_build) as engine:
        yield engine


@pytest.fixture(scope="module")
def catalog(real_build: Settings) -> dict[str, Query]:
    return read_catalog(real_build)


def test_every_question_has_an_expected_answer_and_every_answer_a_question() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.csv" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_question_gives_the_expected_answer(name: str, engine: Engine, catalog: dict[str, Query]) -> None:
    expected = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    assert golden_answer(engine, catalog[name]).splitlines() == expected.splitlines(), "see `make golden`"


@pytest.mark.parametrize("name", NAMES)
def test_an_expected_answer_has_rows_and_none_of_them_twice(name: str) -> None:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    assert bool(rows) is (name not in NOTHING_FOUND)
    assert len(rows) == len(set(rows))


def test_goals_and_strategies_that_nobody_supports_are_found(engine: Engine, catalog: dict[str, Query]) -> None:
    unsupported = catalog["without-partner"].text.replace("sg:supports", "sg:respondsTo")
    rows = read_rows(engine, unsupported).rows
    assert len({row["thing"] for row in rows}) == 27


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_the_same_rows_in_english(name: str, engine: Engine, catalog: dict[str, Query]) -> None:
    values = example_values(catalog[name])
    norwegian, english = (run_query(engine, catalog[name], values, language) for language in ("nb", "en"))
    assert things(norwegian) == things(english)


def things(answer: Rows) -> list[dict[str, Term]]:
    return [{name: term for name, term in row.items() if term.kind == "uri"} for row in answer.rows]
