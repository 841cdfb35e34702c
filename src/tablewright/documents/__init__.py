"""Every JSON document that a command prints: its shape, and its published JSON Schema.

The shapes are TypedDicts, so that mypy holds the code that writes a document to it; `make docs`
writes the schemas in `v1/` from them. Within a version fields are only added: whoever reads a
document ignores what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

VERSION = "v1"

DOCUMENTS: Mapping[str, str] = {
    "init": "written",
    "validate": "validation",
    "convert": "conversion",
    "preview": "preview",
    "up": "up",
    "refresh": "run",
    "destroy": "run",
    "outputs": "outputs",
    "status": "status",
    "state list": "state-list",
    "state mv": "state-rename",
    "state export": "state-export",
    "state import": "state-import",
    "state move-backend": "state-move",
    "state owner": "table-owner",
    "release": "release",
    "verify": "verification",
    "drift": "drift",
    "doctor": "doctor",
    "permissions": "permissions",
    "discover": "discovery",
    "migrate": "migration",
    "audit": "audit",
    "adopt": "adoption",
    "eject": "written",
    "report": "report-file",
    "hot-keys": "hot-keys",
    "usage collect": "collection",
    "usage import": "usage-import",
    "usage show": "table-use",
    "usage bill": "bill",
    "prices update": "prices-update",
    "prices show": "prices",
    "optimize": "optimization",
    "explain": "explanation",
    "pulumi preview": "preview",
    "pulumi up": "up",
    "pulumi update": "up",
    "pulumi refresh": "run",
    "pulumi destroy": "run",
    "sandbox start": "sandbox",
    "sandbox stop": "sandbox-change",
    "sandbox reset": "sandbox-change",
    "sandbox snapshot": "sandbox-change",
    "sandbox load": "sandbox-change",
    "sandbox list": "sandbox-list",
    "sandbox status": "sandbox-status",
    "sandbox env": "sandbox-environment",
    "sandbox seed": "sandbox-seed",
    "sandbox clock": "sandbox-clock",
    "sandbox calls": "sandbox-calls",
    "sandbox faults add": "sandbox-faults",
    "sandbox faults clear": "sandbox-faults",
    "sandbox faults list": "sandbox-faults",
}
"""Which document a command prints."""
WITHOUT: Mapping[str, str] = {
    "schema": "what it prints is a JSON Schema",
    "completion": "what it prints is a script for a shell",
    "demo": "a story to watch; each of its steps is a command with a document of its own",
    "usage export": "what it prints is CSV, which `usage import` reads",
    "sandbox exec": "standard output is that of the program it runs",
}
"""Commands that print no document, and why."""
SAVED_PLAN, STACKS, ERRORS, DRIFT_EVENT = "saved-plan", "stacks", "errors", "drift-event"
"""What `preview --save` writes; what a command prints that runs several stacks; what every command
prints that fails under `--output json`; a line of `drift --watch`."""
NAMES = tuple(dict.fromkeys((*DOCUMENTS.values(), SAVED_PLAN, STACKS, ERRORS, DRIFT_EVENT)))


def schema_text(name: str) -> str:
    """The JSON Schema of a document, one of `NAMES`."""
    return files(__name__).joinpath(VERSION, f"{name}.json").read_text("utf-8")
