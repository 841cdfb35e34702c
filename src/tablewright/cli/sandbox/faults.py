"""`tablewright sandbox faults`: an AWS, or a network, that fails as ordered."""

from __future__ import annotations

from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs.sandboxes import running
from tablewright.sandbox.admin import ask


def show(name: str) -> None:
    """Print the faults that are on, and how often each has struck."""
    console.data_json(ask(running(name), "GET", "faults"))


def clear(name: str, output_format: str) -> None:
    """Let everything work again."""
    answer = ask(running(name), "POST", "faults", {"clear": True})
    if output_format == "json":
        console.data_json(answer)
        return
    console.say("no fault is on")


def add(name: str, **members: Any) -> None:
    """Let calls fail from now on."""
    fault = {member: value for member, value in members.items() if value is not None}
    console.data_json(ask(running(name), "POST", "faults", fault))
