"""Who changed what: the management events that CloudTrail keeps for 90 days without being asked to.

API reference, LookupEvents: two calls a second in an account and region; what IAM does is told in
the partition's first region alone (User Guide, Global service events).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import AwsError

from .rate_limiter import RateLimiter
from .reading import Unread, try_read

_HOME_OF_IAM: Final = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
}
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """A call that changed something: AWS's operation, who made it, and when."""

    call: str
    caller: str
    when: datetime


class ChangeLog:
    """What CloudTrail tells of one account and region; may be shared by threads.

    Args:
        session: of the account.
        region: of the resources.
        pace: keeps within AWS's rates.
    """

    def __init__(self, session: Session, region: str, pace: RateLimiter) -> None:
        self._session, self._region, self._pace = session, region, pace

    def of(self, kind: str, name: str) -> tuple[ChangeEvent, ...]:
        """The last calls that changed a resource; none where CloudTrail does not answer.

        Args:
            kind: `table`, `replica`, `alarm`, `role` or `dashboard`.
            name: of the resource; that of a replica ends with ` in REGION`.
        """
        region = self._region
        if kind == "role":
            region = _HOME_OF_IAM.get(self._session.partition, region)
        if kind == "replica":
            name, _, region = name.partition(" in ")
        try:
            answer = try_read(partial(self._events, name, region))
        except AwsError:
            return ()
        return () if answer is None or isinstance(answer, Unread) else answer

    def _events(self, name: str, region: str) -> tuple[ChangeEvent, ...]:
        self._pace("LookupEvents")
        with translated(f"look up who changed {name}"):
            reply = self._session.client("cloudtrail", region).lookup_events(
                LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}],
                MaxResults=_MOST,
            )
        return tuple(
            ChangeEvent(event["EventName"], _caller(event), event["EventTime"])
            for event in reply.get("Events") or ()
            if event.get("ReadOnly") != "true"
        )


def _caller(event: Mapping[str, Any]) -> str:
    """`user/jane`, `assumed-role/Admin/jane`; the plain name where the event has no more."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        arn = json.loads(event["CloudTrailEvent"])["userIdentity"]["arn"]
        return str(arn).partition("::")[2].partition(":")[2] or str(arn)
    return str(event.get("Username") or "somebody")
