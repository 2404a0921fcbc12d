from __future__ import annotations

import itertools
import re

import pytest

from kg_server.web.sankey import UNIT, Drawing, Node, draw


@pytest.fixture
def drawing() -> Drawing:
    left = [Node("a", ("A",)), Node("b", ("B",))]
    right = [Node("x", ("one", "two", "three")), Node("y", ("Y",))]
    return draw([(0, left), (100, right)], {("a", "x"): 1, ("a", "y"): 2, ("b", "y"): 3}, 200)


def test_a_box_is_as_tall_as_what_flows_through_it(drawing: Drawing) -> None:
    assert {box.node.key: box.height / UNIT for box in drawing.boxes} == {"a": 3, "b": 3, "x": 1, "y": 5}


def test_boxes_of_a_column_and_their_words_never_overlap(drawing: Drawing) -> None:
    for column in (0, 1):
        boxes = [box for box in drawing.boxes if box.column == column]
        for upper, lower in itertools.pairwise(boxes):
            words = 17 * (len(upper.node.lines) + len(lower.node.lines)) / 2
            assert lower.y >= upper.y + upper.height
            assert lower.middle - upper.middle >= words


def test_bands_fill_their_boxes_without_overlap(drawing: Drawing) -> None:
    for box in drawing.boxes:
        ends = sorted(
            float(match[1])
            for band in drawing.bands
            if box in (band.source, band.target)
            for match in [re.match(r"M\S+ (\S+)C" if box is band.source else r"M.* (?:\S+) (\S+)V", band.path)]
            if match
        )
        assert ends[0] == pytest.approx(box.y)
        assert len(ends) == len(set(ends))


def test_everything_lies_inside_the_frame(drawing: Drawing) -> None:
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.boxes)
