"""IAM's access advisor for roles: when each last called DynamoDB, and for what.

Source: IAM API reference, GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails. Of
single actions it tells those on tables; a call that reads or writes items counts for the service
alone. A report is made at once. What was called is known as long as the process runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from tablewright_emulator.iam.principal import identities, identity_principal
from tablewright_emulator.moto_backend.identity import Identity
from tablewright_emulator.request import AwsFault, Handler, Request, Served, new_uuid

_SERVICE, _NAME = "dynamodb", "Amazon DynamoDB"
_TEMPORARY = "ASIA"
"""How the access keys of a session begin (IAM User Guide, unique identifiers)."""
_ON_TABLES = """
    CreateBackup CreateTable DeleteBackup DeleteResourcePolicy DeleteTable DescribeBackup
    DescribeContinuousBackups DescribeContributorInsights DescribeExport DescribeImport
    DescribeKinesisStreamingDestination DescribeLimits DescribeTable DescribeTimeToLive
    DisableKinesisStreamingDestination EnableKinesisStreamingDestination ExportTableToPointInTime
    GetResourcePolicy ImportTable ListBackups ListContributorInsights ListExports ListImports
    ListTables ListTagsOfResource PutResourcePolicy RestoreTableFromBackup
    RestoreTableToPointInTime TagResource UntagResource UpdateContinuousBackups
    UpdateContributorInsights UpdateKinesisStreamingDestination UpdateTable UpdateTimeToLive
"""
_TRACKED = tuple(_ON_TABLES.split())


@dataclass(frozen=True, slots=True)
class _Job:
    arn: str
    by_action: bool
    at: datetime


class LastAccess:
    """What roles called, and the reports on it; `now` is the time of the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._calls: dict[str, dict[str, datetime]] = {}
        self._roles: dict[str, str | None] = {}
        self._jobs: dict[str, _Job] = {}

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        return {
            "GenerateServiceLastAccessedDetails": self._generate,
            "GetServiceLastAccessedDetails": self._get,
        }

    def note(self, served: Served) -> None:
        """Remember who called DynamoDB; an observer of the gateway."""
        request = served.request
        if request.service != _SERVICE or not request.access_key.startswith(_TEMPORARY):
            return
        if request.access_key not in self._roles:
            session = identities(request.account, request.region).session_of(request.access_key)
            self._roles[request.access_key] = session and session.role_arn
        if role := self._roles[request.access_key]:
            self._calls.setdefault(role, {})[request.operation] = served.at

    def reset(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self._roles.clear()
        self._jobs.clear()

    def _generate(self, request: Request) -> dict[str, Any]:
        arn = request.params["Arn"]
        _entity(request, arn)
        job = new_uuid()
        by_action = request.params.get("Granularity") == "ACTION_LEVEL"
        self._jobs[job] = _Job(arn, by_action, self._now())
        return {"JobId": job}

    def _get(self, request: Request) -> dict[str, Any]:
        job = self._jobs.get(request.params["JobId"])
        if job is None:
            raise AwsFault("NoSuchEntity", f"Job {request.params['JobId']} not found.", 404)
        allowed = tuple(_allowed(_entity(request, job.arn), request))
        return {
            "JobStatus": "COMPLETED",
            "JobType": "ACTION_LEVEL" if job.by_action else "SERVICE_LEVEL",
            "JobCreationDate": job.at,
            "JobCompletionDate": job.at,
            "ServicesLastAccessed": [self._service(job, request, allowed)] if allowed else [],
            "IsTruncated": False,
        }

    def _service(self, job: _Job, request: Request, allowed: tuple[str, ...]) -> dict[str, Any]:
        calls = self._calls.get(job.arn, {})
        service: dict[str, Any] = {
            "ServiceName": _NAME,
            "ServiceNamespace": _SERVICE,
            "TotalAuthenticatedEntities": int(bool(calls)),
        }
        if calls:
            service |= {
                "LastAuthenticated": max(calls.values()),
                "LastAuthenticatedEntity": job.arn,
                "LastAuthenticatedRegion": request.region,
            }
        if job.by_action:
            service["TrackedActionsLastAccessed"] = [
                _action(name, calls.get(name), job.arn, request.region)
                for name in _TRACKED
                if any(fnmatchcase(f"dynamodb:{name}".lower(), pattern) for pattern in allowed)
            ]
        return service


def _action(name: str, at: datetime | None, arn: str, region: str) -> dict[str, Any]:
    action: dict[str, Any] = {"ActionName": name}
    if at is not None:
        action |= {
            "LastAccessedEntity": arn,
            "LastAccessedTime": at,
            "LastAccessedRegion": region,
        }
    return action


def _entity(request: Request, arn: str) -> Identity:
    entity = identities(request.account, request.region).of_arn(arn)
    if entity is None:
        raise AwsFault("NoSuchEntity", f"ARN {arn} cannot be found.", 404)
    return entity


def _allowed(entity: Identity, request: Request) -> Iterator[str]:
    """Patterns in lower case of what policies allow in DynamoDB, wherever."""
    known = identities(request.account, request.region)
    principal = identity_principal(known, entity, request.account, {})
    for document in principal.policies().identity:
        for statement in document.statements:
            for action in statement.actions or ():
                service = action.partition(":")[0].lower()
                if statement.allows and fnmatchcase(_SERVICE, service):
                    yield action.lower()
