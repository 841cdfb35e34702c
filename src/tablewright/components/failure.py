"""Mistakes in a program over the components, told as Pulumi tells them: without a traceback."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from tablewright.errors import InputError


@dataclass(eq=False)
class ProgramError(InputError, pulumi.RunError):
    """The arguments given to a component are wrong; the engine prints the sentence and stops."""
