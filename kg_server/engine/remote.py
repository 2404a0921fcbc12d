"""The engine elsewhere: workers that ask a SPARQL server, which holds the build that was published there last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.errors import NoBuild
from kg_server.engine.builds import Builds
from kg_server.engine.embedded import WorkersEngine
from kg_server.engine.endpoint import Endpoint, Published, server_of, source_of

if TYPE_CHECKING:
    from kg_server.core.settings import Settings


class RemoteEngine(WorkersEngine):
    """
    Serves what the server at `remote_url` holds, within the same limits as a build on this machine.

    A worker waits for the server, bounds the answer and writes it in the format asked for; ending the worker drops the
    connection.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, _PublishedBuilds(settings))


class _PublishedBuilds(Builds):
    """Serves the build the server says it holds."""

    look_seconds = 1.0

    def __init__(self, settings: Settings) -> None:
        self._server = server_of(settings)
        self._published = Published("", ())
        super().__init__(settings)

    def _look(self) -> str:
        self._published = Endpoint(self._server).published()
        if not self._published.digest:
            raise NoBuild("There is no graph to use at {url}.", hint="Run `kg publish` first.", url=self._server.url)
        return self._published.digest

    def _source(self, build: str) -> str:
        del build
        return source_of(self._server, self._published)
