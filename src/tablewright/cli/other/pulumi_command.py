"""`tablewright pulumi`: Project Planton's command line over the same engine."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import advice, options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body

planton = options.together(
    advice.literal_errors,
    click.option(
        "--manifest", "-f", metavar="FILE", required=True, help="File, folder, URL, or - for stdin."
    ),
    click.option(
        "--stack", "planton_stack", metavar="ORG/PROJECT/STACK", help="Labels win over it."
    ),
    click.option(
        "--module-dir",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="A folder with a main.py to run instead of the built-in program.",
    ),
    click.option(
        "--set", "overrides", metavar="PATH=VALUE", multiple=True, help="Set a field, typed."
    ),
    click.option(
        "--debug",
        "debug_port",
        metavar="PORT",
        type=click.IntRange(1, 65535),
        help="Wait for a debugger (debugpy) on this port before the program runs.",
    ),
    options.place,
    options.ACCOUNTS,
)
"""Planton's options, and where to."""


@click.group(cls=Group)
def command() -> None:
    """Manifests of kind AwsDynamodb (and ours), with Project Planton's verbs and options."""


@command.command()
@planton
@options.output("text", "json", "markdown")
@options.refresh
@body("other.pulumi", "preview")
def preview() -> None:
    """Show what `update` would do."""


@command.command()
@planton
@options.permissions
@options.yes
@options.refresh
@options.output("text", "json")
@body("other.pulumi", "update")
def update() -> None:
    """Make the live table what the manifest declares."""


@command.command()
@planton
@options.yes
@options.output("text", "json")
@body("other.pulumi", "refresh")
def refresh() -> None:
    """Read the live resources into the state."""


@command.command()
@planton
@options.yes
@options.output("text", "json")
@body("other.pulumi", "destroy")
def destroy() -> None:
    """Delete the table with all its items, and all that belongs to it."""


command.add_command(update, "up")
