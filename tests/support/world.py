"""A machine with a sandbox whose network fails and whose processes are killed, and what must hold.

Whatever fails, the same command again finishes the job: then a preview is empty, `verify` passes,
and what belongs to nobody here is as it was.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unittest import mock

import psutil
from tests.pulumi.cli.conftest import client
from tests.support import siblings
from tests.support.terminal import Said, Started, Terminal, end, stack

from tablewright.errors import SandboxError
from tablewright.sandbox.admin import ask
from tablewright.sandbox.instance import Instance, running

REGION = "eu-west-1"
FOREIGN = "somebody-elses"
SECONDS = 300
REPETITIONS = 3
Victim: TypeAlias = Literal["command", "tree", "engine", "sandbox"]
VICTIMS: tuple[Victim, ...] = ("command", "tree", "engine", "sandbox")
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "error 500": {"kind": "error"},
    "done, then 500": {"kind": "late-error"},
    "throttled": {"kind": "error", "code": "ThrottlingException", "status": 400},
    "reset": {"kind": "reset"},
    "lost answer": {"kind": "lost-answer"},
    "half a body": {"kind": "half-body"},
    "1 s late": {"kind": "delay", "seconds": 1.0},
}
"""By name, the members of a fault of the sandbox."""


@dataclass(frozen=True)
class Outcome:
    """What became of one command that was repeated until it ended well.

    Args:
        runs: how often it was run; None if the last run failed as well.
        calls: of AWS, in all runs together.
        last: what the last run said.
        failed: what the first run that failed said, if one did.
    """

    runs: int | None
    calls: int
    last: Said
    failed: Said | None = None

    def __str__(self) -> str:
        return "no" if self.runs is None else str(self.runs)


@dataclass
class World:
    """One sandbox and a user's machine on which nothing else runs.

    Args:
        terminal: the machine.
        data: where the sandbox keeps what it holds; None is in memory.
    """

    terminal: Terminal
    data: Path | None = None

    def start(self) -> None:
        """Start the sandbox, empty but for a table of somebody else."""
        place = ("--data", self.data) if self.data else ()
        self.terminal.run("sandbox", "start", "--background", *place).ended(0)
        self.empty()

    def stop(self) -> None:
        """Stop it, and all that was left running."""
        self.terminal.run("sandbox", "stop")

    def empty(self) -> None:
        """Everything anew."""
        self.faults()
        self.terminal.run("sandbox", "reset").ended(0)
        dynamodb = self._client()
        dynamodb.create_table(
            TableName=FOREIGN,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.get_waiter("table_exists").wait(TableName=FOREIGN, WaiterConfig={"Delay": 0.1})
        dynamodb.put_item(TableName=FOREIGN, Item={"id": {"S": "theirs"}})
        kinesis = client(self.instance().endpoint, "kinesis", REGION)
        kinesis.create_stream(StreamName=siblings.STREAM.rpartition("/")[2], ShardCount=1)

    def snapshot(self, name: str) -> Path:
        """Keep all that is in the sandbox, stacks included, in a file of this name."""
        file = self.terminal.folder / f"{name}.snapshot"
        self.terminal.run("sandbox", "snapshot", file).ended(0)
        return file

    def load(self, file: Path) -> None:
        """Everything as it was when that snapshot was made."""
        self.faults()
        self.terminal.run("sandbox", "load", file).ended(0)

    def manifest(self, tables: int, threshold: int = 5) -> Path:
        """A stack of so many tables, each with an alarm and a role."""
        spec = {
            "access": ["read"],
            "alarms": {"userErrors": {"threshold": threshold}},
        }
        text = stack("shop", *(f"shop-{n}" for n in range(tables)), defaults=spec)
        return self.terminal.write(f"shop-{tables}-{threshold}.yaml", text)

    def whole(self, tables: int, threshold: int = 5, *, adopt: bool = False) -> Path:
        """A stack of so many tables, each with everything that can hang on one, and a dashboard."""
        extras = {"timeToLive": {"attributeName": "expires"}} | ({"adopt": True} if adopt else {})
        alarms = {"alarms": {"userErrors": {"threshold": threshold}}}
        bodies = (siblings.table(f"t-{n}", *siblings.FACETS) for n in range(tables))
        dashboard = {"adopt": True} if adopt else {}
        text = stack(
            "whole",
            *(siblings.merged(body, extras, alarms) for body in bodies),
            dashboard=dashboard,
        )
        return self.terminal.write(f"whole-{tables}-{threshold}-{adopt}.yaml", text)

    def faults(self, *faults: Mapping[str, Any]) -> None:
        """These faults are on from now on, and no others."""
        self.ask("POST", "faults", {"clear": True})
        for fault in faults:
            self.ask("POST", "faults", {"service": "*", **fault})

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the sandbox itself."""
        return ask(self.instance(), method, path, body)

    def instance(self) -> Instance:
        """The sandbox that runs.

        Raises:
            SandboxError: none does.
        """
        with mock.patch.dict(os.environ, {"TABLEWRIGHT_HOME": str(self.terminal.home)}):
            instance = running("default")
        if instance is None:
            raise SandboxError("none runs")
        return instance

    def calls(self) -> int:
        """How often AWS was called so far; 0 while nobody answers."""
        try:
            return int(self.ask("GET", "calls?last=0")["total"])
        except SandboxError:
            return 0

    def operations(self, begun: int) -> list[str]:
        """What was called since there were so many calls, oldest first; the last 1,000 of it."""
        number = min(self.calls() - begun, 1000)
        newest = self.ask("GET", f"calls?last={number}")["last"]
        return [call["operation"] for call in reversed(newest)]

    def repeat(self, *words: object, times: int = REPETITIONS) -> Outcome:
        """Run a command until it ends well, at most so often."""
        before, failed = self.calls(), None
        for number in range(1, times + 1):
            answer = self.terminal.run(*words, seconds=SECONDS)
            if answer.status == 0:
                return Outcome(number, self.calls() - before, answer, failed)
            failed = failed or answer
        return Outcome(None, self.calls() - before, answer, failed)

    def wrong(self, manifest: Path) -> list[str]:
        """What does not hold now, with a network that works; nothing, if all is well."""
        self.faults()
        problems = []
        for words in (("preview", manifest, "--expect-no-changes"), ("verify", manifest)):
            answer = self.terminal.run(*words, seconds=SECONDS)
            problems += (
                [] if answer.status == 0 else [f"{words[0]} exits {answer.status}: {last(answer)}"]
            )
        if (items := self._foreign_items()) != [{"id": {"S": "theirs"}}]:
            problems.append(f"what belongs to somebody else is {items}")
        return problems

    def tables(self) -> list[str]:
        """Names of all tables."""
        names: list[str] = self._client().list_tables()["TableNames"]
        return names

    def kill(self, victim: Victim, at_call: int, *words: object) -> Said:
        """Run a command, and kill one of those at work once AWS was called so often more."""
        goal = self.calls() + at_call
        process = self.terminal.fork(*words)
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and self.calls() < goal and time.monotonic() < deadline:
            time.sleep(0.005)
        if process.poll() is None:
            self._strike(victim, process)
        return end(process, SECONDS)

    def _strike(self, victim: Victim, process: Started) -> None:
        match victim:
            case "command":
                process.kill()
            case "tree":
                for member in [*psutil.Process(process.pid).children(recursive=True), process]:
                    _kill(member.pid)
            case "engine":
                for engine in self.terminal.processes("pulumi"):
                    _kill(engine.pid)
            case "sandbox":
                _kill(self.instance().pid)

    def _foreign_items(self) -> list[Any]:
        try:
            items: list[Any] = self._client().scan(TableName=FOREIGN)["Items"]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            return [repr(error)]
        return items

    def _client(self) -> Any:
        return client(self.instance().endpoint, "dynamodb", REGION)


def last(answer: Said | None) -> str:
    """The end of what a command said, where its error is."""
    if answer is None:
        return "nothing failed"
    return f"exit {answer.status}: {(answer.err or answer.out).strip()[-400:]}"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def world(folder: Path, *, keeps: bool = False) -> Iterator[World]:
    """A world in a folder, for the life of the block; `keeps`: its sandbox outlives its process."""
    (folder / "here").mkdir(parents=True)
    made = World(Terminal(folder / "home", folder / "here"), folder / "data" if keeps else None)
    made.start()
    try:
        yield made
    finally:
        made.stop()
