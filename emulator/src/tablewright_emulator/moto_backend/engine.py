"""moto as the engine underneath: called in process, without its server, loaded when needed."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from tablewright_emulator.clock import Clock
from tablewright_emulator.moto_backend import (
    determinism,
    fence,
    identity,
    keys,
    managed_policies,
    moment,
    outside,
)
from tablewright_emulator.moto_backend.history import History, MotoCall, is_outward
from tablewright_emulator.moto_backend.stream_metrics import divert
from tablewright_emulator.request import (
    DEFAULT_ACCOUNT,
    AwsFault,
    Reply,
    Request,
    changes_something,
    unknown_operation,
)

_ACCOUNT_DIGITS = 12
_log = logging.getLogger(__name__)

# Hosts that do not follow <service>.<region>.amazonaws.com.
_HOSTS = {
    "cloudwatch": "monitoring.{region}.amazonaws.com",
    "dynamodbstreams": "streams.dynamodb.{region}.amazonaws.com",
    "resourcegroupstaggingapi": "tagging.{region}.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "ses": "email.{region}.amazonaws.com",
}


class MotoEngine:
    """An engine that answers from moto's backends, which are one world per process.

    Args:
        clock: the time moto lives in.
        containers: whether code of Lambda and Batch runs on this machine, in Docker's containers.
    """

    def __init__(self, clock: Clock, *, containers: bool = True) -> None:
        self._clock = clock
        self._containers = containers
        self.history = History()
        self.lock = threading.RLock()  # what is kept has the order in which it was done

    def _prepare(self) -> None:
        """Give moto our clock; its modules take the function by name when they are loaded."""
        os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        from moto.core.config import default_user_config

        for service in ("lambda", "batch"):
            default_user_config[service] = {"use_docker": self._containers}
        moment.live_in(self._clock)
        fence.install()
        _seed_backends()

    def __call__(self, request: Request) -> Reply:
        """Answer a request; what changes something is kept, unless it fails.

        Raises:
            AwsFault: UnknownOperationException for what moto does not implement.
        """
        if not changes_something(request) or is_outward(request):
            return self._answer(request)
        self._prepare()
        with self.lock, self._clock.pinned(self._clock.now()), outside.noting() as outcomes:
            call = MotoCall.of(request, self._clock.now(), self.history.next_seed())
            with _seeded(call.seed):
                reply = self._answer(request)
            if not reply.error:
                call.outcomes = outcomes
                self.history.add(call)
            return reply

    def _answer(self, request: Request) -> Reply:
        if request.operation == keys.MANAGED_KEY:
            return keys.managed_key_made(request)
        self._prepare()
        if request.service == "iam":
            managed_policies.provide(request)
        from moto.core.exceptions import HTTPException

        host = _HOSTS.get(request.service, "{service}.{region}.amazonaws.com")
        host = host.format(service=request.service, region=request.region)
        url = f"https://{host}{request.http.path}"
        with fence.asking(fence.STATE):
            try:
                handler = next((call for path, call in _urls(host) if path.match(url)), None)
            except ModuleNotFoundError as error:
                raise _package_missing(error) from error
        if handler is None:
            raise unknown_operation(request)
        determinism.install(moment.seconds)  # what was loaded for it included
        wire = _moto_request(request, url)
        try:
            with fence.asking(request.service):
                status, headers, body = handler(wire, wire.raw_url, wire.headers)
        except AwsFault:
            raise
        except NotImplementedError as error:
            raise unknown_operation(request) from error
        except HTTPException as error:
            status, headers, body = error.code, dict(error.get_headers()), error.get_body()
        except ModuleNotFoundError as error:
            raise _package_missing(error) from error
        except Exception as error:  # a 500 would be sent again and again
            text = f"moto, underneath, cannot answer this request: {type(error).__name__}: {error}"
            _log.warning("%s.%s: %s", request.service, request.operation, text)
            raise AwsFault("ValidationException", text) from error
        return _reply(request, status, headers, body)

    def account_of(self, access_key: str) -> str:
        """The account of a key: twelve digits are the account, keys of IAM or STS have theirs.

        Every other key stands for the default account.
        """
        if len(access_key) == _ACCOUNT_DIGITS and access_key.isdecimal():
            return access_key
        return identity.account_of_key(access_key) or DEFAULT_ACCOUNT

    def reset(self) -> None:
        """Forget everything in every service and account."""
        self.history.calls = []
        if "moto.core.base_backend" not in sys.modules:
            return
        from moto.core.base_backend import BackendDict

        BackendDict.reset()

    def load(self, calls: list[MotoCall]) -> list[str]:
        """Take over what these calls made, in place of everything there is.

        Returns:
            What could not be done again, in words.
        """
        self.reset()
        failures = []
        for call in calls:
            try:
                self._run_again(call)
            except AwsFault as fault:
                failures.append(f"{call.service} {call.operation}: {fault}")
        self.history.calls = list(calls)
        return failures

    def _run_again(self, call: MotoCall) -> None:
        request = call.request()
        with self.lock, self._clock.pinned(call.at), outside.giving(call.outcomes):
            self._prepare()
            if call.service == "cloudformation":
                _prepare_stacks()
            divert(None)
            with _seeded(call.seed):
                reply = self._answer(request)
        if reply.error:
            raise AwsFault(reply.error, reply.body.decode(errors="replace"), reply.status)


@cache
def _seed_backends() -> None:
    """A backend that is made by the first call that needs it is the same whichever that is."""
    from moto.core.base_backend import AccountSpecificBackend

    reach = AccountSpecificBackend.__getitem__

    def made(backends: Any, region: str) -> Any:
        if region in backends.keys():  # noqa: SIM118 - `in` says yes to all there could be
            return reach(backends, region)
        with _seeded(f"{backends.service_name} {backends.account_id} {region}"):
            return reach(backends, region)

    AccountSpecificBackend.__getitem__ = made


@contextmanager
def _seeded(text: str) -> Iterator[None]:
    """While the ids that moto makes follow from a text."""
    from moto.moto_api._internal import mock_random

    before = mock_random.getstate()
    mock_random.seed(text)
    try:
        yield
    finally:
        mock_random.setstate(before)


def _prepare_stacks() -> None:
    """Have CloudFormation, run again, given what our services answered then."""
    from tablewright_emulator.moto_backend import (
        cloudformation_models as models,
    )

    models.install()
    models.Current.stack = models.Stack(lambda *_: outside.obtained(dict))


def _package_missing(error: ModuleNotFoundError) -> AwsFault:
    """What is answered where moto needs a package that this distribution does not bring."""
    text = f"This needs the Python module {error.name}, which comes with: pip install 'moto[all]'"
    return AwsFault("ValidationException", text)


@cache
def _urls(host: str) -> list[tuple[re.Pattern[str], Any]]:
    """Expressions of the URLs moto serves at a host, with its functions."""
    from moto.backend_index import backend_url_patterns
    from moto.backends import get_backend

    routes = []
    for service, pattern in backend_url_patterns:
        if pattern.match(f"https://{host}"):
            regions = get_backend(service)[DEFAULT_ACCOUNT]
            backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
            routes += [(re.compile(path), call) for path, call in backend.urls.items()]
    return routes


def _moto_request(request: Request, url: str) -> Any:
    from moto.core.request import Request as MotoRequest

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
