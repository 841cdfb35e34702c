"""What IAM saw of the calls that roles made to DynamoDB: its access advisor, action by action."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import WaitTimeoutError

from .concurrency import map_concurrently
from .rate_limiter import RateLimiter
from .reading import Unread, try_read
from .table_users import RoleDetail, read_roles

SERVICE = "dynamodb"
OF_SERVICES = "/aws-service-role/"
"""Path of the roles that AWS keeps for itself; nobody can narrow those."""
WAITS = (0.2, 0.5, 1, 2, 4, 8, 15, 30)
"""Seconds between looks at a report; AWS makes most of them in a few seconds."""


@dataclass(frozen=True, slots=True)
class RoleUse:
    """A role, and what it did with DynamoDB in the 400 days that IAM looks back.

    Args:
        role: with its policies.
        last_used: when it last called DynamoDB; None for never.
        unused: actions of DynamoDB that its policies allow and that it never called, of those that
            IAM keeps track of.
    """

    role: RoleDetail
    last_used: datetime | None
    unused: tuple[str, ...]


def read_role_uses(
    session: Session, arns: Sequence[str], pace: RateLimiter
) -> tuple[RoleUse | Unread, ...]:
    """The use of each role of the account that may use one of these tables.

    Args:
        session: of the account.
        arns: of the tables.
        pace: keeps within AWS's rates.

    Raises:
        AwsError: the account's roles cannot be listed.
    """
    roles = [
        role
        for role in read_roles(session)
        if not role.path.startswith(OF_SERVICES) and any(role.may_use(arn) for arn in arns)
    ]
    answers = map_concurrently(
        [role.arn for role in roles], lambda arn: try_read(partial(_service, session, arn, pace))
    )
    return tuple(
        answer if isinstance(answer, Unread) else _use(role, answer or {})
        for role in roles
        for answer in (answers[role.arn],)
    )


def _use(role: RoleDetail, service: Mapping[str, Any]) -> RoleUse:
    tracked = service.get("TrackedActionsLastAccessed") or ()
    return RoleUse(
        role=role,
        last_used=service.get("LastAuthenticated"),
        unused=tuple(
            sorted(entry["ActionName"] for entry in tracked if "LastAccessedTime" not in entry)
        ),
    )


def _service(session: Session, arn: str, pace: RateLimiter) -> Mapping[str, Any]:
    """What a report says of DynamoDB; nothing where the role's policies do not name it."""
    client = session.client("iam")
    with translated(f"read what {arn} was last used for"):
        pace("GenerateServiceLastAccessedDetails")
        job = client.generate_service_last_accessed_details(Arn=arn, Granularity="ACTION_LEVEL")
        request = {"JobId": job["JobId"]}
        report = _finished(client, request, pace)
        while True:
            services: list[Mapping[str, Any]] = report["ServicesLastAccessed"]
            for service in services:
                if service["ServiceNamespace"] == SERVICE:
                    return service
            if not report.get("IsTruncated"):
                return {}
            pace("GetServiceLastAccessedDetails")
            report = client.get_service_last_accessed_details(**request, Marker=report["Marker"])


def _finished(client: Any, request: Mapping[str, str], pace: RateLimiter) -> Mapping[str, Any]:
    for seconds in WAITS:
        pace("GetServiceLastAccessedDetails")
        report: Mapping[str, Any] = client.get_service_last_accessed_details(**request)
        if report["JobStatus"] == "COMPLETED":
            return report
        if report["JobStatus"] == "FAILED":
            break
        time.sleep(seconds)
    raise WaitTimeoutError("IAM did not finish its report on the role's last use")
