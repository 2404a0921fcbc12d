from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from kg_server.core.checks import read_checks
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app
from tests.engine.stores import write_store
from tests.web.test_pages import BROWSER, Outline, read

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from kg_server.core.checks import Checked
    from kg_server.core.settings import Settings

TRIG = """PREFIX sg: <https://w3id.org/strategigraf/ontology#>
PREFIX id: <https://w3id.org/strategigraf/id/>
GRAPH <https://w3id.org/strategigraf/graph/strategy> { id:a sg:partOf id:nowhere ; sg:kommunenummer "4204" . }"""


def finding(rule: str, focus: str, severity: str = "Warning") -> dict[str, object]:
    words = {"message_nb": f"Galt: {rule}", "message_en": f"Wrong: {rule}"}
    return {"rule": rule, "severity": severity, "focus": focus, "file": "data/a/b.ttl", "line": 3, **words}


def rule(name: str, checked: int) -> dict[str, object]:
    words = {"message_nb": f"Regelen {name}", "message_en": f"The rule {name}"}
    return {"rule": name, "severity": "Warning", "classes": [], "properties": [], "checked": checked, **words}


RECORD: dict[str, Any] = {"things": 12, "merged": 100, "findings": [finding("A", "x:new")]}
BEFORE = {"digest": "b3f0re", "built_at": "2026-11-20T10:00:00+00:00", "things": 10, "triples": 90}
CHECKS = {
    "rules": [rule("A", 4), rule("B", 7)],
    "files": [{"file": "data/a/b.ttl", "things": 5}],
    "before": {**BEFORE, "findings": [finding("A", "x:old"), finding("A", "x:new")]},
}


def page_of(folder: Path, settings: Settings, checks: object, record: dict[str, Any] = RECORD) -> str:
    store = folder / "build"
    write_store(store, TRIG, digest="d1ge57", built_at="2026-11-24T10:00:00+00:00", **record)
    (store / "current" / "checks.json").write_text(json.dumps(checks), encoding="utf-8")
    given = settings.model_copy(update={"store_dir": store})
    with EmbeddedEngine(given) as engine:
        return read(create_app(given, engine).test_client(), "/quality?lang=en")


def checked(settings: Settings) -> Checked:
    found = read_checks(settings.store / "current")
    assert found
    return found


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_finding_is_told_with_its_rule_its_thing_and_its_place(
    real: FlaskClient, real_build: Settings, language: str
) -> None:
    text = read(real, f"/quality?lang={language}")
    findings = checked(real_build).made.findings
    assert findings
    for one in findings:
        assert f'id="rule-{one.rule}"' in text
        assert one.label(language) in text
        assert f"<code>{one.file}:{one.line}</code>" in text
    assert all(check.message(language) in text for check in checked(real_build).checks.rules)


def test_things_are_listed_with_all_that_was_found_about_them(tmp_path: Path, web_settings: Settings) -> None:
    record = RECORD | {"findings": [finding("A", "x:new"), finding("B", "x:new"), finding("A", "x:more")]}
    things = page_of(tmp_path, web_settings, CHECKS, record).partition('id="things"')[2].partition('id="files"')[0]
    first, second = things.split('<tr><th scope="row">')[1:]
    assert 'href="#rule-A"' in first
    assert 'href="#rule-B"' in first
    assert '<td class="amount">2</td>' in first
    assert "x:more" in second


def test_every_finding_is_in_every_file(real: FlaskClient, real_build: Settings) -> None:
    number = len(checked(real_build).made.findings)
    rows = list(csv.DictReader(io.StringIO(real.get("/quality?format=csv&lang=en").text)))
    assert (len(rows), rows[0]["Rule"]) == (number, "Alignment-low-confidence")
    book = openpyxl.load_workbook(io.BytesIO(real.get("/quality?format=xlsx").data))
    assert book.worksheets[0].max_row == number + 1
    told = real.get("/quality?format=json").get_json()
    assert (len(told["findings"]), told["digest"]) == (number, checked(real_build).made.digest)


def test_the_share_of_things_that_keep_to_a_rule_is_told(tmp_path: Path, web_settings: Settings) -> None:
    text = page_of(tmp_path, web_settings, CHECKS)
    assert "1 finding among 4 things; 75 % keep to it." in text
    assert "The rule B" in text.partition('id="kept"')[2]


def test_what_has_changed_since_the_build_before_is_told(tmp_path: Path, web_settings: Settings) -> None:
    change = page_of(tmp_path, web_settings, CHECKS).partition('id="change"')[2]
    assert 'Triples</th><td class="amount">90</td><td class="amount">100</td>' in change
    came, went = change.partition("Findings that have gone")[::2]
    assert "None." in came
    assert "x:old" in went
    assert "x:new" not in went


def test_the_first_build_says_that_it_is_the_first(tmp_path: Path, web_settings: Settings) -> None:
    assert "This is the first build" in page_of(tmp_path, web_settings, CHECKS | {"before": None})


def test_a_name_that_nothing_describes_is_told(tmp_path: Path, web_settings: Settings) -> None:
    references = page_of(tmp_path, web_settings, CHECKS).partition('id="references"')[2]
    assert "<code>nowhere</code>" in references
    assert "<code>a</code>" not in references


def test_a_graph_built_elsewhere_says_that_its_findings_are_not_known(client: FlaskClient) -> None:
    text = read(client, "/quality?lang=en")
    assert "This graph was not built on this machine" in text
    assert 'id="review"' in text
    assert client.get("/quality?format=csv&lang=en").status_code == 404


@pytest.mark.parametrize(("language", "label"), [("nb", "sikkerhet"), ("en", "confidence")])
def test_a_property_is_called_by_its_name(real: FlaskClient, language: str, label: str) -> None:
    rule = (
        read(real, f"/quality?lang={language}")
        .partition('id="rule-Alignment-low-confidence"')[2]
        .partition("</table>")[0]
    )
    assert f">{label}</a></td>" in rule
    assert "sg:confidence" not in rule


def test_the_page_links_to_its_files(real: FlaskClient) -> None:
    links = {link["href"] for link in Outline(read(real, "/quality")).all("a")}
    assert {"/quality?format=csv", "/quality?format=xlsx", "/quality?format=json"} <= links
    assert real.get("/quality?format=ods", headers=BROWSER).status_code in (200, 406)
