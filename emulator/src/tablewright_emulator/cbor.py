"""Bodies of rpc-v2-cbor, read and written with botocore's codec."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.parsers import ResponseParserError, RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

from tablewright_emulator.request import AwsFault


def decode(body: bytes) -> dict[str, Any]:
    """The input of an operation.

    Raises:
        AwsFault: SerializationException for bytes that are no map of texts to anything.
    """
    if not body:
        return {}
    parser = RpcV2CBORParser()
    try:
        document = _aware(parser.parse_data_item(io.BufferedReader(io.BytesIO(body))))
    except _NOT_CBOR as error:
        raise AwsFault("SerializationException", "The CBOR body could not be read.") from error
    if not isinstance(document, dict):
        raise AwsFault("SerializationException", "The CBOR body is not a map.")
    return document


_NOT_CBOR = (
    ResponseParserError,
    ValueError,  # text that is no UTF-8, times beyond the calendar, a key that is no text
    TypeError,  # a key that cannot be hashed
    OverflowError,
    OSError,
    RuntimeError,  # moments that no clock shows; nesting without end
    MemoryError,
)
"""What botocore's reader raises for bytes that nobody should have sent."""


def _aware(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("every key of a CBOR map is text")
        return {key: _aware(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_aware(item) for item in value]
    return value


class _Writer(RpcV2CBORSerializer):  # type: ignore[misc]  # botocore has no types
    """botocore writes requests with it; shapes of replies are written just the same."""

    def write(self, shape: Shape, value: Any) -> bytes:
        """`value` as the bytes of `shape`."""
        data = bytearray()
        self._serialize_data_item(data, value, shape)
        return bytes(data)


def encode(model: OperationModel | None, result: dict[str, Any]) -> bytes:
    """The output of an operation."""
    if model is None or model.output_shape is None:
        return b"\xa0"
    known = {name: value for name, value in result.items() if name in model.output_shape.members}
    return _Writer().write(model.output_shape, known)


def encode_texts(document: dict[str, Any]) -> bytes:
    """A map of texts, as errors are."""
    text = Shape("String", {"type": "string"})
    writer = _Writer()
    data = bytearray([0xA0 | len(document)])
    for key, value in document.items():
        data += writer.write(text, key) + writer.write(text, str(value))
    return bytes(data)
