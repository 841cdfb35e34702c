"""The provider held to the metadata of the SDK it stands in for: nothing declared is ignored."""

from __future__ import annotations

import types
import typing
from collections.abc import Awaitable, Iterator, Mapping
from typing import Any

import pulumi_aws
import pytest
from pulumi_aws import appautoscaling, cloudwatch, dynamodb, iam, kinesis, kms, sns, sqs

import pulumi
from pulumi import _types as metadata
from tablewright.provider.catalogue import INVOKES, RESOURCES
from tablewright.provider.configuration import INPUTS
from tablewright.provider.protocol.server import SDK_VERSION
from tablewright.provider.resources.resource import ResourceType
from tablewright.provider.resources.shape import Shape, ValueKind

MODULES = (appautoscaling, cloudwatch, dynamodb, iam, kinesis, kms, sns, sqs)
ENGINE_OPTIONS = {"version", "pluginDownloadURL", "parameterization"}
"""What the engine itself adds to a provider's inputs."""


def classes() -> dict[str, type]:
    """The SDK's resource classes by the engine's name."""
    found = {}
    for module in MODULES:
        assert module._inputs, "the SDK loads its modules at the first look"
        for value in vars(module).values():
            if isinstance(value, type) and hasattr(value, "pulumi_type"):
                found[value.pulumi_type] = value
    return found


CLASSES = classes()


def inputs_of(resource: type) -> dict[str, Any]:
    """Input names and types that the SDK declares."""
    module = __import__(resource.__module__, fromlist=["_"])
    for name in (f"{resource.__name__}InitArgs", f"{resource.__name__}Args"):
        if hasattr(module, name):
            return metadata.input_type_types(getattr(module, name))
    raise AssertionError(f"no arguments of {resource.__name__}")


def parts(type_: Any) -> Iterator[Any]:
    """The plain types behind `Input[Optional[...]]`."""
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin in (typing.Union, types.UnionType):
        for argument in arguments:
            yield from parts(argument)
    elif origin not in (Awaitable, pulumi.Output) and type_ is not type(None):
        yield type_


def kind_of(type_: Any) -> tuple[set[ValueKind], type | None]:
    """The kinds that can hold a declared type, and the class of its members."""
    plain = list(parts(type_))
    scalars = {
        str: {ValueKind.TEXT, ValueKind.DOCUMENT, ValueKind.MOMENT, ValueKind.LENGTH},
        int: {ValueKind.WHOLE},
        float: {ValueKind.NUMBER},
    }
    first = plain[0]
    origin = typing.get_origin(first)
    if first is bool:
        return {ValueKind.FLAG}, None
    if first in scalars:
        return scalars[first], None
    if origin is not None and issubclass(origin, Mapping):
        return {ValueKind.MAP}, None
    if origin is not None:
        (item,) = typing.get_args(first)
        item_class = next(iter(parts(item)))
        if item_class is str:
            return {ValueKind.TEXTS}, None
        return {ValueKind.BLOCKS}, item_class
    return {ValueKind.BLOCK}, first


def compare(shape: Shape, declared: Mapping[str, Any], path: str) -> None:
    assert set(shape) == set(declared), f"{path}: {set(shape) ^ set(declared)}"
    for name, type_ in declared.items():
        known = shape[name]
        if known.refused:
            continue
        kinds, members = kind_of(type_)
        assert known.kind in kinds, f"{path}.{name} is {kinds}, not {known.kind}"
        if members is not None:
            compare(known.members, metadata.input_type_types(members), f"{path}.{name}")


@pytest.fixture(params=sorted(RESOURCES))
def kind(request: pytest.FixtureRequest) -> ResourceType:
    return RESOURCES[request.param]


def test_every_input_of_the_sdk_is_implemented_or_refused_by_name(kind: ResourceType) -> None:
    compare(kind.shape, inputs_of(CLASSES[kind.tok]), kind.tok)


def test_every_output_of_the_sdk_is_among_ours(kind: ResourceType) -> None:
    assert set(metadata.resource_types(CLASSES[kind.tok])) <= set(kind.outputs)


def test_every_output_of_ours_is_known_to_the_sdk(kind: ResourceType) -> None:
    assert set(kind.outputs) <= set(metadata.resource_types(CLASSES[kind.tok]))


def test_a_refusal_says_more_than_no(kind: ResourceType) -> None:
    assert all(len(known.refused.split()) > 3 for known in kind.shape.values() if known.refused)


def test_the_provider_knows_every_configuration_of_the_sdk() -> None:
    declared = metadata.input_type_types(pulumi_aws.ProviderArgs)
    assert set(INPUTS) - ENGINE_OPTIONS == set(declared)
    for name, type_ in declared.items():
        if name != "endpoints":  # 300 services, taken as they come
            kinds, members = kind_of(type_)
            assert INPUTS[name].kind in kinds, name
            if members is not None:
                compare(INPUTS[name].members, metadata.input_type_types(members), name)


def test_the_version_is_the_sdks_own() -> None:
    assert pulumi_aws._utilities.get_version() == SDK_VERSION


@pytest.mark.parametrize("token", sorted(INVOKES))
def test_every_function_exists_in_the_sdk(token: str) -> None:
    module, _, name = token.rpartition(":")[0].removeprefix("aws:").partition("/")
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    where = pulumi_aws if module == "index" else getattr(pulumi_aws, module)
    assert callable(getattr(where, snake))
    assert pulumi.runtime is not None
