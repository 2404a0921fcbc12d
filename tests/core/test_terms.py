from __future__ import annotations

import pyoxigraph
import pytest

from kg_server.core.terms import is_absolute_iri


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/graph",
        "http://example.org:8080/a;b=c,d/?x=1&y=%C3%B8#f/g?h",
        "https://user:word@example.org/",
        "https://w3id.org/strategigraf/graph/about",
        "http://bærekraft.example/mål",
        "urn:x-graph:a",
        "urn:uuid:9b2f0c8e-7a5c-4a7e-8f7e-0b8a4f9f0d11",
        "mailto:a@b.example",
        "tag:e,2026:a",
        "file:///etc/passwd",
        "x:",
    ],
)
def test_what_is_taken_for_an_iri_is_one_for_the_engine_too(text: str) -> None:
    assert is_absolute_iri(text)
    assert pyoxigraph.NamedNode(text).value == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "a",
            "/a",
            "//e/a",
            "#a",
            "?a",
            "1x:a",
            ":a",
            "http://e/a b",
            "http://e/<a>",
            'http://e/"',
            "http://e/a\\b",
        ),
        *(
            "http://e/{a}",
            "http://e/%zz",
            "http://e/%2",
            "http://e:port/",
            "http://[bad/",
            "http://e/#a#b",
            "http://e/[a]",
        ),
        *(
            "http://e/\n",
            "http://e/\x00",
            "http://a@b@c/",
            "http://e/\ue000",
            "http://e/\ufdd0",
            "a b:c",
            "http://e/^`|",
        ),
    ],
)
def test_what_is_no_absolute_iri_is_known(text: str) -> None:
    assert not is_absolute_iri(text)
