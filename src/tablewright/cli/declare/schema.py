"""`tablewright schema`: the JSON Schema of the manifests, for editors and CI."""

from __future__ import annotations

from tablewright import manifest
from tablewright.cli import console


def run() -> None:
    """Print the JSON Schema of the manifests."""
    console.data_json(manifest.json_schema())
