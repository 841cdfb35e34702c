"""The command line as a user has it: words in, two streams and an exit status out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import psutil
from tests.support import printed_json, warm_commands

COMMAND = str(Path(sys.executable).with_name("tablewright"))
EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 90
"""After which a command hangs. On two busy processors each takes one to five."""

_KEPT = frozenset({"TABLEWRIGHT_CACHE", "TABLEWRIGHT_PULUMI"})
_HIDDEN = (
    "AWS_",
    "PULUMI_",
    "TABLEWRIGHT_",
    "ENVIRONMENT_SUFFIX",
    "TEAM",
    "COST_CENTER",
    "REPOSITORY",
    "NO_COLOR",
    "FORCE_COLOR",
    "CI",
    "COLUMNS",
)
_CLASS_NAME = re.compile(r"(?<!\()\b[A-Z][a-z]+\w*(Error|Exception)\b")
"""Codes of AWS stand in brackets."""
_ANSI = "\x1b["


Started: TypeAlias = subprocess.Popen[str] | warm_commands.ForkedCommand


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    words: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    def ended(self, status: int) -> Said:
        """Itself, if it ended so; else the test fails with all it said."""
        assert self.status == status, f"{' '.join(self.words)}: {self}"
        return self

    def refused(self, status: int) -> str:
        """The message of a command that failed as a user may expect it to.

        One error with a code and a next step on standard error, nothing on standard output but the
        same for machines where JSON was asked for, no traceback, no class of ours or of a library,
        no colour.
        """
        self.ended(status)
        if "json" in self.words:
            assert self.json["exitStatus"] == status, self
            assert all(f"error {error['code']}" in self.err for error in self.json["errors"]), self
        else:
            assert self.out == "", self
        assert self.err.count("error TW-E") == 1, self.err
        message = self.err[self.err.index("error TW-E") :]
        assert "\n  → " in message, self.err
        assert "Traceback" not in self.err
        assert not _CLASS_NAME.search(self.err), self.err
        assert _ANSI not in self.err
        return message

    def __str__(self) -> str:
        return f"exit {self.status}\n--- out\n{self.out}\n--- err\n{self.err}"


@dataclass
class Terminal:
    """A user's machine: a home of its own, a folder to stand in, an environment.

    Args:
        home: where tablewright keeps what is this user's.
        folder: the working directory.
        variables: set besides what the tests' own environment has.
    """

    home: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    _started: list[Started] = field(default_factory=list, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of what the person who runs the tests has set for AWS, Pulumi or us."""
        outside = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not name.startswith(_HIDDEN)
        }
        return {
            **outside,
            "TABLEWRIGHT_HOME": str(self.home),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.variables,
        }

    def run(
        self, *words: object, stdin: str | None = None, seconds: float = SECONDS, **variables: str
    ) -> Said:
        """Run one command to its end; nobody is at the keyboard."""
        command = [COMMAND, *map(str, words)]
        environment = {**self.environment, **variables}
        if warm_commands.is_possible({**self.variables, **variables}):
            done = warm_commands.run(
                command, cwd=self.folder, env=environment, stdin=stdin or "", timeout=seconds
            )
        else:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                input=stdin or "",
                capture_output=True,
                encoding="utf-8",
                timeout=seconds,
                check=False,
            )
        printed_json.check(command[1:], done.stdout)
        if "--save" in command and done.returncode == 0:
            printed_json.check_saved(self.folder / command[command.index("--save") + 1])
        return Said(("tablewright", *map(str, words)), done.returncode, done.stdout, done.stderr)

    def fork(self, *words: object, **variables: str) -> Started:
        """Start one command that has its packages already, and come back; `end` collects it.

        It is for what strikes a command at its work. What strikes it while it begins is to meet it
        as users have it (`start`).
        """
        if not warm_commands.is_possible({**self.variables, **variables}):
            return self.start(*words, **variables)
        environment = {**self.environment, **variables}
        process = warm_commands.ForkedCommand([COMMAND, *map(str, words)], self.folder, environment)
        self._started.append(process)
        return process

    def start(self, *words: object, **variables: str) -> subprocess.Popen[str]:
        """Start one command with an interpreter of its own, and come back; `end` collects it."""
        process = subprocess.Popen(
            [COMMAND, *map(str, words)],
            cwd=self.folder,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def end_all(self) -> None:
        """Kill what was started and not collected, as a test that fails leaves it.

        Else Python complains of it in whatever test is under way when it finds that out.
        """
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self._started.clear()

    def write(self, name: str, text: str) -> Path:
        """A file in the working directory."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def processes(self, name: str = "") -> list[psutil.Process]:
        """Living processes that were started from here, by name if one is given."""
        return [process for process in psutil.process_iter() if self._is_ours(process, name)]

    def _is_ours(self, process: psutil.Process, name: str) -> bool:
        """By its environment as it began, which of what was forked is that of the tests."""
        forked = {started.pid for started in self._started if started.poll() is None}
        try:
            home = process.environ().get("TABLEWRIGHT_HOME")
            is_ours = home == str(self.home) or process.pid in forked
            return is_ours and name in process.name() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def end(process: Started, seconds: float = SECONDS) -> Said:
    """Wait for a command that `Terminal.start` or `Terminal.fork` has started."""
    out, err = process.communicate(timeout=seconds)
    printed_json.check(process.args[1:], out)  # type: ignore[index]
    return Said(tuple(process.args), process.returncode, out, err)  # type: ignore[arg-type]


def until(holds: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.02)


def stack(name: str, *tables: Mapping[str, Any] | str, **spec: Any) -> str:
    """A manifest of small tables, as YAML that is JSON."""
    documents: list[Mapping[str, Any]] = [
        {
            "apiVersion": "tablewright.dev/v1",
            "kind": "Stack",
            "metadata": {"name": name},
            "spec": {
                "region": "eu-west-1",
                "environment": "dev",
                "tags": {"Team": "data", "CostCenter": "42"},
                **spec,
            },
        },
        *map(table, tables),
    ]
    return "\n---\n".join(json.dumps(document, indent=1) for document in documents) + "\n"


def table(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """A table's document from its name, or from its name and spec."""
    own = {"name": given} if isinstance(given, str) else dict(given)
    return {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Table",
        "metadata": {"name": own.pop("name")},
        "spec": {"partitionKey": {"name": "id", "type": "S"}, **own},
    }
