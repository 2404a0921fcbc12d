from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg_server.build.pipeline import STEPS, build
from kg_server.build.record import load_build
from kg_server.build.store import locked
from kg_server.core.errors import KgError, SourceError, ValidationFailed
from kg_server.core.layout import STORE
from kg_server.engine.columns import open_columns
from tests.build.projects import ROOT, copy_mini, edit, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

PLAN = "data/strategy/plan.ttl"
AGAIN = """
import sys
from pathlib import Path
from kg_server.build.pipeline import build
from kg_server.core.settings import read_settings
made = build(read_settings(project_dir=Path(sys.argv[1])))
print(made.is_new, sorted({"pyoxigraph", "pyshacl", "rdflib", "yaml"} & set(sys.modules)))
"""


def test_two_builds_of_the_same_text_have_one_digest(tmp_path: Path) -> None:
    first, second = (build(settings_of(copy_mini(tmp_path / name))) for name in ("one", "two"))
    assert first.digest == second.digest
    assert (first.folder / "dataset.nq").read_bytes() == (second.folder / "dataset.nq").read_bytes()
    assert (first.folder / "rules.json").read_bytes() == (second.folder / "rules.json").read_bytes()
    assert (first.folder / "search.sqlite").read_bytes() == (second.folder / "search.sqlite").read_bytes()


def test_only_a_graph_too_large_for_memory_is_laid_out_on_disk(settings: Settings) -> None:
    made = build(settings)
    assert not (made.folder / STORE).exists()
    assert open_columns(made.folder / "dataset.nq")
    most = settings.model_copy(update={"memory_triples": made.record["merged"]})
    assert not (build(most, force=True).folder / STORE).exists()
    fewer = settings.model_copy(update={"memory_triples": made.record["merged"] - 1})
    assert (build(fewer, force=True).folder / STORE / "CURRENT").is_file()


def test_the_digest_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    code = AGAIN.replace("made.is_new", "made.digest")
    folders = [copy_mini(tmp_path / seed) for seed in ("1", "2")]
    said = {run(code, folder, PYTHONHASHSEED=folder.name) for folder in folders}
    assert len(said) == 1


def test_the_steps_are_told_in_order(settings: Settings) -> None:
    told: list[tuple[str, float]] = []
    build(settings, lambda step, fraction: told.append((step, fraction)))
    assert told == [*STEPS.items(), ("done", 1.0)]
    assert sorted(told, key=lambda one: one[1]) == told


def test_an_unchanged_project_is_not_built_again(settings: Settings) -> None:
    told: list[str] = []
    first = build(settings)
    again = build(settings, lambda step, _: told.append(step))
    assert (again.digest, again.is_new, told) == (first.digest, False, ["done"])
    assert build(settings, force=True).is_new


def test_an_unchanged_project_needs_no_rdf_library(settings: Settings, project: Path) -> None:
    build(settings)
    assert run(AGAIN, project) == "False []\n"


def run(code: str, project: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, str(project)],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_change_gives_a_new_build_and_keeps_the_old_one(settings: Settings, project: Path) -> None:
    first = build(settings)
    edit(project / PLAN, "Ren fjord", "Renere fjord")
    second = build(settings)
    assert second.digest != first.digest
    assert load_build(settings).digest == second.digest
    assert (first.folder / "dataset.nq").exists()


def test_a_change_that_changes_no_triple_renews_the_record(settings: Settings, project: Path) -> None:
    first = build(settings)
    edit(project / PLAN, "# The plan -", "# Our plan -")
    second = build(settings)
    assert (second.digest, second.is_new) == (first.digest, True)
    assert load_build(settings).record["fingerprint"] == second.record["fingerprint"] != first.record["fingerprint"]
    assert not build(settings).is_new


def test_a_violation_keeps_the_old_build(settings: Settings, project: Path) -> None:
    first = build(settings)
    edit(project / PLAN, '    skos:notation "A2" ;\n', "")
    edit(project / PLAN, "sg:partOf <policy", "sg:partof <policy")
    with pytest.raises(ValidationFailed) as caught:
        build(settings)
    rules = [getattr(one, "rule", "") for one in caught.value.findings]
    assert rules[:2] == ["Strategy-notation", "undeclared-term"]
    assert load_build(settings).digest == first.digest
    assert {path.name for path in settings.store.iterdir()} == {".lock", first.digest, "current"}


def test_a_violation_without_an_old_build_leaves_none(settings: Settings, project: Path) -> None:
    edit(project / PLAN, '    skos:notation "A2" ;\n', "")
    with pytest.raises(ValidationFailed):
        build(settings)
    assert [path.name for path in settings.store.iterdir()] == [".lock"]


def test_a_warning_is_recorded_and_does_not_stop(settings: Settings, project: Path) -> None:
    edit(project / PLAN, "    sg:evidence <passage/harbour> ;\n", "")
    found = build(settings).findings
    assert [one.focus_label_en for one in found if one.rule == "Strategy-evidence"] == [
        "Cooperation on shore power",
        "Learning from other port cities",
    ]


def test_a_file_that_cannot_be_read_keeps_the_old_build(settings: Settings, project: Path) -> None:
    first = build(settings)
    edit(project / PLAN, "@base", "@bose")
    with pytest.raises(SourceError):
        build(settings)
    assert load_build(settings).digest == first.digest


def test_two_builds_at_once_do_not_collide(settings: Settings) -> None:
    with locked(settings.store), pytest.raises(KgError, match="Another build is at work"):
        build(settings)
    assert build(settings).is_new


def test_another_base_gives_a_build_of_its_own(project: Path) -> None:
    made = build(settings_of(project, base="https://graf.lillevik.example/"))
    assert b"w3id.org/strategigraf" not in (made.folder / "dataset.nq").read_bytes()
    assert made.record["base"] == "https://graf.lillevik.example/"


def test_wording_kept_here_comes_into_the_graph(settings: Settings) -> None:
    settings.local.mkdir()
    base = "https://w3id.org/strategigraf"
    text = f'<{base}/id/passage/harbour> <{base}/ontology#wording> "Havna skal bli ren." .\n'
    (settings.local / "lillevik.ttl").write_text(text, encoding="utf-8")
    made = build(settings)
    assert made.record["triples"]["wording"] == 1
    assert "sg:wording" not in {one.value for one in made.findings}
