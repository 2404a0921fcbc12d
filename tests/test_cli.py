from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from kg_server.cli import main
from kg_server.cli.output import RECORD_FORMATS
from kg_server.connect.documents import read_document
from kg_server.connect.passages import COLUMNS, mark_passage
from kg_server.core.index import INDEX
from kg_server.core.settings import Settings
from tests.build.projects import ROOT, copy_mini, edit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXT = "1. Om havna\n\nHavna i Lillevik er åpen for\nalle skip. Byen vil ha landstrøm.\n"
SECTION = """
<section/1>
    a sg:Section ;
    rdfs:label "Om havna"@nb ;
    rdfs:label "On the harbour"@en ;
    dcterms:source <plan/lillevik> ;
    sg:basis sg:Stated ;
    sg:partOf <plan/lillevik> ;
.
"""
KG = (sys.executable, "-c", "from kg_server.cli import main; main(prog_name='kg')")
COMMANDS = (
    "build",
    "validate",
    "serve",
    "publish",
    "query",
    "ask",
    "search",
    "describe",
    "why",
    "trace",
    "source",
    "settings",
)
SELECT = "SELECT ?s ?label { ?s a sg:Strategy ; rdfs:label ?label FILTER (LANG(?label) = 'nb') } ORDER BY ?s"


def make_project(folder: Path) -> Path:
    """The small project with a text of its own, and one passage in it."""
    copy_mini(folder)
    text = folder.parent / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    words = "Havna i Lillevik er åpen for alle skip."
    row = mark_passage(read_document(text), words, "harbour", "1").row()
    table = folder / "data" / "strategy" / "passages.csv"
    table.write_text(f"{','.join(COLUMNS)},label_nb,label_en\n{row},Om havna,On the harbour\n", encoding="utf-8")
    rows = (ROOT / "data" / "strategy" / "passages.rq").read_text(encoding="utf-8")
    (table.parent / "passages.rq").write_text(rows.replace("international-strategy", "lillevik"), encoding="utf-8")
    with (folder / "data" / "strategy" / "plan.ttl").open("a", encoding="utf-8") as plan:
        plan.write(SECTION)
    return folder


def run(folder: Path, *args: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["--project-dir", str(folder), *args], input=given)


def run_on_terminal(args: Sequence[str]) -> tuple[str, int]:
    """What a command writes when it writes to a terminal, and its exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*KG, *args], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=os.environ | {"COLUMNS": "100"}
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 65536):
                written += piece
        except OSError:  # the other end is closed
            process.wait()
    os.close(ours)
    return written.decode(), process.returncode


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built."""
    folder = make_project(tmp_path_factory.mktemp("cli") / "project")
    result = run(folder, "build")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project, to change."""
    return make_project(tmp_path / "project")


# Help and settings


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_help_lists_every_command_with_examples() -> None:
    result = CliRunner().invoke(main, ["-h"])
    assert main.list_commands(click.Context(main)) == list(COMMANDS)
    assert [name for name in COMMANDS if f"  {name} " not in result.output] == []
    assert "kg why A1 contributesTo 12.5" in result.output


def test_settings_tell_where_each_value_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kg.toml").write_text('language = "en"\nhost = "::1"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KG_PORT", "8123")
    monkeypatch.setenv("KG_HOST", "0.0.0.0")
    result = CliRunner().invoke(main, ["--store-dir", "elsewhere", "settings", "--format", "json"])
    told = {row["setting"]: (row["value"], row["origin"]) for row in json.loads(result.output)}
    assert set(told) == set(Settings.model_fields)
    assert told["port"] == (8123, "KG_PORT")
    assert told["host"] == ("0.0.0.0", "KG_HOST")
    assert told["language"] == ("en", "kg.toml")
    assert told["store_dir"] == ("elsewhere", "command line")
    assert told["workers"] == (2, "default")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("port = 'far'", "The setting port is wrong"),
        ("prot = 1", "The setting prot is wrong"),
        ("=", "kg.toml cannot be"),
    ],
)
def test_a_wrong_setting_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: str, message: str
) -> None:
    (tmp_path / "kg.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["settings"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_documentation_describes_every_setting(name: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in text
    assert f"| {Settings.model_fields[name].description} |" in text


# Build and validate


def test_a_build_tells_its_digest_and_a_second_one_finds_it_there(project: Path) -> None:
    first, second = run(project, "build"), run(project, "build")
    digest = first.output.split()[0]
    assert "built in" in first.output
    assert second.output.startswith(f"{digest} already there")
    record = json.loads(run(project, "build", "--json").output)
    assert record["digest"] == digest
    assert (project / "build" / "current").resolve().name == digest


def test_findings_stop_a_build_and_are_listed(project: Path) -> None:
    edit(project / "data" / "strategy" / "plan.ttl", '    skos:notation "A1" ;\n', "")
    result = run(project, "build")
    assert result.exit_code == 1
    assert "Strategien har ikke noe nummer" in result.stderr
    assert "unused-term" not in result.output
    assert "\nError: The graph was not built. Findings to mend first: 1." in result.stderr
    assert "\nHint: The build that was there" in result.stderr
    assert not (project / "build" / "current").exists()


def test_validation_lists_findings_and_stores_nothing(project: Path) -> None:
    edit(project / "data" / "strategy" / "plan.ttl", '    skos:notation "A1" ;\n', "")
    result = run(project, "validate", "--lang", "en")
    assert result.exit_code == 1
    row, *others = csv.DictReader(io.StringIO(result.stdout))
    assert {other["severity"] for other in others} == {"Warning"}
    assert (row["severity"], row["thing"]) == ("Violation", "Cooperation on shore power")
    assert row["place"].startswith("data/strategy/plan.ttl:")
    assert row["message"].startswith("The strategy has no number.")
    assert "1 violations, " in result.stderr
    assert not (project / "build").exists()
    record, *_ = json.loads(run(project, "validate", "--format", "json").stdout)
    assert record["rule"] == "Strategy-notation"


def test_warnings_alone_are_no_failure(built: Path) -> None:
    result = run(built, "validate", "--format", "table")
    assert result.exit_code == 0
    assert "unused-term" in result.stdout
    assert result.stderr.startswith("0 violations, ")


def test_a_file_that_cannot_be_read_is_named_with_its_line(project: Path) -> None:
    edit(project / "data" / "strategy" / "plan.ttl", "    a sg:Plan ;\n", "    a sg:Plan\n")
    result = run(project, "validate")
    assert result.exit_code == 1
    assert "data/strategy/plan.ttl:" in result.stderr
    assert "Traceback" not in result.output


# Questions


def test_a_query_is_answered_as_csv_into_a_pipe(built: Path) -> None:
    rows = list(csv.reader(io.StringIO(run(built, "query", SELECT).stdout)))
    assert rows[0] == ["s", "label"]
    assert [row[1] for row in rows[1:]] == ["Samarbeid om landstrøm", "Lære av andre havnebyer"]


def test_a_query_may_come_from_a_file_or_standard_input(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(SELECT, encoding="utf-8")
    expected = run(built, "query", SELECT).stdout
    assert run(built, "query", str(path)).stdout == expected
    assert run(built, "query", "-", given=SELECT.encode()).stdout == expected


@pytest.mark.parametrize(
    ("query", "form", "start"),
    [
        (SELECT, "json", '{"head"'),
        (SELECT, "xml", "<?xml"),
        (SELECT, "tsv", "?s\t?label"),
        (SELECT, "table", "┏"),
        ("ASK { ?s a sg:Strategy }", "table", "yes\n"),
        ("ASK { ?s a sg:Network }", "table", "no\n"),
        ("ASK { ?s a sg:Strategy }", "json", '{"head"'),
        ("CONSTRUCT WHERE { ?s a sg:Strategy }", "ttl", "@prefix"),
        ("CONSTRUCT WHERE { ?s a sg:Strategy }", "nt", "<https://"),
    ],
)
def test_an_answer_comes_in_the_form_asked_for(built: Path, query: str, form: str, start: str) -> None:
    result = run(built, "query", query, "--format", form)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(start)


def test_triples_come_as_turtle_unless_said_otherwise(built: Path) -> None:
    assert "a sg:Strategy" in run(built, "query", "CONSTRUCT WHERE { ?s a sg:Strategy }").stdout


def test_a_file_gets_the_form_of_its_ending(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.xlsx"
    result = run(built, "query", SELECT, "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2, min_col=2)] == [
        ["label"],
        ["Samarbeid om landstrøm"],
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["answer.xlsx"]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("query", "SELECT ?s {", "-f", "csv"), 1, "does not parse at line 1, column 12"),
        (("query", "missing.rq"), 1, "“missing.rq” is neither a file nor a query"),
        (("query", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"), 1, "SERVICE is not allowed"),
        (("query", SELECT, "-f", "ttl"), 2, "does not come as ttl, only as table"),
        (("query", "CONSTRUCT WHERE { ?s a ?o }", "-f", "csv"), 2, "does not come as csv, only as ttl"),
        (("query", SELECT, "-o", "no/such/folder/x.csv"), 1, "cannot be written: No such file"),
        (("ask", "strategi"), 1, "No question is called “strategi”."),
        (("ask", "strategies", "sdg"), 2, "“sdg” is not of the form key=value"),
        (("ask", "strategies", "a=1", "a=2"), 2, "a is given twice"),
        (("ask", "strategies", "a=1"), 1, "has no parameter a."),
        (("describe", "strategy/a9"), 1, "Nothing in the graph goes by the name “strategy/a9”."),
        (("why", "A1", "hører til", "A"), 1, "“hører til” is not the name of a property"),
        (("why", "A2", "contributesTo", "7.2"), 1, "The graph does not say"),
        (("source", "check", "no-such.txt"), 1, "no-such.txt: The file cannot be read"),
        (("source", "check"), 2, "Missing argument"),
        (("describe",), 2, "Missing argument"),
        (("stroll",), 2, "No such command"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_an_exit_code(
    built: Path, args: tuple[str, ...], code: int, message: str
) -> None:
    result = run(built, *args)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_store_that_is_no_folder_is_a_sentence(project: Path) -> None:
    path = project / "README.md"
    result = run(project, "--store-dir", str(path), "build")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {path}")
    assert "Traceback" not in result.output


def test_a_query_needs_no_braces(built: Path) -> None:
    told = run(built, "query", "DESCRIBE <https://w3id.org/strategigraf/id/strategy/a1>")
    assert told.exit_code == 0
    assert "strategy/a1" in told.stdout


def test_a_thing_as_turtle_is_written_with_prefixes(built: Path) -> None:
    told = run(built, "describe", "A1", "--format", "ttl").stdout
    assert "@prefix sg: <https://w3id.org/strategigraf/ontology#>" in told
    assert "a sg:Strategy" in told


def test_paths_are_told_with_their_weakest_link(built: Path) -> None:
    told = run(built, "trace", "A2", "treaty", "--lang", "en").output
    assert told.startswith("1. Learning from other port cities → The Fjord Pact  weakest 0.7\n")
    assert "(strategy/a2) is guided by The Fjord Pact (policy/fjord-pact)  0.7" in told
    assert "weakest" in told.splitlines()[1]
    rows = list(csv.DictReader(io.StringIO(run(built, "trace", "A2", "treaty", "--format", "csv").output)))
    assert [(row["path"], row["weakest"], row["confidence"]) for row in rows] == [("1", "0.7", "0.7")]
    assert json.loads(run(built, "trace", "A2", "treaty", "--format", "json").output)[0]["weakest"] == 0.7
    assert "sg:guidedBy" in run(built, "trace", "A2", "treaty", "--format", "ttl").output
    assert run(built, "trace", "A1", "treaty").output == "There is no such path.\n"


def test_without_a_build_the_hint_says_what_to_do(project: Path) -> None:
    result = run(project, "describe", "A1")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1] == "Hint: Run `kg build` first."


def test_the_questions_are_listed_with_what_they_take(built: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(run(built, "ask", "--lang", "en").stdout))
    assert (row["name"], row["topic"], row["takes"]) == ("strategies", "Sustainable development goals", "")
    assert row["question"].startswith("Strategies and")


def test_a_question_is_answered_by_its_name(project: Path) -> None:
    query = project / "queries" / "strategies.rq"
    edit(
        query, "#+ shows", "#+ params:\n#+   goal: {type: iri, label_nb: mål, label_en: goal, example: sdg:7}\n#+ shows"
    )
    edit(query, "WHERE {\n", "WHERE {\n  VALUES ?goal { UNDEF }\n")
    assert run(project, "build").exit_code == 0
    assert "goal=sdg:7" in run(project, "ask").stdout
    rows = list(csv.reader(io.StringIO(run(project, "ask", "strategies", "goal=SDG 7").stdout)))
    assert rows[1:] == [["https://w3id.org/strategigraf/id/strategy/a1", "http://metadata.un.org/sdg/7"]]
    shown = run(project, "ask", "strategies", "goal=SDG 7", "--show").stdout
    assert "VALUES ?goal { <http://metadata.un.org/sdg/7> }" in shown


# Things and reasons


def test_a_thing_is_told_in_the_language_asked_for(built: Path) -> None:
    told = run(built, "describe", "A1", "--lang", "en").stdout
    assert told.startswith("A1 Cooperation on shore power\nstrategy/a1\nStrategy")
    assert "contributes to" in told
    assert "sdg:7.2 *" in told
    assert "0.9 strong · judged · draft" in told


def test_a_thing_comes_as_json_and_turtle(built: Path) -> None:
    told = json.loads(run(built, "describe", "A1", "--format", "json").stdout)
    assert told["iri"] == "https://w3id.org/strategigraf/id/strategy/a1"
    assert 'skos:notation "A1"' in run(built, "describe", "A1", "--format", "ttl").stdout.replace(
        "<http://www.w3.org/2004/02/skos/core#notation>", "skos:notation"
    )


def test_a_reason_is_told_down_to_the_alignment(built: Path) -> None:
    told = run(built, "why", "plan/lillevik", "contributesTo", "SDG 7", "--lang", "en").stdout
    assert told.startswith("International strategy of Lillevik (plan/lillevik) contributes to")
    for part in (
        "by the rule From part to whole",
        "by the rule Direct link",
        "0.9 strong",
        "in the graph The strategy",
    ):
        assert part in told
    record = json.loads(run(built, "why", "A1", "sg:contributesTo", "7.2", "--format", "json").stdout)
    assert record["rule"]["name"] == "direct-link"


# The document


def test_the_document_is_checked(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "crlf.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    result = run(built, "source", "check", str(path), "--format", "table")
    assert result.exit_code == 0
    assert "crlf.txt: 1 passages, 0 found, 1 moved, 0 missing." in result.stdout
    assert "No passage touches:" in result.stdout
    record = json.loads(run(built, "source", "check", str(path), "--format", "json").stdout)
    assert record["counts"] == {"found": 0, "moved": 1, "missing": 0}
    assert [row["words"] for row in record["untouched"]] == [3, 4]
    rows = list(csv.DictReader(io.StringIO(run(built, "source", "check", str(path)).stdout)))
    assert [row["state"] for row in rows] == ["moved", "untouched", "untouched"]


def test_a_missing_passage_is_an_exit_code(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("Noe annet.", encoding="utf-8")
    result = run(built, "source", "check", str(path))
    assert result.exit_code == 1
    assert "missing,harbour" in result.stdout


def test_a_loaded_document_is_quoted_from_then_on(project: Path) -> None:
    text = project.parent / "text.txt"
    assert run(project, "build").exit_code == 0
    assert "characters 13 to 52" in run(project, "describe", "A1").stdout
    result = run(project, "source", "add", str(text))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 of 1 passages now have their wording.\nBuild ")
    assert "«Havna i Lillevik er åpen for alle skip.»" in run(project, "describe", "A1").stdout
    digest = (project / "build" / "current").resolve().name
    again = run(project, "source", "add", str(text))
    assert f"Build {digest} is in use." in again.stdout


def test_wording_is_searched_where_it_is_loaded(project: Path) -> None:
    assert run(project, "build").exit_code == 0
    assert "Nothing in the graph has “skipene”." in run(project, "search", "skipene").stderr
    assert run(project, "source", "add", str(project.parent / "text.txt")).exit_code == 0
    (found,) = csv.DictReader(io.StringIO(run(project, "search", "skipene").stdout))
    assert (found["name"], found["found in"]) == ("passage/harbour", "wording")
    assert found["text"] == "Havna i Lillevik er åpen for alle skip."


# Search


def test_search_tells_what_was_found_where(built: Path) -> None:
    rows = csv.DictReader(io.StringIO(run(built, "search", "harbour", "--lang", "en").stdout))
    assert {
        "name": "passage/harbour",
        "number": "",
        "label": "On the harbour",
        "kind": "Passage",
        "found in": "label",
        "text": "On the harbour",
    } in list(rows)


def test_search_says_what_it_made_of_the_words(built: Path) -> None:
    near = run(built, "search", "habrour")
    assert "Nothing has “habrour”; this has “harbour”." in near.stderr
    some = run(built, "search", "harbour", "zero", "--limit", "1")
    assert "Nothing has all the words; this has some of them." in some.stderr
    assert "The first 1 of " in some.stderr
    assert len(some.stdout.splitlines()) == 2


def test_search_keeps_to_a_kind(built: Path) -> None:
    found = json.loads(run(built, "search", "havn", "--kind", "sg:Strategy", "--format", "json").stdout)
    assert [(one["name"], one["kind"]) for one in found] == [("strategy/a2", "Strategi")]
    none = run(built, "search", "havn", "--kind", "sg:City")
    assert none.exit_code == 1
    assert "Hint: Of other kinds there is some: leave out --kind." in none.stderr


def test_a_build_without_an_index_asks_for_a_new_one(project: Path) -> None:
    assert run(project, "build").exit_code == 0
    (project / "build" / "current" / INDEX).unlink()
    result = run(project, "search", "harbour")
    assert "has no index to search in" in result.stderr
    assert "Hint: Run `kg build --force`." in result.stderr


def test_another_document_is_refused(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("Noe annet.", encoding="utf-8")
    result = run(project, "source", "add", str(path))
    assert result.exit_code == 1
    assert "None of the 1 passages stands in this document." in result.stderr
    assert not (project / "local").exists()


def test_words_are_marked_as_a_row_of_the_table(built: Path) -> None:
    text = str(built.parent / "text.txt")
    result = run(built, "source", "mark", text, "Byen vil ha landstrøm.", "--slug", "power", "--section", "1")
    (row,) = csv.DictReader(io.StringIO(",".join(COLUMNS) + "\n" + result.stdout))
    assert (row["slug"], row["section"], row["folded_length"]) == ("power", "1", "22")
    assert TEXT[int(row["start"]) : int(row["end"])] == "Byen vil ha landstrøm."
    assert result.stderr == ""


def test_marking_in_another_text_warns_that_places_differ(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "moved.txt"
    path.write_text("Forord.\n" + TEXT, encoding="utf-8")
    result = run(built, "source", "mark", str(path), "landstrøm")
    assert result.exit_code == 0
    assert "this is not the reference text" in result.stderr


# The program itself


def test_the_program_runs_from_a_shell(built: Path) -> None:
    done = subprocess.run(
        [*KG, "--project-dir", str(built), "query", SELECT], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[0] == "s,label"
    assert done.stderr == ""


def test_the_service_runs_until_it_is_told_to_stop(built: Path) -> None:
    args = [*KG, "--project-dir", str(built), "serve", "--port", "0"]
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as service:
        assert service.stdout is not None
        address = service.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200
        service.terminate()
        _, log = service.communicate(timeout=10)
    assert service.returncode == 0
    assert [(line["status"], line["level"]) for line in map(json.loads, log.splitlines())] == [(200, "info")]


def test_a_reader_that_leaves_early_is_no_error(built: Path) -> None:
    command = " ".join(f"'{part}'" for part in [*KG[:2], KG[2].replace("'", '"'), "--project-dir", str(built)])
    done = subprocess.run(
        ["bash", "-c", f"{command} query 'SELECT * {{ ?s ?p ?o . ?a ?b ?c }} LIMIT 200000' | head -n 1"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == ""


def test_a_terminal_gets_a_table(built: Path) -> None:
    written, code = run_on_terminal(["--project-dir", str(built), "query", SELECT])
    assert code == 0
    assert "┃" in written
    assert "strategy/a1" in written


def test_a_terminal_never_gets_bytes_that_are_no_text(built: Path) -> None:
    written, code = run_on_terminal(["--project-dir", str(built), "query", SELECT, "--format", "xlsx"])
    assert code == 2
    assert "not for a terminal: name a file with -o" in " ".join(written.split())


def test_a_build_on_a_terminal_leaves_no_bar_behind(project: Path) -> None:
    written, code = run_on_terminal(["--project-dir", str(project), "build"])
    assert code == 0
    assert "validate" in written
    assert "built in" in written.splitlines()[-2]


def test_the_forms_of_records_are_all_tried(built: Path) -> None:
    outputs = {form: run(built, "ask", "--format", form) for form in RECORD_FORMATS}
    assert [form for form, result in outputs.items() if result.exit_code or "strategies" not in result.stdout] == []
