"""The command `kg` and what stands under it."""

from __future__ import annotations

from pathlib import Path

import click

from kg_server import __version__
from kg_server.cli.asking import ask, query
from kg_server.cli.making import build, serve, settings, validate
from kg_server.cli.publishing import publish
from kg_server.cli.searching import search
from kg_server.cli.session import Commands, Session, examples
from kg_server.cli.sources import source
from kg_server.cli.telling import describe, why
from kg_server.cli.tracing import trace


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "kg build                        text files become a checked graph",
        "kg ask                          the questions there are",
        "kg search klima                 what has a word in its name, number or texts",
        "kg describe A1                  a thing, its links and what they rest on",
        "kg why A1 contributesTo 12.5    who says so, or which rule and from what",
        "kg trace A1 eu-policy           all paths from one to the other, the surest first",
    ),
)
@click.option("--project-dir", type=click.Path(path_type=Path), help="Folder of the project; the current one else.")
@click.option("--store-dir", type=click.Path(path_type=Path), help="Folder of the built graphs; build/ else.")
@click.version_option(__version__, "-V", "--version", prog_name="kg")
@click.pass_context
def main(context: click.Context, project_dir: Path | None, store_dir: Path | None) -> None:
    """
    Build, check and ask the knowledge graph of an international strategy.

    Tables are drawn on a terminal and written as CSV into a pipe or a file; --format chooses another form. Labels are
    in Norwegian (nb) unless --lang or the setting `language` says en.
    """
    context.obj = Session({"project_dir": project_dir, "store_dir": store_dir})


for command in (build, validate, serve, publish, query, ask, search, describe, why, trace, source, settings):
    main.add_command(command)
