"""From the paths of a command line to the stack they declare."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tablewright import manifest
from tablewright.deploy.source import Source, from_saved, is_saved


def source(paths: Sequence[str]) -> Source:
    """Read, check and understand the manifests, or a saved preview with those it was made from.

    Raises:
        ManifestError: with every mistake in them.
    """
    if len(paths) == 1 and is_saved(paths[0]):
        return from_saved(paths[0])
    return Source.of(manifest.load(paths, environment=os.environ, stdin=sys.stdin.buffer))
