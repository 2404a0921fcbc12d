"""The CONSTRUCT of the real links, over rows and names of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.build.tables import read_table
from kg_server.core.errors import SourceError
from kg_server.core.namespaces import prefixes
from tests.build.projects import ROOT, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.build.texts import Source

HEADER = (
    "record_id,subject_id,predicate_id,object_id[],confidence,evidence[],rationale_nb,rationale_en,mapping_date,"
    "review_status"
)
NAMES = """\
strategy/a1 skos:notation "A1" ; rdfs:label "Landstrøm"@nb , "Shore power"@en .
policy/life rdfs:label "LIFE-programmet"@nb , "LIFE programme"@en .
theme/energy rdfs:label "Krav til energi"@nb , "Demands on energy"@en .
sdg:12.5 skos:notation "12.5" ; rdfs:label "Mindre avfall"@nb , "Less waste"@en .
sg:supports rdfs:label "støtter"@nb , "supports"@en .
sg:contributesTo rdfs:label "bidrar til"@nb , "contributes to"@en .
sg:noContribution rdfs:label "bidrar ikke til"@nb , "makes no contribution to"@en .
sg:Alignment rdfs:label "Kobling"@nb , "Alignment"@en .
"""


def known() -> ox.Store:
    spaces = "".join(f"@prefix {name}: <{space}> .\n" for name, space in prefixes().items())
    turtle = "\n".join(
        f"<https://w3id.org/strategigraf/id/{line.replace(' ', '> ', 1)}" if "/" in line.split(" ")[0] else line
        for line in NAMES.splitlines()
    )
    store = ox.Store()
    store.load(f"{spaces}{turtle}".encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("http://e/graph/names"))
    return store


def read(folder: Path, subject: str, relation: str, thing: str) -> Source:
    shutil.copy(ROOT / "data/alignments/alignments.rq", folder / "links.rq")
    row = f"x,{subject},{relation},{thing},0.7,4-a1|1-2,Fordi.,Because.,2026-11-23,Draft"
    (folder / "links.csv").write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    return read_table(folder / "links.csv", "http://e/graph/links", settings_of(folder), known())[0]


def labels(source: Source) -> list[str]:
    return sorted(str(triple.object) for triple in source.triples if triple.predicate.value.endswith("#label"))


@pytest.mark.parametrize(
    ("ends", "nb", "en"),
    [
        ("strategy/a1 supports policy/life", "A1 støtter LIFE-programmet", "A1 supports LIFE programme"),
        ("strategy/a1 supports theme/energy", "A1 støtter «Krav til energi»", "A1 supports “Demands on energy”"),
        (
            "theme/energy contributesTo sdg:12.5",
            "«Krav til energi» bidrar til SDG 12.5",
            "“Demands on energy” contributes to SDG 12.5",
        ),
        (
            "strategy/a1 noContribution sdg:2|sdg:10|sdg:11",
            "A1 bidrar ikke til SDG 2, 10 og 11",
            "A1 makes no contribution to SDG 2, 10 and 11",
        ),
    ],
)
def test_a_link_is_called_by_what_it_links(tmp_path: Path, ends: str, nb: str, en: str) -> None:
    assert labels(read(tmp_path, *ends.split())) == sorted([f'"{en}"@en', f'"{nb}"@nb'])


@pytest.mark.parametrize(
    ("subject", "relation", "thing", "label"),
    [
        ("strategy/a1", "supports", "policy/lifer", "A1 støtter policy/lifer"),
        ("policy/lifer", "supports", "strategy/a1", "policy/lifer støtter A1"),
        ("strategy/a1", "supporting", "policy/life", "A1 supporting LIFE-programmet"),
        ("strategy/a1", "contributesTo", "sdg:12.55", "A1 bidrar til SDG 12.55"),
    ],
)
def test_a_misspelt_name_leaves_the_row_for_its_finding(
    tmp_path: Path, subject: str, relation: str, thing: str, label: str
) -> None:
    source = read(tmp_path, subject, relation, thing)
    assert f'"{label}"@nb' in labels(source)
    assert len(source.triples) == len(read(tmp_path, "strategy/a1", "supports", "policy/life").triples)
    assert source.lines == {"https://w3id.org/strategigraf/id/alignment/x": 2}


@pytest.mark.parametrize(
    ("subject", "relation", "thing", "value"),
    [
        ("strategy/a 1", "supports", "policy/life", "strategy/a 1"),
        ("strategy/a1", "sup ports", "policy/life", "sup ports"),
        ("strategy/a1", "supports", "policy/li fe", "policy/li fe"),
        ("strategy/a1", "noContribution", "sdg:1|sdg:2 3", "sdg:2 3"),
    ],
)
def test_a_value_that_makes_no_iri_is_told(tmp_path: Path, subject: str, relation: str, thing: str, value: str) -> None:
    with pytest.raises(SourceError, match=f'"{value}"') as caught:
        read(tmp_path, subject, relation, thing)
    assert (caught.value.file, caught.value.line) == ("links.csv", 2)
