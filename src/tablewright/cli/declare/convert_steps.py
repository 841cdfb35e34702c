"""The way out to another tool, as lines to print: exact, in order, and nothing is deleted on it."""

from __future__ import annotations

import shlex

from tablewright.components.templates import ToolTemplate


def terraform_steps(folder: str, stack: str, template: ToolTemplate) -> tuple[str, ...]:
    """The hand-over to Terraform.

    Args:
        folder: of the configuration.
        stack: paths and options that name the stack on a command line of ours.
        template: what was written.
    """
    terraform = f"terraform -chdir={shlex.quote(folder)}"
    return (
        f"\n{_FIRST}",
        f"  tablewright preview {stack} --refresh",
        f"{_TAKEN} {template.added} to add, {template.changed} to change, 0 to destroy; else stop:",
        f"  {terraform} init",
        f"  {terraform} plan -out=hand-over",
        f"  {terraform} apply hand-over",
        _FORGOTTEN,
        f"  tablewright release {stack} --all --yes",
        f"  {terraform} plan -detailed-exitcode",
        "The manifests and imports.tf are of no more use.",
    )


_FIRST = (
    "The hand-over, each command of ours with the options of your deploys (--target, --profile). "
    "First, nothing may be left to do here:"
)
_TAKEN = (
    "Terraform takes over what is live, and nothing is changed before its `apply`. Its plan has to "
    "show what it imports, and"
)
_FORGOTTEN = (
    "Then forget the stack here, which keeps everything in AWS and removes the tag that names the "
    "stack alone. Terraform ignores that tag, and has to show no changes:"
)
