"""Every error the emulator itself raises on purpose; what AWS would answer is `request.AwsFault`.

EmulatorError
└── UsageError    what it was asked for is wrong; nothing was touched
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class EmulatorError(Exception):
    """The emulator cannot do what was asked.

    Args:
        message: what is wrong, one or two sentences without a class name or a traceback.
        next_step: what the user does about it; empty when there is nothing to add.
    """

    message: str
    next_step: str = ""

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.next_step}" if self.next_step else self.message


@dataclass(eq=False)
class UsageError(EmulatorError):
    """What it was asked for is wrong, or names what is not there."""
