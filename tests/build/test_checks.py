from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.build.pipeline import build
from kg_server.core.checks import CHECKS, read_checks
from tests.build.projects import edit

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.record import Build
    from kg_server.core.checks import Before
    from kg_server.core.settings import Settings

SG = "https://w3id.org/strategigraf/ontology#"


def before(made: Build) -> Before | None:
    checked = read_checks(made.folder)
    assert checked
    return checked.checks.before


def test_every_rule_tells_its_words_its_terms_and_how_many_things_it_looked_at(built: Build) -> None:
    checked = read_checks(built.folder)
    assert checked
    rules = {rule.rule: rule for rule in checked.checks.rules}
    assert all(rule.message_nb and rule.message_en and rule.classes + rule.properties for rule in rules.values())
    assert {rule.checked for rule in rules.values() if rule.classes == (f"{SG}Strategy",)} == {2}


def test_every_file_tells_how_many_things_it_describes(built: Build) -> None:
    checked = read_checks(built.folder)
    assert checked
    things = {one.file: one.things for one in checked.checks.files}
    assert things["ontology/core.ttl"] == 0
    assert things["data/strategy/plan.ttl"] > 2


def test_a_build_is_compared_with_the_one_that_was_in_use(settings: Settings, project: Path) -> None:
    first = build(settings)
    assert before(first) is None
    edit(project / "data/strategy/plan.ttl", '"A1"', '"A2"')
    second = build(settings)
    told = before(second)
    assert told
    assert (told.digest, told.findings) == (first.digest, first.findings)


def test_building_the_same_again_keeps_what_it_is_compared_with(settings: Settings, project: Path) -> None:
    first = build(settings)
    edit(project / "data/strategy/plan.ttl", '"A1"', '"A2"')
    second = build(settings)
    again = build(settings, force=True)
    assert again.digest == second.digest
    told = before(again)
    assert told
    assert told.digest == first.digest


def test_a_build_that_does_not_say_what_it_checked_has_no_checks(built: Build, tmp_path: Path) -> None:
    assert read_checks(tmp_path) is None
    (tmp_path / "build.json").write_bytes((built.folder / "build.json").read_bytes())
    (tmp_path / CHECKS).write_text("{", encoding="utf-8")
    assert read_checks(tmp_path) is None
