"""What tells a resource from another one that was made under its name. Pure.

What AWS gives at a creation, and never again, tells them apart: a table's id, a role's, the second
in which a queue was made. It is recorded with the outputs, under `__meta` where the SDK has no
output for it: the engine shows and compares nothing that begins so, and Pulumi's own plug-in keeps
its own notes there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

META: Final = "__meta"
_OURS: Final = "tablewright"
_TOLD: Final = ("uniqueId", "policyId")
"""Outputs of the SDK that are such ids."""


def with_creation_id(outputs: Mapping[str, Any], creation_id: object) -> dict[str, Any]:
    """Outputs with what tells this resource from any other of its name, if AWS told it."""
    if creation_id in (None, ""):
        return dict(outputs)
    return {**outputs, META: json.dumps({_OURS: str(creation_id)})}


def creation_id_of(outputs: Mapping[str, Any]) -> str | None:
    """What tells a resource from others of its name; None where nothing does, or none was kept."""
    for name in _TOLD:
        if isinstance(creation_id := outputs.get(name), str) and creation_id:
            return creation_id
    with suppress(ValueError, TypeError, AttributeError):  # notes of another plug-in
        noted = json.loads(outputs[META]).get(_OURS) if META in outputs else None
        return str(noted) if noted else None
    return None


def is_another(recorded: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Whether what exists was made apart from what is recorded, by these outputs."""
    before, now = creation_id_of(recorded), creation_id_of(live)
    return before is not None and now is not None and before != now
