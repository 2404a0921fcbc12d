from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

STRATEGIES = "/api/questions/strategies-of-sdg?sdg=12"
COVERAGE = "/api/questions/sdg-coverage-of-strategies"


def ask(client: FlaskClient, address: str, **headers: str) -> Any:
    response = client.get(address, headers=headers)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.json


def refusal(client: FlaskClient, address: str, status: int = 400) -> Any:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    return response.json


def test_the_list_tells_what_every_question_takes_and_gives(real: FlaskClient) -> None:
    questions = {each["name"]: each for each in ask(real, "/api/questions?lang=en")["questions"]}
    one = questions["strategies-of-sdg"]
    assert one["summary"].startswith("Which strategies contribute to an SDG")
    assert one["parameters"][0] == {
        "name": "sdg",
        "label": "SDG or target",
        "type": "iri",
        "required": True,
        "default": None,
        "example": "sdg:12",
        "of": ["sdgo:Goal", "sdgo:Target"],
    }
    assert one["columns"][0] == {"name": "strategy", "label": "Strategy"}
    assert all(ask(real, f"/api/questions/{name}?limit=1&lang=en") for name in ("figures", "twin-towns"))


def test_an_answer_holds_all_it_takes_to_read_and_cite_it(real: FlaskClient) -> None:
    answer = ask(real, STRATEGIES)
    assert answer["parameters"] == {"sdg": "http://metadata.un.org/sdg/12", "lang": "nb"}
    assert {"name": "confidence", "label": "Sikkerhet", "type": "number"} in answer["columns"]
    first = answer["rows"][0]
    assert first["confidence"] == 0.85
    assert first.keys() == {column["name"] for column in answer["columns"]}
    assert answer["labels"][first["strategy"]] == first["strategyLabel"]
    assert first["link"] in answer["labels"]
    assert answer["total"] == len(answer["rows"])
    assert answer["truncated"] is False
    assert len(answer["digest"]) == 64


@pytest.mark.parametrize(
    "name", ["12", "SDG 12", "sdg:12", "Responsible consumption and production", "http://metadata.un.org/sdg/12"]
)
def test_a_thing_goes_by_any_of_its_names(real: FlaskClient, name: str) -> None:
    assert ask(real, f"/api/questions/strategies-of-sdg?sdg={name}")["rows"] == ask(real, STRATEGIES)["rows"]


def test_pages_cover_the_answer_and_lead_to_each_other(real: FlaskClient) -> None:
    whole = ask(real, COVERAGE)
    rows: list[Any] = []
    address = f"{COVERAGE}?limit=100"
    while address:
        part = ask(real, address)
        rows += part["rows"]
        address = part["links"].get("next", "")
    assert rows == whole["rows"]
    assert part["links"]["prev"].endswith("limit=100&offset=100")
    assert (
        ask(real, f"{COVERAGE}?limit=100&offset=900")["links"]["prev"]
        == ask(real, COVERAGE + "?limit=100")["links"]["last"]
    )
    assert ask(real, f"{COVERAGE}?limit=100&page=2")["rows"] == rows[100:200]
    header = real.get(f"{COVERAGE}?limit=100&offset=100").headers.get_all("Link")
    assert [link.rpartition("; ")[2] for link in header] == [
        f'rel="{rel}"' for rel in ("first", "prev", "next", "last")
    ]


def test_the_language_is_kept_in_links_and_told_to_the_question(real: FlaskClient) -> None:
    answer = ask(real, COVERAGE, **{"Accept-Language": "en"})
    assert answer["language"] == answer["parameters"]["lang"] == "en"
    assert {row["coverageLabel"] for row in answer["rows"]} == {"linked", "assessed without link"}
    assert all("lang=en" in link and link.count("lang=") == 1 for link in answer["links"].values())


def test_csv_has_every_row_as_the_graph_has_it(real: FlaskClient) -> None:
    response = real.get(STRATEGIES, headers={"Accept": "text/csv"})
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    answer = ask(real, STRATEGIES)
    assert [row["link"] for row in rows] == [row["link"] for row in answer["rows"]]
    assert [float(row["confidence"]) for row in rows] == [row["confidence"] for row in answer["rows"]]
    part = real.get(f"{STRATEGIES}&format=csv&limit=2&offset=1").text
    assert [row["link"] for row in csv.DictReader(io.StringIO(part))] == [row["link"] for row in rows[1:3]]


def test_excel_has_words_over_its_columns_and_numbers_in_them(real: FlaskClient) -> None:
    response = real.get(f"{STRATEGIES}&format=xlsx")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="strategies-of-sdg-')
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    sheet = book["Resultat"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["Strategi", "Strategi (nr.)", "Strategi (navn)"]
    assert len(set(heads)) == len(heads)
    assert sheet.cell(2, heads.index("Sikkerhet") + 1).value == 0.85
    assert "#+" not in str(book["Om"].cell(1, 2).value)


def test_a_reader_who_has_the_answer_is_told_so(real: FlaskClient) -> None:
    first = real.get(STRATEGIES)
    again = real.get(STRATEGIES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert real.get(f"{STRATEGIES}&lang=en").headers["ETag"] != first.headers["ETag"]


def test_pages_elsewhere_may_ask(real: FlaskClient) -> None:
    headers = real.get(STRATEGIES).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in headers["Access-Control-Expose-Headers"]


def test_an_unknown_question_is_told_with_those_near_it(real: FlaskClient) -> None:
    assert "strategies-of-sdg" in refusal(real, "/api/questions/strategy-of-sdg", 404)["hint"]


@pytest.mark.parametrize(
    ("arguments", "parameter", "told"),
    [
        ("", "sdg", "må ha"),
        ("sdg=banan", "sdg", "banan"),
        ("sdg=12&sdg=13", "sdg", "to ganger"),
        ("sdg=12&goal=3", "goal", "goal"),
        ("sdg=12&lang=de", "lang", "nb, en"),
        ("sdg=12&format=", "format", "json, csv, xlsx"),
        ("sdg=12&limit=0", "limit", "fra 1 til 10000"),
        ("sdg=12&limit=ti", "limit", "fra 1 til 10000"),
        ("sdg=12&offset=-1", "offset", "fra 0"),
        ("sdg=12&offset=1&page=2", "page", "offset"),
    ],
)
def test_what_is_wrong_is_named(real: FlaskClient, arguments: str, parameter: str, told: str) -> None:
    problem = refusal(real, f"/api/questions/strategies-of-sdg?{arguments}")
    assert problem["parameter"] == parameter
    assert told in problem["detail"]


def test_a_number_of_the_wrong_kind_is_told_with_one_of_the_right_kind(real: FlaskClient) -> None:
    problem = refusal(real, "/api/questions/strongest-links?least=0,9")
    assert (problem["parameter"], "0.7" in problem["detail"]) == ("least", True)


def test_a_format_that_is_not_offered_is_refused_with_those_that_are(real: FlaskClient) -> None:
    assert "text/csv" in refusal(real, f"{STRATEGIES}&format=ttl", 406)["hint"]


def test_a_value_never_becomes_part_of_the_query(real: FlaskClient) -> None:
    hostile = "http://e/> } UNION { ?a ?b ?c } #"
    assert refusal(real, f"/api/questions/strategies-of-sdg?sdg={hostile}".replace("#", "%23"))["parameter"] == "sdg"


def test_the_page_of_the_api_lists_every_address(real: FlaskClient) -> None:
    page = real.get("/api?lang=en", headers={"Accept": "text/html"}).text
    names = [each["name"] for each in ask(real, "/api/questions")["questions"]]
    assert all(f"GET /api/questions/{name}<" in page for name in names)
