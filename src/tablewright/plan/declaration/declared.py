"""The plain value of a declared stack: tables with what belongs to them, nothing resolved late.

`declare` (in `plan.declaration.declare`) makes it from a manifest; the components render it into
resources and `checks` compares it with the live account. ARNs and the account are not known here,
so grants and trust are kept as values and become policy documents in `plan.policy` once an ARN is
known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from tablewright.dynamodb_values import InsightsMode, KinesisPrecision
from tablewright.plan.origin import Origin
from tablewright.plan.replica import GlobalTable
from tablewright.plan.scaling import Scaling
from tablewright.plan.table import Table
from tablewright.stack_id import StackId

if TYPE_CHECKING:
    from tablewright.manifest.models.stack import OutputValue

__all__ = [
    "Alarm",
    "Dashboard",
    "DeclaredStack",
    "DeclaredTable",
    "Grant",
    "GrantTarget",
    "Insights",
    "KinesisDestination",
    "MetricQuery",
    "MetricStat",
    "Moved",
    "Output",
    "Role",
    "Trust",
]

GrantTarget = Literal["table", "indexes", "stream", "exports", "any"]


@dataclass(frozen=True, slots=True)
class Insights:
    """Contributor Insights on the table (`index` is None) or on one of its indexes."""

    index: str | None = None
    mode: InsightsMode | None = None


@dataclass(frozen=True, slots=True)
class MetricStat:
    """One CloudWatch series and how it is aggregated. `dimensions` empty means exactly: none."""

    namespace: str
    metric_name: str
    dimensions: Mapping[str, str]
    period_seconds: int
    stat: str


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One line of an alarm's metric math: a series or an expression."""

    id: str
    metric: MetricStat | None = None
    expression: str | None = None
    label: str | None = None
    return_data: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """A CloudWatch alarm: over one series (`metric`) or metric math (`queries`), never both.

    `treat_missing_data` None leaves it to the service. `key` is its stable logical name. `literal`
    says that it was declared in the form that AWS publishes no series for, `adopt` that one of its
    name may exist, and is taken over.
    """

    key: str
    name: str
    description: str
    comparison_operator: str
    threshold: Decimal
    evaluation_periods: int
    metric: MetricStat | None = None
    queries: tuple[MetricQuery, ...] = ()
    datapoints_to_alarm: int | None = None
    treat_missing_data: str | None = None
    evaluate_low_sample_count_percentile: str | None = None
    alarm_actions: tuple[str, ...] = ()
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    literal: bool = field(default=False, compare=False)
    adopt: bool = False

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables whose series it watches."""
        series = [self.metric, *(query.metric for query in self.queries)]
        return frozenset(
            stat.dimensions["TableName"]
            for stat in series
            if stat is not None
            and stat.namespace == "AWS/DynamoDB"
            and "TableName" in stat.dimensions
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions on parts of one table; `any` is `*`, for actions that AWS gives no resource.

    `resources` are further ARNs, known beforehand, such as that of the table's key.
    """

    sid: str
    actions: tuple[str, ...]
    targets: tuple[GrantTarget, ...]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may assume a role; with `source_account` a service must act for this account."""

    services: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    source_account: bool = True
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role for one table with its one inline policy. `key` is its logical name.

    `adopt`: one of that name may exist, and is taken over.
    """

    key: str
    name: str
    policy_name: str
    description: str
    trust: Trust
    grants: tuple[Grant, ...]
    managed_policies: tuple[str, ...] = ()
    permissions_boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    adopt: bool = False


@dataclass(frozen=True, slots=True)
class KinesisDestination:
    """The Kinesis data stream that gets a copy of each change."""

    stream_arn: str
    precision: KinesisPrecision = "MILLISECOND"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A CloudWatch dashboard; `body` is the document, not yet text.

    `adopt`: one of that name may exist, and is taken over.
    """

    name: str
    body: Mapping[str, Any]
    adopt: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """A table and all declared with it. `adopt`: it exists, import it and refactor in place.

    Args:
        key: its stable logical name (the manifest's `metadata.name`), also where the physical name
            `table.name` carries the environment.
        scaling: the sides that scale, the table's before its indexes'.
        kinesis, resource_policy, stream_policy, global_table: None: there is none.
        tags: of what is part of it and carries tags by itself (scalable targets): those of the
            table but for its `tableTags`.
        origin: where the items of a new table come from; None: it begins empty.
    """

    table: Table
    adopt: bool = False
    protect: bool = False
    insights: tuple[Insights, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    roles: tuple[Role, ...] = ()
    key: str = ""
    scaling: tuple[Scaling, ...] = ()
    kinesis: KinesisDestination | None = None
    resource_policy: Mapping[str, Any] | None = None
    stream_policy: Mapping[str, Any] | None = None
    global_table: GlobalTable | None = None
    origin: Origin | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A table without a logical name of its own goes by its physical one."""
        if not self.key:
            object.__setattr__(self, "key", self.table.name)

    @property
    def is_restorable(self) -> bool:
        """Whether it is declared with point-in-time recovery on."""
        return self.table.recovery is not None and self.table.recovery.days > 0


@dataclass(frozen=True, slots=True)
class Output:
    """A stack output under a name of the user's choice, besides the standard ones.

    `value` says what it shows, of the table `table` (a `DeclaredTable.key`), its role `role` (a
    `Role.key`) or its alarm `alarm` (an `Alarm.key`).
    """

    name: str
    value: OutputValue
    table: str | None = None
    role: str | None = None
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A table, an alarm or a role that had another logical name (`former`), and is the same."""

    kind: Literal["table", "alarm", "role"]
    former: str
    name: str


@dataclass(frozen=True, slots=True)
class DeclaredStack:
    """One Pulumi stack: its tables in order of declaration, and alarms of no one table.

    `owner_tag`: whether what it makes carries the tag that says whose it is; see `plan.owner`.
    `account`: the only one that it may be in; None is any.
    """

    name: str
    environment: str
    region: str
    tables: tuple[DeclaredTable, ...]
    alarms: tuple[Alarm, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()
    dashboard: Dashboard | None = None
    moved: tuple[Moved, ...] = ()
    owner_tag: bool = True
    account: str | None = None

    @property
    def id(self) -> StackId:
        """What it is called in its manifests."""
        return StackId(self.name, self.environment)

    @property
    def all_alarms(self) -> tuple[Alarm, ...]:
        """Those of no one table, then those of its tables."""
        return (*self.alarms, *(alarm for table in self.tables for alarm in table.alarms))

    @property
    def resources(self) -> int:
        """About how many it has: what is attached to a table is not counted."""
        of_tables = sum(1 + 2 * len(table.roles) for table in self.tables)
        return of_tables + len(self.all_alarms)
