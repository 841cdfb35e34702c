"""Where the engine works on a stack, and where one that is not as it must be is previewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tablewright.engine.run.moves import Rearrangement, arranged
from tablewright.engine.run.workspace import workspace
from tablewright.engine.session import StackSession
from tablewright.engine.state.checkpoint import State


@contextmanager
def folder_of(session: StackSession, state: State | None) -> Iterator[Path]:
    """The folder in which one run of the engine works."""
    with workspace(session.place, session.config, state.salt if state else "") as folder:
        yield folder


@contextmanager
def elsewhere(
    session: StackSession, state: State | None, steps: Sequence[Rearrangement]
) -> Iterator[StackSession]:
    """The stack where it can be previewed before it exists, or rearranged."""
    with TemporaryDirectory(prefix="tablewright-state-") as name:
        if state is not None:
            yield session.copied(Path(name), lambda document: arranged(document, steps))
            return
        elsewhere = session.elsewhere(Path(name))
        elsewhere.create()
        yield elsewhere
