from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import openpyxl
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


def test_all_gaps_are_taken_along_in_one_table_with_what_closes_each(real: FlaskClient, real_build: Settings) -> None:
    rows = list(csv.DictReader(io.StringIO(real.get("/gaps?format=csv&lang=en").text)))
    questions = [query for query in read_catalog(real_build).values() if query.topic == "gaps"]
    assert len(rows) == sum(missing(query.name) for query in questions)
    assert all(row["What it concerns"] and row["What would close it"] for row in rows)
    known = next(row for row in rows if row["What it concerns (IRI)"].endswith("/gap/annex-status"))
    assert known["What would close it"] == "The municipality giving the status of each cooperation."
    told = real.get("/gaps?format=json").get_json()
    assert [gap["thing"] for gap in told["gaps"]] == [row["What it concerns (IRI)"] for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(real.get("/gaps?format=xlsx").data)).worksheets[0]
    assert sheet.max_row == len(rows) + 1
    assert sheet["B1"].value == "Hva det gjelder"
