"""A program over the components, run against Pulumi's own mock monitor, and what it registered."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import SETTINGS, configure
from pulumi.runtime.stack import run_in_stack

import pulumi

ACCOUNT = "123456789012"


@dataclass
class Registered:
    """One resource as the engine was told of it."""

    urn: str
    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    custom: bool
    import_id: str
    ignored: list[str]
    protected: bool
    deleted_before_replaced: bool
    provider: str
    timeouts: dict[str, str]
    aliases: list[str]
    dependencies: list[str]
    outputs: dict[str, Any] | None = None


@dataclass
class Recording:
    resources: list[Registered] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    exports: dict[str, Any] = field(default_factory=dict)

    def of(self, type_: str) -> list[Registered]:
        """Resources of a type by name: the order of registration is the engine's affair."""
        found = [it for it in self.resources if it.type == type_]
        return sorted(found, key=lambda it: it.name)

    def one(self, type_: str, name: str | None = None) -> Registered:
        [found] = [it for it in self.of(type_) if name in (None, it.name)]
        return found

    @property
    def by_urn(self) -> dict[str, Registered]:
        return {it.urn: it for it in self.resources}


class Cloud(mocks.Mocks):
    """Answers as AWS would, as far as the components look at the answers."""

    def __init__(self, region: str, partition: str) -> None:
        self.region, self.partition = region, partition

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        assert args.token == "aws:index/getCallerIdentity:getCallerIdentity"
        caller = f"arn:{self.partition}:sts::{ACCOUNT}:assumed-role/deployer/session"
        return {"accountId": ACCOUNT, "arn": caller, "userId": "AIDA", "id": ACCOUNT}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        state = dict(args.inputs)
        name = state.get("name", args.name)
        where = f"{state.get('region', self.region)}:{ACCOUNT}"
        match args.typ:
            case "aws:dynamodb/table:Table":
                arn = f"arn:aws:dynamodb:{where}:table/{name}"
                on = state.get("streamEnabled", False)
                label = "2026-11-20T00:00:00.000"
                state |= {"arn": arn, "streamEnabled": on}
                state |= {"streamLabel": label, "streamArn": f"{arn}/stream/{label}"} if on else {}
            case "aws:cloudwatch/metricAlarm:MetricAlarm":
                state["arn"] = f"arn:aws:cloudwatch:{where}:alarm:{name}"
            case "aws:iam/role:Role":
                state["arn"] = f"arn:aws:iam::{ACCOUNT}:role/{name}"
            case "aws:sns/topic:Topic" | "aws:kms/key:Key":
                service = args.typ.split(":")[1].split("/")[0]
                state |= {"name": name, "arn": f"arn:aws:{service}:{where}:{name}"}
        return name, state


class Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, which also remembers parents, options and registered outputs."""

    def __init__(self, cloud: Cloud, project: str, stack: str) -> None:
        super().__init__(cloud)
        self.recording = Recording()
        self.project, self.stack = project, stack

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes it: with the types of all ancestors but the stack."""
        chain = parent.split("::")[2] if parent else ""
        if chain and chain != "pulumi:pulumi:Stack":
            type_ = f"{chain}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{type_}::{name}"

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        self.recording.calls.append(request.tok)
        return super().Invoke(request)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            assert response.urn not in self.recording.by_urn, f"{response.urn} twice"
            timeouts = request.customTimeouts
            self.recording.resources.append(
                Registered(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    inputs=rpc.deserialize_properties(request.object),
                    parent=request.parent,
                    custom=request.custom,
                    import_id=request.importId,
                    ignored=list(request.ignoreChanges),
                    protected=request.protect,
                    deleted_before_replaced=request.deleteBeforeReplace,
                    provider=request.provider,
                    timeouts={
                        verb: getattr(timeouts, verb) for verb in ("create", "update", "delete")
                    },
                    dependencies=sorted(request.dependencies),
                    aliases=[alias.spec.name or alias.urn for alias in request.aliases],
                )
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        outputs = rpc.deserialize_properties(request.outputs)
        if "pulumi:pulumi:Stack" in request.urn.split("::")[2].split("$")[-1]:
            self.recording.exports = outputs
        else:
            self.recording.by_urn[request.urn].outputs = outputs
        return empty_pb2.Empty()


def to_the_end(work: Coroutine[Any, Any, Any]) -> None:
    """Run in an event loop of its own; the mock monitor wants one in each of its threads as well.

    All of them are closed: one that is left to the garbage collector fails whatever test is then
    under way.
    """
    loops: list[asyncio.AbstractEventLoop] = []

    def begin() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    begin()
    try:
        with ThreadPoolExecutor(initializer=begin) as executor:
            loops[0].set_default_executor(executor)
            loops[0].run_until_complete(work)
    finally:
        for loop in loops:
            loop.close()
        asyncio.set_event_loop(None)


Deploy = Callable[..., Recording]


@pytest.fixture(scope="session")
def deploy() -> Deploy:
    """Run a program and return what it registered and exported."""

    def run(
        program: Callable[[], Any],
        *,
        region: str = "eu-west-1",
        preview: bool = False,
        project: str = "analytics",
        stack: str = "dev",
        partition: str = "aws",
        config: dict[str, str] | None = None,
    ) -> Recording:
        monitor = Monitor(Cloud(region, partition), project, stack)

        def in_context() -> None:
            features = set(monitor.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures)
            configure(
                mocks.MockSettings(
                    monitor=monitor,
                    monitor_features=features,
                    engine=mocks.MockEngine(None),
                    project=project,
                    stack=stack,
                    dry_run=preview,
                    organization="organization",
                )
            )
            # What a program that failed has left would be waited for, in its loop that is closed.
            SETTINGS.outputs.clear()
            SETTINGS.rpc_manager.clear()
            pulumi.runtime.set_all_config(config or {})
            to_the_end(run_in_stack(lambda: (program(), None)[1]))

        contextvars.copy_context().run(in_context)
        return monitor.recording

    return run
