"""From the paths of a command line to the stack they declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tablewright import manifest
from tablewright.deploy.source import Source, from_saved, is_saved
from tablewright.errors import UsageError


def source(paths: Sequence[str], environment: str | None = None) -> Source:
    """Read, check and understand the manifests, or a saved preview with those it was made from.

    Args:
        paths: manifests, or one saved preview.
        environment: of the stack, whatever its manifest says.

    Raises:
        ManifestError: with every mistake in them.
        UsageError: a saved preview has its environment.
    """
    if len(paths) == 1 and is_saved(paths[0]):
        saved = from_saved(paths[0])
        if environment not in (None, saved.declared.environment):
            raise UsageError(
                f"{paths[0]} was saved for the environment {saved.declared.environment}",
                "leave out --environment, or save a preview of the other environment",
            )
        return saved
    read = manifest.load(
        paths, environment=os.environ, stdin=sys.stdin.buffer, chosen_environment=environment
    )
    return Source.of(read)
