from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import build
from kg_server.build.record import fingerprint, load_build
from kg_server.core.errors import NoBuild
from kg_server.core.findings import Finding, Severity, from_record, in_order
from tests.build.projects import copy_mini, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.record import Build
    from kg_server.core.settings import Settings

KEYS = {
    *("digest", "fingerprint", "built_at", "base", "triples", "merged", "things", "derived", "findings", "versions"),
}


def test_the_record_tells_what_was_built(built: Build) -> None:
    assert set(built.record) == KEYS
    assert built.record["digest"] == built.digest
    assert set(built.record["triples"]) == {
        *("about", "alignments", "inferred", "ontology", "questions", "sdg", "strategy"),
    }
    assert set(built.record["versions"]) == {
        *("strategigraf", "pyoxigraph", "pyshacl", "rdflib", "snowballstemmer", "python"),
    }


def test_the_rules_are_kept_for_explanations(built: Build) -> None:
    rules = json.loads((built.folder / "rules.json").read_text(encoding="utf-8"))
    assert rules == json.loads(json.dumps(built.rules))
    assert {rule["name"] for rule in rules} == set(built.record["derived"])
    assert set(rules[0]) == {
        *("name", "kind", "label_nb", "label_en", "sentence_nb", "sentence_en"),
        *("head", "premises", "where", "prefixes"),
    }


def test_a_build_is_loaded_as_it_was_made(built: Build) -> None:
    loaded = load_build(settings_of(built.folder.parents[1]))
    assert (loaded.digest, loaded.record, loaded.folder) == (built.digest, built.record, built.folder.resolve())
    assert loaded.findings == built.findings
    assert (loaded.is_new, built.is_new) == (False, True)


def test_findings_below_a_violation_are_kept(built: Build) -> None:
    assert {finding.severity for finding in built.findings} == {Severity.WARNING}
    assert built.findings[0].file == "ontology/core.ttl"


def test_without_a_build_there_is_nothing_to_load(settings: Settings) -> None:
    with pytest.raises(NoBuild, match=r"Run `kg build` first\."):
        load_build(settings)


@pytest.mark.parametrize(("name", "content"), [("build.json", "{"), ("build.json", "{}"), ("rules.json", "")])
def test_a_build_that_cannot_be_read_is_none(settings: Settings, name: str, content: str) -> None:
    (settings.store / "x").mkdir(parents=True)
    (settings.store / "x" / "build.json").write_text('{"digest": "x"}', encoding="utf-8")
    (settings.store / "x" / "rules.json").write_text("[]", encoding="utf-8")
    (settings.store / "x" / "dataset.nq").write_text("", encoding="utf-8")
    (settings.store / "current").symlink_to("x")
    assert load_build(settings).digest == "x"
    (settings.store / "x" / name).write_text(content, encoding="utf-8")
    with pytest.raises(NoBuild):
        load_build(settings)


def test_a_build_without_its_graph_is_none(settings: Settings) -> None:
    made = build(settings)
    (made.folder / "dataset.nq").unlink()
    with pytest.raises(NoBuild):
        load_build(settings)
    assert build(settings).is_new


def test_the_same_files_have_one_fingerprint_wherever_they_lie(tmp_path: Path) -> None:
    one, other = copy_mini(tmp_path / "one"), copy_mini(tmp_path / "other")
    assert fingerprint(settings_of(one)) == fingerprint(settings_of(other))


@pytest.mark.parametrize(
    "file",
    [
        "ontology/core.ttl",
        "ontology/rules/inverse.rq",
        "shapes/strategy.ttl",
        "data/graphs.ttl",
        "data/sdg/goals.csv",
        "data/sdg/goals.rq",
        "queries/strategies.rq",
        "queries/checks/no-strategy-twice.rq",
    ],
)
def test_any_change_to_a_file_changes_the_fingerprint(settings: Settings, project: Path, file: str) -> None:
    before = fingerprint(settings)
    with (project / file).open("a", encoding="utf-8") as opened:
        opened.write("# more\n")
    assert fingerprint(settings) != before


def test_a_new_file_a_new_name_and_a_new_base_change_the_fingerprint(settings: Settings, project: Path) -> None:
    prints = {fingerprint(settings), fingerprint(settings_of(project, base="https://graf.lillevik.example/"))}
    settings.local.mkdir()
    (settings.local / "more.ttl").write_text("", encoding="utf-8")
    prints.add(fingerprint(settings))
    (project / "data/strategy/plan.ttl").rename(project / "data/strategy/plans.ttl")
    prints.add(fingerprint(settings))
    assert len(prints) == 4


def test_what_does_not_reach_a_build_leaves_the_fingerprint(settings: Settings, project: Path) -> None:
    before = fingerprint(settings)
    (project / "README.md").write_text("more", encoding="utf-8")
    assert fingerprint(settings) == fingerprint(settings_of(project, store_dir="elsewhere")) == before


def test_a_finding_survives_its_record() -> None:
    finding = Finding("rule", Severity.INFO, "nb", "en", focus="http://e/x", file="data/x.ttl", line=3)
    assert from_record(json.loads(json.dumps(finding.record()))) == finding
    assert str(finding) == "data/x.ttl:3: http://e/x: en"


def test_findings_are_listed_once_and_the_gravest_first() -> None:
    kinds = [Severity.INFO, Severity.VIOLATION, Severity.WARNING, Severity.VIOLATION]
    found = in_order([Finding("rule", kind, "nb", "en") for kind in kinds])
    assert [one.severity for one in found] == [Severity.VIOLATION, Severity.WARNING, Severity.INFO]
