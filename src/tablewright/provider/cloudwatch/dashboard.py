"""`aws.cloudwatch.Dashboard`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import Shape, document, text

from .any_alarm import CLOUDWATCH


class Dashboard(ResourceType):
    """A dashboard; its identifier is its name."""

    tok: ClassVar[str] = "aws:cloudwatch/dashboard:Dashboard"
    word: ClassVar[str] = "dashboard"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=255, property="dashboardName")
    computed: ClassVar[tuple[str, ...]] = ("dashboardArn",)
    shape: ClassVar[Shape] = {
        "dashboardBody": document(required=True, ordered=True),
        "dashboardName": text(replaces=True, longest=255),
        "region": text(replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """By its name."""
        return f"{self.word} {bag.get('dashboardName', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write the dashboard."""
        self._put(run, inputs)
        return str(inputs["dashboardName"])

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the dashboard."""
        region = run.region_of(recorded)
        try:
            reply = run.call(CLOUDWATCH, region, "GetDashboard", DashboardName=identifier)
        except NotFoundError:
            return None
        outputs = {
            "dashboardArn": reply["DashboardArn"],
            "dashboardBody": reply["DashboardBody"],
            "dashboardName": identifier,
            "region": region,
        }
        return Live(identifier, outputs)

    def born(self, run: OperationContext, live: Live) -> datetime | None:
        """When it was written last: only the list of dashboards tells a time, and no other one."""
        listed = run.pages(
            CLOUDWATCH,
            run.region_of(live.outputs),
            "ListDashboards",
            "DashboardEntries",
            DashboardNamePrefix=live.identifier,
        )
        times = (
            entry["LastModified"] for entry in listed if entry["DashboardName"] == live.identifier
        )
        return next(times, None)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write the dashboard again."""
        del live, differing
        self._put(run, recorded.news)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Delete the dashboard."""
        run.call(
            CLOUDWATCH, run.region_of(recorded), "DeleteDashboards", DashboardNames=[identifier]
        )

    def _put(self, run: OperationContext, inputs: Bag) -> None:
        run.call(
            CLOUDWATCH,
            run.region_of(inputs),
            "PutDashboard",
            DashboardName=inputs["dashboardName"],
            DashboardBody=inputs["dashboardBody"],
        )
