"""Calls of AWS made on behalf of one request of the engine: retried, mapped, and stoppable.

Every call goes through `OperationContext.call`, every wait through its `wait`; both end at the
request's deadline and at once when the engine cancels. Errors leave as `tablewright.errors`, one
sentence that names the resource, without AWS's class names in front.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from threading import Event
from typing import Any, Final, TypeVar

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from tablewright.aws.failures import THROTTLED, code_of, is_not_found, translate
from tablewright.errors import (
    EndpointError,
    InterruptedRun,
    NotFoundError,
    TablewrightError,
    WaitTimeoutError,
)

from .clients import LISTENER, CallerIdentity, Clients
from .configuration import Configuration

Found = TypeVar("Found")

PASSING: Final = THROTTLED | {
    "ConcurrentModification",
    "ConcurrentModificationException",
    "ConcurrentUpdateException",
    "LimitExceededException",
}
"""Codes after which the same call may succeed a little later."""

_SPENT: Final = (
    "24 hour",
    "30 day",
    "decrease",
    "in 1 day",
    "per-table limit",
    "quota",
    "table class",
    "utc day",
)
"""Words in a LimitExceeded that speak of a budget of hours or days: waiting now is no use."""

_FIRST_PAUSE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 15.0
_SERVER_FAILED: Final = 500
_LONG_SECONDS: Final = 1.0
"""A wait that is told of."""
_SEEN_AFTER_SECONDS: Final = 30.0
"""What was made is seen everywhere after that. IAM promises no time ("eventual consistency" in its
user guide, troubleshooting); seconds are usual, and HashiCorp's provider waits two minutes."""


def refused_with(error: TablewrightError, *codes: str) -> bool:
    """Whether AWS gave one of these codes as the reason of an error of ours."""
    return code_of(error.__cause__) in codes


def pauses(
    first: float = _FIRST_PAUSE_SECONDS, longest: float = _LONGEST_PAUSE_SECONDS
) -> Iterator[float]:
    """Seconds to wait between tries: quick at first, then slower, each with jitter."""
    pause = first
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
        pause = min(pause * 1.6, longest)


class OperationContext:
    """One request of the engine on one resource.

    Args:
        subject: the resource in words, e.g. `table events`; messages start with it.
        clients: clients of the instance.
        configuration: of the instance.
        cancelled: set when the engine cancels.
        timeout_seconds: how long the request may take.
        creates: what is recorded is new, and may not be seen everywhere at once.
        say: tells the person who waits, once a wait gets long.
    """

    def __init__(
        self,
        subject: str,
        clients: Clients,
        configuration: Configuration,
        cancelled: Event,
        timeout_seconds: float,
        *,
        creates: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.subject = subject
        self.clients = clients
        self.configuration = configuration
        self.made: str | None = None
        self.lost = False
        """Whether a call failed of which an earlier try, or the last, may have been carried out."""
        self._creates = creates
        self._seen_by = 0.0
        self._cancelled = cancelled
        self._say = say
        self._said = ""
        self._timeout_seconds = timeout_seconds
        self._deadline = time.monotonic() + timeout_seconds

    def record(self, identifier: str) -> None:
        """Note that AWS has changed: a failure from here on leaves the resource recorded."""
        if self._creates and self.made is None:
            self._seen_by = time.monotonic() + _SEEN_AFTER_SECONDS
        self.made = identifier

    def see(self, look: Callable[[], Found | None]) -> Found | None:
        """What `look` finds; something new is looked for until AWS must show it."""
        began = time.monotonic()
        for pause in pauses():
            sight = look()
            if sight is not None or time.monotonic() >= self._seen_by:
                return sight
            self._sleep(pause, began, f"until AWS shows {self.subject} everywhere")
        raise AssertionError  # pauses never end

    def region_of(self, *bags: Mapping[str, Any]) -> str:
        """The region of a resource: its own input, what is recorded, else the provider's."""
        for bag in bags:
            if isinstance(bag.get("region"), str) and bag["region"]:
                return str(bag["region"])
        return self.default_region

    def identity(self) -> CallerIdentity:
        """Account and caller of the credentials."""
        try:
            return self.clients.identity()
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "find out whose credentials these are") from error

    @property
    def default_region(self) -> str:
        """The provider's region; for services without regions it only chooses the partition."""
        if self.configuration.region:
            return self.configuration.region
        message = "no AWS region is set"
        raise EndpointError(message, "set aws:region, or AWS_REGION in the environment")

    def call(
        self,
        service: str,
        region: str,
        operation: str,
        /,
        *,
        retry: Collection[str] = (),
        patience_seconds: float | None = None,
        later: str = "",
        **members: Any,
    ) -> dict[str, Any]:
        """Call an operation by AWS's name, again while AWS says that it is busy.

        Args:
            service: botocore's name of the service.
            region: where.
            operation: e.g. `UpdateTable`.
            retry: codes that mean "later" for this call, besides throttling; `Code: words` only
                with these words in AWS's text.
            patience_seconds: how long to believe those codes; None until the deadline.
            later: what is waited for meanwhile, where more is known than that code.
            members: the request.

        Raises:
            TablewrightError: AWS said no and will say it again, or could not be asked; a timeout
                or a cancellation.
        """
        doing = f"call {operation} for {self.subject}"
        believed = math.inf if patience_seconds is None else time.monotonic() + patience_seconds
        began = time.monotonic()
        LISTENER.set(self._say)
        for pause in pauses(first=0.05):
            try:
                client = self.clients(service, region)
                reply: dict[str, Any] = getattr(client, xform_name(operation))(**members)
            except ClientError as error:
                self.lost = self.lost or _may_be_done(error)
                is_later = _is_among(error, retry) and time.monotonic() < believed
                if not (is_later or _is_throttling(error) or self._is_unseen(service, error)):
                    raise translate(error, doing) from error
                asked = f"AWS asked to retry {operation} later ({code_of(error)})"
                self._sleep(pause, began, later if later and is_later else asked)
            except BotoCoreError as error:
                self.lost = True
                raise translate(error, doing) from error
            else:
                reply.pop("ResponseMetadata", None)
                return reply
        raise AssertionError  # pauses never end

    def discard(self, service: str, region: str, operation: str, /, **members: Any) -> None:
        """Remove a part of something, by `call`: one that is not there has been removed.

        An answer may be lost on its way, and the removal sent again; or somebody else is quicker.
        """
        with suppress(NotFoundError):
            self.call(service, region, operation, **members)

    def pages(
        self, service: str, region: str, operation: str, member: str, **request: Any
    ) -> list[Any]:
        """All items of a paged operation."""
        client = self.clients(service, region)
        if not client.can_paginate(xform_name(operation)):
            return list(self.call(service, region, operation, **request).get(member) or ())
        paginator = client.get_paginator(xform_name(operation))
        token_in, token_out = (
            paginator._pagination_cfg[name]  # noqa: SLF001 - the names of the tokens
            for name in ("input_token", "output_token")
        )
        items: list[Any] = []
        while True:
            reply = self.call(service, region, operation, **request)
            items.extend(reply.get(member) or ())
            token = reply.get(token_out if isinstance(token_out, str) else token_out[0])
            if not token:
                return items
            request[token_in if isinstance(token_in, str) else token_in[0]] = token

    def wait(
        self, look: Callable[[], Found | None], what: str, at_most_seconds: float = math.inf
    ) -> Found:
        """Look until there is something, quickly at first.

        Args:
            look: answers None as long as there is nothing.
            what: what is waited for, in words.
            at_most_seconds: how long, where that is less than the whole request may take.

        Raises:
            WaitTimeoutError: the deadline passed; what AWS has begun goes on by itself.
            InterruptedRun: the engine cancelled.
        """
        began = time.monotonic()
        for pause in pauses():
            sight = look()
            if sight is not None:
                return sight
            if time.monotonic() + pause > began + at_most_seconds:
                message = f"{self.subject}: after {_spoken(at_most_seconds)} still waiting: {what}"
                raise WaitTimeoutError(message, "run the same command again, or allow more time")
            self._sleep(pause, began, what)
        raise AssertionError  # pauses never end

    def _is_unseen(self, service: str, error: ClientError) -> bool:
        """Whether IAM does not know yet what was just made."""
        return service == "iam" and is_not_found(error) and time.monotonic() < self._seen_by

    def _sleep(self, seconds: float, began: float, what: str) -> None:
        if time.monotonic() - began > _LONG_SECONDS and self._said != what:
            self._said = what
            self._say(f"waiting: {what}")
        if time.monotonic() + seconds > self._deadline:
            message = (
                f"{self.subject}: after {_spoken(self._timeout_seconds)} still waiting: {what}"
            )
            next_step = "AWS continues in the background: run the same command again, or allow more time with the customTimeouts option"  # noqa: E501
            raise WaitTimeoutError(message, next_step)
        if self._cancelled.wait(seconds):
            message = f"{self.subject}: stopped while waiting: {what}"
            raise InterruptedRun(message, "run the same command again, it goes on from here")


def _may_be_done(error: ClientError) -> bool:
    """Whether AWS failed at its side, or refused what was sent more than once."""
    metadata = error.response.get("ResponseMetadata") or {}
    failed = int(metadata.get("HTTPStatusCode") or 0) >= _SERVER_FAILED
    return failed or bool(metadata.get("RetryAttempts"))


def _is_throttling(error: ClientError) -> bool:
    code = code_of(error)
    if code == "LimitExceededException":
        return not any(words in _text(error).lower() for words in _SPENT)
    return code in PASSING


def _is_among(error: ClientError, retry: Collection[str]) -> bool:
    for condition in retry:
        code, _, words = condition.partition(": ")
        if code_of(error) == code and words in _text(error):
            return True
    return False


def _text(error: ClientError) -> str:
    return str(error.response["Error"].get("Message", ""))


def _spoken(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    parts = [f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else ""]
    return " ".join(part for part in parts if part)
