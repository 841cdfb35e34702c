"""What a stack is called, and what people type to mean it. Pure.

It is the name that its state is kept under: Pulumi's project is `metadata.name`, and its stack the
environment, unless `--stack` says another. Two stacks of one name are two while their environments
differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ORGANIZATION: Final = "organization"
"""The one organization that folder and bucket backends know."""
RESERVED_TAGS: Final = "tablewright:"
"""How the names of tags begin that tablewright sets itself, as the one with a stack's name."""


@dataclass(frozen=True, slots=True)
class StackId:
    """`shop/dev`.

    Args:
        name: `metadata.name`.
        environment: the one that it is for.
    """

    name: str
    environment: str

    def __str__(self) -> str:
        return f"{self.name}/{self.environment}"

    def is_meant_by(self, text: str) -> bool:
        """Whether it is `NAME`, `NAME/ENVIRONMENT` or `organization/NAME/ENVIRONMENT`."""
        return text in (self.name, str(self), f"{ORGANIZATION}/{self}")

    def among(self, every: Iterable[StackId]) -> str:
        """The shortest that means it alone: its name, unless another stack has it too."""
        is_shared = any(other.name == self.name and other != self for other in every)
        return str(self) if is_shared else self.name


def as_file_name(text: str) -> str:
    """What `among` answers, in the name of a file: no stack's name has an `@`."""
    return text.replace("/", "@")
