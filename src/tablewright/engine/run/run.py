"""One run of the engine from its start to its end, watched from the thread that wants it."""

from __future__ import annotations

import sysconfig
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import Empty
from typing import Any, BinaryIO

from tablewright.engine.changes import RunResult
from tablewright.engine.run.boot import EngineBoot
from tablewright.engine.run.error_parsing import error_of_failures, error_of_output, is_noise
from tablewright.engine.run.events import (
    ALL_TOLD,
    Notice,
    Phase,
    Progress,
    is_planned,
    plans_creation,
)
from tablewright.engine.run.imports import Imports
from tablewright.engine.run.inbox import (
    EngineEnded,
    EventCame,
    Interrupted,
    PermissionAsked,
    PhaseBegan,
)
from tablewright.engine.run.interruption import Interruptions
from tablewright.engine.run.moves import Moves
from tablewright.engine.run.process import EngineProcess
from tablewright.engine.run.resource_tree import PlainProgram
from tablewright.engine.run.tagging import Tagging
from tablewright.engine.run.work import Work
from tablewright.errors import EngineError, InterruptedRun, TablewrightError, UserProgramError

_FINISH = "run the same command again: it finishes the job"
_WORDS = {
    1: "stopping: the steps under way are finished first; once more drops them",
    2: "dropping the steps under way: what they were doing is found out by the next run",
    3: "killing the engine",
}

_SILENT_SECONDS = 3.0
"""After which it is asked whether the engine is stuck."""

Observe = Callable[[Progress], None]
Gate = Callable[[RunResult], None]
"""Looks at the preview of an update and raises to stop it before its first step."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is asked to do.

    Args:
        command: the engine and its arguments, without those of the language and the event log.
        environment: the engine's whole environment.
        folder: its working directory.
        journal: where the events of what is done are kept, if they are to outlive a crash.
        program: declares the resources; None for runs that need none.
        imports: what is imported instead of created, and what never is.
        moves: meets what the program registers.
        tagging: the tags that it gets.
        gate: judges the preview that precedes the update.
        prepare: called in this thread as soon as the engine boots, for slow imports.
        only_reads: it is a refresh, so what it finds are its changes.
        boot: its engine, where it boots already.
        stuck: why the engine will never come to its end, asked whenever it has been silent for a
            while; None as long as it may.
    """

    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path
    journal: Path | None = None
    program: Callable[[], Any] | PlainProgram | None = None
    imports: Imports = field(default_factory=Imports)
    moves: Moves = field(default_factory=Moves)
    tagging: Tagging = field(default_factory=Tagging)
    gate: Gate | None = None
    prepare: Callable[[], None] | None = None
    only_reads: bool = False
    boot: EngineBoot | None = None
    stuck: Callable[[], TablewrightError | None] = lambda: None


class Run:
    """Drives one `Job`.

    Args:
        job: what to do.
        observe: told of each step, remark and word of ours, in the thread that calls `execute`.
    """

    def __init__(self, job: Job, observe: Observe) -> None:
        self._job = job
        self._observe = observe
        self._boot = job.boot or EngineBoot(
            job.command, job.environment, job.folder, runs_program=job.program is not None
        )
        self._inbox = self._boot.inbox
        self._signals = Interruptions(self._inbox)
        self._interruptions = 0
        self._phases: list[Phase] = []
        self._names: dict[str, str] = {}
        self._journal: BinaryIO | None = None
        self._plans: list[str] = []
        self._may_begin = job.gate is None
        self._refusal: BaseException | None = None
        self._reason: TablewrightError | None = None

    def interrupt(self) -> None:
        """Like Ctrl-C, from another thread."""
        self._inbox.put(Interrupted())

    def execute(self) -> RunResult:
        """Run to the end and answer what was done.

        Raises:
            InterruptedRun: it was stopped before it was done.
            TablewrightError: it failed, or its gate refused; the class says how.
        """
        started = time.monotonic()
        job = self._job
        work = Work(job.program, job.imports, job.moves, job.tagging, asks=job.gate is not None)
        with ExitStack() as stack:
            stack.enter_context(self._signals)
            if job.journal:
                self._journal = stack.enter_context(job.journal.open("ab", buffering=0))
            boot = stack.enter_context(self._boot)
            if job.program:
                _import_for(job.program)
            if job.prepare:
                job.prepare()
            boot.service.begin(work)
            status = self._watch(boot.process)
            return self._conclude(status, boot, time.monotonic() - started)

    def _watch(self, process: EngineProcess) -> int:
        """Act on what comes until the engine's end."""
        silent = 0
        while True:
            try:
                message = self._inbox.get(timeout=_SILENT_SECONDS)
                silent = 0
            except Empty:
                silent += 1
                self._end_if_stuck(silent)
                continue
            match message:
                case PhaseBegan():
                    self._phases.append(Phase(only_reads=self._job.only_reads, names=self._names))
                case EventCame(event, line):
                    self._take(event, line)
                case PermissionAsked(answer):
                    answer.set_result(self._judge())
                case Interrupted():
                    self._interrupted(process)
                case EngineEnded(status):
                    if self._plans and self._may_begin and status >= 0:
                        self._note(ALL_TOLD)
                    return status

    def _end_if_stuck(self, silent: int) -> None:
        """Raise what keeps the engine, twice in a row, from ever coming to its end."""
        reason = self._job.stuck()
        if reason is None:
            self._reason = None
        elif silent > 1 and self._reason:
            raise reason
        else:
            self._reason = reason

    def _take(self, event: dict[str, Any], line: str) -> None:
        # A run that its gate refuses, or that fails before it, has begun nothing: nothing is kept.
        if self._journal and self._may_begin and not is_planned(event):
            self._note(line)
        elif self._journal and plans_creation(event):
            self._plans.append(line)
        for progress in self._phases[-1].feed(event, time.monotonic()):
            if not is_noise(getattr(progress, "message", "")):
                self._observe(progress)

    def _note(self, line: str) -> None:
        """Write an event to the journal; a file that takes no more is named, as open() does it."""
        assert self._journal  # noqa: S101 - asked before
        try:
            self._journal.write(line.encode())
        except OSError as error:
            if reason := self._job.stuck():  # the state takes no more either
                raise reason from error
            raise OSError(error.errno, error.strerror, self._journal.name) from error

    def _judge(self) -> bool:
        """Show the gate the preview and answer whether it lets the update pass."""
        assert self._job.gate  # noqa: S101 - else nobody asks
        try:
            with self._signals.suspended():
                self._job.gate(self._phases[0].result(0.0))  # the update's own has begun as well
            self._may_begin = True
            if self._plans:  # a step may reach AWS before its event reaches us
                self._note("".join(self._plans))
        except (Exception, KeyboardInterrupt) as refusal:  # noqa: BLE001 - raised once it ended
            self._refusal = refusal
            return False
        return True

    def _interrupted(self, process: EngineProcess) -> None:
        self._interruptions += 1
        self._observe(Notice(_WORDS[min(self._interruptions, max(_WORDS))]))
        if self._interruptions < max(_WORDS):
            process.interrupt()
        else:
            process.kill()

    def _conclude(self, status: int, boot: EngineBoot, seconds: float) -> RunResult:
        """The result of a run that ended well; the right error for any other."""
        phase = self._phases[-1] if self._phases else Phase()
        if status == 0:
            return phase.result(seconds)
        if isinstance(self._refusal, KeyboardInterrupt):
            raise InterruptedRun("stopped before the first step; nothing was touched") from None
        if self._refusal:
            raise self._refusal
        if self._interruptions and "preview" in self._job.command:
            raise InterruptedRun("stopped; a preview touches nothing")
        if self._interruptions:
            raise InterruptedRun(_interrupted_text(phase), _FINISH)
        if status < 0:
            raise EngineError(f"Pulumi's engine was killed (signal {-status})", _FINISH)
        if error := error_of_failures(phase.failures):
            raise error
        failure = boot.service.error
        if failure and not is_noise(str(failure)):
            raise _program_error(failure) from failure
        raise error_of_output(boot.process.output)


def _import_for(program: Callable[[], Any] | PlainProgram) -> None:
    """The slow imports of registering, done while the engine boots."""
    name = "registrar" if isinstance(program, PlainProgram) else "program"
    import_module(f"tablewright.engine.run.{name}")


def _interrupted_text(phase: Phase) -> str:
    open_steps = phase.unfinished()
    if not open_steps:
        return "stopped; what was done until then is recorded"
    names = ", ".join(sorted(open_steps))
    return f"stopped; what was done until then is recorded, but how far {names} came is not known"


def _program_error(error: BaseException) -> TablewrightError:
    """What a program raised, in words; an error of ours passes as it is."""
    if isinstance(error, TablewrightError):
        return error
    message = str(error).strip() or repr(error)
    place = _place(error)
    return UserProgramError(f"the program failed{place}: {message}", "fix the program")


def _place(error: BaseException) -> str:
    """Where in the user's code it happened: the innermost line outside installed packages."""
    standard, place = Path(sysconfig.get_paths()["stdlib"]), ""
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        installed = file.is_relative_to(standard) or "site-packages" in file.parts
        if not installed and "tablewright" not in file.parts and file.exists():
            place = f" at {file.name}, line {frame.lineno}"
    return place
