"""Which service and operation a request on the wire is for, and who signed it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from tablewright_emulator import protocol
from tablewright_emulator.request import AwsFault, HttpRequest, Protocol

_SCOPE = re.compile(r"Credential=([^/\s,]+)/\d*/([^/\s,]+)/([^/\s,]+)/aws4_request")
_SERVICES = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "lambda": "lambda",
    "email": "ses",
}
_JSON_TARGETS = {
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "GraniteServiceVersion20100801": "cloudwatch",
    "AnyScaleFrontendService": "application-autoscaling",
    "AWSPriceListService": "pricing",
}
_CBOR_PATH = re.compile(r"^/service/(\w+)/operation/(\w+)$")


class Signature(NamedTuple):
    """Who signed a request and for what."""

    access_key: str
    region: str
    signed_service: str


def signature_of(http: HttpRequest) -> Signature | None:
    """The scope a request is signed for, from its header or, presigned, its query string."""
    text = http.headers.get("authorization", "")
    if "Credential=" not in text and http.query:
        text = unquote(http.query).replace("X-Amz-Credential=", "Credential=")
    scope, ending, _ = text.partition("/aws4_request")
    return _signature_in(scope + ending)


@lru_cache(256)
def _signature_in(text: str) -> Signature | None:
    match = _SCOPE.search(text)
    return Signature(*match.groups()) if match else None


def route(http: HttpRequest, spoken: Protocol, signature: Signature | None) -> tuple[str, str]:
    """Name of the service (botocore's) and of the operation; either may be empty when unknown."""
    signed = signature.signed_service.lower() if signature else ""
    service = _SERVICES.get(signed, signed)
    if spoken == "json":
        return _target(http.headers["x-amz-target"], service)
    if spoken == "cbor":
        match = _CBOR_PATH.match(http.path)
        if match is None:
            raise AwsFault("UnknownOperationException", "The path names no operation.", 404)
        return _JSON_TARGETS.get(match[1], service), match[2]
    if spoken == "query":
        return service, protocol.form_of(http).get("Action", "")
    return service or "s3", ""


@lru_cache(1024)
def _target(target: str, service: str) -> tuple[str, str]:
    prefix, _, operation = target.rpartition(".")
    if service in {"", "dynamodb"}:
        service = _JSON_TARGETS.get(prefix, service)
    return service, operation if protocol.target_of(service) in {None, prefix} else ""
