"""The command line: every command is one call inwards, and imports what it needs only when it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from kejian import __version__
from kejian.catalogue import LANGUAGES, language_of, say

__all__ = ["main"]

LANGUAGE: Final = language_of(os.environ.get("KEJIAN_LANGUAGE", LANGUAGES[0]))
PORT: Final = 8000
_BOOK = click.option(
    "--book",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help=say("cli.book", LANGUAGE),
)
_EDITION = click.option(
    "--edition",
    type=click.Choice(["practice", "exam"]),
    default="practice",
    show_default=True,
    help=say("cli.edition", LANGUAGE),
)


@click.group(help=say("cli.main", LANGUAGE), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kejian")
def main() -> None:
    """The group of all commands."""


@main.command(help=say("cli.build", LANGUAGE))
@_BOOK
@click.option(
    "--output", "-o", type=click.Path(file_okay=False, path_type=Path), help=say("cli.output", LANGUAGE)
)
@_EDITION
@click.option("--strict", is_flag=True, help=say("cli.strict", LANGUAGE))
def build(source: Path, output: Path | None, edition: str, strict: bool) -> None:
    """Build the web book."""
    site = _build(source, output, edition, strict)
    click.echo(say("cli.build.done", LANGUAGE, path=site / "index.html"))


@main.command(help=say("cli.serve", LANGUAGE))
@_BOOK
@_EDITION
@click.option("--host", default="127.0.0.1", show_default=True, help=say("cli.host", LANGUAGE))
@click.option(
    "--port",
    "-p",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help=say("cli.port", LANGUAGE),
)
@click.option("--watch", "-w", is_flag=True, help=say("cli.watch", LANGUAGE))
def serve(source: Path, edition: str, host: str, port: int, watch: bool) -> None:
    """Build the web book and serve it."""
    from kejian.book import BookError, free_port, serve_book

    site = _build(source, None, edition, strict=False)
    try:
        found = free_port(host, port)
    except BookError as error:
        raise click.ClickException(say("cli.serve.no-port", LANGUAGE, ports=error)) from error
    if found != port:
        click.echo(say("cli.serve.busy", LANGUAGE, port=port, found=found))
    click.echo(say("cli.serve.address", LANGUAGE, url=f"http://{host}:{found}/"))
    serve_book(source.resolve(), site, host, found, edition, watch=watch)


def _build(source: Path, output: Path | None, edition: str, strict: bool) -> Path:
    from kejian.book import BookError, build_book

    click.echo(say("cli.build.start", LANGUAGE))
    try:
        return build_book(source, output, edition, strict=strict)
    except BookError as error:
        reason = str(error)
        told = say("cli.build.failed", LANGUAGE, reason=reason) if reason else say("cli.build.stopped", LANGUAGE)
        raise click.ClickException(told) from error
