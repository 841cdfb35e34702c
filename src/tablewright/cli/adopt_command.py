"""`tablewright adopt`: manifests for tables that live already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tablewright.errors import UsageError
from tablewright.report.number import number_of

from . import advice, console
from .accounts import accounts, counted, pairs, sessions

if TYPE_CHECKING:
    from tablewright.adopt.adoption import AdoptedStack
    from tablewright.adopt.terraform import TerraformTable
    from tablewright.aws.session import Session
    from tablewright.fleet.discovery import Discovery


@click.command(
    epilog="""\b
Examples:
  tablewright adopt orders customers --target aws --directory tables/
  tablewright adopt --tag Team=search --target aws > tables.yaml
  tablewright adopt --terraform-state terraform.tfstate --target aws --directory tables/
The preview of what is written shows imports and no change at all.
"""
)
@click.argument("names", nargs=-1)
@accounts
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Tables with this tag.")
@click.option("--all", "everything", is_flag=True, help="All tables.")
@click.option(
    "--terraform-state",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The tables of a Terraform state; prints the steps that finish the hand-over.",
)
@click.option("--environment", default="prod", show_default=True, help="Of the written stack.")
@click.option("--name", default="adopted", show_default=True, help="Of the written stack.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write files here; else all goes to standard output.",
)
def command(
    names: Sequence[str],
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    sandbox: str,
    tags: Sequence[str],
    terraform_state: Path | None,
    environment: str,
    name: str,
    directory: Path | None,
    *,
    everything: bool,
) -> int:
    """Write manifests for the live tables NAMES, with comments on what goes against good practice.

    What could not be read is written as UNREAD, which no manifest accepts; it is never guessed.
    """
    from tablewright.adopt.adoption import adopt  # noqa: PLC0415 - imported when called
    from tablewright.adopt.terraform import (  # noqa: PLC0415
        TerraformState,
        hand_over,
        read_state,
        steps,
    )
    from tablewright.fleet.discovery import discover_alarms  # noqa: PLC0415

    held = read_state(terraform_state) if terraform_state else TerraformState()
    managed = held.chosen(names)
    if not (names or managed or tags or everything):
        raise UsageError("nothing says which tables", "name them, or give --tag, --all")
    looked = sessions(target, profile, sandbox, roles)
    if target == "aws":
        check_accounts(managed, looked)
    found = _discovered(looked, regions, names, managed, pairs(tags, "--tag"))
    if found.missing:
        raise UsageError(
            f"there is no table {', '.join(found.missing)} in {number_of(found.regions, 'region')}",
            "check the names, --region and --target",
        )
    for part in found.unread:
        console.say(f"unread: {part}")
    if not found.tables:
        console.say(f"no such table in {number_of(found.regions, 'region')}; nothing was written")
    alarms = discover_alarms(looked, found.tables)
    stacks = adopt(found.tables, alarms, environment=environment, name=name)
    _write(stacks, directory)
    if terraform_state:
        for absent in sorted({*names} - {table.name for table in managed}):
            console.say(f"{absent} is not in {terraform_state}: nothing of it to hand over there")
    for line in steps(hand_over(held, stacks)):
        console.say(line)
    return max((found.exit_status, *(stack.exit_status for stack in stacks)))


def _discovered(
    looked: Sequence[Session],
    regions: Sequence[str],
    names: Sequence[str],
    managed: Sequence[TerraformTable],
    tags: Mapping[str, str],
) -> Discovery:
    """The tables to adopt, with their replicas wherever those are."""
    from tablewright.fleet.discovery import discover, with_replicas  # noqa: PLC0415

    chosen = {*names, *(table.name for table in managed)}
    all_managed = chosen <= {table.name for table in managed}
    where = tuple(sorted({table.region for table in managed})) if all_managed else ()
    with counted("reading") as progress:
        found = discover(looked, regions or where or None, chosen or None, tags, progress)
        return with_replicas(found, looked, progress)


def check_accounts(managed: Sequence[TerraformTable], looked: Sequence[Session]) -> None:
    """Tables of the same names in another account are other tables.

    Raises:
        UsageError: the state is of an account that is not looked into.
    """
    accounts = {session.account_id for session in looked}
    for table in managed:
        if table.account_id not in accounts:
            raise UsageError(
                f"the state's table {table.name} is in account {table.account_id}, and these "
                f"credentials are for {', '.join(sorted(accounts))}",
                "use credentials for the state's account, or --role ARN of a role there",
            )


def _write(stacks: Sequence[AdoptedStack], directory: Path | None) -> None:
    if directory is None:
        for stack in stacks:
            console.data(stack.stream)
    else:
        several = len(stacks) > 1
        _write_files({directory / stack.name if several else directory: stack for stack in stacks})
    for stack in stacks:
        for table in stack.tables:
            for remark in table.advice:
                console.say(f"advice: {table.name}: {remark}")
            for path, reason in table.unread.items():
                console.say(f"unread: {table.name}: {path}: {reason}")
            for left in table.left_out:
                console.say(f"left as it is: {table.name}: {left}")


def _write_files(stacks: Mapping[Path, AdoptedStack]) -> None:
    """Write each stack into its folder.

    Raises:
        UsageError: a file is there already; somebody may have worked on it.
    """
    texts = {
        folder / name: text
        for folder, stack in stacks.items()
        for name, text in stack.files.items()
    }
    for file, text in texts.items():
        if file.exists() and file.read_text("utf-8", "replace") != text:
            raise UsageError(f"{file} is there already", "remove it, or give another --directory")
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        console.say(f"wrote {file}")
    for folder in stacks:
        console.say(f"next: {advice.command_line('preview', str(folder))}")
