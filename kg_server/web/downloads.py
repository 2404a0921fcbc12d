"""Answers as files to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from kg_server.web.site import the_site

if TYPE_CHECKING:
    from kg_server.engine.results import Format


def answer_file(data: bytes, chosen: Format, stem: str = "strategigraf") -> Response:
    """The data as a file whose name tells what it is and which build it comes from."""
    response = Response(data, mimetype=chosen.media_type)
    name = f"{stem}-{the_site().engine.digest[:8]}.{chosen.extension.partition('-')[0]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
