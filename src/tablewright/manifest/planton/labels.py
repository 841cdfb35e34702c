"""The stack a Planton manifest names in its labels, or a command line with `--stack`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "pulumi.project-planton.org/"
QUALIFIED = f"{PREFIX}stack.fqdn"
PARTS = (f"{PREFIX}organization", f"{PREFIX}project", f"{PREFIX}stack.name")
FORM = "organization/project/stack"

_PART = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class StackName:
    """A Pulumi stack as Planton names it."""

    organization: str
    project: str
    stack: str

    def __str__(self) -> str:
        return f"{self.organization}/{self.project}/{self.stack}"


def parse_stack(text: str) -> StackName | None:
    """`organization/project/stack`, or None where the text is not of that form."""
    parts = text.split("/")
    if len(parts) != len(PARTS) or not all(_PART.fullmatch(part) for part in parts):
        return None
    return StackName(*parts)


def stack_of_labels(labels: Mapping[str, str]) -> tuple[StackName | None, str | None]:
    """The stack that labels name, and the label that is not of the right form, if one is.

    The qualified name wins over the three single labels, which count only all together.
    """
    text = labels.get(QUALIFIED, "")
    if text:
        name = parse_stack(text)
        return name, None if name else QUALIFIED
    parts = [labels.get(label, "") for label in PARTS]
    if not all(parts):
        return None, None
    wrong = next((label for label in PARTS if not _PART.fullmatch(labels[label])), None)
    return (None, wrong) if wrong else (StackName(*parts), None)
