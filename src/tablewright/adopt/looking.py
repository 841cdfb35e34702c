"""A look before a step that could lose something, as a line to print. Pure."""

from __future__ import annotations

import shlex


def looked_at(command: str, loss: str) -> str:
    """A line of a shell that prints `kept` only where a plan is there and loses nothing.

    Silence is no proof: a plan that failed, for the network or a wrong name, prints nothing either.

    Args:
        command: prints the plan.
        loss: pattern of `grep -E` for the lines that tell a loss, which are printed.
    """
    losses = shlex.quote(f"{loss}|^failed$")
    return f'plan=$({command} || echo failed); echo "$plan" | grep -E {losses} || echo kept'
