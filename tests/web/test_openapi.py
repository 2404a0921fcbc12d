from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from kg_server.ask.catalog import read_catalog

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from kg_server.core.settings import Settings

EXAMPLES = 4
"""Requests made up for each address; enough to meet every check, and few enough to wait for."""

PLAIN = {"Accept-Encoding": "identity"}
TAKES_NAMES = ("positive_data_acceptance",)
"""A name may have the form a schema tells of and still be nobody's, which is refused."""


@pytest.fixture
def document(real: FlaskClient) -> Any:
    return real.get("/api/openapi.json").json


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_description_is_valid(real: FlaskClient, language: str) -> None:
    document: Any = real.get(f"/api/openapi.json?lang={language}").json
    validate(document)


def test_every_question_is_described_with_what_it_takes(document: Any, real_build: Settings) -> None:
    for name, query in read_catalog(real_build).items():
        operation = document["paths"][f"/api/questions/{name}"]["get"]
        assert query.summary_nb in operation["description"]
        assert query.summary_en in operation["description"]
        own = [each["name"] for each in operation["parameters"] if "name" in each]
        assert own == [*(param.name for param in query.params if param.type != "lang"), "format"]
        assert {200, 400, 406} <= {int(status) for status in operation["responses"]}


def test_the_service_does_what_its_description_says(real_app: Flask) -> None:
    described: Any = schemathesis.openapi.from_wsgi("/api/openapi.json", real_app)
    asked = sum(_conforms(found.ok(), mode) for found in described.get_all_operations() for mode in GenerationMode)
    assert asked > EXAMPLES * len(described)


def _conforms(operation: Any, mode: GenerationMode) -> int:
    """How many requests were answered as the description of the operation says."""
    checks = CHECKS.get_by_names(CHECKS.get_all_names())
    taken = operation.definition.raw["parameters"]
    takes_names = any(each.get("schema", {}).get("minLength") or "IRI" in each.get("description", "") for each in taken)
    left_out = [check for check in checks if takes_names and check.__name__ in TAKES_NAMES]
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def conform(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=PLAIN, checks=checks, excluded_checks=left_out)

    conform()
    return asked
