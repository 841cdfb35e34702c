"""A preview's engine that boots while the manifests are still read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from tablewright.engine.run.boot import EngineBoot
from tablewright.engine.run.preview_place import elsewhere, folder_of
from tablewright.engine.run.run import Job
from tablewright.engine.session import StackSession
from tablewright.engine.state.checkpoint import State
from tablewright.engine.state.lock import read_locks
from tablewright.engine.state.repair import repair_attributes


@dataclass(slots=True)
class PreviewAhead:
    """A preview that was begun of the stack that is expected.

    Args:
        session: of that stack.
        arguments: of the engine's command.
        state: as it was recorded.
        job: whose engine boots.
        claimed: whether it turned out to be the one that is wanted.
    """

    session: StackSession
    arguments: tuple[str, ...]
    state: State | None
    job: Job
    claimed: bool = False

    def claim(
        self, session: StackSession, arguments: tuple[str, ...], state: State | None
    ) -> Job | None:
        """The job that was begun, if it is the one of this stack in this state; once."""
        expected = (self.session, self.arguments, self.state)
        if self.claimed or (session, arguments, state) != expected:
            return None
        self.claimed = True
        return self.job


@contextmanager
def begun_ahead(session: StackSession, arguments: tuple[str, ...]) -> Iterator[PreviewAhead]:
    """Boot the engine for a preview, which changes nothing and holds no lock.

    Where the block ends and nobody has claimed it, it is ended at once.

    Raises:
        TablewrightError: the state cannot be read.
    """
    with ExitStack() as scope:
        if all(lock.alive is False for lock in read_locks(session.place)):
            repair_attributes(session.place)
        state = session.read()
        place = session if state else scope.enter_context(elsewhere(session, None, ()))
        folder = scope.enter_context(folder_of(place, state))
        job = place.job("preview", *arguments, state=state, folder=folder)
        boot = EngineBoot(job.command, job.environment, folder, runs_program=True)
        ahead = PreviewAhead(session, arguments, state, replace(job, boot=boot))
        scope.enter_context(boot)
        try:
            yield ahead
        finally:
            if not ahead.claimed:
                boot.abandon()
