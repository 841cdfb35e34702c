"""Keeping within the rates at which AWS lets itself be asked, so that nothing is throttled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tablewright.aws.session import Session

RATES_PER_SECOND: Mapping[str, float] = {
    # Developer Guide, Constraints: 2,500 read-only control-plane requests a second in all; the
    # operations below have lower rates of their own, or ones that the guide only calls low.
    "DescribeTimeToLive": 10,
    "DescribeContinuousBackups": 10,
    "ListTagsOfResource": 10,
    "DescribeContributorInsights": 25,
    # CloudWatch User Guide, service quotas.
    "DescribeAlarms": 9,
    "ListTagsForResource": 10,
    # Application Auto Scaling, service quotas.
    "DescribeScalableTargets": 10,
    "DescribeScalingPolicies": 10,
    "DescribeScheduledActions": 10,
    # IAM states none for its reports, which it makes in the background.
    "GenerateServiceLastAccessedDetails": 10,
    "GetServiceLastAccessedDetails": 10,
    # 396,000 datapoints a second and region (CloudWatch quotas) are so many full pages.
    "GetMetricData": 3.5,
    # CloudTrail, LookupEvents.
    "LookupEvents": 2,
}
OTHERWISE_PER_SECOND = 100.0


class RateLimiter:
    """Spaces the calls of each operation evenly; shared by all threads of one account and region.

    Args:
        rates: calls a second by operation; `RATES_PER_SECOND` if None, no limit if empty.
        now: seconds of a clock that never goes back.
        sleep: waits that many seconds.
        is_known: whether the next call of an operation is not sent, its answer being known.
    """

    def __init__(
        self,
        rates: Mapping[str, float] | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        is_known: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._rates = RATES_PER_SECOND if rates is None else rates
        self._now, self._sleep = now, sleep
        self._is_known = is_known
        self._free: dict[str, float] = {}
        self._lock = Lock()

    def __call__(self, operation: str) -> None:
        """Wait until `operation` may be called."""
        if not self._rates or self._is_known(operation):
            return
        interval = 1 / self._rates.get(operation, OTHERWISE_PER_SECOND)
        with self._lock:
            now = self._now()
            start = max(now, self._free.get(operation, now))
            self._free[operation] = start + interval
        if start > now:
            self._sleep(start - now)


UNLIMITED = RateLimiter({})
"""For the sandbox, which has no quotas."""


def rate_limiter_for(session: Session) -> RateLimiter:
    """AWS's rates for AWS, for what is not known from before; the sandbox has none."""
    if session.target.kind == "sandbox":
        return UNLIMITED
    journal = session.journal
    if journal is None:
        return RateLimiter()
    return RateLimiter(is_known=partial(journal.holds, session.account_id))
