"""The project's data against the text and the facts it was made from."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, PROV, QB, SDO, SKOS, TIME, VANN, VOID
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kg_server.ask.things import describe
from kg_server.build.pipeline import build
from kg_server.connect.documents import read_document
from kg_server.connect.matching import State
from kg_server.connect.wording import add_wording, check_document
from kg_server.core.namespaces import PREFIXES, thing_iri
from kg_server.core.settings import read_settings
from kg_server.engine.opening import open_engine
from tests.reference import ROOT, SHARED, TEXT, facts, needs_reference, table

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings

WORDS_IN_A_ROW = 9
SDGO = PREFIXES["sdgo"]


def pdf_of(text: str, path: Path) -> Path:
    """A PDF with the lines of the text, set in pages of their own."""
    canvas = Canvas(str(path), pagesize=A4)
    for page in re.findall(r"(?:.*\n){1,45}", text):
        written = canvas.beginText(40, 800)
        written.setFont("Helvetica", 8)
        for line in page.splitlines():
            written.textLine(line.replace("\uf0b7", "-").replace("\u202f", "\u00a0"))
        canvas.drawText(written)
        canvas.showPage()
    canvas.save()
    return path


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.lower())
    return {tuple(words[start : start + WORDS_IN_A_ROW]) for start in range(len(words) - WORDS_IN_A_ROW + 1)}


@needs_reference
def test_no_sentence_of_the_strategy_or_of_the_un_stands_in_the_repository() -> None:
    theirs = runs_of_words(TEXT.read_text(encoding="utf-8"))
    for row in facts("policy/sdg_targets.csv"):
        theirs |= runs_of_words(row["label_en"]) | runs_of_words(row["label_no"])
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    copied = {}
    for name in listed.stdout.splitlines():
        try:
            shared = theirs & runs_of_words((ROOT / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError):
            continue
        if shared:
            copied[name] = " ".join(min(shared))
    assert copied == {}


@needs_reference
def test_the_passages_touch_every_word_but_headings_and_section_numbers() -> None:
    matches = check_document(read_document(TEXT), read_settings(project_dir=ROOT))
    assert {match.state for match in matches} == {State.FOUND}
    text = TEXT.read_text(encoding="utf-8")
    untouched = list(text)
    for match in matches:
        assert match.start is not None
        assert match.end is not None
        untouched[match.start : match.end] = " " * (match.end - match.start)
    left = set("".join(untouched).split())
    assert left <= {",", "Mål:", "Strategier:", ".", "\uf0b7", *(f"{n}." for n in range(1, 7)), "1.1", "1.2", "1.3"}


@needs_reference
def test_a_pdf_of_the_text_has_every_passage_too(tmp_path: Path) -> None:
    document = read_document(pdf_of(TEXT.read_text(encoding="utf-8"), tmp_path / "strategi.pdf"))
    matches = check_document(document, read_settings(project_dir=ROOT))
    assert [match.passage.slug for match in matches if match.state is State.MISSING] == []


@needs_reference
def test_the_wording_is_quoted_once_the_document_is_loaded(tmp_path: Path, real_build: Settings) -> None:
    settings = read_settings(project_dir=ROOT, store_dir=tmp_path / "build", local_dir=tmp_path / "local")
    add_wording(read_document(TEXT), settings)
    build(settings)
    strategy = thing_iri("strategy/a4")
    quoted = {}
    for name, each in (("with", settings), ("without", real_build)):
        with open_engine(each) as engine:
            (passage,) = describe(engine, strategy, "nb").evidence
            quoted[name] = str(passage.wording or "")
    assert quoted["without"] == ""
    assert quoted["with"] in " ".join(TEXT.read_text(encoding="utf-8").split())
    assert len(quoted["with"]) > 40


@needs_reference
def test_the_sdgs_are_those_of_the_un(real_build: Settings) -> None:
    theirs = ox.Store()
    theirs.load(
        path=str(SHARED / "reference" / "un-sdg" / "sdg-ontology-with-taxonomy.ttl"), format=ox.RdfFormat.TURTLE
    )
    ours = ox.Store()
    ours.load(path=str(real_build.store / "current" / "dataset.nq"), format=ox.RdfFormat.N_QUADS)
    for predicate in ("isTargetOf", "isIndicatorOf"):
        pairs = []
        for store in (theirs, ours):
            found = store.quads_for_pattern(None, ox.NamedNode(SDGO + predicate), None, ox.DefaultGraph())
            pairs.append({(quad.subject, quad.object) for quad in found})
        assert pairs[0] == pairs[1]


@needs_reference
def test_celex_numbers_are_the_verified_ones() -> None:
    verified = {row["key"]: row["celex"] for row in facts("policy/eu_policies.csv")}
    ours = {row["slug"]: row["celex"] for row in table("policies/eu-policies.csv") if row["celex"]}
    assert ours == {key: celex for key, celex in verified.items() if key in ours}
    assert {key for key, celex in verified.items() if celex} - set(ours) == {"green-deal", "horizon-europe"}


@needs_reference
def test_the_municipalities_are_those_of_klass() -> None:
    numbers = {row["kommunenummer"] for row in facts("places/kommuner.csv")}
    assert {row["kommunenummer"] for row in table("klass/municipalities.csv")} == numbers
    assert len(numbers) == 357


@needs_reference
def test_organisation_numbers_are_the_verified_ones() -> None:
    verified = {row["orgnr"] for row in facts("places/organisations.csv")}
    verified |= {row["orgnr"] for row in facts("places/projects.csv")}
    ours = {row["orgnr"] for name in ("identifiers", "participants") for row in table(f"organisations/{name}.csv")}
    assert ours - {""} <= verified


CLOSED = {
    "dcterms": DCTERMS, "foaf": FOAF, "org": ORG, "prov": PROV, "qb": QB, "schema": SDO, "skos": SKOS, "time": TIME,
    "vann": VANN, "void": VOID,
}  # fmt: skip
DCAT_3 = {"version"}


def reused_terms() -> dict[str, set[str]]:
    store = ox.Store()
    store.load(path=str(ROOT / "ontology" / "reused.ttl"), format=ox.RdfFormat.TURTLE)
    terms: dict[str, set[str]] = {}
    for quad in store:
        assert isinstance(quad.subject, ox.NamedNode)
        prefix = next(
            name for name, space in PREFIXES.items() if quad.subject.value.startswith(space) and name != "sdg"
        )
        terms.setdefault(prefix, set()).add(quad.subject.value.removeprefix(PREFIXES[prefix]))
    return terms


def test_reused_terms_are_terms_of_their_vocabularies() -> None:
    unknown = {
        f"{prefix}:{name}"
        for prefix, names in reused_terms().items()
        if prefix in CLOSED
        for name in names
        if name not in CLOSED[prefix]
    }
    assert unknown == set()
    assert {name for name in reused_terms()["dcat"] if name not in DCAT} <= DCAT_3


@needs_reference
@pytest.mark.parametrize(
    ("prefix", "file"),
    [("oa", "shapes/oa.ttl"), ("sdgo", "un-sdg/sdgs-ontology.ttl"), ("semapv", "shapes/semapv-terms.owl")],
)
def test_reused_terms_stand_in_the_published_vocabulary(prefix: str, file: str) -> None:
    published = (SHARED / "reference" / file).read_text(encoding="utf-8")
    assert [name for name in reused_terms()[prefix] if not re.search(rf"[:#/]{name}\b", published)] == []
