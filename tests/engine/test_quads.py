from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_server.engine import quads
from kg_server.engine.quads import load_dataset, read_dataset

if TYPE_CHECKING:
    from pathlib import Path

terms = st.sampled_from(["<http://e/a>", "<http://e/_:b>", "_:b", "_:c14n0"])
values = terms | st.sampled_from(['"_:b"', '"å _:"@nb', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'])
graphs = st.sampled_from(["", "<http://e/g>", "_:b"])
lines = st.lists(st.tuples(terms, values, graphs).map("{0[0]} <http://e/p> {0[1]} {0[2]} .\n".format), max_size=8)


@settings(max_examples=200, deadline=None)
@given(lines, st.sampled_from(["", "# _:a\n", "\n"]), st.integers(1, 200))
def test_all_quads_are_loaded_with_the_names_they_have(
    tmp_path_factory: pytest.TempPathFactory, told: list[str], end: str, block: int
) -> None:
    dataset = tmp_path_factory.mktemp("quads") / "dataset.nq"
    dataset.write_text("".join(told) + end, encoding="utf-8")
    with patch.object(quads, "_BLOCK", block):
        assert set(load_dataset(dataset)) == set(read_dataset(dataset))


def test_a_fault_is_told_with_its_line(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset.nq"
    dataset.write_text("_:a <http://e/p> _:b .\n<http://e/a> <http://e/p> .\n", encoding="utf-8")
    with pytest.raises(SyntaxError) as told:
        load_dataset(dataset)
    assert told.value.lineno == 2
