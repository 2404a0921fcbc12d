"""What the pages and headers say when a new build has taken the place of the one they were made of."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from kg_server.build.store import point_to
from kg_server.core.settings import read_settings
from kg_server.engine.embedded import EmbeddedEngine
from kg_server.web.app import create_app
from tests.engine.stores import write_build, write_store

HERE = Path(__file__).parent
MORE = "\n<https://w3id.org/strategigraf/id/strategy/z9> a <https://w3id.org/strategigraf/ontology#Strategy> .\n"


def test_everything_follows_the_new_build(tmp_path: Path) -> None:
    trig = (HERE / "mini.trig").read_text(encoding="utf-8")
    store = write_store(tmp_path / "build", trig, digest="m1n1", built_at="2026-11-23T10:00:00+00:00")
    shutil.copytree(HERE / "queries", tmp_path / "queries")
    settings = read_settings(project_dir=tmp_path)
    with EmbeddedEngine(settings) as engine:
        client = create_app(settings, engine).test_client()
        addresses = ("/", "/data/strategy/a1.ttl", "/sparql?query=ASK{}")
        before = [client.get(address) for address in addresses]
        write_build(store, trig + MORE, digest="m1n2", built_at="2027-01-02T10:00:00+00:00")
        point_to(store, "m1n2")
        deadline = time.monotonic() + 10
        while engine.digest == "m1n1" and time.monotonic() < deadline:
            time.sleep(0.05)
        after = [client.get(address) for address in addresses]
    assert {response.headers["X-Build-Digest"] for response in before} == {"m1n1"}
    assert {response.headers["X-Build-Digest"] for response in after} == {"m1n2"}
    assert before[1].headers["ETag"] != after[1].headers["ETag"]
    assert "2027" not in before[0].text
    assert "2027" in after[0].text
