from __future__ import annotations

from kg_server.build.texts import open_text, scan, subject_lines
from tests.build.projects import ROOT, settings_of

TURTLE = """\
@base <http://e/id/> .
@prefix a: <http://a/> .

# a:comment at the edge
<thing/one>
    a a:Kind ;
    a:says "a:no <http://no> # no" ;
    a:says '''a:no
a:no-subject''' ;
    a:knows <thing/two>, a:three\\,four, a:v1.2 ;
.

a:last a a:Kind .
"""


def test_names_are_found_outside_strings_and_comments() -> None:
    assert [(name.iri, name.line) for name in scan(TURTLE).names] == [
        ("http://e/id/thing/one", 5),
        ("http://a/Kind", 6),
        ("http://a/says", 7),
        ("http://a/says", 8),
        ("http://a/knows", 10),
        ("http://e/id/thing/two", 10),
        ("http://a/three,four", 10),
        ("http://a/v1.2", 10),
        ("http://a/last", 13),
        ("http://a/Kind", 13),
    ]


def test_prefixes_are_found_with_their_lines() -> None:
    assert scan(TURTLE).prefixes == (("a", "http://a/", 2),)
    assert scan("PREFIX a: <http://a/>\nASK { ?a:b a:c/^a:d+ ?x }").prefixes == (("a", "http://a/", 1),)


def test_variables_are_not_names() -> None:
    assert [name.written for name in scan("ASK { ?s a:p $o:x }", {"a": "http://a/"}).names] == ["a:p"]


def test_subjects_stand_at_the_left_edge() -> None:
    assert subject_lines(TURTLE) == {"http://e/id/thing/one": 5, "http://a/last": 13}


def test_every_subject_of_the_ontology_has_its_line() -> None:
    text = open_text(ROOT / "ontology" / "core.ttl", settings_of(ROOT))
    line = subject_lines(text.content)["https://w3id.org/strategigraf/ontology#FocusArea"]
    assert text.content.splitlines()[line - 1] == "sg:FocusArea"


def test_a_file_is_named_from_the_project_down() -> None:
    assert open_text(ROOT / "ontology" / "core.ttl", settings_of(ROOT)).file == "ontology/core.ttl"
