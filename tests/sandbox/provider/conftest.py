"""The provider over its own protocol on the embedded AWS, with a small stand-in for the engine.

The stand-in does what the engine does with one resource: check, diff, then create, update, replace
or nothing, and keeps what it was told. It shares no code with the provider but the protocol's
messages; values are read and written here by the SDK's own functions.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import boto3
import grpc
import pytest
from botocore.config import Config
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2
from tests.support.embedded_aws import embedded_aws

from tablewright.provider.hosting.host import ProviderHost
from tablewright_emulator.server import Emulator

REGION = "eu-west-1"
ACCOUNT = "123456789012"
UNKNOWN = rpc.UNKNOWN
SECRET = {rpc._special_sig_key: rpc._special_secret_sig}


def secret(value: Any) -> dict[str, Any]:
    """A value as the engine sends a secret one."""
    return {**SECRET, "value": value}


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as JSON values, whole numbers whole."""
    return _whole(json_format.MessageToDict(struct))


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """JSON values as a struct."""
    message = struct_pb2.Struct()
    json_format.ParseDict(dict(values), message)
    return message


class RefusedError(Exception):
    """The provider refused a request; `outputs` is what it left behind, if anything."""

    def __init__(self, error: grpc.RpcError) -> None:
        self.text = error.details()
        self.code = error.code()
        self.identifier: str | None = None
        self.outputs: dict[str, Any] | None = None
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                status = status_pb2.Status.FromString(value)
                detail = provider_pb2.ErrorResourceInitFailed()
                assert status.details[0].Unpack(detail)
                self.identifier, self.outputs = detail.id, plain(detail.properties)
        super().__init__(self.text)


class CheckError(Exception):
    """A check failed; `failures` are (property, reason)."""

    def __init__(self, failures: Any) -> None:
        self.failures = [(one.property, one.reason) for one in failures]
        super().__init__("; ".join(reason for _, reason in self.failures))


@dataclass
class State:
    """What the engine has on record of one resource."""

    urn: str
    identifier: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Difference:
    """The answer of a diff."""

    some: bool
    paths: dict[str, str]
    replaces: list[str]
    delete_first: bool


class Engine:
    """One instance of the provider, driven as the engine drives it."""

    def __init__(self, host: ProviderHost, environment: Mapping[str, str]) -> None:
        self.connection = socket.create_connection(host.address)
        request = {"engine": "", "token": host.token, "environment": dict(environment)}
        self.connection.sendall(json.dumps(request).encode() + b"\n")
        self.reply = json.loads(self.connection.makefile("rb").readline())
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.reply['port']}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self._configuration: provider_pb2.ConfigureRequest | None = None

    def close(self) -> None:
        self.channel.close()
        self.connection.close()

    def _ask(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise RefusedError(error) from None

    def configure(self, **values: Any) -> dict[str, Any]:
        sent = {k: v if isinstance(v, str | dict) else json.dumps(v) for k, v in values.items()}
        urn = "urn:pulumi:dev::p::pulumi:providers:aws::default"
        checked = self._ask("CheckConfig", provider_pb2.CheckRequest(urn=urn, news=struct(sent)))
        if checked.failures:
            raise CheckError(checked.failures)
        self._configuration = provider_pb2.ConfigureRequest(args=checked.inputs)
        self._ask("Configure", self._configuration)
        return plain(checked.inputs)

    def diff_config(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
        """The changed properties of the provider; none may replace it."""
        request = provider_pb2.DiffRequest(
            urn="urn:pulumi:dev::p::pulumi:providers:aws::default",
            old_inputs=struct(olds),
            news=struct(news),
        )
        reply = self._ask("DiffConfig", request)
        assert not reply.replaces
        return list(reply.diffs)

    def urn(self, tok: str, name: str = "it") -> str:
        return f"urn:pulumi:dev::p::tablewright:index:Table${tok}::{name}"

    def state(self, tok: str, name: str = "it") -> State:
        """A resource that is not there yet."""
        return State(self.urn(tok, name))

    def mistakes(self, tok: str, news: Mapping[str, Any]) -> dict[str, str]:
        """What a check finds wrong, reasons by property."""
        try:
            self.check(self.state(tok), news)
        except CheckError as error:
            return dict(error.failures)
        return {}

    def check(self, state: State, news: Mapping[str, Any], **autonaming: Any) -> dict[str, Any]:
        request = provider_pb2.CheckRequest(
            urn=state.urn, olds=struct(state.inputs), news=struct(news), randomSeed=b"seed"
        )
        if autonaming:
            request.autonaming.CopyFrom(provider_pb2.CheckRequest.AutonamingOptions(**autonaming))
        reply = self._ask("Check", request)
        if reply.failures:
            raise CheckError(reply.failures)
        return plain(reply.inputs)

    def diff(
        self, state: State, news: Mapping[str, Any], ignore: tuple[str, ...] = ()
    ) -> Difference:
        reply = self._ask(
            "Diff",
            provider_pb2.DiffRequest(
                id=state.identifier,
                urn=state.urn,
                olds=struct(state.outputs),
                old_inputs=struct(state.inputs),
                news=struct(news),
                ignoreChanges=ignore,
            ),
        )
        names = provider_pb2.PropertyDiff.Kind
        paths = {key: names.Name(value.kind) for key, value in reply.detailedDiff.items()}
        some = reply.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert set(reply.diffs) == {path.split(".")[0].split("[")[0] for path in paths}
        return Difference(some, paths, list(reply.replaces), reply.deleteBeforeReplace)

    def preview(self, tok: str, news: Mapping[str, Any], name: str = "it") -> dict[str, Any]:
        state = self.state(tok, name)
        request = provider_pb2.CreateRequest(
            urn=state.urn, properties=struct(self.check(state, news)), preview=True
        )
        return plain(self._ask("Create", request).properties)

    def create(
        self, tok: str, news: Mapping[str, Any], name: str = "it", timeout: float = 0
    ) -> State:
        state = self.state(tok, name)
        state.inputs = self.check(state, news)
        request = provider_pb2.CreateRequest(
            urn=state.urn, properties=struct(state.inputs), timeout=timeout
        )
        reply = self._ask("Create", request)
        state.identifier, state.outputs = reply.id, plain(reply.properties)
        return state

    def update(
        self,
        state: State,
        news: Mapping[str, Any],
        *,
        preview: bool = False,
        ignore: tuple[str, ...] = (),
        timeout: float = 0,
    ) -> State:
        """Check and update; the state itself is changed unless it is a preview."""
        inputs = self.check(state, news)
        reply = self._ask(
            "Update",
            provider_pb2.UpdateRequest(
                id=state.identifier,
                urn=state.urn,
                olds=struct(state.outputs),
                old_inputs=struct(state.inputs),
                news=struct(inputs),
                preview=preview,
                ignoreChanges=ignore,
                timeout=timeout,
            ),
        )
        after = State(state.urn, state.identifier, inputs, plain(reply.properties))
        if not preview:
            state.inputs, state.outputs = after.inputs, after.outputs
        return after

    def apply(
        self, state: State, news: Mapping[str, Any], ignore: tuple[str, ...] = ()
    ) -> Difference:
        """As an `up` does: diff, then update when there is something to do."""
        difference = self.diff(state, self.check(state, news), ignore)
        assert not difference.replaces, difference
        if difference.some:
            self.update(state, news, ignore=ignore)
        return difference

    def settled(self, state: State, news: Mapping[str, Any], ignore: tuple[str, ...] = ()) -> bool:
        """Whether another `up` of the same would find nothing to do."""
        return not self.diff(state, self.check(state, news), ignore).some

    def read(self, tok: str, identifier: str, state: State | None = None) -> State | None:
        urn = self.urn(tok)
        request = provider_pb2.ReadRequest(id=identifier, urn=urn)
        if state is not None:
            request.properties.CopyFrom(struct(state.outputs))
            request.inputs.CopyFrom(struct(state.inputs))
        reply = self._ask("Read", request)
        if not reply.id:
            return None
        return State(urn, reply.id, plain(reply.inputs), plain(reply.properties))

    def delete(self, state: State, timeout: float = 0, *, same_run: bool = False) -> None:
        """Delete what a run before this one has left, or in the run that has made the rest."""
        if self._configuration is not None and not same_run:
            self._ask("Configure", self._configuration)
        request = provider_pb2.DeleteRequest(
            id=state.identifier,
            urn=state.urn,
            properties=struct(state.outputs),
            old_inputs=struct(state.inputs),
            timeout=timeout,
        )
        self._ask("Delete", request)

    def invoke(self, tok: str, **arguments: Any) -> dict[str, Any]:
        reply = self._ask("Invoke", provider_pb2.InvokeRequest(tok=tok, args=struct(arguments)))
        if reply.failures:
            raise CheckError(reply.failures)
        return plain(getattr(reply, "return"))

    def cancel(self) -> None:
        self._ask("Cancel", empty_pb2.Empty())


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The embedded AWS of one file of tests."""
    with embedded_aws(limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def host() -> Iterator[ProviderHost]:
    """A resident host."""
    with ProviderHost() as running:
        yield running


@pytest.fixture
def environment(emulator: Emulator) -> dict[str, str]:
    """The environment of an engine that works on the embedded AWS, which is empty."""
    emulator.reset()
    return environment_of(emulator)


def environment_of(emulator: Emulator) -> dict[str, str]:
    """The environment of an engine that works on an embedded AWS."""
    return {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "HOME": "/nonexistent",
    }


@pytest.fixture
def engine_for(host: ProviderHost, environment: dict[str, str]) -> Iterator[Callable[..., Engine]]:
    """`engine_for(**variables)`: an instance of its own; a variable that is None is unset."""
    made: list[Engine] = []

    def make(**variables: str | None) -> Engine:
        merged = {**environment, **variables}
        own = {name: value for name, value in merged.items() if value is not None}
        made.append(Engine(host, own))
        return made[-1]

    yield make
    for driven in made:
        driven.close()


@pytest.fixture
def engine(host: ProviderHost, environment: dict[str, str]) -> Iterator[Engine]:
    """A configured instance."""
    driven = Engine(host, environment)
    driven.configure()
    yield driven
    driven.close()


@pytest.fixture
def client(environment: dict[str, str]) -> Any:
    """`client(service, region=…)`: boto3, to see what is really there."""
    return clients_of(environment["AWS_ENDPOINT_URL"])


def clients_of(endpoint: str) -> Any:
    """`client(service, region=…)` of an embedded AWS; each is made once."""
    return partial(_client, endpoint)


@lru_cache(maxsize=64)
def _client(endpoint: str, service: str, region: str = REGION) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
