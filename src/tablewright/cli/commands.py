"""The tree of commands: names and one-line helps here, each body imported when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from typing import Any

import click

from tablewright import __version__

_SECTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Declare", "declare"): {
        "init": "Write a starter manifest.",
        "validate": "Check manifests without touching anything.",
        "schema": "Print the JSON Schema of the manifests, or of what a command prints.",
        "convert": "Write a manifest in another dialect, or for another tool.",
    },
    ("Deploy", "deploy"): {
        "preview": "Show what would change, with the risk of each change.",
        "up": "Deploy the manifests: create tables, or change them in place.",
        "refresh": "Read the live resources into the stack's state.",
        "destroy": "Delete the resources of a stack.",
        "outputs": "Print the stack's outputs.",
        "status": "Show the stack, its resources and whether it is locked.",
        "state": "What is recorded of a stack: list, mv, export, owner, ...",
    },
    ("Verify", "deploy"): {
        "verify": "Compare the live tables with what was declared.",
        "drift": "Show what was changed outside, and what is not applied yet.",
    },
    ("Measure and decide", "measure"): {
        "hot-keys": "Show the keys of a table that are used most.",
        "usage": "Measured usage of tables: collect, import, show, bill, ...",
        "prices": "Prices of DynamoDB by region: update, show.",
        "optimize": "Recommend the cheapest capacity settings from measured usage.",
        "explain": "Explain a field, an error, a rule, or the recommendation for a table.",
        "report": "Write an HTML report about a stack or a fleet.",
    },
    ("Existing tables", "existing"): {
        "discover": "List live tables of an account.",
        "audit": "Find risks to the items, the bill and the access of live tables.",
        "adopt": "Write manifests for live tables.",
        "migrate": "Copy a table's items to a table of another key or name.",
        "release": "Forget a table without touching it.",
        "eject": "Write a plain Pulumi program of the same resources.",
    },
    ("Try", "sandbox"): {
        "demo": "Run the reference job on the embedded AWS.",
        "sandbox": "The embedded AWS: start, stop, env, exec, seed, ...",
    },
    ("Other", "other"): {
        "doctor": "Check what deploying needs on this machine.",
        "permissions": "Print the IAM policy that a command needs.",
        "pulumi": "Project Planton's command line over the same engine.",
        "completion": "Print a shell's completion script.",
    },
}
"""By the section's title in the help and the folder in which its commands stand."""

_FOLDERS = {name: folder for (_, folder), names in _SECTIONS.items() for name in names}

_ELSEWHERE = {
    "plan": "preview",
    "diff": "preview",
    "apply": "up",
    "deploy": "up",
    "delete": "destroy",
    "import": "adopt",
    "lint": "validate",
    "check": "validate",
    "forget": "release",
}
"""What other tools call a command, and what it is called here."""


def _meant_elsewhere(name: str, names: Collection[str]) -> str:
    """The command of another tool that is meant, perhaps misspelt; empty if ours are nearer."""
    from difflib import get_close_matches  # noqa: PLC0415 - of mistakes alone

    (nearest, *_) = (*get_close_matches(name, [*_ELSEWHERE, *names], 1), "")
    return nearest if nearest in _ELSEWHERE else ""


class LazyGroup(click.Group):
    """A group whose commands are modules `cli/FOLDER/NAME_command.py` with a `command` in them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the sections."""
        return [*_FOLDERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; a mistyped name is answered with the nearest ones."""
        if cmd_name not in (names := self.list_commands(ctx)):
            if ctx.resilient_parsing or cmd_name.startswith("-"):
                return None
            if meant := _meant_elsewhere(cmd_name, names):
                subject = "It" if meant == cmd_name else f"'{meant}'"
                called = f"{subject} is called '{_ELSEWHERE[meant]}' here."
                raise click.UsageError(f"No such command '{cmd_name}'. {called}", ctx=ctx)
            raise click.NoSuchCommand(cmd_name, possibilities=names, ctx=ctx)
        name = f"{cmd_name.replace('-', '_')}_command"
        module = importlib.import_module(f"tablewright.cli.{_FOLDERS[cmd_name]}.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a mistake of which click does not say where is that command's."""
        try:
            return super().invoke(ctx)
        except click.UsageError as failure:
            name = ctx.invoked_subcommand
            command = self.get_command(ctx, name) if name and failure.ctx is None else None
            if command is not None:  # an option without its value
                failure.ctx = click.Context(command, info_name=name, parent=ctx)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands by section, from the names alone: nothing is imported."""
        for (title, _), names in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(names.items()), col_max=16)


EPILOG = """\
\b
Examples:
  tablewright demo                     try everything, no AWS account needed
  tablewright validate tables/         every mistake with file, line and fix
  tablewright preview tables/ --target aws
      what would change, with the risk of each change
  tablewright up tables/ --target aws  deploy, in place
  tablewright verify tables/ --target aws
      check the live tables

\b
Exit status: 0 done, 1 failed, 2 wrong input, 3 refused or different,
  4 unknown, 130 interrupted.
"""


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tablewright")
def root() -> None:
    """Manage DynamoDB tables from manifests: preview, deploy, adopt, verify, optimize."""
