"""The command `kg` and what stands under it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from kg_server import __version__
from kg_server.cli.session import Commands, Session, examples

_MODULES = {
    "build": "making",
    "validate": "making",
    "serve": "serving",
    "publish": "publishing",
    "query": "asking",
    "ask": "asking",
    "search": "searching",
    "describe": "telling",
    "why": "telling",
    "trace": "tracing",
    "source": "sources",
    "settings": "making",
}
"""Where each command is, in the order of the help; only the module of the one that is run is imported."""


class _LateCommands(Commands):
    """The commands, each read when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order of the help."""
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        module = _MODULES.get(cmd_name)
        return getattr(import_module(f"kg_server.cli.{module}"), cmd_name) if module else None


@click.group(
    cls=_LateCommands,
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
