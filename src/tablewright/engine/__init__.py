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
from tablewright.engine.state.recovery import Finder, FoundResource, Recovered, Standing, Unrecorded
from tablewright.resource_kinds import UNKNOWN

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
