"""Putting the build in use on a SPARQL server."""

from __future__ import annotations

import click

from kg_server.cli.making import progress_bar
from kg_server.cli.session import Session, examples, pass_session


@click.command(
    epilog=examples(
        "kg publish http://127.0.0.1:7878/query",
        "kg publish http://127.0.0.1:8890/sparql --dialect virtuoso",
    )
)
@click.argument("url", required=False)
@click.option("--dialect", help="What kind of server it is; the setting `remote_dialect` if not given.")
@click.option("--force", is_flag=True, help="Publish even where the server holds this very build.")
@pass_session
def publish(session: Session, *, url: str | None, dialect: str | None, force: bool) -> None:
    """
    Put the build in use on the SPARQL server that takes queries at URL, or at the setting `remote_url`.

    It is laid beside the build that is there, read back and compared, and then takes its place in one update; where
    anything fails, the build before stays. Name and password are settings: KG_REMOTE_USER, KG_REMOTE_PASSWORD.
    """
    from kg_server.build.publish import publish as publish_build  # noqa: PLC0415 - only those who publish wait for it

    settings = session.give(remote_url=url, remote_dialect=dialect)
    if not settings.remote_url:
        raise click.UsageError("Say which server: URL, or the setting remote_url.")
    with progress_bar() as note:
        published = publish_build(settings, note, force=force)
    click.echo(f"{published.digest} is at {settings.remote_url}.")
