"""moto's reader and writer of the query protocol, whose replies are XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def parse(
    service: str, operation: str, form: Mapping[str, str], timestamp: Callable[[Any], Any]
) -> dict[str, Any]:
    """The parameters of a request.

    Args:
        service: boto3's name of it.
        operation: as AWS names it.
        form: fields of the request.
        timestamp: reads a point in time.

    Raises:
        ValueError, TypeError, RecursionError: the form does not fit the operation.
    """
    from moto.core.parse import QueryParser

    parser = QueryParser(_operation(service, operation), timestamp_parser=timestamp)
    parsed: dict[str, Any] = parser.parse({"values": form})
    return parsed


def serialize(service: str, operation: str, result: Mapping[str, Any], request_id: str) -> bytes:
    """The body of a reply."""
    from moto.core.serialize import QuerySerializer, SerializationContext

    serializer = QuerySerializer(_operation(service, operation), SerializationContext(request_id))
    body = serializer.serialize(result)["body"]
    return body.encode() if isinstance(body, str) else bytes(body)


def _operation(service: str, operation: str) -> Any:
    from moto.core.utils import get_service_model

    return get_service_model(service).operation_model(operation)
