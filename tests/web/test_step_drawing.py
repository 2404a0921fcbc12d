from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from kg_server.ask.traces import End, Search, find_paths
from kg_server.core.terms import literal
from kg_server.web.step_drawing import Drawing, draw, to_svg
from tests.ask.networks import iri, network, tie


def drawing(label: str = "") -> Drawing:
    made = network(
        tie("strategy/a1 contributesTo target/7.2", "0.9"), tie("eu-policy/red contributesTo target/7.2", "0.5")
    )
    nodes = {**made.nodes, iri("target/7.2"): replace(made.nodes[iri("target/7.2")], labels=(literal(label),))}
    made = replace(made, nodes=nodes)
    search = Search(End((iri("strategy/a1"),)), End((iri("eu-policy/red"),)))
    return draw(made, find_paths(made, search).paths, "en")


def test_things_stand_in_columns_and_the_weakest_link_is_marked() -> None:
    drawn = drawing("Energy")
    assert [box.label for box in drawn.boxes] == ["A1 the a1", "7.2 Energy", "RED the red"]
    assert [box.x for box in drawn.boxes] == sorted({box.x for box in drawn.boxes})
    assert [(line.words, line.is_weakest) for line in drawn.lines] == [("0.9", False), ("0.5", True)]
    assert drawn.lines[0].thickness > drawn.lines[1].thickness


def test_long_names_are_cut_into_lines_that_fit() -> None:
    box = drawing("a very long name " * 20).boxes[1]
    assert len(box.lines) == 3
    assert box.lines[-1].endswith("…")


def test_no_label_becomes_markup_nor_breaks_the_file() -> None:
    text = to_svg(drawing('<script>alert("x")</script>\x01&amp;\ufffe'))
    assert "<script" not in text
    titles = [title.text for title in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}title")]
    assert titles[1] == '7.2 <script>alert("x")</script>&amp;'


def test_nothing_makes_an_empty_drawing() -> None:
    made = network(tie("strategy/a1 contributesTo target/7.2", "0.9"))
    assert ET.fromstring(to_svg(draw(made, (), "en"))).tag.endswith("svg")
