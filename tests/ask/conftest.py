from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.ask.rules import read_rules
from kg_server.build.rules import read_rule, run_rules
from kg_server.build.texts import open_text
from kg_server.core.namespaces import graph_iri
from kg_server.core.settings import Settings, read_settings
from kg_server.engine.opening import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_server.ask.rules import Rule
    from kg_server.engine.base import Engine

ROOT = Path(__file__).parents[2]
MINI = Path(__file__).parent / "mini.trig"


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store whose current build is the mini data set and what the project's own rules conclude from it."""
    store = tmp_path_factory.mktemp("ask")
    folder = store / "mini"
    folder.mkdir()
    here = read_settings(project_dir=ROOT)
    rules = [read_rule(open_text(path, here)) for path in sorted((ROOT / "ontology" / "rules").glob("*.rq"))]
    data = ox.Dataset(ox.parse(path=MINI, format=ox.RdfFormat.TRIG))
    triples = {quad.triple for quad in data}
    inferred, _ = run_rules(rules, triples)
    derived = ox.NamedNode(graph_iri("inferred"))
    data_quads = [*data, *(ox.Quad(one.subject, one.predicate, one.object, derived) for one in inferred)]
    merge = [ox.Quad(*triple) for triple in triples | inferred]
    ox.serialize([*data_quads, *merge], folder / "dataset.nq", format=ox.RdfFormat.N_QUADS)
    (folder / "rules.json").write_text(json.dumps([rule.record() for rule in rules]), encoding="utf-8")
    (folder / "build.json").write_text(json.dumps({"digest": "mini"}), encoding="utf-8")
    (store / "current").symlink_to("mini")
    return read_settings(project_dir=ROOT, store_dir=store, workers=1)


@pytest.fixture(scope="package")
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine over the mini data set."""
    with open_engine(settings) as opened:
        yield opened


@pytest.fixture(scope="package")
def rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules the mini data set was concluded with."""
    return read_rules(settings)
