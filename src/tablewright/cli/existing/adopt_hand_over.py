"""What `tablewright adopt` prints of a hand-over from Terraform or another Pulumi program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tablewright.adopt import pulumi, terraform
from tablewright.adopt.adoption import AdoptedStack
from tablewright.adopt.pulumi import PulumiExport, refused_target
from tablewright.adopt.terraform import HandOver
from tablewright.cli import advice, console
from tablewright.errors import UsageError

_NO_FOLDER = "FOLDER"


def check_target(export: PulumiExport | None, stacks: Sequence[AdoptedStack]) -> None:
    """The written stack is not the one whose tables it takes.

    Raises:
        UsageError: in the same backend it would be, and delete all that it does not declare.
    """
    if export and (same := refused_target(export, stacks)):
        raise UsageError(
            f"{same.name}/{same.environment} is the exported stack itself; in the same backend the "
            "manifests would delete everything else that is in it",
            "give another --name or --environment",
        )


def tell_hand_over(export: PulumiExport | None, change: HandOver, directory: Path | None) -> int:
    """Say what of an export is not known, and the steps of the hand-over.

    Returns:
        The exit status: 4 where something is unknown.
    """
    if export is None:
        for line in terraform.steps(change):
            console.say(line)
        return 0
    for problem in export.problems:
        console.say(f"unknown: {problem}")
    for place in export.secrets:
        console.say(f"secret, not read: {place}")
    folder = str(directory or _NO_FOLDER)
    preview = advice.command_line("preview", folder)
    deploy = advice.command_line("up", folder)
    for line in pulumi.steps(export, change, preview, deploy):
        console.say(line)
    return 4 if export.problems else 0
