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
    text = to_svg(drawing('<script>alert("x")</script>\x01&amp;\ufffe'), "<b>", "&", "nb")
    assert "<script" not in text
    titles = [title.text for title in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}title")]
    assert titles[:1] == ["<b>"]
    assert titles[2] == '7.2 <script>alert("x")</script>&amp;'


def test_nothing_makes_an_empty_drawing() -> None:
    made = network(tie("strategy/a1 contributesTo target/7.2", "0.9"))
    assert ET.fromstring(to_svg(draw(made, (), "en"), "", "", "en")).tag.endswith("svg")


def test_a_line_past_other_columns_meets_no_box_and_no_two_lines_end_at_one_spot() -> None:
    made = network(
        tie("strategy/a1 contributesTo target/7.2", "0.9"),
        tie("strategy/a1 supports theme/energy", "0.8"),
        tie("theme/energy contributesTo target/7.2", "0.7"),
    )
    found = find_paths(made, Search(End((iri("strategy/a1"),)), End((iri("target/7.2"),))))
    drawn = draw(made, found.paths, "en")
    assert [box.thing for box in drawn.boxes] == [iri("strategy/a1"), iri("theme/energy"), iri("target/7.2")]
    theme = drawn.boxes[1]
    direct = next(line for line in drawn.lines if line.words == "0.9")
    past, mark, _ = direct.curve.partition(f"H{theme.x + theme.width}")
    assert mark
    level = int(past.rpartition(",")[2])
    assert not theme.y <= level <= theme.y + theme.height
    assert len({line.y for line in drawn.lines if line.words != "0.8"}) == 2


def test_the_file_tells_what_it_shows_and_marks_the_weakest_link_without_colour() -> None:
    text = to_svg(drawing("Energy"), "From A1", "Dashed is weakest", "nb")
    root = ET.fromstring(text)
    assert [root[0].text, root[1].text] == ["From A1", "Dashed is weakest"]
    dashed = [line.get("stroke-dasharray") for line in root.iter("{http://www.w3.org/2000/svg}path")]
    assert dashed == [None, "8 4"]
    assert ">0,5</text>" in text
