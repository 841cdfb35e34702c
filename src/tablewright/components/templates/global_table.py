"""A table and its replicas as one `AWS::DynamoDB::GlobalTable`: each region is a replica."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tablewright.components.templates.cloudformation_types import Arguments, Properties, taken

GLOBAL_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_OF_A_REPLICA: Final = (
    "DeletionProtectionEnabled", "PointInTimeRecoverySpecification",
    "ContributorInsightsSpecification", "KinesisStreamSpecification", "ResourcePolicy",
    "TableClass", "Tags",
)  # fmt: skip
"""What a table of one region has itself, and a global table in each of its regions."""


def replica(given: Arguments, tags: Mapping[str, str] | None) -> Properties:
    """A replica, from the arguments of its resource or of its block in the table's."""
    properties = taken(given, "deletion_protection_enabled")
    enabled = given.pop("point_in_time_recovery", False)
    properties["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": enabled}
    if "kms_key_arn" in given:
        properties["SSESpecification"] = {"KMSMasterKeyId": given.pop("kms_key_arn")}
    if "table_class_override" in given:
        properties["TableClass"] = given.pop("table_class_override")
    if tags:
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    return properties


def index_there(holder: Properties, name: str) -> Properties:
    """What a region has of an index by itself."""
    indexes: list[Properties] = holder.setdefault("GlobalSecondaryIndexes", [])
    known = next((index for index in indexes if index["IndexName"] == name), None)
    if known is None:
        known = {"IndexName": name}
        indexes.append(known)
    return known


def global_table(
    table: Properties,
    region: str,
    replicas: Mapping[str, Properties],
    witness: str | None,
    *,
    strong: bool,
) -> Properties:
    """The properties of the whole, from those of the table in its own region, on demand.

    Args:
        table: as a table of one region has them.
        region: of the table.
        replicas: by region.
        witness: region that holds no data.
        strong: whether reads everywhere see the last write.
    """
    home: Properties = {name: table.pop(name) for name in _OF_A_REPLICA if name in table}
    stream = table.get("StreamSpecification", {})
    if "ResourcePolicy" in stream:
        home["ReplicaStreamSpecification"] = {"ResourcePolicy": stream.pop("ResourcePolicy")}
    encryption = table.get("SSESpecification", {})
    if "KMSMasterKeyId" in encryption:
        home["SSESpecification"] = {"KMSMasterKeyId": encryption.pop("KMSMasterKeyId")}
    for index in table.get("GlobalSecondaryIndexes", ()):
        there = {
            name: index.pop(name) for name in ("ContributorInsightsSpecification",) if name in index
        }
        there |= _split_ceilings(index)
        if there:
            index_there(home, index["IndexName"]).update(there)
    home |= _split_ceilings(table)
    regions = {region: home, **replicas}
    return {
        **table,
        "Replicas": [{"Region": name, **properties} for name, properties in regions.items()],
        **({"MultiRegionConsistency": "STRONG"} if strong else {}),
        **({"GlobalTableWitnesses": [{"Region": witness}]} if witness else {}),
    }


def _split_ceilings(holder: Properties) -> Properties:
    """Writes are the whole's, reads each region's own, which is what is answered."""
    ceilings = holder.pop("OnDemandThroughput", {})
    if "MaxWriteRequestUnits" in ceilings:
        writes = {"MaxWriteRequestUnits": ceilings["MaxWriteRequestUnits"]}
        holder["WriteOnDemandThroughputSettings"] = writes
    if "MaxReadRequestUnits" not in ceilings:
        return {}
    reads = {"MaxReadRequestUnits": ceilings["MaxReadRequestUnits"]}
    return {"ReadOnDemandThroughputSettings": reads}


def members(blocks: Iterable[Any]) -> dict[str, Properties]:
    """Replicas that are arguments of their table: those of strong consistency."""
    regions: dict[str, Properties] = {}
    for block in blocks:
        given = dict(block)
        given.pop("consistency_mode")
        given.pop("propagate_tags")
        regions[given.pop("region_name")] = replica(given, None)
    return regions
