"""A program of a user's own, whose registrations are looked at before the engine gets them.

A preview does not know everything: a name that is another resource's output, or a secret, shows in
none of the engine's events. What is registered says it, in the run itself at the latest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tablewright.engine.run.moves import Registration
from tablewright.pulumi_values import OUTPUT_SIGNATURE, SECRET_SIGNATURE, SIGNATURE_KEY
from tablewright.resource_kinds import UNKNOWN

_WRAPPED: Final = (SECRET_SIGNATURE, OUTPUT_SIGNATURE)


class Vet(Protocol):
    """Looks at a registration."""

    def __call__(self, met: Registration, *, kept: bool, for_real: bool) -> None:
        """Let it pass.

        Args:
            met: with its inputs as they are, secrets too; what is not known yet is `UNKNOWN`.
            kept: the engine knows that it is there: it is recorded or imported.
            for_real: the run acts on it; else it is a preview.

        Raises:
            TablewrightError: it must not come to the engine.
        """


def pass_all(met: Registration, *, kept: bool, for_real: bool) -> None:
    """Let every registration pass."""
    del met, kept, for_real


@dataclass(frozen=True, slots=True)
class VettedProgram:
    """A program, and who looks at its registrations.

    Args:
        program: declares resources.
        vet: looks at each.
    """

    program: Callable[[], Any]
    vet: Vet

    def __call__(self) -> Any:
        """Run the program."""
        return self.program()


def unsealed(value: Any) -> Any:
    """A value without the engine's marks around it; `UNKNOWN` for what a mark does not tell."""
    match value:
        case dict() if value.get(SIGNATURE_KEY) in _WRAPPED:
            return unsealed(value["value"]) if "value" in value else UNKNOWN
        case dict():
            return {key: unsealed(element) for key, element in value.items()}
        case list():
            return [unsealed(element) for element in value]
        case _:
            return value
