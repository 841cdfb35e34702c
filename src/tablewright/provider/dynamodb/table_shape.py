"""What `aws.dynamodb.Table` takes."""

from __future__ import annotations

from typing import Any, Final

from tablewright.plan.facets import FACETS, Facet
from tablewright.provider.resources.shape import (
    Input,
    Shape,
    block,
    blocks,
    flag,
    mapping,
    refused,
    text,
    texts,
    whole,
)

_TYPES: Final = ("S", "N", "B")
_PROJECTIONS: Final = ("ALL", "INCLUDE", "KEYS_ONLY")
_VIEWS: Final = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")

_MAXIMUM: Final[Shape] = {
    "maxReadRequestUnits": whole(at_least=-1),
    "maxWriteRequestUnits": whole(at_least=-1),
}
_WARM: Final[Shape] = {
    "readUnitsPerSecond": whole(at_least=1),
    "writeUnitsPerSecond": whole(at_least=1),
}
_GLOBAL_INDEX: Final[Shape] = {
    "name": text(required=True),
    "hashKey": text(),
    "rangeKey": text(),
    "keySchemas": blocks(
        {
            "attributeName": text(required=True),
            "keyType": text("HASH", "RANGE", required=True),
        },
        ordered=True,
    ),
    "projectionType": text(*_PROJECTIONS, required=True),
    "nonKeyAttributes": texts(),
    "readCapacity": whole(at_least=0, default=0),
    "writeCapacity": whole(at_least=0, default=0),
    "onDemandThroughput": block(_MAXIMUM),
    "warmThroughput": block(_WARM),
}

_READ_ONLY: Final = "is an output of the replica and cannot be given"
_REPLICA: Final[Shape] = {
    "regionName": text(required=True),
    "arn": refused(_READ_ONLY),
    "consistencyMode": text("EVENTUAL", "STRONG", default="EVENTUAL"),
    "deletionProtectionEnabled": flag(default=False),
    "kmsKeyArn": text(),
    "pointInTimeRecovery": flag(default=False),
    "propagateTags": flag(default=False),
    "streamArn": refused(_READ_ONLY),
    "streamLabel": refused(_READ_ONLY),
}
_IMPORT: Final[Shape] = {
    "inputFormat": text("CSV", "DYNAMODB_JSON", "ION", required=True),
    "inputCompressionType": text("GZIP", "ZSTD", "NONE"),
    "inputFormatOptions": block(
        {"csv": block({"delimiter": text(), "headerLists": texts(ordered=True)})}
    ),
    "s3BucketSource": block(
        {"bucket": text(required=True), "bucketOwner": text(), "keyPrefix": text()}, required=True
    ),
}


def _plain(facet: Facet[Any]) -> Input:
    """A property that holds the value of a facet itself."""
    if isinstance(facet.default, bool):
        return flag(keeps=True, default=facet.default)
    return text(*facet.engine.choices, keeps=True, default=facet.default)


_INPUTS: Final[Shape] = {
    **{facet.engine.names[0]: _plain(facet) for facet in FACETS if facet.engine.choices},
    "attributes": blocks({"name": text(required=True), "type": text(*_TYPES, required=True)}),
    "billingMode": text("PROVISIONED", "PAY_PER_REQUEST", keeps=True),
    "globalSecondaryIndexes": blocks(_GLOBAL_INDEX),
    "globalTableWitness": block({"regionName": text()}, keeps=True),
    "hashKey": text(),
    "importTable": block(_IMPORT),
    "localSecondaryIndexes": blocks(
        {
            "name": text(required=True),
            "rangeKey": text(required=True),
            "projectionType": text(*_PROJECTIONS, required=True),
            "nonKeyAttributes": texts(),
        }
    ),
    "name": text(replaces=True),
    "onDemandThroughput": block(_MAXIMUM, keeps=True),
    "pointInTimeRecovery": block(
        {
            "enabled": flag(required=True),
            "recoveryPeriodInDays": whole(at_least=1, at_most=35),
        },
        keeps=True,
        default={"enabled": False},
    ),
    "rangeKey": text(),
    "readCapacity": whole(at_least=0, keeps=True, default=0),
    "region": text(replaces=True),
    "replicas": blocks(_REPLICA),
    "restoreBackupArn": text(),
    "restoreDateTime": text(),
    "restoreSourceName": text(),
    "restoreSourceTableArn": text(),
    "restoreToLatestTime": flag(),
    "serverSideEncryption": block(
        {"enabled": flag(required=True), "kmsKeyArn": text()},
        keeps=True,
        default={"enabled": False},
    ),
    "streamEnabled": flag(keeps=True, default=False),
    "streamViewType": text(*_VIEWS, "", keeps=True),
    "tags": mapping(),
    "ttl": block(
        {"attributeName": text(longest=255), "enabled": flag()},
        keeps=True,
        default={"enabled": False},
    ),
    "warmThroughput": block(_WARM, keeps=True),
    "writeCapacity": whole(at_least=0, keeps=True, default=0),
}

TABLE_SHAPE: Final[Shape] = dict(sorted(_INPUTS.items()))
"""By name, as what is wrong is told in this order."""
