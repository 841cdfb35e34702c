"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from . import advice, console

Command = TypeVar("Command", bound=Callable[..., Any])


def sources(function: Command) -> Command:
    """`PATH...`: files, folders, URLs, or `-` for standard input."""
    kind = click.Path(readable=False, allow_dash=True)  # checks nothing: shells complete it
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=kind)(function)


def environment(function: Command) -> Command:
    """`--environment`: which one of the manifest's environments."""
    return click.option(
        "--environment",
        "-e",
        metavar="NAME",
        envvar="TABLEWRIGHT_ENVIRONMENT",
        help="Environment of the stack, instead of the manifest's `spec.environment`.",
    )(function)


def output(*formats: str) -> Callable[[Command], Command]:
    """`--output`, the first format being the default."""
    return click.option(
        "--output",
        "-o",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of what goes to standard output.",
    )


def yes(function: Command) -> Command:
    """`--yes`: the answer to every question."""
    return click.option("--yes", "-y", is_flag=True, help="Answer yes to every question.")(function)


def refresh(function: Command) -> Command:
    """`--refresh`: look at the live resources before anything else."""
    help_ = "Read the live resources first, to see drift too."
    return click.option("--refresh", is_flag=True, help=help_)(function)


def together(*several: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one decorator, shown in the help in this order."""

    def decorate(function: Command) -> Command:
        for option in reversed(several):
            function = option(function)
        return function

    return decorate


def _target(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Say in CI that nothing was said: what passes on the embedded AWS changes nothing in AWS."""
    source = context.get_parameter_source(parameter.name or "")
    if context.resilient_parsing:
        return value
    if source is ParameterSource.DEFAULT and os.environ.get("CI", "").lower() in {"1", "true"}:
        console.say("note: no --target given: this is the embedded AWS of this machine, not AWS")
    return value


TARGET = click.option(
    "--target",
    type=click.Choice(("sandbox", "aws")),
    default="sandbox",
    show_default=True,
    envvar="TABLEWRIGHT_TARGET",
    callback=_target,
    help="The embedded AWS of this machine, or AWS itself.",
)
PROFILE = click.option("--profile", metavar="NAME", help="AWS profile, with --target aws.")
SANDBOX = click.option(
    "--sandbox",
    metavar="NAME",
    envvar="TABLEWRIGHT_SANDBOX",
    default="default",
    help="Name of the sandbox, with --target sandbox.",
)

SANDBOX_NAME = click.option(
    "--name",
    envvar="TABLEWRIGHT_SANDBOX",
    default="default",
    show_default=True,
    help="Name of the sandbox.",
)
"""Which sandbox a command about sandboxes is about."""

place = together(
    TARGET,
    click.option(
        "--backend",
        metavar="URL",
        envvar="TABLEWRIGHT_BACKEND",
        help="Where the stack's state is kept; else a folder of this user.",
    ),
    click.option(
        "--provider",
        type=click.Choice(("embedded", "official")),
        help="tablewright's own provider, or Pulumi's `aws` plug-in (the default on aws).",
    ),
    PROFILE,
    SANDBOX,
)
"""Where a stack goes, and through which provider."""

deployment = together(
    advice.literal_errors,
    sources,
    environment,
    click.option(
        "--stack",
        metavar="NAME",
        help="The Pulumi stack: NAME, or organization/project/NAME. Else the environment.",
    ),
    place,
)
"""PATH, and which stack of it where."""

permissions = together(
    click.option(
        "--allow-replace",
        metavar="NAME",
        multiple=True,
        help="Let this be replaced; a table by an empty one. May be given several times.",
    ),
    click.option(
        "--allow-delete",
        metavar="NAME",
        multiple=True,
        help="Let this table or replica be deleted. May be given several times.",
    ),
)
"""What the guard lets pass, by name."""

accounts = together(
    click.option(
        "--region",
        "regions",
        metavar="REGION",
        multiple=True,
        help="Only this region; may be given several times. Else all that are enabled.",
    ),
    TARGET,
    PROFILE,
    click.option(
        "--role",
        "roles",
        metavar="ARN",
        multiple=True,
        help="Look into the account of this role, not into your own; may be given several times.",
    ),
    click.option(
        "--accounts",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Look into the accounts of these roles: an ARN a line, then its external id, if any.",
    ),
    SANDBOX,
)
"""Where to look."""
