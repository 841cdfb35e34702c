"""How one stack is reached: its place, the engine, the environment and the passphrase together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from tablewright.engine.install.locate import Engine
from tablewright.engine.run.environment import engine_environment
from tablewright.engine.run.run import Job
from tablewright.engine.run.workspace import workspace
from tablewright.engine.state.backend import Backend, StackPlace
from tablewright.engine.state.checkpoint import State, read_checkpoint
from tablewright.engine.state.passphrase import VARIABLE, passphrase_environment, passphrase_of
from tablewright.engine.state.space import full, is_full
from tablewright.engine.state.store import Document, StateStore, run_command
from tablewright.errors import PassphraseError

_READ = ("stack", "export")
_QUIET = ("--non-interactive", "--color=never", "--suppress-progress", "--suppress-outputs")
_TABLES_OF_A_LARGE_STACK = 20


class Checkpoints(Enum):
    """When the engine writes the stack's state during a run that changes things."""

    EVERY_STEP = "every step"
    """Before and after each step: safe whatever happens. The whole state is written each time, so
    the cost grows with the square of the number of resources."""
    AT_END = "at the end"
    """Once, when the run ends, also when it fails or is interrupted. What was made is found again
    from the event log should everything be killed. For stacks of hundreds of resources in a folder
    backend; others are written at every step in any case."""

    @classmethod
    def suiting(cls, tables: int) -> Checkpoints:
        """What suits a stack of so many tables: a large one is written once at the end."""
        return cls.AT_END if tables > _TABLES_OF_A_LARGE_STACK else cls.EVERY_STEP


@dataclass(frozen=True, slots=True)
class StackSession:
    """All that a run of the engine on one stack needs; holds nothing open.

    Args:
        engine: from `find_engine`.
        place: the stack.
        config: its configuration in plain text.
        outside: the environment that engine and providers run under, without ours.
        home: the engine's folder with plugins of our own, or None for the user's.
        passphrase: for the stack's secrets, or None to find or make one.
        secrets_provider: for a new stack outside a folder.
        parallel: how many steps go on at once.
        declared: about how many resources it is to have, if that is known.
    """

    engine: Engine
    place: StackPlace
    config: Mapping[str, str]
    outside: Mapping[str, str]
    home: Path | None
    passphrase: str | None
    secrets_provider: str
    parallel: int
    declared: int = field(default=0, compare=False)

    @property
    def store(self) -> StateStore:
        """Where the state is read and repaired."""
        return StateStore(self.place, self._command)

    def read(self) -> State | None:
        """What is recorded of the stack; None if it does not exist."""
        return self.store.read()

    def create(self) -> None:
        """Make the stack if there is none."""
        self.place.backend.prepare()
        chosen = ["--secrets-provider", self.secrets_provider] if self.secrets_provider else []
        self.store.create(chosen)

    def elsewhere(self, folder: Path) -> StackSession:
        """The same stack in an empty folder, where it can be previewed before it exists."""
        place = StackPlace(Backend.of(folder), self.place.project, self.place.stack)
        return replace(self, place=place, passphrase="", secrets_provider="")

    def copied(self, folder: Path, change: Callable[[Document], Document]) -> StackSession:
        """The same stack in an empty folder, its state changed, to be previewed there."""
        known = passphrase_environment(self.place, self.read(), self.passphrase, self.outside)
        elsewhere = replace(self.elsewhere(folder), passphrase=passphrase_of(known))
        elsewhere.create()
        self.store.copy_to(elsewhere.store, change)
        return elsewhere

    def holding(self, exported: Document, folder: Path) -> StackSession:
        """The same stack in an empty folder, with a state that is not recorded here.

        Raises:
            PassphraseError: nobody gave the passphrase that its secrets are encrypted with.
        """
        state = read_checkpoint(exported)
        known = passphrase_environment(self.place, state, self.passphrase, self.outside)
        elsewhere = replace(self.elsewhere(folder), passphrase=passphrase_of(known))
        elsewhere.create()
        elsewhere.store.put(exported)
        return elsewhere

    def environment(self, state: State | None) -> dict[str, str]:
        """The engine's whole environment for a stack of which `state` is recorded."""
        resources = max(self.declared, len(state.resources) if state else 0)
        variables = engine_environment(self.outside, self.place.backend, self.home, resources)
        if self.secrets_provider and not (state and state.salt):
            return variables
        variables |= passphrase_environment(self.place, state, self.passphrase, self.outside)
        return variables

    def job(self, verb: str, *arguments: str, state: State | None, folder: Path) -> Job:
        """A run of the engine in `folder`."""
        stack = ("--stack", self.place.full_name, f"--parallel={self.parallel}")
        return Job(
            command=(self.engine.path, verb, *stack, *_QUIET, *arguments),
            environment=self.environment(state),
            folder=folder,
            stuck=lambda: full(self.place) if is_full(self.place) else None,
        )

    def journaled(self, job: Job, journal: Path, checkpoints: Checkpoints) -> Job:
        """The same job with a journal, which outlives a crash; its state may be written once."""
        once = {"PULUMI_SKIP_CHECKPOINTS": "true"} if checkpoints is Checkpoints.AT_END else {}
        return replace(job, environment={**job.environment, **once}, journal=journal)

    def command(self, *arguments: str) -> str:
        """Run one short command of the engine and answer what it prints."""
        return self._command(arguments, "")

    def _command(self, arguments: Sequence[str], text: str) -> str:
        folder_file = self.place.state_file
        state = self.read() if folder_file and folder_file.exists() else None
        with workspace(self.place, self.config, state.salt if state else "") as folder:
            environment = self._environment_of(arguments, state)
            return run_command(self.engine.path, arguments, text, folder, environment)

    def _environment_of(self, arguments: Sequence[str], state: State | None) -> dict[str, str]:
        """A state is read without the passphrase: there may be none yet, and so nothing sealed."""
        try:
            return self.environment(state)
        except PassphraseError:
            if tuple(arguments[:2]) != _READ:
                raise
            return {**engine_environment(self.outside, self.place.backend, self.home), VARIABLE: ""}
