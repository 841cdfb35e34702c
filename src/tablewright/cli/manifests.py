"""From the paths of a command line to the stack they declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tablewright.plan.declared import DeclaredStack


def declared_stack(paths: Sequence[str]) -> DeclaredStack:
    """Read, check and understand the manifests.

    Raises:
        ManifestError: with every mistake in them.
    """
    from tablewright import manifest  # noqa: PLC0415 - imported when called
    from tablewright.plan.declare import declare  # noqa: PLC0415 - imported when called

    return declare(manifest.load(paths, environment=os.environ, stdin=sys.stdin.buffer))
