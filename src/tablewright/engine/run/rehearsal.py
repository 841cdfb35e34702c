"""The preview of a program whose resources may have moved.

Most moves are told to the engine by an alias in the very run that finds them. Where names were
swapped the state has to be rearranged first (`moves`). A preview must not change the state, so it
then goes on with a changed copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any

from tablewright.engine.changes import RunResult
from tablewright.engine.run.ahead import PreviewAhead
from tablewright.engine.run.imports import Imports
from tablewright.engine.run.moves import (
    Identify,
    Moves,
    Rearrangement,
    Records,
    Registration,
    arranged,
)
from tablewright.engine.run.preview_place import elsewhere, folder_of
from tablewright.engine.run.run import Gate, Job
from tablewright.engine.session import StackSession
from tablewright.engine.state.checkpoint import State
from tablewright.engine.state.recovery import Unrecorded
from tablewright.errors import EngineError, InterruptedRun, TablewrightError

_REGION = "aws:region"
_MOST_PASSES = 8


class Rearranging(Exception):  # noqa: N818 - no error: the run begins again
    """The state has to be rearranged before a program can run."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a program is previewed.

    Args:
        session: of the stack.
        identify: tells identities.
        found_ids: by URN, ids of what killed runs made and nobody has recorded.
        begun: the same as they were begun.
        arguments: of the engine's command.
        program: what every job of it has in common: the program, what prepares it, and the tags
            that it gets.
        execute: runs a job.
        ahead: a preview that was begun before all of this was known, perhaps this one.
    """

    session: StackSession
    identify: Identify
    found_ids: Mapping[str, str]
    begun: Sequence[Unrecorded]
    arguments: tuple[str, ...]
    program: Mapping[str, Any]
    execute: Callable[[Job], RunResult]
    ahead: PreviewAhead | None = None

    def complete(self, job: Job, state: State | None) -> Job:
        """A job of the engine with the program, and with what is to meet its registrations."""
        region, known = self.session.config.get(_REGION, ""), state or State()
        imports = Imports.of(known, self.found_ids, region)
        begun = (
            Registration(resource.urn, resource.type, resource.inputs) for resource in self.begun
        )
        moves = Moves(Records(known, self.identify, region), begun)
        return replace(job, imports=imports, moves=moves, **self.program)

    def run(self, state: State | None) -> tuple[RunResult, Sequence[Rearrangement]]:
        """The preview, and how the state has to be rearranged to do what it shows.

        Raises:
            TablewrightError: the preview failed.
        """
        steps: list[Rearrangement] = []
        for _ in range(_MOST_PASSES):
            result, more = self._pass(state, steps)
            if result and not more:
                return result, steps
            steps.append(more)
        raise EngineError(
            "the resources of the stack cannot be told apart by their names",
            "give them names that no resource of the stack has had, then the names you want",
        )

    def perform(
        self,
        state: State,
        gate: Gate | None,
        changing: Callable[[State], AbstractContextManager[Job]],
    ) -> RunResult:
        """The update; where the state has to be rearranged for it, only what the gate agrees to.

        Args:
            state: as recorded.
            gate: judges the preview.
            changing: for the time of one run of the engine, the job of an update.

        Raises:
            TablewrightError: it failed, or the gate refused.
        """
        with changing(state) as base:
            job = self.complete(base, state)
            try:
                return self.execute(replace(job, gate=_unless_moving(gate, job.moves)))
            except InterruptedRun:
                raise
            except (TablewrightError, Rearranging):
                if gate is None or job.moves.for_real or not job.moves.rearrangement():
                    raise
        planned, steps = self.run(state)
        gate(planned)
        self.session.store.change(lambda document: arranged(document, steps))
        now = self.session.read() or state
        with changing(now) as base:
            return self.execute(replace(self.complete(base, now), gate=gate))

    def _pass(
        self, state: State | None, steps: Sequence[Rearrangement]
    ) -> tuple[RunResult | None, Rearrangement]:
        with ExitStack() as scope:
            ahead = None if steps else self.ahead
            begun = ahead.claim(self.session, self.arguments, state) if ahead else None
            base, now = (begun, state) if begun else self._base(scope, state, steps)
            job = self.complete(base, now)
            try:
                return self.execute(job), job.moves.rearrangement()
            except InterruptedRun:
                raise
            except TablewrightError:
                if more := job.moves.rearrangement():
                    return None, more
                raise

    def _base(
        self, scope: ExitStack, state: State | None, steps: Sequence[Rearrangement]
    ) -> tuple[Job, State | None]:
        """The job of a preview without its program, and the state that it begins with."""
        session = self.session
        if state is None or steps:
            session = scope.enter_context(elsewhere(session, state, steps))
        now = session.read() if steps else state
        folder = scope.enter_context(folder_of(session, now))
        return session.job("preview", *self.arguments, state=now, folder=folder), now


def _unless_moving(gate: Gate | None, moves: Moves) -> Gate | None:
    """The gate of an update, for what can be done without rearranging the state."""
    if gate is None:
        return None

    def judge(planned: RunResult) -> None:
        if moves.rearrangement():
            raise Rearranging
        gate(planned)

    return judge
