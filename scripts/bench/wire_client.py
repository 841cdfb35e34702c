"""A client that costs next to nothing: requests as bytes, on one connection that stays open.

A server that ends it after each answer gets another for each request.
"""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261129/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0" * 64
)
_READ_BYTES = 262_144


class WireClient:
    """One connection to a DynamoDB.

    Args:
        address: of the endpoint.
    """

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._place = (str(place.hostname), place.port or 80)
        self._host = f"{place.hostname}:{place.port}"
        self._connect()

    def _connect(self) -> None:
        self._connection = socket.create_connection(self._place)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, operation: str, params: dict[str, Any]) -> bytes:
        """A request as boto3 sends it, ready to be sent often."""
        body = json.dumps(params).encode()
        headers = {
            "Host": self._host,
            "Accept-Encoding": "identity",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "User-Agent": "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.7",
            "X-Amz-Date": "20261129T080000Z",
            "Authorization": _SIGNED,
            "amz-sdk-invocation-id": "0b6ae2a3-7c4b-4b5e-8f57-3f7b21f5f7a1",
            "amz-sdk-request": "attempt=1",
            "Content-Length": str(len(body)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body

    def send(self, request: bytes) -> bytes:
        """The body of the answer.

        Raises:
            RuntimeError: the request was refused.
        """
        self._connection.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._connection.recv(_READ_BYTES)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._connection.recv(_READ_BYTES)
        if b"\r\nconnection: close" in head.lower():  # moto's server
            self._connection.close()
            self._connect()
        if head.split()[1] != b"200":
            raise RuntimeError(body.decode())
        return body

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """The answer to one request."""
        return json.loads(self.send(self.request(operation, params)))
