"""Serving the graph."""

from __future__ import annotations

from pathlib import Path

import click

from kg_server.cli.session import Session, examples, pass_session
from kg_server.web.serve import serve as run_service


@click.command(
    epilog=examples(
        "kg serve --port 8080",
        "kg serve --data towns.ttl archive.nq.gz",
    )
)
@click.option("--host", help="Address to listen on; the setting `host` if not given.")
@click.option("--port", type=int, help="Port to listen on, 0 for a free one; the setting `port` if not given.")
@click.option(
    "--data", "files", multiple=True, type=click.Path(path_type=Path), help="RDF file to serve; may be repeated."
)
@click.argument("more", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@pass_session
def serve(
    session: Session, *, host: str | None, port: int | None, files: tuple[Path, ...], more: tuple[Path, ...]
) -> None:
    """
    Serve the build in use over HTTP: pages, data and SPARQL.

    With --data it serves the RDF of any files instead, as it is: quads keep their graphs, triples are the default
    graph, and nothing is merged or concluded. More files may follow the first. No build is needed.
    """
    if more and not files:
        raise click.UsageError("Say --data before the files to serve.")
    run_service(session.give(host=host, port=port), [*files, *more])
