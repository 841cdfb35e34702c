"""The tree of commands: names and one-line helps here, each body imported when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from tablewright import __version__

_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Declare": {
        "init": "Write a starter manifest.",
        "validate": "Check manifests without touching anything.",
        "schema": "Print the JSON Schema of the manifests.",
        "convert": "Turn a manifest into another dialect.",
    },
    "Deploy": {
        "preview": "Show what would change, with the risk of each change.",
        "up": "Make the live tables what the manifest declares.",
        "refresh": "Read the live resources into the stack's state.",
        "destroy": "Delete everything the stack made.",
        "outputs": "Print the stack's outputs.",
        "status": "Show the stack, its resources and whether a run holds it.",
    },
    "Prove": {
        "verify": "Compare the live tables with what was declared.",
    },
    "Measure and decide": {
        "usage": "What tables were asked for: collect, show, bill, ...",
        "prices": "Prices of DynamoDB by region: update, show.",
        "optimize": "Say what each table should be set to, by its use.",
        "explain": "Draw why a table should be set so.",
    },
    "Existing tables": {
        "discover": "List live tables of an account.",
        "adopt": "Write manifests for live tables.",
        "release": "Forget a table without touching it.",
        "eject": "Write a plain Pulumi program of the same resources.",
    },
    "Try": {
        "demo": "Run the reference job on the embedded AWS.",
        "sandbox": "The embedded AWS: start, stop, env, exec, seed, ...",
    },
    "Other": {
        "pulumi": "Project Planton's command line over the same engine.",
        "completion": "Print a shell's completion script.",
    },
}


class LazyGroup(click.Group):
    """A group whose commands are modules `tablewright.cli.NAME` with a `command` in them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the sections."""
        return [name for section in _SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; a mistyped name is answered with the nearest ones."""
        if cmd_name not in (names := self.list_commands(ctx)):
            if ctx.resilient_parsing or cmd_name.startswith("-"):
                return None
            raise click.NoSuchCommand(cmd_name, possibilities=names, ctx=ctx)
        module = importlib.import_module(f"tablewright.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by section, from the names alone: nothing is imported."""
        for title, names in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(names.items()), col_max=16)


EPILOG = """\
\b
Examples:
  tablewright demo                                 see the whole loop, no AWS account needed
  tablewright validate tables/                     every mistake with file, line and cure
  tablewright preview tables/ --target aws         what would change, and how risky it is
  tablewright up tables/ --target aws              do it, in place
  tablewright verify tables/ --target aws          prove it on the live tables

\b
Exit status: 0 done, 1 failed, 2 wrong input, 3 refused or different, 4 unknown, 130 interrupted.
"""


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tablewright")
def root() -> None:
    """DynamoDB tables made what they should be: declared, cheap, guarded, watched and proved."""
