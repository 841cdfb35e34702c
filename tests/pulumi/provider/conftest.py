"""Programs on Pulumi's own engine with our provider and the embedded AWS."""

from __future__ import annotations

import gc
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.support.automation import Stack as AutomationStack
from tests.support.embedded_aws import embedded_aws

from pulumi import automation
from tablewright.engine.install.locate import find_engine
from tablewright.provider.hosting.host import PLUGIN_DIRECTORY, ProviderHost, install_plugin
from tablewright_emulator.server import Emulator

REGION = "eu-west-1"
Program = Callable[[], None]


@dataclass
class Outcome:
    """What one run did: operations by logical name, and the text it printed."""

    operations: dict[str, list[str]] = field(default_factory=dict)
    details: dict[str, dict[str, str]] = field(default_factory=dict)
    error: str = ""

    @property
    def changed(self) -> dict[str, list[str]]:
        """Without what stayed as it was."""
        return {name: ops for name, ops in self.operations.items() if ops != ["same"]}

    def note(self, event: automation.EngineEvent) -> None:
        if event.resource_pre_event is None:
            return
        step = event.resource_pre_event.metadata
        name = step.urn.rpartition("::")[2]
        if not step.type.startswith("pulumi:"):
            self.operations.setdefault(name, []).append(step.op.value)
            for path, kind in (step.detailed_diff or {}).items():
                self.details.setdefault(name, {})[path] = kind.diff_kind.value


class Stack:
    """One stack of programs that change from run to run."""

    def __init__(self, environment: dict[str, str], name: str) -> None:
        self._stack = AutomationStack(name, "shop", lambda: None, environment)

    def configure(self, key: str, value: str, *, secret: bool = False) -> None:
        self._stack.set_config(key, automation.ConfigValue(value, secret))

    def preview(self, program: Program, **options: Any) -> Outcome:
        return self._run("preview", program, **options)

    def up(self, program: Program, **options: Any) -> Outcome:
        return self._run("up", program, **options)

    def refresh(self) -> Outcome:
        return self._run("refresh", None)

    def destroy(self) -> Outcome:
        return self._run("destroy", None)

    def outputs(self) -> dict[str, Any]:
        """What the program exports."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def state(self) -> str:
        """The state as it lies on disk."""
        return self._stack.state_file.read_text("utf-8")

    def resource(self, name: str) -> dict[str, Any]:
        """A resource as it is recorded."""
        deployment = json.loads(self.state())["checkpoint"]["latest"]
        for resource in deployment["resources"]:
            if resource["urn"].endswith(f"::{name}"):
                return dict(resource)
        raise AssertionError(f"{name} is not recorded: {json.dumps(deployment)[:500]}")

    def _run(self, verb: str, program: Program | None, **options: Any) -> Outcome:
        outcome = Outcome()
        if program is not None:
            options["program"] = program
        try:
            getattr(self._stack, verb)(on_event=outcome.note, **options)
        except automation.CommandError as error:
            outcome.error = str(error)
        _forget_the_program()
        return outcome


def _forget_the_program() -> None:
    """Automation leaves event loops and coroutines of inline programs behind; collect them here."""
    hook = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gc.collect()
    finally:
        sys.unraisablehook = hook
    _leave_modules_out(len(sys.modules))


@cache
def _leave_modules_out(_count: int) -> None:
    """What is imported stays: half a second of each later collection, where it is `pulumi_aws`."""
    gc.freeze()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with embedded_aws(limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def host() -> Iterator[ProviderHost]:
    with ProviderHost() as running:
        yield running


@pytest.fixture
def environment(
    emulator: Emulator, host: ProviderHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The engine's environment: its own home and state, the embedded AWS, our host."""
    emulator.reset()
    home = tmp_path / "home"
    install_plugin(home / "plugins" / PLUGIN_DIRECTORY)
    state = tmp_path / "state"
    state.mkdir()
    engine = find_engine(os.environ).path
    path = f"{engine.parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    return {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "PATH": path,
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "TABLEWRIGHT_PROVIDER_HOST": host.variable,
    }


@pytest.fixture
def stack(environment: dict[str, str]) -> Stack:
    """A fresh stack."""
    return Stack(environment, "dev")


@pytest.fixture
def client(environment: dict[str, str]) -> Callable[..., Any]:
    """`client(service, region=…)`: what is really there."""

    def make(service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=region,
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
        )

    return make
