"""A table and all that belongs to it, as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pulumi
from tablewright.components.arguments._access import Role, Trust
from tablewright.components.arguments._alarm import AlarmsArgs
from tablewright.components.arguments._capacity import Capacity, Ceilings, Scaling, WarmThroughput
from tablewright.components.arguments._document import Arguments, ModelName, Says, Shaped
from tablewright.components.arguments._index import (
    GlobalIndex,
    InsightsSetting,
    Key,
    LocalIndex,
    insights_document,
)
from tablewright.components.arguments._origin import ImportFromS3, KinesisDestination, Restore
from tablewright.components.arguments._replica import KEY_SHAPE, GlobalTable, recovery_document
from tablewright.dynamodb_values import BillingMode, EncryptionType, StreamViewType, TableClass
from tablewright.manifest import models
from tablewright.manifest.models import ActionSet, Model


@dataclass(frozen=True)
class CustomerKey(Arguments):
    """Encryption with a key of your own."""

    model: ClassVar[type[Model]] = models.Encryption

    arn: Annotated[pulumi.Input[str], ModelName("kms_key_arn"), Shaped(KEY_SHAPE)]

    def document(self, late: Any) -> dict[str, Any]:
        return {"type": "CUSTOMER", **super().document(late)}


def _encryption(encryption: EncryptionType | CustomerKey) -> Any:
    return encryption if isinstance(encryption, CustomerKey) else {"type": encryption}


def _stream(view: StreamViewType) -> Any:
    return {"view_type": view}


def _expiry(attribute: str) -> Any:
    return {"attribute_name": attribute}


@dataclass(frozen=True)
class TableArgs(Arguments):
    """One table. What is left out is off, or AWS's default; it is sent so all the same.

    Args:
        partition_key, sort_key: the table's key.
        table_name: physical name with placeholders, `orders-{environment}`; the logical name if
            left out.
        adopt: the table exists: import it and refactor it in place.
        protect: let Pulumi refuse to delete what belongs to the table.
        billing_mode: `PAY_PER_REQUEST` (default) or `PROVISIONED`.
        capacity, scaling: of a provisioned table.
        ceilings: of an on-demand table.
        warm_throughput: what it must serve at once; left out, it stays as it is.
        table_class: `STANDARD` (default) or `STANDARD_INFREQUENT_ACCESS`.
        encryption: `AWS_OWNED` (default), `AWS_MANAGED` or a `CustomerKey`.
        recovery_days: window of point-in-time recovery, 1 to 35; None or 0: off.
        deletion_protection: let DynamoDB refuse to delete the table.
        expires_by: attribute with the time at which an item expires; None: off.
        stream: view of the change stream; None: off.
        kinesis: changes copied to Kinesis.
        insights: Contributor Insights of the table itself.
        global_indexes, local_indexes: in any order.
        global_table: replicas in other regions.
        resource_policy, stream_resource_policy: policies on the table and its stream.
        alarms: CloudWatch alarms.
        access: roles, or names of action sets, each a role of that name.
        trust: who may assume the roles that say nothing else.
        tags: of the table and all that belongs to it; they win over the stack's.
        table_tags: of the table alone.
        import_from_s3, restore: where a new table's items come from.
    """

    model: ClassVar[type[Model]] = models.TableSpec

    partition_key: Key
    sort_key: Key | None = None
    table_name: str | None = None
    adopt: bool = False
    protect: bool = False
    billing_mode: BillingMode = "PAY_PER_REQUEST"
    capacity: Annotated[Capacity | None, ModelName("provisioned_throughput")] = None
    scaling: Annotated[Scaling | None, ModelName("auto_scaling")] = None
    ceilings: Annotated[Ceilings | None, ModelName("on_demand_throughput")] = None
    warm_throughput: WarmThroughput | None = None
    table_class: TableClass = "STANDARD"
    encryption: Annotated[EncryptionType | CustomerKey, Says(_encryption)] = "AWS_OWNED"
    recovery_days: Annotated[int | None, ModelName("recovery"), Says(recovery_document)] = None
    deletion_protection: bool = False
    expires_by: Annotated[str | None, ModelName("time_to_live"), Says(_expiry)] = None
    stream: Annotated[StreamViewType | None, Says(_stream)] = None
    kinesis: Annotated[KinesisDestination | None, ModelName("kinesis_destination")] = None
    insights: Annotated[
        InsightsSetting, ModelName("contributor_insights"), Says(insights_document)
    ] = False
    global_indexes: Annotated[Sequence[GlobalIndex], ModelName("global_secondary_indexes")] = ()
    local_indexes: Annotated[Sequence[LocalIndex], ModelName("local_secondary_indexes")] = ()
    global_table: GlobalTable | None = None
    resource_policy: Mapping[str, Any] | None = None
    stream_resource_policy: Mapping[str, Any] | None = None
    alarms: AlarmsArgs | None = None
    access: Sequence[ActionSet | Role] = ()
    trust: Trust | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None
    table_tags: Mapping[str, pulumi.Input[str]] | None = None
    import_from_s3: ImportFromS3 | None = None
    restore: Restore | None = None
