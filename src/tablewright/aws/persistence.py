"""What every client of AWS holds to: a reply is whole, and a call that failed on the way is resent.

botocore reads a reply that was cut off as one with nothing in it: a table without indexes, no
alarms. And its own retries end early where a network is bad: each failure is paid from a budget
that a client gets back by calls that succeed at once, so the more fails the less is tried.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import HTTPClientError

from tablewright.transfer import shortfall

from .in_process import HereOrThere

ATTEMPTS: Final = 10
"""Of one call. With three of ten failing, one call in 170,000 fails ten times in a row; the last
waits are 20 s each, enough for the slow quotas of the control plane."""
_LONGEST_SECONDS: Final = 20.0
_TRANSIENT_STATUSES: Final = frozenset({500, 502, 503, 504})
_TOLD_FROM_ATTEMPT: Final = 3
_NO_BODY: Final = frozenset({204, 304})

Tell = Callable[[str], None]


class IncompleteReplyError(BotoConnectionError):  # type: ignore[misc]  # botocore has no types
    """A reply ended before it was whole; what was asked for may have been done."""

    fmt = 'The reply of "{endpoint_url}" was cut off: {why}'


def persist(client: Any, attempts: int = ATTEMPTS, tell: Tell = lambda _: None) -> Any:
    """Hold a client to whole replies and to so many attempts; answers the client.

    Args:
        client: as botocore made it.
        attempts: of one call, the first included.
        tell: told in words of a call that is sent again and again.
    """
    endpoint = client._endpoint  # noqa: SLF001 - botocore has no hook where a reply has come
    endpoint.http_session = _WholeReplies(HereOrThere(endpoint.http_session))
    service = client.meta.service_model.service_id.hyphenize()
    event, limits = f"needs-retry.{service}", _Limits()
    client.meta.events.register_first(event, limits.hide)
    client.meta.events.register(event, _Retry(attempts, tell))
    client.meta.events.register_last(event, limits.show)
    return client


class _WholeReplies:
    """botocore's HTTP session, whose replies are held against their length."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def send(self, request: Any) -> Any:
        """Send a request, and raise a failure that is retried for a reply that was cut off."""
        reply = self._session.send(request)
        has_body = request.method != "HEAD" and reply.status_code not in _NO_BODY
        if not has_body or request.stream_output:  # a stream is held to its length by its reader
            return reply
        if why := shortfall(reply.headers, len(reply.content)):
            raise IncompleteReplyError(endpoint_url=request.url, why=why)
        return reply

    def close(self) -> None:
        """Close its connections."""
        self._session.close()


class _Limits:
    """Keeps botocore from sending a call again that met a limit.

    It takes every `LimitExceededException` for throttling. Of DynamoDB that is as often a limit
    over hours, for which waiting seconds is no use; who makes the call knows which it is.
    """

    _CODE: Final = "LimitExceededException"
    _HIDDEN: Final = "tablewright:limit"

    def hide(self, response: Any, **_: Any) -> None:
        """Before botocore looks at a reply."""
        self._rename(response, self._CODE, self._HIDDEN)

    def show(self, response: Any, **_: Any) -> None:
        """After it has looked."""
        self._rename(response, self._HIDDEN, self._CODE)

    def _rename(self, response: Any, old: str, new: str) -> None:
        error = response[1].get("Error", {}) if response is not None else {}
        if error.get("Code") == old:
            error["Code"] = new


class _Retry:
    """Asked after botocore's own retries, which count and throttle as they always did."""

    def __init__(self, attempts: int, tell: Tell) -> None:
        self._attempts = attempts
        self._tell = tell

    def __call__(
        self, attempts: int, operation: Any, response: Any, caught_exception: Any, **_: Any
    ) -> float | None:
        """Seconds to wait before the call is sent again; None where that is no use."""
        why = _transient(response, caught_exception)
        if why is None or attempts >= self._attempts:
            return None
        if attempts >= _TOLD_FROM_ATTEMPT:
            self._tell(f"waiting for AWS: {operation.name} is sent again ({why})")
        longest: float = min(_LONGEST_SECONDS, 0.05 * 2 ** (attempts - 1))
        return longest * random.random()  # noqa: S311 - spreads load, guards nothing


def _transient(response: Any, caught: Any) -> str | None:
    """Why a call may do better at once, in words; None if it would not."""
    if isinstance(caught, IncompleteReplyError):
        return "its reply was cut off"
    if isinstance(caught, BotoConnectionError | HTTPClientError):
        return "the connection failed"
    if response is not None and response[0].status_code in _TRANSIENT_STATUSES:
        return f"AWS answered {response[0].status_code}"
    return None
