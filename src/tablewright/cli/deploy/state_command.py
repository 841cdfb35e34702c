"""`tablewright state`: what is recorded of a stack, by itself."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body


@click.group(cls=Group)
def command() -> None:
    """What is recorded of a stack: list it, rename in it, export, import and move it.

    None of it changes anything in AWS. The former state is kept whenever one is changed.
    """


@command.command(
    "list",
    epilog="""\b
Example:
  tablewright state list tables/ --target aws
""",
)
@options.deployment
@options.output("text", "json")
@body("deploy.state", "list_")
def list_() -> None:
    """Print the recorded resources of the stack at PATH: names, names in AWS, ids."""


@command.command(
    epilog="""\b
Example:
  tablewright state mv tables/ tbl1 orders --target aws
`moved` in the manifest does the same in the next `up`.
"""
)
@options.deployment
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    help="Pulumi's type of OLD, where several resources have the name.",
)
@options.yes
@options.output("text", "json")
@body("deploy.state", "move")
def mv() -> None:
    """Rename resource OLD of the stack at PATH to NEW in its state; its name in AWS stays.

    With a table go its component and all that belongs to it: `tbl1-writes` becomes
    `orders-writes`.
    """


@command.command(
    epilog="""\b
Examples:
  tablewright state export tables/ --target aws > state.json
  tablewright state export tables/ --file state.json --target aws
"""
)
@options.deployment
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it here, readable by you alone; else it goes to standard output.",
)
@options.output("json")
@body("deploy.state", "export")
def export() -> None:
    """Print the state of the stack at PATH as Pulumi exports it; secrets stay encrypted."""


@command.command(
    "import",
    epilog="""\b
Examples:
  tablewright state import tables/ state.json --target aws
  tablewright state import tables/ state.json --allow-drop orders
      forget table orders, which state.json does not have
""",
)
@options.deployment
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--allow-drop",
    metavar="NAME",
    multiple=True,
    help="Let this be forgotten, by its name in AWS. May be given several times.",
)
@click.option(
    "--over-damaged",
    is_flag=True,
    help="Go on although what is recorded cannot be read, and may be more than FILE has.",
)
@options.yes
@options.output("text", "json")
@body("deploy.state", "import_")
def import_() -> None:
    """Record FILE, an export of the stack at PATH, in the place of its state.

    A state of another stack or target is refused, and one that is damaged; so is one that lacks
    what is recorded now, unless that is named.
    """


@command.command(
    "move-backend",
    epilog="""\b
Examples:
  tablewright state move-backend tables/ 's3://states?region=eu-west-1' \\
      --target aws
  tablewright state move-backend tables/ ~/states --backend ~/old --target aws
""",
)
@options.deployment
@click.argument("new", metavar="NEW")
@click.option("--delete-old", is_flag=True, help="Delete the old copy when the move is done.")
@options.yes
@options.output("text", "json")
@body("deploy.state_places", "move")
def move_backend() -> None:
    """Move the state of the stack at PATH to the backend NEW, a folder or a URL.

    The old copy is kept, and refused from then on: it says where the state is now. Interrupted, the
    same command finishes the move.
    """


@command.command(
    epilog="""\b
Examples:
  tablewright state owner orders --target aws
  tablewright state owner orders --region eu-west-1 --output json
"""
)
@click.argument("table", metavar="TABLE")
@options.place
@click.option(
    "--region",
    callback=options.are_regions,
    metavar="REGION",
    help="Of the table; else the environment's.",
)
@options.output("text", "json")
@body("deploy.state_places", "owner")
def owner() -> None:
    """Say which stack the live TABLE belongs to, and where its state is.

    Its tags name the stack. The state is looked for in folders of this machine: the default, and
    the one of --backend.
    """
