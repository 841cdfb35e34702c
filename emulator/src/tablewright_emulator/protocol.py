"""The wire formats AWS's clients speak: JSON 1.0 and 1.1, query with XML, rpc-v2-cbor.

Shapes come from botocore's service models, XML from moto's serializer, CBOR from botocore's codec.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import parse_timestamp

from tablewright_emulator import cbor, json_text
from tablewright_emulator.moto_backend import query_protocol
from tablewright_emulator.request import AwsFault, HttpRequest, Protocol, Reply, Request

_CBOR = "application/cbor"
_MAX_UNCOMPRESSED = 64 * 1024 * 1024


@cache
def service_model(service: str) -> ServiceModel:
    """Botocore's model of a service, e.g. `dynamodb`."""
    return ServiceModel(_loader().load_service_model(service, "service-2"), service)


@cache
def _loader() -> Loader:
    """One for all services: each looks into the folders of all of AWS's before its first model."""
    return Loader()


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    """The model of one operation; None when the service has no such operation."""
    model = service_model(service)
    return model.operation_model(operation) if operation in model.operation_names else None


@cache
def target_of(service: str) -> str | None:
    """What stands before an operation's name in `X-Amz-Target`; None where nobody knows."""
    prefix: str | None = _metadata(service).get("targetPrefix")
    return prefix


def may_exist(request: Request) -> bool:
    """Whether the service's model has the operation; where there is no model, nobody knows."""
    if request.protocol == "rest" or not _metadata(request.service):
        return True
    return operation_model(request.service, request.operation) is not None


def protocol_of(http: HttpRequest) -> Protocol:
    """The protocol a request is written in, from its headers and path."""
    if http.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if "x-amz-target" in http.headers:
        return "json"
    content_type = http.headers.get("content-type", "")
    form = content_type.startswith("application/x-www-form-urlencoded")
    if form or "Action=" in http.query:
        return "query"
    return "rest"


def uncompressed(http: HttpRequest) -> HttpRequest:
    """The request with its body as it was before the client compressed it (PutMetricData does).

    Raises:
        AwsFault: SerializationException for a body that is not gzip, or too large.
    """
    encoding = http.headers.get("content-encoding")
    if encoding is None or encoding.lower() != "gzip":
        return http
    try:
        with gzip.open(io.BytesIO(http.body)) as packed:
            body = packed.read(_MAX_UNCOMPRESSED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise AwsFault("SerializationException", "The body is not gzip.") from error
    if len(body) > _MAX_UNCOMPRESSED:
        raise AwsFault("SerializationException", "The body is too large.")
    return replace(http, body=body)


def decode(service: str, operation: str, protocol: Protocol, http: HttpRequest) -> dict[str, Any]:
    """Read the input of an operation.

    Raises:
        AwsFault: SerializationException or MalformedQueryString for a body that cannot be read.
    """
    model = operation_model(service, operation)
    if protocol == "json":
        return _decode_json(model, http.body)
    if protocol == "cbor":
        return cbor.decode(http.body)
    if protocol == "query" and model is not None:
        return _decode_query(service, operation, http)
    return {}


def encode(request: Request, result: dict[str, Any]) -> Reply:
    """Write an operation's output in the protocol of its request."""
    model = operation_model(request.service, request.operation)
    if request.protocol == "cbor":
        return _cbor_reply(request, 200, cbor.encode(model, _present(result)))
    if request.protocol == "query" and model is not None:
        return _query_reply(request, result)
    as_they_are = _items_in(request.service, request.operation)
    document = {
        name: value if name in as_they_are else _present(value)
        for name, value in result.items()
        if value is not None
    }
    return _json_reply(request, 200, json_text.written(document))


def encode_fault(request: Request, fault: AwsFault) -> Reply:
    """Write an error in the protocol of its request, with the headers SDKs look at."""
    if request.protocol == "query" or _metadata(request.service).get("protocol") == "rest-xml":
        return _xml_fault(request, fault)
    name, query_code = _error_names(request.service, fault.code)
    member = "Message" if name == "SerializationException" else "message"
    text = {member: fault.message} if fault.message else {}
    document = {"__type": _error_type(request, name), **text, **fault.fields}
    if request.protocol == "cbor":
        reply = _cbor_reply(request, fault.status, cbor.encode_texts(document))
    else:
        if request.service == "cloudwatch":
            document["Message"] = fault.message
        reply = _json_reply(request, fault.status, json_text.written(document))
    if "awsQueryCompatible" in _metadata(request.service):
        side = "Receiver" if fault.status >= 500 else "Sender"  # noqa: PLR2004 - HTTP's classes
        reply.headers["x-amzn-query-error"] = f"{query_code};{side}"
    reply.error = fault.code
    return reply


# --- JSON ---------------------------------------------------------------------------------------


def _decode_json(model: OperationModel | None, body: bytes) -> dict[str, Any]:
    try:
        document = json_text.read(body) if body else {}
    except (ValueError, RecursionError) as error:
        raise AwsFault("SerializationException", "") from error
    if not isinstance(document, dict):
        raise AwsFault(
            "SerializationException", "Start of structure or map found where not expected."
        )
    if (
        model is not None
        and model.input_shape is not None
        and _timestamp_members(model.input_shape)
    ):
        _read_timestamps(model.input_shape, document)
    return document


@cache
def _timestamp_members(shape: Shape) -> frozenset[str]:
    """Members of a structure in which a timestamp lives somewhere."""
    return frozenset(name for name, member in shape.members.items() if _has_timestamp(member))


def _has_timestamp(shape: Shape, seen: frozenset[str] = frozenset()) -> bool:
    if shape.type_name == "timestamp":
        return True
    if shape.name in seen:
        return False
    below = seen | {shape.name}
    if shape.type_name == "structure":
        return any(_has_timestamp(member, below) for member in shape.members.values())
    if shape.type_name == "list":
        return _has_timestamp(shape.member, below)
    return shape.type_name == "map" and _has_timestamp(shape.value, below)


def _read_timestamps(shape: Shape, value: Any) -> Any:
    """Turn the timestamps inside `value` into datetimes, in place; give the value back."""
    if shape.type_name == "timestamp":
        return _timestamp(value)
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in _timestamp_members(shape) & value.keys():
            value[name] = _read_timestamps(shape.members[name], value[name])
    elif shape.type_name == "list" and isinstance(value, list):
        value[:] = [_read_timestamps(shape.member, item) for item in value]
    return value


def _timestamp(value: Any) -> Any:
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        return parse_timestamp(str(value)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, RuntimeError) as error:
        raise AwsFault("SerializationException", f"{value!r} is not a timestamp") from error


def _present(value: Any) -> Any:
    """The output without members that are None; everything else as it stands."""
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_present(item) for item in value]
    return value


@cache
def _items_in(service: str, operation: str) -> frozenset[str]:
    """Members of an output that hold items alone, in which there is no null to leave out."""
    model = operation_model(service, operation)
    if model is None or model.output_shape is None:
        return frozenset()
    members = model.output_shape.members.items()
    return frozenset(name for name, member in members if _holds_items(member))


def _holds_items(shape: Shape) -> bool:
    if shape.type_name == "list":
        return _holds_items(shape.member)
    if shape.type_name == "map":
        return _holds_items(shape.value)
    return str(shape.name) == "AttributeValue"


def _json_reply(request: Request, status: int, body: bytes) -> Reply:
    kind, asked = _json_type(request.service), request.headers.get("content-type", "")
    if asked != kind and (asked[:16] == "application/json" or not (asked or request.http.body)):
        kind = "application/json"
    headers = {
        "Content-Type": kind,
        "x-amzn-RequestId": request.id,
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return Reply(status, headers, body)


@cache
def _json_type(service: str) -> str:
    version = _metadata(service).get("jsonVersion", "1.1")
    return f"application/x-amz-json-{version}"


@cache
def _metadata(service: str) -> Mapping[str, Any]:
    try:
        metadata: Mapping[str, Any] = service_model(service).metadata
    except Exception:  # noqa: BLE001 - botocore's error for a service it has no model of
        return {}
    return metadata


_NAMESPACES = {
    "dynamodb": "com.amazonaws.dynamodb.v20120810",
    "dynamodbstreams": "com.amazonaws.dynamodb.v20120810",
    "cloudwatch": "com.amazonaws.cloudwatch.v2010_08_01",
}
_CORAL = {
    "SerializationException": "com.amazon.coral.service",
    "UnknownOperationException": "com.amazon.coral.service",
    "AccessDeniedException": "com.amazon.coral.service",
    "IncompleteSignatureException": "com.amazon.coral.service",
    "InvalidSignatureException": "com.amazon.coral.service",
    "MissingAuthenticationTokenException": "com.amazon.coral.service",
    "ValidationException": "com.amazon.coral.validate",
    "ThrottlingException": "com.amazon.coral.availability",
}


def _error_type(request: Request, name: str) -> str:
    namespace = _NAMESPACES.get(request.service)
    if namespace is None:
        return name
    if request.service != "cloudwatch":
        namespace = _CORAL.get(name, namespace)
    return f"{namespace}#{name}"


@cache
def _error_names(service: str, code: str) -> tuple[str, str]:
    """Name of the error's shape, which JSON and CBOR carry, and its code, which query carries."""
    if not _metadata(service):
        return code, code
    for shape in service_model(service).error_shapes:
        if code in {shape.name, shape.error_code}:
            return shape.name, shape.error_code
    return code, code


# --- query --------------------------------------------------------------------------------------


def form_of(http: HttpRequest) -> dict[str, str]:
    """The fields of a query request, of its body and its query string.

    Raises:
        AwsFault: MalformedQueryString when the body is not text.
    """
    try:
        pairs = parse_qsl(http.body.decode(), keep_blank_values=True)
    except (UnicodeDecodeError, ValueError) as error:
        raise AwsFault("MalformedQueryString", "The query string is malformed.") from error
    return dict(parse_qsl(http.query, keep_blank_values=True)) | dict(pairs)


def _decode_query(service: str, operation: str, http: HttpRequest) -> dict[str, Any]:
    try:
        return query_protocol.parse(service, operation, form_of(http), _timestamp)
    except (ValueError, TypeError, RecursionError) as error:
        raise AwsFault("MalformedInput", "The request could not be read.") from error


def _query_reply(request: Request, result: dict[str, Any]) -> Reply:
    data = query_protocol.serialize(request.service, request.operation, result, request.id)
    return Reply(200, {"Content-Type": "text/xml", "x-amzn-RequestId": request.id}, data)


def _xml_fault(request: Request, fault: AwsFault) -> Reply:
    code = _error_names(request.service, fault.code)[1]
    error = f"<Code>{escape(code)}</Code><Message>{escape(fault.message)}</Message>"
    end = f"<RequestId>{request.id}</RequestId>"
    body = f"<Error>{error}{end}</Error>"
    if request.protocol == "query":
        side = "Receiver" if fault.status >= 500 else "Sender"  # noqa: PLR2004 - HTTP's classes
        error = f"<Error><Type>{side}</Type>{error}</Error>{end}"
        namespace = _metadata(request.service).get("xmlNamespace", "")
        body = f'<ErrorResponse xmlns="{namespace}">{error}</ErrorResponse>'
    headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request.id}
    return Reply(fault.status, headers, body.encode(), fault.code)


# --- rpc-v2-cbor --------------------------------------------------------------------------------


def _cbor_reply(request: Request, status: int, body: bytes) -> Reply:
    headers = {
        "Content-Type": _CBOR,
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-RequestId": request.id,
    }
    return Reply(status, headers, body)
