"""The pytest plug-in: the embedded AWS, and stacks deployed to it, as fixtures.

    def test_an_order_is_found(sandbox_stack):
        boto3.client("dynamodb").put_item(TableName=sandbox_stack.tables["orders"], Item=...)

It is registered by an entry point, so installing `tablewright[sandbox]` is enough.
Nothing heavy is imported before a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tablewright.testing.deployed import DeployedStack
    from tablewright.testing.process import SandboxProcess
    from tablewright.testing.sandbox import Sandbox

__all__ = ["pytest_addoption", "pytest_configure", "sandbox", "sandbox_process", "sandbox_stack"]

MARKER = "tablewright"
MANIFESTS = "tablewright_manifests"
SCOPE = "tablewright_scope"
DURATIONS = "tablewright_durations"
PRESETS = ("none", "short", "realistic")
SCOPES = ("function", "class", "module", "package", "session")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of the plug-in, for pytest's own configuration file."""
    parser.addini(
        MANIFESTS,
        "manifests that `sandbox_stack` deploys where a test names none, relative to the root",
        type="args",
        default=[],
    )
    parser.addini(
        SCOPE,
        "how long `sandbox` and `sandbox_stack` keep what was made: " + ", ".join(SCOPES),
        default="function",
    )
    parser.addini(
        DURATIONS,
        "how long tables and the like stay CREATING, UPDATING, DELETING: " + ", ".join(PRESETS),
        default="none",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(*manifests, **environment): manifests that `sandbox_stack` deploys, relative to "
        "the test's file, and the variables they use",
    )


def _scope(fixture_name: str, config: pytest.Config) -> Any:  # noqa: ARG001 - by keyword
    return _chosen(config, SCOPE, SCOPES)


def _chosen(config: pytest.Config, setting: str, choices: tuple[str, ...]) -> str:
    value = str(config.getini(setting))
    if value not in choices:
        raise pytest.UsageError(f"{setting} is {value!r}; it must be one of {', '.join(choices)}")
    return value


@pytest.fixture(scope="session")
def sandbox_process(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[SandboxProcess]:
    """The process of the embedded AWS: one per worker, ended with it."""
    durations = _chosen(pytestconfig, DURATIONS, PRESETS)
    from tablewright.testing.process import running  # noqa: PLC0415 - only when asked for

    with running(tmp_path_factory.mktemp("tablewright"), durations) as process:
        yield process


@pytest.fixture(scope=_scope)
def sandbox(sandbox_process: SandboxProcess) -> Iterator[Sandbox]:
    """An empty embedded AWS; every AWS SDK called from the test, or below it, talks to it."""
    from tablewright.testing.sandbox import entered  # noqa: PLC0415 - only when asked for

    with entered(sandbox_process) as entered_sandbox:
        yield entered_sandbox


@pytest.fixture(scope=_scope)
def sandbox_stack(request: pytest.FixtureRequest, sandbox: Sandbox) -> DeployedStack:
    """The manifests of the marker, or of `tablewright_manifests`, deployed to `sandbox`."""
    from tablewright.testing.manifests import asked_for  # noqa: PLC0415 - only when asked for

    manifests, environment = asked_for(request, MARKER, MANIFESTS)
    return sandbox.deploy(*manifests, **environment)
