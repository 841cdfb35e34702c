"""Programs on the real engine, our provider and the embedded AWS."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.support.automation import Stack
from tests.support.embedded_aws import embedded_aws

from tablewright.engine.install.locate import find_engine
from tablewright.provider.hosting.host import PLUGIN_DIRECTORY, ProviderHost, install_plugin

REGION = "ap-southeast-2"


@dataclass
class Workshop:
    """An empty AWS, an engine, and stacks on both."""

    endpoint: str
    environment: dict[str, str]

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def stack(self, project: str, program: Callable[[], Any], name: str = "dev") -> Stack:
        """A stack of one project; a second program for the same name takes it over."""
        return Stack(name, project, program, self.environment)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    engine = find_engine(lambda _: None)
    home, state = tmp_path / "home", tmp_path / "state"
    state.mkdir()
    install_plugin(home / "plugins" / PLUGIN_DIRECTORY)
    with embedded_aws() as emulator, ProviderHost() as host:
        environment = {
            "PATH": f"{engine.path.parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "TABLEWRIGHT_PROVIDER_HOST": host.variable,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_REGION": REGION,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield Workshop(emulator.endpoint, environment)


def changes(result: Any) -> dict[str, int]:
    """How many resources a run does what to, those left alone not counted."""
    counts = {getattr(key, "value", key): it for key, it in result.change_summary.items()}
    return {key: it for key, it in counts.items() if key != "same"}


@pytest.fixture
def changed() -> Callable[[Any], dict[str, int]]:
    return changes


@pytest.fixture
def exported() -> Callable[[Stack], dict[str, Any]]:
    def outputs(stack: Stack) -> dict[str, Any]:
        return json.loads(json.dumps({name: it.value for name, it in stack.outputs().items()}))

    return outputs
