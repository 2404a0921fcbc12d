"""The lines of code shown beside an answer, run as they stand against a live service."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.conftest import NODE
from tests.conftest import ROOT
from tests.serving import PATIENCE_SECONDS, fetch, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg_server.core.settings import Settings

PAGE = {"Accept": "text/html"}
ASKED = [
    "strategies-of-sdg?sdg=12&lang=nb",
    "sdgs-of-strategy?strategy=A1&lang=en",
    "evidence-of-link?from=strategy/a1&to=sdg:12",
    "strongest-links?least=0.95",
    "annexes-missing",
    "strategies-of-sdg?sdg=http://example.org/it's%26$(no-such-program)",
]


@pytest.fixture(scope="module")
def service(real_build: Settings) -> Iterator[str]:
    with serving(project_dir=ROOT, store_dir=real_build.store) as address:
        yield address


def snippets(service: str, asked: str) -> dict[str, str]:
    """The code on the page of a question, by the language it is in."""
    page = fetch(f"{service}questions/{asked}", PAGE).text
    found = re.findall(r"<summary>(\w+)[^<]*</summary>\s*<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    return {name: html.unescape(code) for name, code in found}


def rows(service: str, asked: str) -> Any:
    return json.loads(fetch(f"{service}api/questions/{asked}").body)["rows"]


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def texts(table: Any) -> list[list[str]]:
    """The cells as text; a number has one form, however it is written."""
    return [[_text(cell) for cell in row.values()] for row in table]


def _text(cell: Any) -> str:
    try:
        return "" if cell is None else repr(float(cell))
    except ValueError:
        return str(cell)


@pytest.mark.parametrize("asked", ASKED)
def test_the_lines_for_curl_run(service: str, asked: str, curl: str, tmp_path: Path) -> None:
    assert curl
    (tmp_path / "ask.sh").write_text(snippets(service, asked)["curl"], encoding="utf-8")
    answer = run("sh", tmp_path / "ask.sh")
    assert texts(csv.DictReader(io.StringIO(answer))) == texts(rows(service, asked))


@pytest.mark.parametrize("asked", ASKED)
def test_the_lines_for_python_run(service: str, asked: str, tmp_path: Path) -> None:
    (tmp_path / "ask.py").write_text(snippets(service, asked)["Python"], encoding="utf-8")
    answer = run(sys.executable, tmp_path / "ask.py")
    assert texts(csv.DictReader(io.StringIO(answer))) == texts(rows(service, asked))


@pytest.mark.parametrize("asked", ASKED)
def test_the_lines_for_javascript_run(service: str, asked: str, tmp_path: Path) -> None:
    (tmp_path / "ask.mjs").write_text(snippets(service, asked)["JavaScript"], encoding="utf-8")
    assert json.loads(run(NODE, tmp_path / "ask.mjs")) == rows(service, asked)


@pytest.mark.parametrize("asked", ASKED)
def test_the_lines_for_r_read_the_address_of_the_table(service: str, asked: str) -> None:
    code = re.fullmatch(
        r'table <- read\.csv\("([^"\\]+)", encoding = "UTF-8"\)\nprint\(table\)\n', snippets(service, asked)["R"]
    )
    assert code
    answer = fetch(code[1]).text
    assert texts(csv.DictReader(io.StringIO(answer))) == texts(rows(service, asked))
