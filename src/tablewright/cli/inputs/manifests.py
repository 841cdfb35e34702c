"""From the paths of a command line to the stack they declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tablewright import manifest
from tablewright.deploy.source import Source, from_saved, is_saved
from tablewright.errors import UsageError
from tablewright.manifest import StackManifest


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
    return Source.of(_loaded(paths, environment))


def stack_manifest(paths: Sequence[str], environment: str | None = None) -> StackManifest:
    """The manifests as they were written, those of a saved preview included.

    Raises:
        ManifestError: with every mistake in them.
        UsageError: a saved preview has its environment.
    """
    if len(paths) == 1 and is_saved(paths[0]):
        return manifest.load_text(source(paths, environment).text)
    return _loaded(paths, environment)


def _loaded(paths: Sequence[str], environment: str | None) -> StackManifest:
    return manifest.load(
        paths, environment=os.environ, stdin=sys.stdin.buffer, chosen_environment=environment
    )
