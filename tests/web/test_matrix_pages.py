from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest

from kg_server.web.matrix_pages import MOST_COLUMNS
from tests.web.test_pages import BROWSER, Outline, broken_links, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

MOST_HTML = 200_000
ADDRESSES = [
    "/matrix",
    "/matrix?open=12",
    "/matrix?columns=eu&open=green-deal",
    "/matrix?rows=goal&columns=challenge",
    "/matrix?rows=focus-area&columns=partner&least=0.7&basis=judged&status=draft",
    "/matrix/cell?row=strategy/a1&column=sdg:12",
    "/matrix/cell?row=strategy/a1&column=sdg:12.1",
]


def mark(page: str, row: str, column: str) -> str:
    """The words for readers with no eyes that stand where a row meets a column."""
    address = re.escape(f"/matrix/cell?row=strategy%2F{row}&amp;column=sdg%3A{column}")
    found = re.search(rf'href="{address}[^"]*" aria-label="([^"]+)"', page)
    return found[1] if found else ""


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_view_is_well_formed_light_and_led_by_links_that_work(
    real: FlaskClient, address: str, language: str
) -> None:
    text = read(real, address + ("&" if "?" in address else "?") + f"lang={language}")
    page = Outline(text)
    assert len(text.encode()) < MOST_HTML
    assert page.all("html")[0]["lang"] == language
    assert all("scope" in cell for cell in page.all("th"))
    assert not any("style" in attributes for _, attributes in page.tags)
    assert broken_links(real, page) == []


def test_three_values_are_told_apart_in_words(real: FlaskClient) -> None:
    page = read(real, "/matrix?open=12")
    assert mark(page, "a1", "12") == "koblet, sterk (0,85)"
    assert mark(page, "a1", "14") == "vurdert, ingen kobling funnet"
    assert mark(page, "a1", "12.5") == "koblet, tydelig (0,8)"
    assert mark(page, "a1", "12.3") == ""
    assert "ikke vurdert</span></td>" in page


def test_a_filter_sets_links_aside(real: FlaskClient) -> None:
    page = read(real, "/matrix?least=0.85&lang=en")
    assert mark(page, "a1", "12") == "linked, strong (0.85)"
    assert mark(page, "a2", "12") == "left out by the filter, or rejected"


def test_a_cell_opens_what_it_rests_on(real: FlaskClient) -> None:
    page = read(real, "/matrix/cell?row=A1&column=12&lang=en")
    for part in (
        "strong (0.85)",
        "clear (0.8)",
        "Circular solutions are reuse",
        "Judged by:",
        "/page/passage/4-a1",
        "draft",
    ):
        assert part in page
    finding = read(real, "/matrix/cell?row=A1&column=14&lang=en")
    assert "makes no contribution to" in finding
    assert "Nobody has judged" in read(real, "/matrix/cell?row=A1&column=sdg:12.3&lang=en")


def test_sums_are_those_of_the_cells(real: FlaskClient) -> None:
    told = real.get("/api/matrix").get_json()
    linked = [[cell["state"] == "linked" for cell in line] for line in told["cells"]]
    assert [sum(line) for line in linked] == [one["linked"] for one in told["row_sums"]]
    assert [sum(line) for line in zip(*linked, strict=True)] == [one["linked"] for one in told["column_sums"]]


def test_the_api_tells_who_answers_to_sdg_12(real: FlaskClient) -> None:
    told = real.get("/api/matrix?open=12").get_json()
    assert told["digest"] == real.get("/api/matrix").headers["X-Build-Digest"]
    columns = [column["iri"] for column in told["columns"]]
    assert told["columns"][columns.index("http://metadata.un.org/sdg/12.5")]["whole"] == "http://metadata.un.org/sdg/12"
    at = columns.index("http://metadata.un.org/sdg/12")
    linked = [
        row["notation"] for row, line in zip(told["rows"], told["cells"], strict=True) if line[at]["state"] == "linked"
    ]
    assert linked == ["A1", "A2"]
    assert told["cells"][0][at]["links"] == 2


def test_the_workbook_looks_like_the_page(real: FlaskClient) -> None:
    response = real.get("/matrix?format=xlsx&lang=en")
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["Coverage", "Links", "About"]
    sheet = book["Coverage"]
    assert sheet.freeze_panes == "B2"
    assert sheet["A2"].value.startswith("A1 International cooperation")
    strong, without = sheet["M2"], sheet["B2"]
    assert (strong.value, strong.fill.fgColor.rgb) == ("●", "FF0D7A5F")
    assert (without.value, without.fill.fgColor.rgb) == ("✕", "FFF3F3F4")
    assert strong.comment.text == "linked, strong (0.85)"
    assert [sheet["S1"].value, sheet["T1"].value] == ["Linked", "Links"]
    assert sheet["S2"].value == 6
    linked, links = sheet["A19"].value, sheet["A20"].value
    assert (linked, links) == ("Linked", "Links")
    cells = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2, max_row=20, min_col=19)]
    assert all(isinstance(number, int) for line in cells[:-2] for number in line)
    assert cells[-2][0] == sum(int(str(linked)) for linked, _ in cells[:-2])
    assert cells[-1][1] == sum(int(str(links)) for _, links in cells[:-2])
    facts = {row[0].value: row[1].value for row in book["About"].rows}
    assert facts["Digest of the graph:"] == response.headers["X-Build-Digest"]
    assert 'filename="matrix-' in response.headers["Content-Disposition"]


def test_csv_has_a_row_for_every_cell(real: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(real.get("/matrix?format=csv&lang=en").text)))
    assert len(rows) == 17 * 17
    first = next(row for row in rows if row["Column (IRI)"].endswith("/sdg/12"))
    assert (first["Cell"], first["Confidence"], first["Links"], first["Basis"]) == ("linked", "0.85", "2", "judged")
    excel = real.get("/matrix?format=csv-excel").data
    assert excel.startswith(b"\xef\xbb\xbf")
    assert b";0,85;" in excel


@pytest.mark.parametrize(
    "address",
    [
        "/matrix?rows=nobody",
        "/matrix?columns=<b>",
        "/matrix?least=2",
        "/matrix?least=NaN",
        "/matrix?basis=x",
        "/matrix?open=all",
        "/matrix/cell",
        "/matrix/cell?row=A1&column=B1",
        "/api/matrix?status=x",
    ],
)
def test_what_makes_no_matrix_is_refused_in_words(real: FlaskClient, address: str) -> None:
    response = real.get(address, headers=BROWSER if "api" not in address else {})
    assert response.status_code == 400
    assert "<b>" not in response.text


def test_a_page_that_would_be_too_wide_points_to_the_files(real: FlaskClient) -> None:
    assert str(MOST_COLUMNS) in real.get("/matrix?open=all", headers=BROWSER).text
    told = real.get("/api/matrix?open=all").get_json()
    assert len(told["columns"]) == 17 + 169


def test_the_caption_tells_what_is_shown_and_by_which_filter(real: FlaskClient) -> None:
    page = read(real, "/matrix?columns=eu&least=0.7&basis=judged&lang=nb")
    caption = " ".join(page.partition("<caption")[2].partition("</caption>")[0].split())
    assert "Strategier mot EU-politikk og EU-programmer." in caption
    assert "grunnlag vurdert; minst så sikker tydelig (0,7)." in caption
    assert '<option value="0.6" selected>0,6</option>' in read(real, "/matrix?least=0,6&lang=nb")
    assert "Viser bare" not in read(real, "/matrix?lang=nb")
