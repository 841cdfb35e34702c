"""The gateway: every request enters here and goes to the service it is signed for.

Our own operations stand in front; what they do not know goes to the engine underneath (moto):

    gateway = Gateway(Clock(), underneath)
    gateway.register("dynamodb", {"CreateTable": create_table})   # handlers of single operations
    gateway.own("cloudwatch", cloudwatch.operations())            # a whole service, nothing else
    gateway.around["iam"] = propagation.answer                    # around the engine underneath
    gateway.gates.append(enforce_policies)                        # may raise AwsFault before
    gateway.finishers.append(faults.spoil)                        # may change the reply, or raise
    gateway.observers.append(metrics.count)                       # told of every request served
    gateway.call("dynamodb", "DescribeTable", {"TableName": "t"}, account=…, region=…)  # inside
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from typing import Protocol as Interface
from urllib.parse import urlencode

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from tablewright_emulator import endpoint, protocol
from tablewright_emulator.clock import Clock, Timer
from tablewright_emulator.request import (
    DEFAULT_ACCOUNT,
    AwsFault,
    ConnectionLost,
    Engine,
    Handler,
    HttpRequest,
    Observer,
    Reply,
    Request,
    Served,
    new_uuid,
    unknown_operation,
)
from tablewright_emulator.routing import Signature, route, signature_of

_STRICT = frozenset({"dynamodb", "dynamodbstreams"})
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


class Recorder(Interface):
    """Keeps the requests that change something, so that they can be run again."""

    def wants(self, request: Request) -> bool:
        """Whether the request changes something and comes from outside of any other."""

    def run(self, request: Request, execute: Callable[[Request], Result]) -> Result:
        """Carry out a request that is wanted, by `execute`; kept unless it is refused."""


class Gateway:
    """Routes requests to handlers, gates them before and tells observers after.

    Handlers of our own run one at a time under `lock`; the engine underneath is not locked.

    Args:
        clock: the time `Served.at` and `later` speak of.
        underneath: answers what no handler answers.
        account_of: access key to account; one rule for every service.
        lock: the engine's own, under which it changes something.
    """

    def __init__(
        self,
        clock: Clock,
        underneath: Engine,
        account_of: Callable[[str], str],
        lock: threading.RLock,
    ) -> None:
        self.clock = clock
        self._engine = underneath
        self.account_of = account_of
        self.operations: dict[tuple[str, str], Handler] = {}
        self.around: dict[str, Callable[[Request, Engine], Reply]] = {}
        self.gates: list[Callable[[Request], None]] = []
        self.finishers: list[Callable[[Request, Reply], Reply]] = []
        self.observers: list[Observer] = []
        self.recorder: Recorder | None = None
        self.random = random.Random()  # noqa: S311 - names, not secrets
        self.lock = lock
        self.owned: set[str] = set()

    def register(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Put handlers of single operations of `service` in front of the engine underneath."""
        self.operations |= {(service, operation): call for operation, call in handlers.items()}

    def own(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """Take the whole of `service`: what has no handler is an unknown operation."""
        self.register(service, handlers)
        self.owned.add(service)

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` under the lock once the clock is `seconds` further."""

        def locked() -> None:
            with self.lock:
                callback()

        return self.clock.after(seconds, locked)

    def serve(self, http: HttpRequest) -> Reply:
        """Answer a request from the wire. Never raises."""
        request = Request("", "", {}, DEFAULT_ACCOUNT, "us-east-1", http=http, id="")
        request.protocol = protocol.protocol_of(http)
        started = time.perf_counter()
        try:
            signature = signature_of(http)
            greeting = endpoint.greeting(http, signature.signed_service if signature else "")
            if greeting is not None:
                return greeting
            self._identify(request, signature)
            reply = self._answer(request)
        except AwsFault as fault:
            reply = _refused(request, fault)
        except ConnectionLost:
            reply = Reply(0, {}, b"", "ConnectionReset", "reset")
        except Exception:  # noqa: BLE001 - the border: AWS's error, never a traceback
            _log.exception("%s.%s failed", request.service, request.operation)
            reply = _refused(request, _internal_error())
        self.tell(Served(request, reply, time.perf_counter() - started, self.clock.now()))
        return reply

    def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        account: str = DEFAULT_ACCOUNT,
        region: str = "us-east-1",
    ) -> dict[str, Any]:
        """Call an operation from inside; gates do not apply, observers are told.

        Raises:
            AwsFault: the error AWS would answer.
        """
        request = Request(service, operation, params, account, region)
        started = time.perf_counter()
        reply = Reply(200, {}, b"")
        try:
            result = self._run(request)
        except AwsFault as fault:
            reply = Reply(fault.status, {}, b"", fault.code)
            raise
        finally:
            self.tell(Served(request, reply, time.perf_counter() - started, self.clock.now()))
        return _output(request, result) if isinstance(result, Reply) else result or {}

    def _identify(self, request: Request, signature: Signature | None) -> None:
        if request.protocol != "rest":  # an object of S3 may well be compressed
            request.http = protocol.uncompressed(request.http)
        http = request.http
        if signature is not None:
            request.access_key, request.region = signature.access_key, signature.region
            request.account = self.account_of(signature.access_key)
        request.service, request.operation = route(http, request.protocol, signature)
        nameless = signature is None and not request.service
        strict = request.protocol == "json" and (nameless or request.service in _STRICT)
        request.id = endpoint.new_request_id() if strict else new_uuid()
        if strict:
            self._read_strictly(request)
            return
        if signature is None and request.protocol in {"json", "cbor"}:
            raise AwsFault(
                "MissingAuthenticationTokenException", "Request is missing Authentication Token"
            )
        self._decode(request)

    def _read_strictly(self, request: Request) -> None:
        """In the order in which DynamoDB looks: JSON, the operation, the signature, a body."""
        if not request.service:
            request.service, request.operation = "dynamodb", ""
        if request.http.body:
            self._decode(request)
        if not request.operation or not protocol.may_exist(request):
            raise AwsFault("UnknownOperationException", "")
        endpoint.check_signature(request.http)
        if not request.http.body:
            raise AwsFault("SerializationException", "")

    def _decode(self, request: Request) -> None:
        if (request.service, request.operation) in self.operations or request.protocol == "cbor":
            request.params = protocol.decode(
                request.service, request.operation, request.protocol, request.http
            )

    def _answer(self, request: Request) -> Reply:
        for gate in self.gates:
            gate(request)
        try:
            result = self._run(request)
            reply = result if isinstance(result, Reply) else protocol.encode(request, result or {})
        except AwsFault as fault:
            reply = protocol.encode_fault(request, fault)
        for finisher in self.finishers:
            reply = finisher(request, reply)
        return reply

    def new_id(self) -> str:
        """A UUID; the same one when a recorded request is run again."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def run_again(self, request: Request, at: datetime) -> None:
        """Run a recorded request; its time is the clock's business.

        Raises:
            AwsFault: what it was not answered the first time.
        """
        if request.protocol != "internal":
            self._decode(request)
        self._run(request)
        self.tell(Served(request, Reply(200, {}, b""), 0.0, at))

    def _run(self, request: Request) -> dict[str, Any] | Reply | None:
        recorder = self.recorder
        if recorder is None or not recorder.wants(request):
            return self._execute(request)
        with self.lock:  # what is recorded has the order in which it was done
            return recorder.run(request, self._execute)

    def _execute(self, request: Request) -> dict[str, Any] | Reply | None:
        handler = self.operations.get((request.service, request.operation))
        if handler is not None:
            with self.lock:
                return handler(request)
        if request.service in self.owned or not protocol.may_exist(request):
            raise unknown_operation(request)
        return self.underneath(request)

    def underneath(self, request: Request) -> dict[str, Any] | Reply:
        """Let the engine underneath answer, for handlers that know only some of the resources."""
        if request.protocol == "cbor":  # which it does not speak
            request.http = _internal_http(request)
            return _output(request, self.ask_engine(request))
        if request.protocol == "internal":
            request.http = _internal_http(request)
        return self.ask_engine(request)

    def ask_engine(self, request: Request) -> Reply:
        """Let the engine underneath answer, with what is around it."""
        around = self.around.get(request.service)
        return around(request, self._engine) if around else self._engine(request)

    def ask(
        self,
        request: Request,
        *,
        operation: str = "",
        params: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The engine's own answer to a request of one of our handlers, or to another beside it.

        Args:
            request: whose account, region and service it is.
            operation: another than the request's.
            params: others than the request's.

        Raises:
            AwsFault: the error the engine answers.
        """
        inner = request  # as it came, so that what is around the engine sees who asks
        if operation or params is not None or not request.http.body:  # a journal keeps no bodies
            inner = Request(
                request.service,
                operation or request.operation,
                request.params if params is None else params,
                request.account,
                request.region,
            )
        result = self.underneath(inner)
        return _output(inner, result) if isinstance(result, Reply) else result

    def tell(self, served: Served) -> None:
        """Tell the observers of something served."""
        for observer in self.observers:
            try:
                observer(served)
            except Exception:  # noqa: BLE001 - a failed counter must not fail the call
                _log.exception("an observer of %s failed", served.request.operation)


def _refused(request: Request, fault: AwsFault) -> Reply:
    """The answer to what may not even have been identified."""
    request.id = request.id or new_uuid()
    return protocol.encode_fault(request, fault)


def _internal_error() -> AwsFault:
    return AwsFault("InternalServerError", "Internal server error", 500)


def _internal_http(request: Request) -> HttpRequest:
    """The HTTP request a client would have sent for an internal call."""
    model = protocol.operation_model(request.service, request.operation)
    if model is None:
        raise unknown_operation(request)
    spoken = "query" if "query" in _protocols(request.service) else model.service_model.protocol
    wire = create_serializer(spoken, include_validation=False).serialize_to_request(
        request.params, model
    )
    body = urlencode(wire["body"]) if isinstance(wire["body"], dict) else wire["body"]
    headers = {name.lower(): value for name, value in wire["headers"].items()}
    scope = f"{request.account}/20260101/{request.region}/{request.service}/aws4_request"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0"
    data = body.encode() if isinstance(body, str) else bytes(body)
    path, _, fixed = wire["url_path"].partition("?")
    query = "&".join(filter(None, (fixed, urlencode(wire["query_string"]))))
    return HttpRequest(wire["method"], path, query, headers, data)


def _output(request: Request, reply: Reply) -> dict[str, Any]:
    """The output in a reply to an internal call.

    Raises:
        AwsFault: the error in the reply.
    """
    model = protocol.operation_model(request.service, request.operation)
    assert model is not None  # noqa: S101 - _internal_http has refused it before
    spoken: str = request.protocol
    if spoken not in ("json", "query"):
        metadata_says_query = "query" in _protocols(request.service)
        spoken = "query" if metadata_says_query else model.service_model.protocol
    body: bytes | memoryview = reply.body
    if model.has_streaming_output and reply.status < 300:  # noqa: PLR2004 - HTTP's classes
        body = memoryview(reply.body)  # an object's own bytes; the parser would read text in them
    parsed: dict[str, Any] = create_parser(spoken).parse(
        {"status_code": reply.status, "headers": reply.headers, "body": body},
        model.output_shape,
    )
    if reply.status >= 400:  # noqa: PLR2004 - HTTP's classes
        error = parsed.get("Error", {})
        raise AwsFault(error.get("Code", str(reply.status)), error.get("Message", ""), reply.status)
    parsed.pop("ResponseMetadata", None)
    return parsed


def _protocols(service: str) -> list[str]:
    metadata = protocol.service_model(service).metadata
    return list(metadata.get("protocols", [metadata.get("protocol", "json")]))
