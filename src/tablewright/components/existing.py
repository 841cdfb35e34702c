"""What lives already when a run begins, so that it is taken over instead of fought.

The engine cannot look before it creates. Whoever starts a run reads the account first and hands
what was found to `TableStack.from_declared`; each resource named here is imported, and brought to
what is declared in the same run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.plan.scaling import Bounds, Side
from tablewright.plan.table import Table


@dataclass(frozen=True, slots=True)
class Existing:
    """Names of live resources that a stack declares. All empty: nothing is known to exist.

    Args:
        account_id: the account; part of the identity of Contributor Insights.
        tables: live tables by physical name, as far as they could be read. Used to give an
            autoscaled table the capacity it has, and to take away ceilings that are no longer
            declared; a table is imported because it is declared with `adopt`, not because it
            stands here.
        recorded: names of tables that the stack has on record and that live. They are not imported:
            the engine replaces no table that its program imports, though its owner allows it.
        alarms: names of alarms.
        roles: names of roles.
        role_policies: (role name, policy name) of inline policies.
        attachments: (role name, policy ARN) of attached managed policies.
        insights: (table name, index name or None) where Contributor Insights is on.
        scalable: what Application Auto Scaling scales of live tables, with its bounds, by table
            name and side: declared or made by others, but not what this stack has made and is
            about to remove.
        scaling_targets: (resource id, dimension) of scalable targets, as Application Auto Scaling
            calls them: `table/orders`, `dynamodb:table:ReadCapacityUnits`.
        scaling_policies: (resource id, dimension, policy name).
        schedules: (resource id, dimension, name of the scheduled action); empty where the provider
            cannot import one, as Pulumi's own cannot. Creating it again overwrites the live one.
        kinesis: (table name, stream ARN) of live destinations.
        resource_policies: ARN of what carries a resource policy, by `orders` for a table and
            `orders, its stream` for its stream.
        replicas: (table name, region) of replicas of global tables.
        replica_insights: (table name, region, index name or None) where they are on in a replica.
        replica_tables: replicas as tables of their own, by table name and region, as far as
            something is declared of them that can only be declared as it lives.
        dashboards: names of dashboards.
    """

    account_id: str = ""
    tables: Mapping[str, Table] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    alarms: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    role_policies: frozenset[tuple[str, str]] = frozenset()
    attachments: frozenset[tuple[str, str]] = frozenset()
    insights: frozenset[tuple[str, str | None]] = frozenset()
    scalable: Mapping[tuple[str, Side], Bounds] = field(default_factory=dict)
    scaling_targets: frozenset[tuple[str, str]] = frozenset()
    scaling_policies: frozenset[tuple[str, str, str]] = frozenset()
    schedules: frozenset[tuple[str, str, str]] = frozenset()
    kinesis: frozenset[tuple[str, str]] = frozenset()
    resource_policies: Mapping[str, str] = field(default_factory=dict)
    replicas: frozenset[tuple[str, str]] = frozenset()
    replica_insights: frozenset[tuple[str, str, str | None]] = frozenset()
    replica_tables: Mapping[tuple[str, str], Table] = field(default_factory=dict)
    dashboards: frozenset[str] = frozenset()

    def scaled_sides(self, table: str) -> frozenset[Side]:
        """What scales of a table, whoever made it scale."""
        return frozenset(side for name, side in self.scalable if name == table)

    def table_id(self, name: str) -> str | None:
        """Import id of a table that is to be adopted; None once it is on record."""
        return None if name in self.recorded else name

    def alarm_id(self, name: str) -> str | None:
        """Import id of an alarm that lives, else None; likewise the methods that follow."""
        return name if name in self.alarms else None

    def role_id(self, name: str) -> str | None:
        """Import id of a role."""
        return name if name in self.roles else None

    def role_policy_id(self, role: str, policy: str) -> str | None:
        """Import id of a role's inline policy."""
        return f"{role}:{policy}" if (role, policy) in self.role_policies else None

    def attachment_id(self, role: str, policy_arn: str) -> str | None:
        """Import id of the attachment of a managed policy."""
        return f"{role}/{policy_arn}" if (role, policy_arn) in self.attachments else None

    def insights_id(self, table: str, index: str | None) -> str | None:
        """Import id of Contributor Insights on a table or an index."""
        if (table, index) not in self.insights:
            return None
        return self._insights_id(table, index)

    def replica_insights_id(self, table: str, region: str, index: str | None) -> str | None:
        """Import id of Contributor Insights in a replica's region."""
        if (table, region, index) not in self.replica_insights:
            return None
        return f"{self._insights_id(table, index)}@{region}"

    def _insights_id(self, table: str, index: str | None) -> str:
        return f"name:{table}/index:{index or ''}/{self.account_id}"

    def scaling_target_id(self, resource: str, dimension: str) -> str | None:
        """Import id of a scalable target."""
        if (resource, dimension) not in self.scaling_targets:
            return None
        return f"dynamodb/{resource}/{dimension}"

    def scaling_policy_id(self, resource: str, dimension: str, policy: str) -> str | None:
        """Import id of a scaling policy."""
        if (resource, dimension, policy) not in self.scaling_policies:
            return None
        return f"dynamodb/{resource}/{dimension}/{policy}"

    def schedule_id(self, resource: str, dimension: str, schedule: str) -> str | None:
        """Import id of a scheduled action."""
        if (resource, dimension, schedule) not in self.schedules:
            return None
        return f"dynamodb/{resource}/{dimension}/{schedule}"

    def kinesis_id(self, table: str, stream_arn: str) -> str | None:
        """Import id of a table's Kinesis destination."""
        return f"{table},{stream_arn}" if (table, stream_arn) in self.kinesis else None

    def resource_policy_id(self, owner: str) -> str | None:
        """Import id of a resource policy."""
        return self.resource_policies.get(owner)

    def replica_id(self, table: str, region: str, main: str | None) -> str | None:
        """Import id of a replica: the table's own region (`main`), then the replica's."""
        if (table, region) not in self.replicas:
            return None
        return f"{table}:{main}@{region}" if main else f"{table}@{region}"

    def dashboard_id(self, name: str) -> str | None:
        """Import id of a dashboard."""
        return name if name in self.dashboards else None


NOTHING = Existing()
"""For programs that create everything, and for runs in which all is in the state already."""
