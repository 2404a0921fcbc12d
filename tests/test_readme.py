"""What the README shows is what the graph answers."""

from __future__ import annotations

import csv
import io
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kg_server.cli import main
from tests.browser.pictures import PICTURES
from tests.reference import ROOT

if TYPE_CHECKING:
    from kg_server.core.settings import Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"```\nkg (?P<command>ask [^\n]+)\n```\n\n(?P<table>(?:\|[^\n]*\n)+)(?:\nRows in the answer: (?P<count>\d+)\n)?"
)
EXAMPLES = [(found["command"], found["table"], found["count"]) for found in EXAMPLE.finditer(README)]


def run(settings: Settings, command: str, *more: str) -> str:
    given = ["--project-dir", str(ROOT), "--store-dir", str(settings.store)]
    result = CliRunner().invoke(main, [*given, *shlex.split(command), *more])
    assert result.exit_code == 0, result.output
    return result.stdout


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


def test_the_readme_shows_ten_questions() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize(("command", "table", "count"), EXAMPLES, ids=[command for command, _, _ in EXAMPLES])
def test_an_answer_in_the_readme_is_the_answer(
    real_build: Settings, command: str, table: str, count: str | None
) -> None:
    header, _, *shown = table.splitlines()
    answer = list(csv.DictReader(io.StringIO(run(real_build, command, "--format", "csv"))))
    found = [[row[column] for column in cells(header)] for row in answer]
    assert [row for row in map(cells, shown) if row not in found] == []
    assert len(answer) == int(count or len(shown))


def test_the_explanation_in_the_readme_is_the_explanation(real_build: Settings) -> None:
    shown = README.split("$ kg why A1", 1)[1].split("```", 1)[0].split("\n", 1)[1]
    told = run(real_build, "why A1 contributesTo sdg:12 --lang en")
    assert re.findall(r"[^\s│├└─]+", told) == re.findall(r"[^\s│├└─]+", shown)


def test_the_readme_shows_two_pictures_and_tells_what_is_on_them() -> None:
    pictures = re.findall(r"^!\[([^\]]{40,})\]\((docs/pictures/[a-z]+\.png)\)$", README, re.MULTILINE)
    assert sorted(path for _, path in pictures) == sorted(f"docs/pictures/{picture.name}" for picture in PICTURES)
    for _, path in pictures:
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
        assert (ROOT / path).stat().st_size < 300_000


def test_the_readme_counts_the_questions() -> None:
    assert f"all {len(list((ROOT / 'queries').glob('*.rq')))} questions" in README


def test_the_search_in_the_readme_finds_what_it_shows(real_build: Settings) -> None:
    command, shown = re.findall(r"\$ kg (search [^\n]+)\n(?:Nothing|The)[^\n]+\nThe[^\n]+\n((?:[^\n]+\n)+)```", README)[
        0
    ]
    assert run(real_build, command).replace("\r\n", "\n") == shown
