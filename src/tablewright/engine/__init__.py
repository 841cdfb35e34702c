"""Border to Pulumi's engine: find it, run it on a stack, read what it did.

    engine = find_engine(print)
    stack = EngineStack(engine, "analytics", "dev", backend="~/states")
    stack.preview(program).changes          # values: what would happen to each resource
    stack.up(program, gate=judge)           # the gate sees the preview and may raise
    stack.outputs()

A program is any function that declares resources with Pulumi's SDK. The engine boots while this
process imports that SDK, so give slow imports as `prepare`, or do them inside the program. Nothing
here imports gRPC or Pulumi before a run.

Errors are those of `tablewright.errors`; progress comes as `Progress` values to `observe`. Ctrl-C
during a run stops the engine after the step it is in, and the same command again finishes the job.

`stack` is the way in, with a `session` that says how the stack is reached. `install/` finds or
builds the engine, `state/` keeps what is recorded, `run/` is one run of it. What a run does are the
values of `changes`; `guard` judges them, `confirmed` compares them with a preview that was saved.
`python_host/` runs Python projects for the engine.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tablewright.engine.changes import (
        SECRET,
        Diagnostic,
        DiffKind,
        Operation,
        PropertyDiff,
        ResourceChange,
        RunResult,
        shown_name,
    )
    from tablewright.engine.confirmed import SavedPreview
    from tablewright.engine.guard import HOLDS_DATA, Offence, Permissions, judge, offences
    from tablewright.engine.install.locate import Engine, find_engine
    from tablewright.engine.permission_names import refuse_unknown
    from tablewright.engine.python_host.language_plugin import install_language_host
    from tablewright.engine.run.ahead import PreviewAhead
    from tablewright.engine.run.events import (
        Notice,
        Progress,
        StepFailed,
        StepFinished,
        StepStarted,
        StepWaits,
    )
    from tablewright.engine.run.moves import Registration
    from tablewright.engine.run.resource_tree import PlainProgram, ResourceTree
    from tablewright.engine.run.tagging import Tagging
    from tablewright.engine.run.vetting import VettedProgram
    from tablewright.engine.session import Checkpoints
    from tablewright.engine.stack import EngineStack
    from tablewright.engine.state.backend import Backend, StackPlace
    from tablewright.engine.state.checkpoint import PendingOperation, State, StateResource
    from tablewright.engine.state.lock import Lock
    from tablewright.engine.state.recovery import (
        Finder,
        FoundResource,
        Recovered,
        Standing,
        Unrecorded,
    )
    from tablewright.resource_kinds import UNKNOWN

# gRPC's remarks would reach the terminal. Set before anything reads the environment of a run: an
# engine that boots ahead is only of use to a run in the same one.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

__all__ = [
    "HOLDS_DATA",
    "SECRET",
    "UNKNOWN",
    "Backend",
    "Checkpoints",
    "Diagnostic",
    "DiffKind",
    "Engine",
    "EngineStack",
    "Finder",
    "FoundResource",
    "Lock",
    "Notice",
    "Offence",
    "Operation",
    "PendingOperation",
    "Permissions",
    "PlainProgram",
    "PreviewAhead",
    "Progress",
    "PropertyDiff",
    "Recovered",
    "Registration",
    "ResourceChange",
    "ResourceTree",
    "RunResult",
    "SavedPreview",
    "StackPlace",
    "Standing",
    "State",
    "StateResource",
    "StepFailed",
    "StepFinished",
    "StepStarted",
    "StepWaits",
    "Tagging",
    "Unrecorded",
    "VettedProgram",
    "find_engine",
    "install_language_host",
    "judge",
    "offences",
    "refuse_unknown",
    "shown_name",
]

_NAMES = {
    "tablewright.engine.changes": (
        "SECRET",
        "Diagnostic",
        "DiffKind",
        "Operation",
        "PropertyDiff",
        "ResourceChange",
        "RunResult",
        "shown_name",
    ),
    "tablewright.engine.confirmed": ("SavedPreview",),
    "tablewright.engine.guard": ("HOLDS_DATA", "Offence", "Permissions", "judge", "offences"),
    "tablewright.engine.install.locate": ("Engine", "find_engine"),
    "tablewright.engine.permission_names": ("refuse_unknown",),
    "tablewright.engine.python_host.language_plugin": ("install_language_host",),
    "tablewright.engine.run.ahead": ("PreviewAhead",),
    "tablewright.engine.run.events": (
        "Notice",
        "Progress",
        "StepFailed",
        "StepFinished",
        "StepStarted",
        "StepWaits",
    ),
    "tablewright.engine.run.moves": ("Registration",),
    "tablewright.engine.run.resource_tree": ("PlainProgram", "ResourceTree"),
    "tablewright.engine.run.tagging": ("Tagging",),
    "tablewright.engine.run.vetting": ("VettedProgram",),
    "tablewright.engine.session": ("Checkpoints",),
    "tablewright.engine.stack": ("EngineStack",),
    "tablewright.engine.state.backend": ("Backend", "StackPlace"),
    "tablewright.engine.state.checkpoint": ("PendingOperation", "State", "StateResource"),
    "tablewright.engine.state.lock": ("Lock",),
    "tablewright.engine.state.recovery": (
        "Finder",
        "FoundResource",
        "Recovered",
        "Standing",
        "Unrecorded",
    ),
    "tablewright.resource_kinds": ("UNKNOWN",),
}
"""Of each module, those that are offered here."""
_MODULES = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is asked for: where the user's folders are is of use without a run."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)
