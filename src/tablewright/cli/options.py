"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from . import advice
from .setting_option import setting

Command = TypeVar("Command", bound=Callable[..., Any])


def are_regions(_: click.Context, option: click.Parameter, value: Any) -> Any:
    """Names in the form of AWS's: a misspelt region would have no tables, and all would be well."""
    from tablewright.manifest.models.base import REGION_PATTERN  # noqa: PLC0415 - pydantic

    for name in (value,) if isinstance(value, str) else value or ():
        if not re.fullmatch(REGION_PATTERN, name):
            wrong = f"{name!r} is no AWS region, such as `eu-west-1`"
            raise click.BadParameter(wrong, param=option)
    return value


_PATHS = click.Path(readable=False, allow_dash=True)
"""Checks nothing: shells complete it."""


def sources(function: Command) -> Command:
    """`PATH...`: files, folders, URLs, or `-` for standard input."""
    metavar = "PATH..."
    return click.argument("paths", metavar=metavar, nargs=-1, required=True, type=_PATHS)(function)


def optional_sources(function: Command) -> Command:
    """Likewise, where there may be none yet."""
    return click.argument("paths", metavar="[PATH]...", nargs=-1, type=_PATHS)(function)


def environment(function: Command) -> Command:
    """`--environment`: which one of the manifest's environments."""
    return setting("environment", "--environment", "-e", metavar="NAME")(function)


def output(*formats: str) -> Callable[[Command], Command]:
    """`--output`, the first format being the default."""
    return click.option(
        "--output",
        "-o",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Format of standard output.",
    )


json_only = click.option(
    "--output",
    "-o",
    type=click.Choice(("json",)),
    default="json",
    show_default=True,
    expose_value=False,
    help="Format of standard output.",
)
"""`--output` of a command that prints nothing but JSON."""


def yes(function: Command) -> Command:
    """`--yes`: the answer to every question."""
    return click.option("--yes", "-y", is_flag=True, help="Answer yes to every question.")(function)


def refresh(function: Command) -> Command:
    """`--refresh`: look at the live resources before anything else."""
    help_ = "Read the live resources first, to see drift too."
    return click.option("--refresh", is_flag=True, help=help_)(function)


def fresh(function: Command) -> Command:
    """`--fresh`: nothing of an interrupted run is used."""
    help_ = "With several accounts: read everything again, also what an interrupted run has read."
    return click.option("--fresh", is_flag=True, help=help_)(function)


def verbose(function: Command) -> Command:
    """`--verbose`: a preview in which nothing is told of together."""
    help_ = "Show every resource with all its changes; without it, equal ones are grouped."
    return click.option("--verbose", "-v", is_flag=True, help=help_)(function)


def together(*several: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator, shown in the help in this order."""

    def decorate(function: Command) -> Command:
        for option in reversed(several):
            function = option(function)
        return function

    return decorate


TARGET = setting("target", default="sandbox", show_default=True, is_eager=True)
PROFILE = setting("profile", metavar="NAME", help="AWS profile, with --target aws.")
SANDBOX = setting(
    "sandbox", metavar="NAME", default="default", help="Name of the sandbox, with --target sandbox."
)

SANDBOX_NAME = setting(
    "sandbox", "--name", default="default", show_default=True, help="Name of the sandbox."
)
"""Which sandbox a command about sandboxes is about."""

BACKEND = setting(
    "backend",
    metavar="URL",
    help="Where the stack's state is kept; else a folder of this user.",
)
PROVIDER = setting(
    "provider",
    help="tablewright's own provider, or Pulumi's `aws` plug-in (the default on aws).",
)
STACK = click.option(
    "--stack",
    metavar="NAME",
    help="Of several stacks the one of this name, or NAME/ENVIRONMENT. Of one its Pulumi stack: "
    "NAME, or organization/project/NAME; else the environment.",
)

ACCOUNTS = setting("accounts", metavar="FILE|organization:ROLE")
"""By which role the account of each stack is entered."""

place = together(TARGET, BACKEND, PROVIDER, PROFILE, SANDBOX)
"""Where a stack goes, and through which provider."""

stacks = click.option(
    "--stack",
    "stacks",
    metavar="NAME",
    multiple=True,
    help="Of several stacks only the one of this name, or NAME/ENVIRONMENT; may be given several "
    "times. Of one its Pulumi stack: NAME, or organization/project/NAME; else the environment.",
)

deployment = together(
    advice.literal_errors,
    sources,
    environment,
    STACK,
    place,
    ACCOUNTS,
)
"""PATH, and which stack of it where."""

deployments = together(
    advice.literal_errors,
    sources,
    environment,
    stacks,
    place,
    ACCOUNTS,
)
"""PATH, and which stacks of it where."""

deployments_or_none = together(
    advice.literal_errors,
    optional_sources,
    environment,
    stacks,
    place,
    ACCOUNTS,
)
"""PATH, if there are manifests already, and which stacks of it where."""

tables = click.option(
    "--table",
    "tables",
    metavar="NAME",
    multiple=True,
    help="Only this table and what belongs to it. Repeatable.",
)

permissions = together(
    click.option(
        "--allow-replace",
        metavar="NAME",
        multiple=True,
        help="Allow this resource to be replaced; a table is replaced by an empty one. Repeatable.",
    ),
    click.option(
        "--allow-delete",
        metavar="NAME",
        multiple=True,
        help="Allow this table or replica to be deleted; TABLE/INDEX one made by hand. Repeatable.",
    ),
)
"""What the guard lets pass, by name."""


def allowing(allow_replace: Sequence[str], allow_delete: Sequence[str]) -> str:
    """What of `permissions` was given, as it is typed."""
    replaced = [f"--allow-replace {name}" for name in allow_replace]
    return " ".join([*replaced, *(f"--allow-delete {name}" for name in allow_delete)])


accounts = together(
    click.option(
        "--region",
        "regions",
        callback=are_regions,
        metavar="REGION",
        multiple=True,
        help="Only this region; all enabled ones by default. Repeatable.",
    ),
    TARGET,
    PROFILE,
    click.option(
        "--role",
        "roles",
        metavar="ARN",
        multiple=True,
        help="Read the account of this role instead of your own. Repeatable.",
    ),
    click.option(
        "--accounts",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE|organization:ROLE",
        help="Read the accounts of the roles in this file (an ARN on each line, followed by its "
        "external ID if it needs one), or all accounts of your organization through the role of "
        "this name (organization:ROLE:EXTERNAL-ID if it needs an external ID).",
    ),
    SANDBOX,
)
"""Where to look."""
