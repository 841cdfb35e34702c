"""Registers a tree of resources with the engine, without Pulumi's SDK.

The SDK makes a dozen futures and a thread's work of each resource; here one thread sends whatever
has all it waits for, and takes answers as they come. What is sent is what the SDK would send
(`tests/unit/deploy/test_resource_tree.py` compares them message by message).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, struct_pb2

from tablewright.engine.run.error_parsing import error_of_text
from tablewright.engine.run.interception import Interception
from tablewright.engine.run.messages import CHANNEL_OPTIONS
from tablewright.engine.run.resource_tree import (
    Call,
    Computed,
    OutputOf,
    Resource,
    ResourceTree,
    outputs_in,
)
from tablewright.errors import OperationError
from tablewright.pulumi_protocol import messages
from tablewright.pulumi_values import (
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINELS,
    UNKNOWN_STRING,
)

_MESSAGES: Final = messages("resource_pb2")
_STUBS: Final = messages("resource_pb2_grpc")
_STACK: Final = ""
"""The key of the stack itself."""


def register_tree(tree: ResourceTree, request: Any, interception: Interception) -> None:
    """Register all of a tree for the engine that sent the request, and what it exports.

    Args:
        tree: what to register.
        request: the engine's `RunRequest`.
        interception: what each registration meets.

    Raises:
        TablewrightError: the engine refuses a registration; what that was about comes in the
            engine's events.
    """
    with grpc.insecure_channel(request.monitor_address, options=CHANNEL_OPTIONS) as channel:
        monitor = _STUBS.ResourceMonitorStub(channel)
        root = Resource(
            _STACK,
            STACK_TYPE,
            f"{request.project}-{request.stack}",
            outputs=tree.exports,
        )
        registrar = _Registrar(monitor, interception, tree.version, dry_run=request.dryRun)
        try:
            registrar.run((root, *tree.resources), tree.calls)
        except grpc.RpcError as error:
            raise error_of_text(error.details() or str(error)) from error
        _wait_for_shutdown(monitor)


def _wait_for_shutdown(monitor: Any) -> None:
    """Let the engine end what it does for us, where it knows how to."""
    try:
        monitor.SignalAndWaitForShutdown(empty_pb2.Empty())
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.UNIMPLEMENTED:  # by an older engine
            raise error_of_text(error.details() or str(error)) from error


@dataclass(frozen=True, slots=True)
class _Made:
    """What the engine has answered of a resource or a call."""

    urn: str
    id: str
    properties: Mapping[str, Any]


@dataclass(slots=True)
class _Task:
    """A call of the engine that waits for what others made.

    Args:
        waiting: keys of what it waits for.
        send: starts the call.
        take: takes the answer.
    """

    waiting: set[str]
    send: Callable[[], Any]
    take: Callable[[Any], None]


class _Registrar:
    def __init__(
        self, monitor: Any, interception: Interception, version: str, *, dry_run: bool
    ) -> None:
        self._monitor, self._interception, self._version = monitor, interception, version
        self._values = _Values(dry_run=dry_run)
        self._waiting: defaultdict[str, list[_Task]] = defaultdict(list)
        self._answers: SimpleQueue[tuple[_Task, Any]] = SimpleQueue()
        self._open = 0

    def run(self, resources: Iterable[Resource], calls: Iterable[Call]) -> None:
        """Send everything, each when what it waits for is there.

        Raises:
            grpc.RpcError: the engine refused; nothing further is sent.
            OperationError: something could not be sent, as what it refers to was not made.
        """
        for call in calls:
            self._add(_Task(set(), partial(self._call, call), partial(self._take_call, call)))
        for resource in resources:
            self._add_resource(resource)
        while self._open:
            task, answer = self._answers.get()
            self._open -= 1
            task.take(answer.result())
        if self._waiting:  # what is not registered would be deleted, were this the end
            missing = ", ".join(sorted(self._waiting))
            raise OperationError(
                f"the engine has made no {missing}, for which others wait",
                "run the same command again; report it if that does not help",
            )

    def _add_resource(self, resource: Resource) -> None:
        needs = {output.key for output in outputs_in(resource.inputs)} | {*resource.after}
        if resource.key != _STACK:
            needs.add(resource.parent)
        send, take = partial(self._register, resource), partial(self._take_resource, resource)
        self._add(_Task(needs, send, take))
        if not resource.custom:
            given = {output.key for output in outputs_in(resource.outputs)} | {resource.key}
            self._add(_Task(given, partial(self._give_out, resource), lambda _answer: None))

    def _add(self, task: _Task) -> None:
        task.waiting = {key for key in task.waiting if key not in self._values.made}
        for key in task.waiting:
            self._waiting[key].append(task)
        if not task.waiting:
            self._start(task)

    def _start(self, task: _Task) -> None:
        self._open += 1
        future = task.send()
        future.add_done_callback(lambda answer: self._answers.put((task, answer)))

    def _made(self, key: str, made: _Made) -> None:
        self._values.made[key] = made
        for task in self._waiting.pop(key, ()):
            task.waiting.remove(key)
            if not task.waiting:
                self._start(task)

    def _call(self, call: Call) -> Any:
        request = _MESSAGES.ResourceInvokeRequest(
            tok=call.token, args={}, version=self._version, acceptResources=True
        )
        return self._monitor.Invoke.future(request)

    def _take_call(self, call: Call, answer: Any) -> None:
        if answer.failures:
            raise error_of_text(f"{call.token}: {answer.failures[0].reason}")
        self._made(call.key, _Made("", "", getattr(answer, "return").fields))

    def _register(self, resource: Resource) -> Any:
        request = _MESSAGES.RegisterResourceRequest(
            type=resource.type,
            name=resource.name,
            parent="" if resource.key == _STACK else self._urn(resource.parent),
            custom=resource.custom,
            protect=resource.protected or None,
            ignoreChanges=resource.ignored,
            version=self._version if resource.custom else "",
            importId=resource.import_id,
            acceptSecrets=True,
            acceptResources=True,
            supportsPartialValues=True,
            supportsResultReporting=True,
            deleteBeforeReplace=resource.deletes_first,
            deleteBeforeReplaceDefined=resource.deletes_first,
        )
        request.object.SetInParent()
        request.hooks.SetInParent()
        dependencies = {self._urn(key) for key in resource.after}
        for name, value in resource.inputs.items():
            self._values.put(request.object.fields[name], value)
            urns = {self._urn(output.key) for output in outputs_in(value)} - {""}
            request.propertyDependencies[name].urns.extend(sorted(urns))
            dependencies |= urns
        request.dependencies.extend(sorted(dependencies))
        for verb, duration in resource.timeouts.items():
            setattr(request.customTimeouts, verb, duration)
        self._interception.intercept(request)
        return self._monitor.RegisterResource.future(request)

    def _urn(self, key: str) -> str:
        return self._values.made[key].urn

    def _take_resource(self, resource: Resource, answer: Any) -> None:
        if answer.result == _MESSAGES.Result.SUCCESS:
            self._made(resource.key, _Made(answer.urn, answer.id, answer.object.fields))

    def _give_out(self, resource: Resource) -> Any:
        outputs = struct_pb2.Struct()
        for name, value in resource.outputs.items():
            self._values.put(outputs.fields[name], value)
        request = _MESSAGES.RegisterResourceOutputsRequest(
            urn=self._urn(resource.key), outputs=outputs
        )
        return self._monitor.RegisterResourceOutputs.future(request)


class _Values:
    """Plain values as the engine's, with what is known of outputs in their place.

    Args:
        dry_run: it is a preview: what the engine has not answered will be known later.

    Attributes:
        made: what was made until now, by key.
    """

    def __init__(self, *, dry_run: bool) -> None:
        self._dry_run = dry_run
        self.made: dict[str, _Made] = {}

    def put(self, target: Any, value: Any) -> None:
        """Set a `Value` of Protocol Buffers."""
        match value:
            case OutputOf():
                target.CopyFrom(self._output(value))
            case Computed():
                self._put_computed(target, value)
            case str():
                target.string_value = value
            case bool():
                target.bool_value = value
            case int() | float():
                target.number_value = value
            case None:
                target.null_value = struct_pb2.NULL_VALUE
            case Mapping():
                target.struct_value.SetInParent()
                for key, item in value.items():
                    self.put(target.struct_value.fields[key], item)
            case _:
                target.list_value.SetInParent()
                for item in value:
                    self.put(target.list_value.values.add(), item)

    def _output(self, output: OutputOf) -> Any:
        made = self.made[output.key]
        if output.name == "id":
            return struct_pb2.Value(string_value=made.id or UNKNOWN_STRING)
        if output.name in made.properties:
            return made.properties[output.name]
        if self._dry_run:
            return struct_pb2.Value(string_value=UNKNOWN_STRING)
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)

    def _put_computed(self, target: Any, computed: Computed) -> None:
        values = {output: self._output(output) for output in computed.needs}
        if any(_is_unknown(value) for value in values.values()):
            target.string_value = UNKNOWN_STRING
            return
        made = computed.make({output: _plain(value) for output, value in values.items()})
        if any(_is_secret(value) for value in values.values()):
            made = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": made}
        self.put(target, made)


def _signature(value: Any) -> str:
    fields = value.struct_value.fields
    return fields[SIGNATURE_KEY].string_value if SIGNATURE_KEY in fields else ""


def _is_secret(value: Any) -> bool:
    return _signature(value) == SECRET_SIGNATURE


def _is_unknown(value: Any) -> bool:
    if _is_secret(value):
        return _is_unknown(value.struct_value.fields["value"])
    return value.string_value in UNKNOWN_SENTINELS


def _plain(value: Any) -> Any:
    if _is_secret(value):
        return _plain(value.struct_value.fields["value"])
    kind = value.WhichOneof("kind")
    return None if kind == "null_value" else getattr(value, kind)
