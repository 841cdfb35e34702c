"""One stack: preview, up, refresh, destroy, and what is recorded of it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tablewright.engine.changes import RunResult, holds_secret
from tablewright.engine.install.locate import Engine
from tablewright.engine.run.ahead import PreviewAhead, begun_ahead
from tablewright.engine.run.events import Notice
from tablewright.engine.run.moves import Identify
from tablewright.engine.run.preview_place import folder_of
from tablewright.engine.run.rehearsal import Rehearsal
from tablewright.engine.run.resource_tree import PlainProgram, going_on, looking_first
from tablewright.engine.run.run import Gate, Job, Observe, Run
from tablewright.engine.run.tagging import Tagging
from tablewright.engine.session import Checkpoints, StackSession
from tablewright.engine.state.backend import Backend, StackPlace
from tablewright.engine.state.begun import noted
from tablewright.engine.state.bucket_lock import past_dead_lock
from tablewright.engine.state.checkpoint import State, StateResource
from tablewright.engine.state.lock import Lock, clear_dead_locks, read_locks, remove_locks
from tablewright.engine.state.recovery import (
    Finder,
    Recovered,
    Unrecorded,
    abandoned_journals,
    adopt,
    forget,
    journal,
    recover,
    settle,
    tell,
    unrecorded,
)
from tablewright.engine.state.repair import (
    forget_kept,
    keep_state,
    repair_attributes,
    restore_state,
)
from tablewright.engine.state.run_log import logged
from tablewright.engine.state.space import require_space
from tablewright.engine.state.store import DamagedStateError, missing
from tablewright.resource_kinds import identify

_DEFAULT_PARALLEL = 16
_PREVIEWED, _AT_ONCE = ("--yes",), ("--yes", "--skip-preview")


def ignore(_: object) -> None:
    """Observe nothing."""


class EngineStack:
    """A stack of a project in a backend, driven by Pulumi's engine.

    Opening it touches nothing. Every method that runs the engine blocks until the engine has
    ended, and no process of the run is left then.

    Args:
        engine: from `find_engine`.
        project: name of the Pulumi project.
        stack: name of the stack.
        backend: folder or URL of the state; None is the folder under the user's state directory.
        environment: the whole environment for the engine and its providers, the user's own if not
            given. Of PULUMI_ variables only the access token and the passphrase are taken over.
        config: the stack's configuration, in plain text, with namespaces (`aws:region`).
        passphrase: for the stack's secrets; None finds or makes one (see `passphrase`).
        home: the engine's folder with our provider as a plug-in (`install_plugin`); None is the
            user's, where official plugins are and are downloaded to.
        secrets_provider: for a new stack outside a folder, e.g. `awskms://alias/x`.
        parallel: how many steps go on at once.
        identify: tells which live thing inputs mean, so that a resource under a new name is moved
            there and not created again.
        tagging: the tags that every resource gets whose type carries tags.
        ahead: a preview that was begun already, perhaps of this stack.
        declared: about how many resources it is to have, if that is known.
    """

    def __init__(
        self,
        engine: Engine,
        project: str,
        stack: str,
        *,
        backend: str | Path | None = None,
        environment: Mapping[str, str] = os.environ,
        config: Mapping[str, str] | None = None,
        passphrase: str | None = None,
        home: Path | None = None,
        secrets_provider: str = "",
        parallel: int = _DEFAULT_PARALLEL,
        identify: Identify = identify,
        tagging: Tagging | None = None,
        ahead: PreviewAhead | None = None,
        declared: int = 0,
    ) -> None:
        where = Backend.default(environment) if backend is None else Backend.of(backend)
        self.place = StackPlace(where, project, stack)
        self.session = StackSession(
            engine=engine,
            place=self.place,
            config=dict(config or {}),
            outside=dict(environment),
            home=home,
            passphrase=passphrase,
            secrets_provider=secrets_provider,
            parallel=parallel,
            declared=declared,
        )
        self._identify = identify
        self._tagging = tagging or Tagging()
        self._ahead = ahead
        self._run: Run | None = None
        self._run_lock = threading.Lock()

    def preview(
        self,
        program: Callable[[], Any] | PlainProgram,
        *,
        observe: Observe = ignore,
        prepare: Callable[[], None] | None = None,
        finder: Finder | None = None,
        refresh: bool = False,
        targets: Sequence[str] = (),
    ) -> RunResult:
        """Find out what `up` would do, and change nothing, not even the state.

        Args:
            program: declares the resources, as any Pulumi program does.
            observe: told of progress.
            prepare: called while the engine boots; the place for slow imports.
            finder: how to find again what a killed run has made; see `up`.
            refresh: read the live resources first; what was found is a change of its own, REFRESH.
            targets: URNs of all that counts; everything if there are none.
        """
        if all(lock.alive is False for lock in read_locks(self.place)):
            state = self._readable(observe)
        else:
            state = self.session.read()
        recovered = recover(state or State(), abandoned_journals(self.place), finder)
        tell(recovered, observe, looks=refresh, plans=True)
        looking = looking_first(refresh, targets)
        rehearsal = self._rehearsal(observe, recovered, looking, prepare=prepare, program=program)
        return replace(rehearsal, ahead=self._ahead).run(state)[0]

    def preview_ahead(self, *, refresh: bool = False) -> AbstractContextManager[PreviewAhead]:
        """Begin a preview before its program is known; see `begun_ahead`."""
        return begun_ahead(self.session, looking_first(refresh, ()))

    def up(
        self,
        program: Callable[[], Any] | PlainProgram,
        *,
        gate: Gate | None = None,
        observe: Observe = ignore,
        prepare: Callable[[], None] | None = None,
        finder: Finder | None = None,
        refresh: bool = False,
        checkpoints: Checkpoints = Checkpoints.EVERY_STEP,
        targets: Sequence[str] = (),
    ) -> RunResult:
        """Make everything as `program` declares it.

        With a `gate` the engine first previews, under the stack's lock and in the same process;
        the gate gets that preview in the calling thread (it may ask the user) and raises to stop
        the run before its first step. Without one the update begins at once.

        What a killed run has left is finished: a lock whose process is gone is removed, and a
        resource whose creation was under way is looked up with the `finder` and imported.

        Args:
            program: declares the resources; runs twice with a gate.
            gate: judges the preview.
            observe: told of progress, planned steps included.
            prepare: called while the engine boots; the place for slow imports.
            finder: how to find again what a killed run has made.
            refresh: read the live resources first.
            checkpoints: when the state is written.
            targets: URNs of all that may be touched; everything if there are none.

        Raises:
            StackLockedError: another run holds the stack.
            InterruptedRun: Ctrl-C or SIGTERM; what was done is recorded.
            TablewrightError: whatever the gate raises, or the failure of a step, resources named.
        """
        state, recovered = self._begin(observe, finder, create=True, looks=refresh)
        left = abandoned_journals(self.place)  # one that comes meanwhile may be of another machine
        looking = looking_first(refresh, targets)
        arguments = (*(_PREVIEWED if gate else _AT_ONCE), *looking, *going_on(program, refresh))
        rehearsal = self._rehearsal(observe, recovered, looking, prepare=prepare, program=program)
        changing = partial(self._changing, "up", arguments, checkpoints=checkpoints)
        result = rehearsal.perform(state, gate, changing)
        settle(self.session.store, recovered, left)
        return result

    def refresh(
        self, *, observe: Observe = ignore, checkpoints: Checkpoints = Checkpoints.EVERY_STEP
    ) -> RunResult:
        """Read every resource again and record what is found; changes no resource.

        Raises: StackMissingError, where there is no such stack.
        """
        state, _ = self._begin(observe, None, create=False)
        with self._changing("refresh", _AT_ONCE, state, checkpoints) as job:
            return self._execute(replace(job, only_reads=True), observe)

    def destroy(
        self,
        *,
        observe: Observe = ignore,
        finder: Finder | None = None,
        checkpoints: Checkpoints = Checkpoints.EVERY_STEP,
    ) -> RunResult:
        """Delete every resource of the stack; the empty stack stays (`remove` takes it away).

        Raises:
            StackMissingError: there is no such stack.
            TablewrightError: a deletion failed, or a resource is protected.
        """
        state, recovered = self._begin(observe, finder, create=False)
        left = abandoned_journals(self.place)  # as above
        adopt(self.session.store, state, recovered)
        with self._changing("destroy", _AT_ONCE, state, checkpoints) as job:
            result = self._execute(job, observe)
        settle(self.session.store, recovered, left)
        return result

    def remove(self) -> None:
        """Forget the stack and its history; it must be empty.

        Raises:
            EngineError: it still has resources.
        """
        self.session.store.remove()
        forget_kept(self.place)

    def forget(self, urns: Collection[str]) -> None:
        """Drop resources from the state; they are kept, and nobody here knows of them any more.

        Raises:
            StackLockedError, StackMissingError: a run is under way; there is no such stack.
        """
        forget(self.session.store, urns, abandoned_journals(self.place))

    def exists(self) -> bool:
        """Whether it was ever made."""
        return self.session.read() is not None

    @property
    def interrupted(self) -> bool:
        """Whether a run was killed or failed, and none has ended well since."""
        return bool(abandoned_journals(self.place))

    def left_open(self) -> tuple[Unrecorded, ...]:
        """Creations that a killed run began and nobody has recorded: they may exist or not."""
        return unrecorded(self.session.read() or State(), abandoned_journals(self.place))

    def recovered(self, finder: Finder) -> Recovered:
        """What became of those: what the next run imports, forgets, or cannot know."""
        return recover(self.session.read() or State(), abandoned_journals(self.place), finder)

    def state(self) -> State:
        """All that is recorded.

        Raises:
            StackMissingError: there is no such stack.
        """
        state = self.session.read()
        if state is None:
            raise missing(self.place)
        return state

    def resources(self) -> tuple[StateResource, ...]:
        """The recorded resources; none for a stack that does not exist."""
        state = self.session.read()
        return state.resources if state else ()

    def outputs(self, *, show_secrets: bool = False) -> Mapping[str, Any]:
        """The stack's outputs as of its last run.

        Args:
            show_secrets: decrypt secrets, which asks the engine; else they are `SECRET`.

        Raises:
            StackMissingError: there is no such stack.
        """
        outputs = self.state().outputs
        if not show_secrets or not holds_secret(outputs):
            return outputs
        asked = ("output", "--json", "--show-secrets", "--stack", self.place.full_name)
        text = self.session.command("stack", *asked)
        return dict(json.loads(text))

    def lock_state(self) -> tuple[Lock, ...]:
        """Who holds the stack; known for folder backends only."""
        return read_locks(self.place)

    def unlock(self) -> tuple[Lock, ...]:
        """Remove all locks, living ones too: for a person who knows that their runs are gone."""
        if self.place.backend.folder is None:
            self.session.command("cancel", "--yes", "--stack", self.place.full_name)
        return remove_locks(self.place)

    def interrupt(self) -> None:
        """Ctrl-C from another thread: the run under way stops after the steps it is in."""
        with self._run_lock:
            if self._run:
                self._run.interrupt()

    def _rehearsal(
        self, observe: Observe, recovered: Recovered, looking: tuple[str, ...], **program: Any
    ) -> Rehearsal:
        imports = recovered.imports
        return Rehearsal(
            self.session,
            self._identify,
            imports,
            [begun for begun in self.left_open() if begun.urn in imports] if imports else [],
            looking,
            {**program, "tagging": self._tagging},
            lambda job: self._execute(job, observe),
        )

    def _begin(
        self, observe: Observe, finder: Finder | None, *, create: bool, looks: bool = True
    ) -> tuple[State, Recovered]:
        """The state to start from, the way to it cleared of what a killed run left."""
        clear_dead_locks(self.place, lambda text: observe(Notice(text)))
        require_space(self.place)
        state = self._readable(observe)
        if state is None:
            if not create:
                raise missing(self.place)
            self.session.create()
        recovered = recover(state or State(), abandoned_journals(self.place), finder)
        tell(recovered, observe, looks=looks)
        return state or State(), recovered

    def _readable(self, observe: Observe) -> State | None:
        """The state, its files repaired where a run that ended badly has left them broken."""
        repair_attributes(self.place)
        try:
            state = self.session.read()
        except DamagedStateError:
            copy = restore_state(self.place)
            if copy is None:
                raise
            observe(Notice(f"the state could not be read; going on from its backup {copy}"))
            state = self.session.read()
        store = self.session.store
        return store.with_own_deletions(store.without_doubles(state))

    @contextmanager
    def _changing(
        self, verb: str, arguments: tuple[str, ...], state: State, checkpoints: Checkpoints
    ) -> Iterator[Job]:
        keep_state(self.place)
        with folder_of(self.session, state) as folder:
            job = self.session.job(verb, *arguments, state=state, folder=folder)
            if self.place.backend.folder is None:
                with noted(self.place):
                    yield job
                return
            with journal(self.place) as path:
                yield self.session.journaled(job, path, checkpoints)

    def _execute(self, job: Job, observe: Observe) -> RunResult:
        """Run; a lock in a bucket is known from the engine's refusal only, and then dealt with."""
        if self.place.backend.folder:
            return self._execute_once(job, observe)

        def unlock(pid: int) -> None:
            observe(Notice(f"removed the lock of a run that is gone (process {pid})"))
            self.unlock()

        return past_dead_lock(self.place, lambda: self._execute_once(job, observe), unlock)

    def _execute_once(self, job: Job, observe: Observe) -> RunResult:
        with logged(job.journal, str(job.command[1]), observe) as watched:
            run = Run(job, watched)
            with self._run_lock:
                self._run = run
            try:
                return run.execute()
            finally:
                with self._run_lock:
                    self._run = None
