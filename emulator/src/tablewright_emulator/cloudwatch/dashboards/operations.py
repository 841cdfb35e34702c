"""Dashboards: one set for each account, the same in all regions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch import paging
from tablewright_emulator.cloudwatch.alarms.alarm import partition
from tablewright_emulator.cloudwatch.dashboards.body import body_problems, is_dashboard_name
from tablewright_emulator.codec import kept
from tablewright_emulator.request import AwsFault, Handler, Request

PAGE = 1_000


@kept("dashboard")
@dataclass(slots=True)
class Dashboard:
    """A dashboard; its body is kept as it was written."""

    name: str
    arn: str
    body: str
    modified: datetime
    tags: dict[str, str] = field(default_factory=dict)


class Dashboards:
    """PutDashboard and its kin."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, dict[str, Dashboard]] = {}

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        return {
            "PutDashboard": self.put_dashboard,
            "GetDashboard": self.get_dashboard,
            "ListDashboards": self.list_dashboards,
            "DeleteDashboards": self.delete_dashboards,
        }

    def put_dashboard(self, request: Request) -> dict[str, Any]:
        """Create a dashboard or replace its body; tags are those of its creation."""
        name, body = str(request.params["DashboardName"]), str(request.params["DashboardBody"])
        if not is_dashboard_name(name):
            raise AwsFault(
                "InvalidParameterValue",
                f"The value {name} for parameter DashboardName is invalid: it must be 1 to 255 of "
                "A-Z, a-z, 0-9, - and _.",
            )
        _refuse(body_problems(body))
        held = self._of(request)
        known = held.get(name)
        given = request.params.get("Tags") or ()
        tags = known.tags if known else {tag["Key"]: tag["Value"] for tag in given}
        arn = f"arn:{partition(request.region)}:cloudwatch::{request.account}:dashboard/{name}"
        held[name] = Dashboard(name, arn, body, self._clock.now(), tags)
        return {"DashboardValidationMessages": []}

    def get_dashboard(self, request: Request) -> dict[str, Any]:
        """A dashboard with its body."""
        name = request.params["DashboardName"]
        dashboard = self._of(request).get(name)
        if dashboard is None:
            raise AwsFault("ResourceNotFound", f"Dashboard {name} does not exist", 404)
        return {
            "DashboardArn": dashboard.arn,
            "DashboardBody": dashboard.body,
            "DashboardName": dashboard.name,
        }

    def list_dashboards(self, request: Request) -> dict[str, Any]:
        """Dashboards by name."""
        prefix = request.params.get("DashboardNamePrefix") or ""
        entries = [
            {
                "DashboardName": dashboard.name,
                "DashboardArn": dashboard.arn,
                "LastModified": dashboard.modified,
                "Size": len(dashboard.body.encode()),
            }
            for name, dashboard in sorted(self._of(request).items())
            if name.startswith(prefix)
        ]
        shown, token = paging.page(request.params, entries, PAGE, "InvalidParameterValue")
        reply: dict[str, Any] = {"DashboardEntries": list(shown)}
        return reply | ({"NextToken": token} if token else {})

    def delete_dashboards(self, request: Request) -> dict[str, Any]:
        """Delete dashboards, all of them or none."""
        held, names = self._of(request), request.params["DashboardNames"]
        absent = [name for name in names if name not in held]
        if absent:
            text = f"The specified dashboard does not exist. [{', '.join(absent)}]"
            raise AwsFault("ResourceNotFound", text, 404)
        for name in dict.fromkeys(names):
            del held[name]
        return {}

    def by_arn(self, account: str, arn: str) -> Dashboard | None:
        """The dashboard of an ARN."""
        dashboard = self._accounts.get(account, {}).get(arn.rpartition("/")[2])
        return dashboard if dashboard is not None and dashboard.arn == arn else None

    def dump(self) -> Any:
        """Everything, to be kept."""
        return self._accounts

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self._accounts = state

    def _of(self, request: Request) -> dict[str, Dashboard]:
        return self._accounts.setdefault(request.account, {})


def _refuse(problems: list[tuple[str, str]]) -> None:
    if not problems:
        return
    messages: list[Mapping[str, str]] = [
        {"DataPath": path, "Message": message} for path, message in problems
    ]
    listed = json.dumps(
        [{"dataPath": path, "message": message} for path, message in problems], indent=2
    )
    raise AwsFault(
        "InvalidParameterInput",
        f"The dashboard body is invalid, there are {len(problems)} validation errors:\n{listed}",
        fields={"dashboardValidationMessages": messages},
    )
