"""
The web API as OpenAPI 3.1 describes it, made from the headers of the questions.

A part of the service adds its addresses by a function in `PARTS`, which gives paths by their address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg_server import __version__
from kg_server.ask.catalog import SHOWS
from kg_server.ask.finding import MOST_LETTERS
from kg_server.ask.params import LANGUAGES
from kg_server.core.index import FIELDS
from kg_server.core.topics import TOPICS, topic_label
from kg_server.web.answer_files import FORMATS, JSON
from kg_server.web.arguments import MOST_LIMIT, MOST_OFFSET
from kg_server.web.asked import public
from kg_server.web.negotiation import EXCEL_CSV
from kg_server.web.site import gettext
from kg_server.web.sparql import LICENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg_server.ask.catalog import Query
    from kg_server.ask.params import Param
    from kg_server.web.site import Site

    Paths = Mapping[str, Mapping[str, Any]]

_DIGITS = 18
_LATE = (429, 503, 504)
_TEXT = {"type": "string"}
_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_LINKS = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "string": _TEXT,
    "iri": _TEXT | {"minLength": 1},
    "lang": {"type": "string", "enum": list(LANGUAGES)},
    "integer": {"type": "integer", "minimum": -(10**_DIGITS) + 1, "maximum": 10**_DIGITS - 1},
    "decimal": _TEXT | {"pattern": rf"^[+-]?[0-9]{{1,{_DIGITS}}}(\.[0-9]{{1,{_DIGITS}}})?$"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
}


def describe_api(site: Site) -> dict[str, Any]:
    """The whole document, in the reader's language."""
    paths: dict[str, Any] = {}
    for part in PARTS:
        paths |= part(site)
    return {
        "openapi": "3.1.0",
        "info": {
            "description": gettext("Every question of the catalogue has an address of its own."),
            "title": "Strategigraf",
            "version": __version__,
            "summary": gettext("Questions to an international strategy as a graph"),
            "license": {"name": LICENCE.partition(", ")[0], "url": LICENCE.partition(", ")[2]},
        },
        "servers": [{"url": public(site.urls.root).rstrip("/")}],
        "tags": [{"name": key, "description": topic_label(key, site.language)} for key in TOPICS],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": _failures(),
            "parameters": {each["name"]: each for each in (_language(), *_paging())},
        },
    }


def question_paths(site: Site) -> Paths:
    """The list of questions, and every question."""
    listed = {
        "summary": gettext("Every question, with what it takes and gives"),
        "operationId": "questions",
        "parameters": [shared_parameter("lang")],
        "responses": responses({JSON.media_type: {"schema": reference("Catalogue")}}),
    }
    asked = {
        f"/api/questions/{query.name}": {"get": _question(query, site)} for query in site.holdings.catalog.values()
    }
    return {"/api/questions": {"get": listed}} | asked


def search_paths(_site: Site) -> Paths:
    """Search over names, numbers and texts."""
    text = {"type": "string", "minLength": 1, "maxLength": MOST_LETTERS}
    searched = {
        "summary": gettext("What has some words in its names, numbers or texts"),
        "operationId": "search",
        "parameters": [
            query_parameter("q", text, gettext("The words to search for")),
            query_parameter("prefix", text, gettext("In place of q: what names and numbers begin with")),
            query_parameter("kind", _TEXT, gettext("The class of the things, such as sg:Strategy")),
            shared_parameter("lang"),
            query_parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}, gettext("Rows at most")),
            shared_parameter("offset"),
        ],
        "responses": responses({JSON.media_type: {"schema": reference("Found")}}),
    }
    return {"/api/search": {"get": searched}}


def reference(name: str) -> dict[str, str]:
    """A schema of the document, by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def query_parameter(name: str, schema: Mapping[str, Any], description: str, **more: Any) -> dict[str, Any]:
    """A parameter behind the question mark."""
    return {"name": name, "in": "query", "schema": schema, "description": description} | more


def shared_parameter(name: str) -> dict[str, str]:
    """A parameter that many operations take: lang, limit or offset."""
    return {"$ref": f"#/components/parameters/{name}"}


def _language() -> dict[str, Any]:
    return query_parameter("lang", _SCHEMAS["lang"], gettext("The language of names and messages"))


def _paging() -> Iterator[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT}
    yield query_parameter("limit", limit, gettext("Rows at most"))
    offset = {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET}
    yield query_parameter("offset", offset, gettext("Rows to pass over"))


def responses(content: Mapping[str, Any], failures: tuple[int, ...] = (400,)) -> dict[str, Any]:
    """The responses of an operation: what it gives, and how it may fail."""
    told = {str(status): {"$ref": f"#/components/responses/{status}"} for status in (304, *failures, *_LATE)}
    return {"200": {"description": gettext("The answer"), "content": content}} | told


def _failures() -> dict[str, Any]:
    """How operations fail, by status."""
    words = {
        400: gettext("A parameter is unknown, missing, or has a value it does not take"),
        404: gettext("There is no such page."),
        406: gettext("None of the formats asked for can carry this answer."),
    } | dict.fromkeys(_LATE, gettext("The service cannot answer just now"))
    problem = {"application/problem+json": {"schema": reference("Problem")}}
    told = {str(status): {"description": word, "content": problem} for status, word in words.items()}
    return {"304": {"description": gettext("The reader has it already")}} | told


def _question(query: Query, site: Site) -> dict[str, Any]:
    names = [item.extension for item in FORMATS]
    rows = {"type": "array", "items": _row(query, site.language)}
    whole = {"allOf": [reference("Answer"), {"properties": {"rows": rows}}]}
    files: dict[str, Any] = {item.media_type: {} for item in FORMATS if item not in (JSON, EXCEL_CSV)}
    return {
        "summary": query.summary(site.language),
        "description": f"nb: {query.summary_nb}\n\nen: {query.summary_en}",
        "operationId": query.name,
        "tags": [query.topic],
        "parameters": [
            *(_parameter(param, site.language) for param in query.params if param.type != "lang"),
            *map(shared_parameter, ("lang", "limit", "offset")),
            query_parameter(
                "format", {"type": "string", "enum": names}, gettext("The format, where Accept cannot be sent")
            ),
        ],
        "responses": responses({JSON.media_type: {"schema": whole}} | files, (400, 406)),
    }


def _row(query: Query, language: str) -> dict[str, Any]:
    columns = {name: _SCALAR | {"description": query.naming.label(name, language)} for name in query.columns}
    return {"type": "object", "properties": columns, "required": list(columns)}


def _parameter(param: Param, language: str) -> dict[str, Any]:
    schema = dict(_SCHEMAS[param.type])
    if param.optional:
        schema.pop("minLength", None)  # an empty value asks for all, as it does in the form
    told = param.label(language)
    if param.type == "iri":
        told += ". " + gettext("A thing by its IRI, kind/slug, notation or label")
    if param.default is not None:
        schema["default"] = int(param.default) if param.type == "integer" else param.default
    more: dict[str, Any] = {"example": param.example} if param.example else {}
    return query_parameter(param.name, schema, told, required=param.is_needed, **more)


def schemas() -> dict[str, Any]:
    """The shapes that several answers share."""
    problem = _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT)
    return {
        "Answer": _answer(),
        "Catalogue": _catalogue(),
        "Found": _found(),
        "Problem": problem | {"additionalProperties": True},
    }


def _answer() -> dict[str, Any]:
    """The answer to a question."""
    column = _object(name=_TEXT, label=_TEXT, type={"enum": ["iri", "integer", "number", "boolean", "date", "text"]})
    return _object(
        question=_TEXT,
        summary=_TEXT,
        language=_SCHEMAS["lang"],
        parameters={"type": "object", "additionalProperties": _SCALAR},
        columns={"type": "array", "items": column},
        rows={"type": "array", "items": {"type": "object", "additionalProperties": _SCALAR}},
        labels={"type": "object", "additionalProperties": _TEXT},
        total=_COUNT,
        limit=_COUNT,
        offset=_COUNT,
        truncated={"type": "boolean"},
        digest=_TEXT,
        licence=_TEXT,
        links=_LINKS,
    )


def _catalogue() -> dict[str, Any]:
    """The questions there are."""
    question = _object(
        name=_TEXT,
        summary=_TEXT,
        topic={"enum": list(TOPICS)},
        shows={"enum": list(SHOWS)},
        parameters={"type": "array", "items": {"type": "object"}},
        columns={"type": "array", "items": _object(name=_TEXT, label=_TEXT)},
        links=_LINKS,
    )
    return _object(
        questions={"type": "array", "items": question}, language=_SCHEMAS["lang"], digest=_TEXT, links=_LINKS
    )


def _found() -> dict[str, Any]:
    """What search found."""
    return _object(
        nearest={"type": ["string", "null"]},
        partial={"type": "boolean"},
        truncated={"type": "boolean"},
        total=_COUNT,
        limit=_COUNT,
        offset=_COUNT,
        kinds={"type": "array", "items": _object(iri=_TEXT, name=_TEXT, label=_TEXT, count=_COUNT)},
        results={"type": "array", "items": _result()},
        language=_SCHEMAS["lang"],
        digest=_TEXT,
        links=_LINKS,
    )


def _result() -> dict[str, Any]:
    """A thing that search found."""
    place = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2}
    match = _object(field={"enum": list(FIELDS)}, language=_TEXT, text=_TEXT, marks={"type": "array", "items": place})
    return _object(
        iri=_TEXT,
        name=_TEXT,
        label=_TEXT,
        language=_TEXT,
        notation=_TEXT,
        kind=_object(iri=_TEXT, name=_TEXT, label=_TEXT),
        exact={"type": "boolean"},
        matches={"type": "array", "items": match},
        links=_LINKS,
    )


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


PARTS: tuple[Callable[[Site], Paths], ...] = (search_paths, question_paths)
