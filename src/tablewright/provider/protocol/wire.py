"""Values as the engine sends them: protobuf structs in, plain Python out, and back.

Inside the provider a property is plain Python (`None`, `bool`, `int`, `float`, `str`, `list`,
`dict`) or `UNKNOWN`. Which of them are secret is kept beside the values, so that what the engine
marked secret leaves the provider marked again: an output returned in the clear lies in the clear
in the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import struct_pb2

from tablewright.errors import InputError
from tablewright.provider.protocol.unknown import UNKNOWN, UnknownValue
from tablewright.pulumi_values import (
    OUTPUT_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINELS,
    UNKNOWN_STRING,
)

Secrets = bool | Mapping[str, Any]
"""`True`: the whole value is secret; a mapping: which members are, and how far."""


@dataclass(frozen=True, slots=True)
class Properties:
    """One property bag of a request: its plain values and which of them are secret."""

    values: dict[str, Any] = field(default_factory=dict)
    secrets: Secrets = False


def decode(struct: struct_pb2.Struct) -> Properties:
    """Read the property bag of a request.

    Raises:
        InputError: an asset or an archive stands where no property takes one.
    """
    values, secrets = _decode_members(struct.fields)
    return Properties(values, secrets)


def _decode_members(fields: Mapping[str, struct_pb2.Value]) -> tuple[dict[str, Any], Secrets]:
    values: dict[str, Any] = {}
    secrets: dict[str, Secrets] = {}
    for key, wire in fields.items():
        value, secret = _decode_value(wire)
        values[key] = value
        if secret:
            secrets[key] = secret
    return values, secrets or False


def _decode_value(wire: struct_pb2.Value) -> tuple[Any, Secrets]:
    match wire.WhichOneof("kind"):
        case "string_value":
            text = wire.string_value
            return (UNKNOWN if text in UNKNOWN_SENTINELS else text), False
        case "number_value":
            number = wire.number_value
            return (int(number) if number.is_integer() else number), False
        case "bool_value":
            return wire.bool_value, False
        case "list_value":
            items = [_decode_value(item) for item in wire.list_value.values]
            # Lists are often sets to AWS and come back in another order: one secret, all secret.
            return [value for value, _ in items], any(secret for _, secret in items)
        case "struct_value":
            return _decode_struct(wire.struct_value)
        case _:
            return None, False


def _decode_struct(struct: struct_pb2.Struct) -> tuple[Any, Secrets]:
    fields = struct.fields
    signature = fields[SIGNATURE_KEY].string_value if SIGNATURE_KEY in fields else None
    if signature is None:
        return _decode_members(fields)
    if signature == SECRET_SIGNATURE:
        return _decode_value(fields["value"])[0], True
    if signature == OUTPUT_SIGNATURE:
        secret = "secret" in fields and fields["secret"].bool_value
        if "value" not in fields:
            return UNKNOWN, secret
        value, inner = _decode_value(fields["value"])
        return value, secret or inner
    if signature == RESOURCE_SIGNATURE:
        identifier = _decode_value(fields["id"])[0] if "id" in fields else None
        return (identifier or fields["urn"].string_value), False
    message = "a file or an archive is given where text is expected"
    raise InputError(message, "give the text itself, or read the file in the program")


def encode(values: Mapping[str, Any], secrets: Secrets | None = None) -> struct_pb2.Struct:
    """Write a property bag, marking again what `secrets` says is secret."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        struct.fields[key].CopyFrom(_encode_value(value, _secret_of(secrets, key)))
    return struct


def _secret_of(secrets: Secrets | None, key: str) -> Secrets:
    if isinstance(secrets, Mapping):
        inner: Secrets = secrets.get(key, False)
        return inner
    return bool(secrets)


def _encode_value(value: Any, secrets: Secrets) -> struct_pb2.Value:
    if isinstance(value, Mapping) and isinstance(secrets, Mapping):
        return struct_pb2.Value(struct_value=encode(value, secrets))
    plain = _encode_plain(value)
    if not secrets or value is None:
        return plain
    marked = struct_pb2.Struct()
    marked.fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
    marked.fields["value"].CopyFrom(plain)
    return struct_pb2.Value(struct_value=marked)


def _encode_plain(value: Any) -> struct_pb2.Value:
    wire = struct_pb2.Value()
    match value:
        case None:
            wire.null_value = struct_pb2.NULL_VALUE
        case bool():
            wire.bool_value = value
        case int() | float():
            wire.number_value = value
        case str():
            wire.string_value = value
        case UnknownValue():
            wire.string_value = UNKNOWN_STRING
        case Mapping():
            wire.struct_value.CopyFrom(encode(value))
        case Iterable():
            wire.list_value.values.extend(_encode_plain(item) for item in value)
            wire.list_value.SetInParent()
        case _:
            message = f"a property of type {type(value).__name__} cannot be sent to the engine"
            raise TypeError(message)
    return wire
