from __future__ import annotations

import pytest

from kg_server.core.errors import SourceError
from kg_server.core.header import Header

KEYS = ("kind", "label")


def test_a_header_gives_the_text_under_each_key() -> None:
    assert Header("x.rq", "#+ kind: own\n#+ label: A1\nSELECT").texts(KEYS) == {"kind": "own", "label": "A1"}


def test_a_header_may_be_all_there_is() -> None:
    assert Header("x.rq", "#+ kind: 1").texts(["kind"]) == {"kind": "1"}


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("SELECT * {}", 1, "lacks kind"),
        ("#+ kind: own\n#+ label: [\nSELECT", 2, "not YAML"),
        ("#+ kind: '\x07'\nSELECT", 1, "not YAML"),
        ("#+ only words\nSELECT", 1, "needs `key: value`"),
        ("#+ kind: own\n#+ lable: A1\nSELECT", 2, "does not know the key lable"),
        ("#+ kind: own\n#+ kind: owl\nSELECT", 2, "twice"),
        ("#+ kind: own\n#+ label: [A1]\nSELECT", 2, "a list"),
        ("#+ kind: own\n#+ label:\n#+   nb: A1\nSELECT", 2, "needs a text"),
        ("#+ kind: own\nSELECT", 1, "lacks label"),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_told_with_its_line(content: str, line: int, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        Header("queries/sum.rq", content).texts(KEYS)
    assert (caught.value.file, caught.value.line) == ("queries/sum.rq", line)
