"""moto as the engine underneath: called in process, without its server, loaded when needed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from tablewright.emulator.door import unknown_operation
from tablewright.emulator.request import Reply, Request

# Hosts that do not follow <service>.<region>.amazonaws.com.
_HOSTS = {
    "cloudwatch": "monitoring.{region}.amazonaws.com",
    "dynamodbstreams": "streams.dynamodb.{region}.amazonaws.com",
    "resourcegroupstaggingapi": "tagging.{region}.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "ses": "email.{region}.amazonaws.com",
}


class MotoEngine:
    """An engine that answers from moto's backends, which are one world per process."""

    def __call__(self, request: Request) -> Reply:
        """Answer a request.

        Raises:
            AwsFault: UnknownOperationException for what moto does not implement.
        """
        os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        from moto.core.exceptions import HTTPException  # noqa: PLC0415

        host = _HOSTS.get(request.service, "{service}.{region}.amazonaws.com")
        host = host.format(service=request.service, region=request.region)
        url = f"https://{host}{request.http.path}"
        handler = next((call for path, call in _urls(host) if path.match(url)), None)
        if handler is None:
            raise unknown_operation(request)
        wire = _moto_request(request, url)
        try:
            status, headers, body = handler(wire, wire.raw_url, wire.headers)
        except NotImplementedError as error:
            raise unknown_operation(request) from error
        except HTTPException as error:
            status, headers, body = error.code, dict(error.get_headers()), error.get_body()
        return _reply(request, status, headers, body)

    def reset(self) -> None:
        """Forget everything in every service and account."""
        from moto.core.base_backend import BackendDict  # noqa: PLC0415

        BackendDict.reset()


@cache
def _urls(host: str) -> list[tuple[re.Pattern[str], Any]]:
    """Expressions of the URLs moto serves at a host, with its functions."""
    from moto.backend_index import backend_url_patterns  # noqa: PLC0415
    from moto.backends import get_backend  # noqa: PLC0415

    found = []
    for service, pattern in backend_url_patterns:
        if pattern.match(f"https://{host}"):
            regions = get_backend(service)["123456789012"]
            backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
            found += [(re.compile(path), call) for path, call in backend.urls.items()]
    return found


def _moto_request(request: Request, url: str) -> Any:
    from moto.core.request import Request as MotoRequest  # noqa: PLC0415

    headers = dict(request.headers) | {
        "x-moto-account-id": request.account,
        "host": url.split("/")[2],
    }
    if "content-encoding" in headers and "aws-chunked" in headers["content-encoding"]:
        headers.setdefault("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    query = f"?{request.http.query}" if request.http.query else ""
    return MotoRequest.from_primitives(request.http.method, url + query, headers, request.http.body)


def _reply(request: Request, status: Any, headers: Mapping[str, Any], body: Any) -> Reply:
    names = {str(name): str(value) for name, value in headers.items() if name != "status"}
    data = body.encode() if isinstance(body, str) else bytes(body or b"")
    names.setdefault("x-amzn-RequestId", request.id)
    failed = int(status) >= 400  # noqa: PLR2004 - HTTP's classes
    return Reply(int(status), names, data, _error_code(data) if failed else None)


def _error_code(body: bytes) -> str:
    match = re.search(rb'"__type":\s*"(?:[^"]*#)?(\w+)"|<Code>(\w+)</Code>', body)
    return (match[1] or match[2]).decode() if match else "Unknown"
