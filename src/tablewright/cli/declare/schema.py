"""`tablewright schema`: the JSON Schemas of the manifests and of what commands print."""

from __future__ import annotations

import difflib

from tablewright import manifest
from tablewright.cli import console
from tablewright.documents import DOCUMENTS, NAMES, schema_text
from tablewright.errors import UsageError


def run(document: str | None, *, listed: bool) -> None:
    """Print the JSON Schema of the manifests, or of what a command prints."""
    if listed:
        for name in NAMES:
            commands = [command for command, printed in DOCUMENTS.items() if printed == name]
            console.data(f"{name:<20} {', '.join(commands)}".rstrip())
    elif document is not None:
        console.data(schema_text(_name(document)))
    else:
        console.data_json(manifest.json_schema())


def _name(asked: str) -> str:
    """The document that a command, or a name, means.

    Raises:
        UsageError: nothing is printed as JSON by that.
    """
    name = DOCUMENTS.get(asked, asked)
    if name not in NAMES:
        near = difflib.get_close_matches(asked, (*DOCUMENTS, *NAMES), n=1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"there is no JSON document of {asked!r}", f"{meant}see `tablewright schema --list`"
        )
    return name
