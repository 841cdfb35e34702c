"""What a test sees of the embedded AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from os import PathLike
from typing import Any

import pytest

from tablewright import manifest
from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.deploy.deployment import open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.source import Source
from tablewright.sandbox import lifecycle
from tablewright.sandbox.admin import ask
from tablewright.sandbox.environment import environment, prepare

from .deployed import DeployedStack
from .process import SandboxProcess


class Sandbox:
    """An embedded AWS, empty at the beginning of its scope and emptied after it.

    Args:
        process: that serves it.
        region: where `client` works unless told otherwise.
    """

    def __init__(self, process: SandboxProcess, region: str) -> None:
        self._process = process
        self.session = Session(self.target, region)

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`, for every service."""
        return self._process.instance.endpoint

    @property
    def target(self) -> Target:
        """It, as a value that `tablewright.aws.session.Session` takes."""
        return Target.sandbox(self.endpoint)

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of an AWS service that can reach nothing but this sandbox."""
        return self.session.client(service, region)

    def deploy(self, *manifests: str | PathLike[str], **variables: str) -> DeployedStack:
        """Deploy manifests; answers what was made.

        Args:
            manifests: files and folders.
            variables: environment variables the manifests use, besides the present ones.

        Raises:
            ManifestError: with every mistake in them.
            TablewrightError: the deployment failed.
        """
        source = Source.of(manifest.load(manifests, {**os.environ, **variables}))
        options = Options(target="sandbox", sandbox=self._process.instance.name)
        with open_deployment(source, options, lambda _: None) as deployment:
            outcome = deployment.up()
        return DeployedStack(deployment.declared, outcome.outputs, self.session)

    def environment(self) -> Mapping[str, str]:
        """A whole environment for a process that is to run on it, Pulumi included."""
        prepared = prepare(self._process.instance, os.environ)
        return prepared.applied(os.environ)

    def advance(self, duration: str) -> None:
        """Let time pass at once, like `90s`, `15m`, `1h`, `7d`: metrics, alarms, scaling, TTL.

        Raises:
            UsageError: it is no duration.
        """
        ask(self._process.instance, "POST", "clock", {"advance": duration})

    def let_changes_take(self, durations: str | Mapping[str, float | str]) -> None:
        """Let changes of tables and the like take time from now on, until `reset`.

        Args:
            durations: a preset, `none`, `short` or `realistic`, or single ones as in
                `{"create": "8s", "iam": 2}`; a wrong one is refused with those that there are.

        Raises:
            UsageError: there is no such preset or duration.
        """
        ask(self._process.instance, "POST", "settings", {"durations": durations})

    def fail(self, **fault: Any) -> None:
        """Let calls fail from now on, until `reset`: the members of a fault (`sandbox faults`).

        Raises:
            UsageError: it has no such member, or not so.
        """
        ask(self._process.instance, "POST", "faults", fault)

    def reset(self) -> None:
        """Empty it: no table, no role, no alarm, no stack, no fault; durations and time as ever."""
        instance = self._process.instance
        lifecycle.reset(instance)
        ask(instance, "POST", "settings", {"durations": self._process.durations})
        ask(instance, "POST", "clock", {"resume": True})
        ask(instance, "POST", "clock", {"set": datetime.now(UTC).isoformat()})


@contextmanager
def entered(process: SandboxProcess) -> Iterator[Sandbox]:
    """The sandbox for the life of the block, in which this process's environment points at it."""
    settings = environment(process.instance, os.environ, engine=None)
    with pytest.MonkeyPatch.context() as patch:
        for name in settings.unset:
            patch.delenv(name, raising=False)
        for name, value in settings.variables.items():
            patch.setenv(name, value)
        sandbox = Sandbox(process, settings.variables["AWS_REGION"])
        try:
            yield sandbox
        finally:
            sandbox.session.close()
            sandbox.reset()
