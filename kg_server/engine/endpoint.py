"""A SPARQL server elsewhere, asked through SPARQLWrapper: a query goes out, a body or an error comes back."""

from __future__ import annotations

import ast
import http.client
import json
import urllib.error
from typing import TYPE_CHECKING, Any, NamedTuple

import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException, Unauthorized

from kg_server.core.errors import QueryRefused, QueryTimeout, RemoteError
from kg_server.core.namespaces import PREFIXES, graph_iri, thing_iri
from kg_server.engine.base import JSON_RESULTS
from kg_server.engine.dialects import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_server.core.settings import Settings
    from kg_server.engine.dialects import Dialect

N_TRIPLES = "application/n-triples"
_TOLD = 300
_FAULTS = (SPARQLWrapperException, urllib.error.URLError, http.client.HTTPException, OSError)


class Published(NamedTuple):
    """The build a server holds: its digest, and the named graphs it is made of."""

    digest: str
    graphs: tuple[str, ...]


class Server(NamedTuple):
    """A server as it is asked: where, in which dialect, for how long, and where our own names begin."""

    url: str
    dialect: str
    seconds: float
    base: str


def server_of(settings: Settings) -> Server:
    """The server the settings name."""
    return Server(settings.remote_url, settings.remote_dialect, settings.query_seconds, settings.base)


def source_of(server: Server, published: Published) -> str:
    """The server and the build it holds, as the parent of workers is told of them."""
    return json.dumps({"server": server, "published": published})


class Endpoint:
    """One SPARQL server; every request has a connection of its own."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.dialect: Dialect = DIALECTS[server.dialect]

    def ask(self, query: str, media_type: str, parameters: Sequence[tuple[str, str]] = ()) -> Any:
        """The response of the server, an HTTP response with status 200; raises `RemoteError` and `QueryRefused`."""
        request = SPARQLWrapper.SPARQLWrapper(self.server.url)
        request.setMethod(SPARQLWrapper.POST)
        request.setTimeout(max(1, round(self.server.seconds + 1)))
        request.setOnlyConneg(True)
        # Its own reading of a query is looser than that of the gate, which knows the form already.
        request.queryString, request.queryType = query, SPARQLWrapper.SELECT
        request.setReturnFormat(SPARQLWrapper.JSON)
        request.addCustomHttpHeader("Accept", media_type)
        for name, value in parameters:
            request.addParameter(name, value)
        response = self.send(request)
        if self.dialect.is_partial(response.headers):
            response.close()
            raise _timeout()
        return response

    def published(self) -> Published:
        """The build the server holds; its digest is empty where it holds none."""
        dataset, about = thing_iri("dataset/strategigraf", self.server.base), graph_iri("about", self.server.base)
        query = f"""SELECT ?digest ?graph WHERE {{
  GRAPH <{about}> {{ <{dataset}> <{PREFIXES["dcat"]}version> ?digest ; <{PREFIXES["void"]}subset> ?graph }}
}} ORDER BY ?graph"""
        with self.ask(query, JSON_RESULTS) as response:
            try:
                rows = json.load(response)["results"]["bindings"]
            except (ValueError, KeyError, TypeError) as exc:
                raise broken("it does not answer in SPARQL JSON") from exc
        digests = {row["digest"]["value"] for row in rows}
        graphs = tuple(dict.fromkeys(row["graph"]["value"] for row in rows))
        return Published(digests.pop() if len(digests) == 1 else "", graphs)

    def send(self, request: SPARQLWrapper.SPARQLWrapper) -> Any:
        """The response to a request made ready; raises `RemoteError`, `QueryRefused` and `QueryTimeout`."""
        try:
            return request.query().response
        except QueryBadFormed as exc:
            raise QueryRefused(
                "The SPARQL server behind this service does not take the query: {reason}.",
                hint="Write it in another way.",
                reason=_reason(exc),
            ) from exc
        except Unauthorized as exc:
            raise broken("it wants another name or password") from exc
        except EndPointInternalError as exc:
            reason = _reason(exc)
            raise (_timeout() if " S1T00 " in f"{reason} " else broken(reason)) from exc
        except _FAULTS as exc:
            raise broken(_reason(exc)) from exc


def _reason(error: BaseException) -> str:
    """What the server said, or else the network, in one line."""
    said = str(getattr(error, "reason", error))
    if isinstance(error, SPARQLWrapperException):
        body = said.partition("Response:\n")[2]
        said = ast.literal_eval(body).decode(errors="replace") if body else error.msg
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")[:_TOLD]


def broken(reason: object) -> RemoteError:
    """The error for a server that does not answer, or not as it should; its address is nobody else's business."""
    return RemoteError("The SPARQL server behind this service failed: {reason}.", reason=str(reason))


def _timeout() -> QueryTimeout:
    return QueryTimeout("The SPARQL server behind this service gave the query up.", hint="Ask for less.")
