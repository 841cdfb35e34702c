"""Tables of one region: capacity, streams, expiry, recovery, encryption, class, protection."""

# ruff: noqa: FBT001, FBT003

from __future__ import annotations

from .model import (
    NAME,
    PER_REQUEST,
    PROVISIONED,
    TABLE,
    Scenario,
    Step,
    declared,
    index,
    maxima,
    table,
    units,
    warm,
)

_HOUR = 3600
_BASIC = table(**units(1))
_FIVE = table(**PROVISIONED, **units(5))
_ON_DEMAND = table(**PER_REQUEST)
_CAPACITY = ("readCapacity", "writeCapacity")
_KEYS_ONLY_INDEX = index("GSI", "kind", projection="KEYS_ONLY")
_ON_DEMAND_INDEX = table(**PER_REQUEST, globalSecondaryIndexes=[_KEYS_ONLY_INDEX])
_UNITS_INDEX = table(
    **PROVISIONED, **units(1), globalSecondaryIndexes=[{**_KEYS_ONLY_INDEX, **units(1)}]
)


def _stream(enabled: bool, view: str | None) -> dict[str, object]:
    given = {} if view is None else {"streamViewType": view}
    return table(**units(1, 2), streamEnabled=enabled, **given)


def _expiring(attribute: str, enabled: bool) -> dict[str, object]:
    return table(**units(1), ttl={"attributeName": attribute, "enabled": enabled})


def _encrypted(**given: object) -> dict[str, object]:
    return table(**units(1), serverSideEncryption=given)


def _recovering(enabled: bool, **given: int) -> dict[str, object]:
    return table(**units(1), pointInTimeRecovery={"enabled": enabled, **given})


def _of_class(name: str, capacity: int = 1) -> dict[str, object]:
    return table(**units(capacity), tableClass=name)


def _restored(source: dict[str, object], **given: object) -> list[Step]:
    target = {"name": "target", "restoreSourceName": NAME, "restoreToLatestTime": True, **given}
    kept = {**source, "pointInTimeRecovery": {"enabled": True}}
    return [Step({"it": (TABLE, kept), "restored": (TABLE, target)})]


def _imported() -> list[Step]:
    source = {
        "inputFormat": "DYNAMODB_JSON",
        "inputCompressionType": "NONE",
        "s3BucketSource": {"bucket": "bucket-there", "keyPrefix": "data"},
    }
    return [declared({**_BASIC, "importTable": source})]


TABLES = [
    Scenario("DynamoDBTable_basic", [declared(_BASIC)]),
    Scenario(
        "DynamoDBTable_deletion_protection",
        [
            declared({**_BASIC, "deletionProtectionEnabled": True}),
            declared({**_BASIC, "deletionProtectionEnabled": False}),
        ],
    ),
    Scenario("DynamoDBTable_disappears", [declared(_BASIC), declared(_BASIC, gone=[NAME])]),
    Scenario(
        "DynamoDBTable_Disappears_payPerRequestWithGSI",
        [declared(_ON_DEMAND_INDEX), declared(_ON_DEMAND_INDEX, gone=[NAME])],
    ),
    Scenario(
        "DynamoDBTable_enablePITR",
        [declared(table(**units(1))), declared(_recovering(enabled=True))],
    ),
    Scenario(
        "DynamoDBTable_pitrWithCustomRecovery",
        [
            declared(_recovering(enabled=True, recoveryPeriodInDays=10)),
            declared(_recovering(enabled=True, recoveryPeriodInDays=30)),
        ],
    ),
    Scenario(
        "DynamoDBTable_BillingMode_payPerRequestToProvisioned",
        [declared(_ON_DEMAND), declared(_FIVE)],
    ),
    Scenario(
        "DynamoDBTable_BillingMode_payPerRequestToProvisionedIgnoreChanges",
        [declared(_ON_DEMAND), declared(_FIVE, ignored=_CAPACITY, becomes={"capacity": (1, 1)})],
    ),
    Scenario(
        "DynamoDBTable_BillingMode_provisionedToPayPerRequest",
        [declared(_FIVE), declared(_ON_DEMAND)],
    ),
    Scenario(
        "DynamoDBTable_BillingMode_provisionedToPayPerRequestIgnoreChanges",
        [declared(_FIVE), declared(_ON_DEMAND, ignored=_CAPACITY)],
    ),
    Scenario(
        "DynamoDBTable_BillingModeGSI_payPerRequestToProvisioned",
        [declared(_ON_DEMAND_INDEX), declared(_UNITS_INDEX)],
    ),
    Scenario(
        "DynamoDBTable_BillingModeGSI_provisionedToPayPerRequest",
        [declared(_UNITS_INDEX), declared(_ON_DEMAND_INDEX)],
    ),
    Scenario(
        "DynamoDBTable_BillingMode_payPerRequestBasic",
        [declared(_ON_DEMAND), declared(_ON_DEMAND_INDEX)],
    ),
    Scenario(
        "DynamoDBTable_onDemandThroughput",
        [
            declared(table(**PER_REQUEST, **maxima(*pair)))
            for pair in ((5, 5), (10, 10), (1, 10), (-1, 5))
        ],
    ),
    Scenario(
        "DynamoDBTable_warmThroughput",
        [declared(table(**PER_REQUEST, **warm(*pair))) for pair in ((12100, 4100), (12200, 4200))],
    ),
    Scenario(
        "DynamoDBTable_streamSpecification",
        [declared(_stream(True, "KEYS_ONLY")), declared(_stream(False, ""))],
    ),
    Scenario(
        "DynamoDBTable_streamSpecificationDiffs",
        [
            declared(_stream(True, "KEYS_ONLY")),
            declared(_stream(True, "NEW_IMAGE")),
            declared(_stream(False, "NEW_IMAGE")),
            declared(_stream(False, "KEYS_ONLY"), changes=False),
            declared(_stream(False, None), changes=False),
            declared(_stream(True, "KEYS_ONLY")),
            declared(_stream(True, "KEYS_ONLY"), changes=False),
        ],
    ),
    Scenario(
        "DynamoDBTable_TTL_enabled",
        [
            declared(_expiring("expires", enabled=True)),
            declared(_BASIC, changes=False, becomes={"expiry": "expires"}),
        ],
    ),
    Scenario(
        "DynamoDBTable_TTL_disabled",
        [declared(_expiring("", enabled=False)), declared(_BASIC, changes=False)],
    ),
    Scenario(
        "DynamoDBTable_TTL_updateEnable",
        [declared(_expiring("", enabled=False)), declared(_expiring("expires", enabled=True))],
    ),
    Scenario(
        "DynamoDBTable_TTL_updateDisable",
        [
            declared(_expiring("expires", enabled=True)),
            declared(_expiring("expires", enabled=False), after=_HOUR),
            declared(_expiring("expires", enabled=False), changes=False),
        ],
    ),
    Scenario(
        "DynamoDBTable_encryption",
        [
            declared({**_encrypted(enabled=True, kmsKeyArn="KEY a of eu-west-1"), **units(2)}),
            declared(_encrypted(enabled=False)),
            declared(_encrypted(enabled=True)),
        ],
    ),
    Scenario(
        "DynamoDBTable_tableClassInfrequentAccess",
        [declared(_of_class("STANDARD_INFREQUENT_ACCESS")), declared(_of_class("STANDARD"))],
    ),
    Scenario(
        "DynamoDBTable_tableClassExplicitDefault",
        [declared(_BASIC), declared(_of_class("STANDARD"), changes=False)],
    ),
    Scenario(
        "DynamoDBTable_tableClass_ConcurrentModification",
        [
            declared(_of_class("STANDARD_INFREQUENT_ACCESS", 1)),
            declared(_of_class("STANDARD", 5)),
        ],
    ),
    Scenario(
        "DynamoDBTable_backupEncryption",
        _restored(_encrypted(enabled=True, kmsKeyArn="KEY a of eu-west-1")),
    ),
    Scenario(
        "DynamoDBTable_backup_overrideEncryption",
        _restored(
            _encrypted(enabled=False),
            serverSideEncryption={"enabled": True, "kmsKeyArn": "KEY b of eu-west-1"},
        ),
    ),
    Scenario("DynamoDBTable_importTable", _imported()),
    Scenario(
        "DynamoDBTable_tags",
        [
            declared({**_BASIC, "tags": tags})
            for tags in ({"a": "1"}, {"a": "2", "b": "1"}, {"b": "1"}, {"b": ""}, {})
        ],
    ),
]
