from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg_server.build.digest import digest_of, lines, seal, statement
from kg_server.core.namespaces import BASE

if TYPE_CHECKING:
    from kg_server.build.record import Build

TEXT = """
<http://e/a> <http://e/p> "å\\u0001\\n"@nb .
<http://e/a> <http://e/list> _:one .
_:one <http://e/first> "x" .
_:one <http://e/rest> _:two .
_:two <http://e/first> "y" .
"""


def graphs(text: str) -> dict[str, list[ox.Triple]]:
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)]
    return {"http://e/g": triples, "http://e/h": triples[:1]}


def test_order_and_names_of_blank_nodes_do_not_matter() -> None:
    turned = TEXT.replace("_:one", "_:zwei").replace("_:two", "_:eins").strip().splitlines()
    random.Random(1).shuffle(turned)
    assert seal(graphs(TEXT), BASE)[1].startswith(b"<http://e/a>")
    one, other = graphs(TEXT), graphs("\n".join(turned))
    other["http://e/h"] = one["http://e/h"]
    assert seal(one, BASE) == seal(other, BASE)


@pytest.mark.parametrize(
    ("old", "new"), [('"y"', '"z"'), ("@nb", "@nn"), ("_:two <http://e/first>", "_:one <http://e/first>")]
)
def test_any_other_change_gives_another_digest(old: str, new: str) -> None:
    assert seal(graphs(TEXT), BASE)[0] != seal(graphs(TEXT.replace(old, new)), BASE)[0]


def test_the_graph_a_triple_is_in_matters() -> None:
    one, other = graphs(TEXT), graphs(TEXT)
    other["http://e/i"] = other.pop("http://e/h")
    assert seal(one, BASE)[0] != seal(other, BASE)[0]


def test_the_default_graph_holds_each_triple_once() -> None:
    _, dataset = seal(graphs(TEXT), BASE)
    quads = list(ox.parse(dataset, ox.RdfFormat.N_QUADS))
    default = [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    named = [quad.triple for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)]
    assert len(default) == len(set(default)) == 6
    assert set(default) == set(named)
    assert len(named) == 7


def test_the_digest_is_stated_and_does_not_cover_itself() -> None:
    digest, dataset = seal(graphs(TEXT), BASE)
    quads = list(ox.parse(dataset, ox.RdfFormat.N_QUADS))
    assert statement(digest, BASE) in quads
    assert digest_of(quads, BASE) == digest


def test_a_copy_from_elsewhere_has_the_digest_of_the_build(built: Build) -> None:
    quads = list(ox.parse((built.folder / "dataset.nq").read_bytes(), ox.RdfFormat.N_QUADS, rename_blank_nodes=True))
    random.Random(2).shuffle(quads)
    assert digest_of(quads, BASE) == built.digest == built.folder.name


def test_lines_are_sorted_by_code_point() -> None:
    quads = [
        ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(text))
        for text in "z\U0001f600\uffeeåa"
    ]
    assert [line.decode().split('"')[1] for line in lines(quads)] == ["a", "z", "å", "\uffee", "\U0001f600"]
