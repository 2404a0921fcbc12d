"""The one place that chooses an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine


def open_engine(settings: Settings) -> Engine:
    """The engine the settings choose: a SPARQL server elsewhere, or else the build on this machine."""
    # Each is loaded only where it is chosen: the start of the service is counted in milliseconds.
    if settings.remote_url:
        from kg_server.engine.remote import RemoteEngine  # noqa: PLC0415

        return RemoteEngine(settings)
    from kg_server.engine.embedded import EmbeddedEngine  # noqa: PLC0415

    return EmbeddedEngine(settings)
