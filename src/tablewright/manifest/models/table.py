"""A table as declared."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from tablewright.dynamodb_values import MOST_LOCAL_INDEXES, BillingMode, TableClass
from tablewright.manifest.models.acceptance import AcceptedProblem
from tablewright.manifest.models.access import Access, Trust
from tablewright.manifest.models.alarm import Alarms
from tablewright.manifest.models.base import (
    API_VERSION,
    ApiVersion,
    Flag,
    Label,
    Many,
    Model,
    OneOrMany,
    ResourceName,
    Tags,
    Template,
)
from tablewright.manifest.models.capacity import (
    AutoScaling,
    OnDemandThroughput,
    ProvisionedThroughput,
    WarmThroughput,
)
from tablewright.manifest.models.index import (
    GlobalSecondaryIndex,
    KeyAttribute,
    LocalSecondaryIndex,
)
from tablewright.manifest.models.origin import ImportFromS3, Restore
from tablewright.manifest.models.protection import (
    ContributorInsights,
    Encryption,
    Recovery,
    TimeToLive,
)
from tablewright.manifest.models.replication import GlobalTable
from tablewright.manifest.models.stream import KinesisDestination, Stream


class TableDefaults(Model):
    """All that a stack can set for its tables; a table's own words win, field by field."""

    adopt: Flag = Field(
        default=False,
        description="The table exists: import it and refactor it in place. Without it the table is "
        "created.",
    )
    protect: Flag = Field(
        default=False, description="Let Pulumi refuse to delete the table's resources."
    )
    billing_mode: BillingMode = Field(
        default="PAY_PER_REQUEST",
        description="`PAY_PER_REQUEST` (on demand) or `PROVISIONED`.",
    )
    provisioned_throughput: ProvisionedThroughput | None = Field(
        default=None, description="Capacity; only with `billingMode: PROVISIONED`."
    )
    auto_scaling: AutoScaling | None = Field(
        default=None, description="Scaling; only with `billingMode: PROVISIONED`."
    )
    on_demand_throughput: OnDemandThroughput | None = Field(
        default=None, description="Ceilings; only with `billingMode: PAY_PER_REQUEST`."
    )
    warm_throughput: WarmThroughput | None = Field(
        default=None, description="What the table must be able to serve at once."
    )
    table_class: TableClass = Field(
        default="STANDARD",
        description="`STANDARD`, or `STANDARD_INFREQUENT_ACCESS`: cheap storage.",
    )
    encryption: Encryption = Field(
        default_factory=Encryption, description="Whose key encrypts; the AWS owned one if left out."
    )
    recovery: Recovery | None = Field(
        default=None, description="Point-in-time recovery; off if left out."
    )
    deletion_protection: Flag = Field(
        default=False, description="Let DynamoDB refuse to delete the table."
    )
    time_to_live: TimeToLive | None = Field(
        default=None, description="Expiry of items; off if left out."
    )
    stream: Stream | None = Field(default=None, description="Change stream; off if left out.")
    kinesis_destination: KinesisDestination | None = Field(
        default=None, description="Changes copied to Kinesis; off if left out."
    )
    contributor_insights: ContributorInsights | None = Field(
        default=None, description="Most used keys of the table, not its indexes; off if left out."
    )
    global_table: GlobalTable | None = Field(
        default=None, description="Replicas in other regions; none if left out."
    )
    resource_policy: dict[str, Any] | None = Field(
        default=None, description="Resource-based policy of the table; none if left out."
    )
    stream_resource_policy: dict[str, Any] | None = Field(
        default=None, description="Resource-based policy of the stream; none if left out."
    )
    alarms: Alarms = Field(
        default_factory=Alarms, description="CloudWatch alarms; none if left out."
    )
    access: Many[Access] = Field(
        default=(), description="Roles that may use the table; none if left out."
    )
    trust: Trust = Field(
        default_factory=Trust,
        description="Who may assume those roles that say nothing else; Lambda if left out.",
    )
    tags: Tags = Field(
        default_factory=dict,
        description="Tags of the table and of all that belongs to it; they win over the stack's.",
    )
    table_tags: Tags = Field(default_factory=dict, description="Tags of the table alone.")


class TableEnvironment(TableDefaults):
    """What differs in one environment; merged over the table, field by field, lists as a whole."""

    table_name: Template | None = Field(default=None, description="Another physical name.")
    global_secondary_indexes: Many[GlobalSecondaryIndex] = Field(
        default=(), description="All global indexes there, such as with capacities."
    )


class TableSpec(TableDefaults):
    """All of a table."""

    only_in_environments: OneOrMany[Label] = Field(
        default=(),
        description="Environments that have the table; all if left out. Where it is deployed and "
        "does not belong any more, deleting it has to be allowed by name.",
    )
    environments: dict[Label, TableEnvironment] = Field(
        default_factory=dict,
        description="What differs by environment; the names are those of the stack's "
        "`environments`.",
    )

    table_name: Template | None = Field(
        default=None,
        description="Physical name with placeholders, e.g. `orders-{environment}`; by the stack's "
        "`naming.table` if left out, which is the document's `metadata.name` if nobody says else.",
    )
    partition_key: KeyAttribute = Field(description="The partition key.")
    sort_key: KeyAttribute | None = Field(
        default=None, description="The sort key; none if left out."
    )
    global_secondary_indexes: Many[GlobalSecondaryIndex] = Field(
        default=(), description="Global indexes, up to 20; none if left out."
    )
    local_secondary_indexes: Many[LocalSecondaryIndex] = Field(
        default=(),
        max_length=MOST_LOCAL_INDEXES,
        description="Local indexes, up to 5, fixed at creation; none if left out.",
    )
    import_from_s3: ImportFromS3 | None = Field(
        default=None, description="Fill a new table from S3."
    )
    restore: Restore | None = Field(
        default=None, description="Create the table from a backup or another table's past."
    )


class TableMetadata(Model):
    """What the table is called, and where it belongs."""

    name: ResourceName = Field(
        description="Name of the table, 3 to 255 letters, digits, `_`, `-`, `.`; unique in the "
        "stack."
    )
    stack: Label | None = Field(
        default=None,
        description="Its stack. Else the one of its file, of its folder, or of the nearest folder "
        "above; where that holds several stacks, this is required.",
    )
    audit_exceptions: Many[AcceptedProblem] = Field(
        default=(), description="Problems that `audit` accepts; none if left out."
    )


class Table(Model):
    """One DynamoDB table with its alarms and roles."""

    api_version: ApiVersion = Field(default=API_VERSION, description="Version of this format.")
    kind: Literal["Table"] = Field(default="Table", description="Kind of the document.")
    metadata: TableMetadata = Field(description="Name of the table.")
    spec: TableSpec = Field(description="The table.")
