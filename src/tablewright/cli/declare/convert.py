"""`tablewright convert`: a manifest in the other dialect."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

from tablewright import manifest
from tablewright.cli import console
from tablewright.manifest.conversion import convert
from tablewright.manifest.kubernetes.steps import steps


def run(paths: Sequence[str], to: Literal["tablewright", "planton"]) -> None:
    """Write the manifests at PATH in another dialect, and say what that dialect cannot say."""
    stacks = manifest.load_all(paths, environment=os.environ, stdin=sys.stdin.buffer)
    for stack in stacks:
        converted = convert(stack, to)
        console.data(converted.text)
        for lost in converted.lost:
            console.say(f"not carried over: {lost}")
    for line in steps([table for stack in stacks for table in stack.kubernetes]):
        console.say(line)
