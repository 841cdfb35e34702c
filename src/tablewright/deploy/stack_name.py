"""The Pulumi stack that `--stack` means. Pure."""

from __future__ import annotations

from collections.abc import Collection

from tablewright.errors import UsageError, nearest_names
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.stack_id import ORGANIZATION, StackId

_PARTS = 3
BEGINS = "a new one is begun by its full name"
"""Of a command that would begin a state where there is none."""
IS_GONE = "one that is destroyed already goes by its full name"
"""Of a command that ends well where nothing is left to do."""
ELSEWHERE = "one that is kept elsewhere goes by its full name"
"""Of a command that asks no backend."""


def refuse_misspelt(
    declared: DeclaredStack | StackId,
    given: str | None,
    known: Collection[str],
    in_full: str = "",
    *,
    exists: bool,
) -> None:
    """Refuse the name of a stack that is not there, unless it is given in full.

    The environment's own name is no mistake: nothing may be deployed yet, or any more.

    Args:
        declared: the stack.
        given: the value of `--stack`.
        known: names of Pulumi stacks that the project has, as far as anybody knows.
        in_full: what the command does with a name given in full, as `BEGINS`.
        exists: whether there is a stack of that name.

    Raises:
        UsageError: there is none, and it may be misspelt.
    """
    if exists or given is None or "/" in given or given == declared.environment:
        return
    fix = nearest_names(given, {*known, declared.environment})
    if in_full:
        fix += f"; {in_full}: --stack {ORGANIZATION}/{declared.name}/{given}"
    raise UsageError(f"--stack {given}: there is no stack {declared.name}/{given}", fix)


def stack_name(declared: DeclaredStack | StackId, given: str | None) -> str:
    """The name of the stack: as given, as the last part of what was given, or the environment.

    Raises:
        UsageError: it names another project or organization, or is no name at all.
    """
    if given is None:
        return declared.environment
    parts = given.split("/")
    if len(parts) == 1:
        return given
    if len(parts) != _PARTS or not all(parts):
        raise UsageError(
            f"--stack {given} is neither NAME nor organization/project/NAME",
            f"give a name, or {ORGANIZATION}/{declared.name}/NAME",
        )
    organization, project, name = parts
    if organization != ORGANIZATION:
        raise UsageError(
            f"the organization of --stack {given} is {organization}; the state is kept in a folder "
            f"or bucket, where Pulumi knows only {ORGANIZATION!r}",
            f"give {ORGANIZATION}/{declared.name}/{name}",
        )
    if project != declared.name:
        raise UsageError(
            f"--stack names the project {project}, but the manifest's stack is {declared.name}",
            f"give {ORGANIZATION}/{declared.name}/{name}, or rename the stack's metadata.name",
        )
    return name
