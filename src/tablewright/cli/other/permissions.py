"""`tablewright permissions`: the IAM policy that a command needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.deploy.options import Options
from tablewright.deploy.target_opening import open_target_environment
from tablewright.errors import UsageError
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.permissions import COMMANDS, OPTIONS, Permission, document, needs
from tablewright.plan.permissions.state import WITH_STATE, state_permissions

_ACCOUNT = re.compile(r"\d{12}")
_BY_PLUGIN = frozenset({"preview", "up", "refresh", "destroy"})
"""What Pulumi's own plug-in does."""
_MIGRATED = 2


def run(
    name: str,
    paths: Sequence[str],
    output_format: str,
    *,
    environment: str | None,
    stacks: Sequence[str],
    account: str | None,
    tables: Sequence[str],
    with_options: Sequence[str],
    **chosen: Any,
) -> None:
    """Print the IAM policy of a command."""
    del output_format  # a policy is JSON
    name, paths = _command(name, paths)
    _refuse_others(name, with_options)
    several = _of_tables(sources(paths, environment, stacks, recorded=False), tables)
    if name == "migrate" and len(tables) != _MIGRATED:
        raise UsageError("migrate needs two tables", "name them: --table OLD --table NEW")
    if name == "migrate" and len(several) > 1:
        names = " or ".join(f"--stack {option}" for option in several)
        raise UsageError("migrate is about two tables of one stack", f"add {names}")
    options = Options(**chosen)
    official = options.target == "aws" and (options.provider or "official") == "official"
    needed: list[Permission] = []
    for declared in several.values():
        account_id = account or declared.account or _account(options, declared.region)
        if not _ACCOUNT.fullmatch(account_id):
            raise UsageError(f"{account_id} is not an account", "give its twelve digits")
        needed += needs(name, declared, account_id, options=with_options, official=official)
        if name in WITH_STATE:
            needed += state_permissions(options.backend or "", declared.region)
    console.data_json(document(needed))
    if not needed:
        console.say(f"note: {name} asks nothing of AWS here that takes a permission")
    if official and (name in _BY_PLUGIN or "--fix" in with_options):
        console.say(
            "note: Pulumi's `aws` plug-in decides by itself what it calls, and this has what is "
            "known of it; with --provider embedded the policy is exact"
        )


def _command(first: str, further: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The command as it is typed, which may be two words, and the paths behind it.

    Raises:
        UsageError: a second word is missing, or no path is left.
    """
    if first in COMMANDS:
        return first, further
    several = [name for name in COMMANDS if name.partition(" ")[0] == first]
    if (name := f"{first} {further[0]}") in several:
        if further[1:]:
            return name, further[1:]
        raise UsageError("no manifests are given", f"name them: `permissions {name} PATH`")
    if len(several) == 1:
        return several[0], further
    raise UsageError(f"{first} has several commands", f"name one: {', '.join(several)}")


def _refuse_others(name: str, with_options: Sequence[str]) -> None:
    known = OPTIONS.get(name, ())
    if other := [option for option in with_options if option not in known]:
        raise UsageError(f"{other[0]} is no option of {name}", f"leave out {', '.join(other)}")


def _of_tables(stacks: Sequence[StackInput], names: Sequence[str]) -> dict[str, DeclaredStack]:
    """By the value of `--stack`, each stack with these tables alone, in this order.

    Raises:
        UsageError: one is not declared.
    """
    several = {stack.option: stack.source.declared for stack in stacks}
    if not names:
        return several
    known = [table.table.name for declared in several.values() for table in declared.tables]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"the manifests declare no table {', '.join(unknown)}",
            f"name some of {', '.join(dict.fromkeys(known))}",
        )
    with_some = {option: _with_tables(declared, names) for option, declared in several.items()}
    return {option: declared for option, declared in with_some.items() if declared.tables}


def _with_tables(declared: DeclaredStack, names: Sequence[str]) -> DeclaredStack:
    by_name = {table.table.name: table for table in declared.tables}
    return replace(declared, tables=tuple(by_name[name] for name in names if name in by_name))


def _account(options: Options, region: str) -> str:
    with open_target_environment(options, region, console.say) as place:
        return place.session.account_id
