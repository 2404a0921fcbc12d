from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.catalog import read_catalog
from tests.golden import FOLDER

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings


def missing(name: str) -> int:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return len({row[0] for row in list(csv.reader(file))[1:]})


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_question_about_gaps_is_answered_with_what_closes_them(
    real: FlaskClient, real_build: Settings, language: str
) -> None:
    text = real.get(f"/gaps?lang={language}").text
    questions = [query for query in read_catalog(real_build).values() if query.topic == "gaps"]
    assert len(questions) > 9
    counts = dict(re.findall(r'<a href="#([a-z-]+)">[^<]*</a> <strong>(\d+)</strong>', text))
    assert counts == {query.name: str(missing(query.name)) for query in questions}
    assert [query.name for query in questions if missing(query.name) and query.closes(language) not in text] == []


def test_a_gap_that_nothing_has_is_told_as_none(real: FlaskClient) -> None:
    section = real.get("/gaps").text.partition('<h2 id="without-partner">')[2].partition("</section>")[0]
    assert "<strong>Ingen.</strong>" in section
    assert "<table" not in section
