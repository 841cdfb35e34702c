"""Tables in several regions."""

# ruff: noqa: FBT001

from __future__ import annotations

from typing import Any

from .model import (
    ARN,
    HOME,
    PER_REQUEST,
    SECOND,
    STREAM,
    TABLE,
    THIRD,
    Scenario,
    Step,
    declared,
    table,
)

_REPLICA = "aws:dynamodb/tableReplica:TableReplica"
_OWN_KEY = {"serverSideEncryption": {"enabled": True, "kmsKeyArn": f"KEY a of {HOME}"}}
_MANAGED_KEY = {"serverSideEncryption": {"enabled": True}}
_PLAIN = table(**PER_REQUEST, **STREAM)


def _in(*replicas: str | dict[str, Any], **rest: Any) -> dict[str, Any]:
    named = [
        {"regionName": replica} if isinstance(replica, str) else replica for replica in replicas
    ]
    return {**_PLAIN, "replicas": named, **rest}


def _recovering(home: bool, second: bool, third: bool, **rest: Any) -> dict[str, Any]:
    replicas = [
        {"regionName": region, "pointInTimeRecovery": on, **rest.pop(region, {})}
        for region, on in ((SECOND, second), (THIRD, third))
    ]
    return _in(*replicas, pointInTimeRecovery={"enabled": home}, **rest)


def _with_keys(home: bool, second: bool, third: bool) -> dict[str, Any]:
    keys = {region: {"kmsKeyArn": f"KEY a of {region}"} for region in (SECOND, THIRD)}
    return _recovering(home, second, third, **keys, **_OWN_KEY)


def _keyed(letter: str) -> dict[str, Any]:
    replicas = [
        {"regionName": region, "kmsKeyArn": f"KEY {letter} of {region}"}
        for region in (SECOND, THIRD)
    ]
    return _in(*replicas, **_OWN_KEY)


def _tagged(tags: dict[str, str], **propagated: bool) -> dict[str, Any]:
    regions = {"second": SECOND, "third": THIRD}
    replicas = [
        {"regionName": regions[name], "propagateTags": on} for name, on in propagated.items()
    ]
    return _in(*replicas, tags={"Name": "events", **tags})


def _with_replica(table_inputs: dict[str, Any], **replica: Any) -> Step:
    given = {"globalTableArn": ARN, "region": SECOND, **replica}
    return Step({"it": (TABLE, table_inputs), "replica": (_REPLICA, given)})


REGIONS = [
    Scenario(
        "DynamoDBTable_Replica_multiple",
        [declared(_in(SECOND, THIRD)), declared(_in()), declared(_in(SECOND, THIRD))],
    ),
    Scenario(
        "DynamoDBTable_Replica_single",
        [
            declared(_in(SECOND)),
            declared(_in()),
            declared(_in(SECOND)),
            declared(_in(SECOND), changes=False),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_singleStreamSpecification",
        [declared(_in(SECOND, streamViewType="KEYS_ONLY"))],
    ),
    Scenario(
        "DynamoDBTable_Replica_singleDefaultKeyEncrypted", [declared(_in(SECOND, **_MANAGED_KEY))]
    ),
    Scenario(
        "DynamoDBTable_Replica_singleDefaultKeyEncryptedAmazonOwned",
        [
            declared(_in(SECOND, **_MANAGED_KEY)),
            declared(_in(SECOND, serverSideEncryption={"enabled": False})),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_singleCMK",
        [declared(_in({"regionName": SECOND, "kmsKeyArn": f"KEY a of {SECOND}"}, **_OWN_KEY))],
    ),
    Scenario(
        "DynamoDBTable_Replica_doubleAddCMK",
        [
            declared(_in(SECOND, THIRD, **_MANAGED_KEY)),
            declared(_keyed("a")),
            declared(_keyed("b")),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_pitr",
        [
            declared(_recovering(home=False, second=True, third=False)),
            declared(_recovering(home=True, second=False, third=True)),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_pitrKMS",
        [
            declared(_with_keys(*flags))
            for flags in (
                (False, False, False),
                (False, True, False),
                (False, True, True),
                (True, False, True),
                (False, False, False),
            )
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_deletionProtection",
        [
            declared(_in({"regionName": SECOND, "deletionProtectionEnabled": on}))
            for on in (True, False)
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tags_updateIsPropagated_oneOfTwo",
        [
            declared(_tagged({"benny": value}, second=True, third=False))
            for value in ("smiles", "frowns")
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tags_updateIsPropagated_twoOfTwo",
        [
            declared(_tagged({"structure": value}, second=True, third=True))
            for value in ("adobe", "steel")
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tags_propagateToAddedReplica",
        [
            declared(_tagged({"a": "1"}, second=True)),
            declared(_tagged({"a": "1"}, second=True, third=True)),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tags_notPropagatedToAddedReplica",
        [
            declared(_tagged({"a": "1"}, second=True)),
            declared(_tagged({"a": "1"}, second=True, third=False)),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tags_nonPropagatedTagsAreUnmanaged",
        [
            declared(_tagged({"structure": "adobe"}, second=True, third=True)),
            declared(
                _tagged({"structure": "steel"}, second=True, third=False),
                becomes={
                    "replica tags": {
                        SECOND: {"Name": "events", "structure": "steel"},
                        THIRD: {"Name": "events", "structure": "adobe"},
                    }
                },
            ),
        ],
    ),
    Scenario(
        "DynamoDBTable_Replica_tagsUpdate",
        [
            declared(_tagged({"a": "1"}, second=True)),
            declared(_tagged({"a": "1", "b": "2"}, second=True)),
            declared(_tagged({"a": "1", "b": "2"}, second=True, third=True)),
            declared(_tagged({"a": "1", "b": "2", "c": "3"}, second=True, third=True)),
            declared(_tagged({}, second=True, third=True)),
        ],
    ),
    Scenario("DynamoDBTableReplica_basic", [_with_replica(_PLAIN)]),
    Scenario(
        "DynamoDBTableReplica_pitr",
        [_with_replica(_PLAIN, pointInTimeRecovery=on) for on in (True, False)],
    ),
    Scenario(
        "DynamoDBTableReplica_pitrKMS",
        [
            _with_replica(
                {**_PLAIN, **_OWN_KEY}, pointInTimeRecovery=on, kmsKeyArn=f"KEY a of {SECOND}"
            )
            for on in (False, True, False)
        ],
    ),
    Scenario(
        "DynamoDBTableReplica_pitrDefault",
        [_with_replica({**_PLAIN, **_MANAGED_KEY}, pointInTimeRecovery=on) for on in (False, True)],
    ),
    Scenario(
        "DynamoDBTableReplica_tags",
        [
            _with_replica(_PLAIN, tags=tags)
            for tags in ({"a": "1"}, {"a": "1", "b": "2"}, {"b": "2"}, {})
        ],
    ),
    Scenario(
        "DynamoDBTableReplica_tableClass",
        [
            _with_replica({**_PLAIN, "tags": {"Name": "events"}}, tableClassOverride=name)
            for name in ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
        ],
    ),
    Scenario(
        "DynamoDBTableReplica_keys",
        [
            _with_replica(
                {**_PLAIN, **_OWN_KEY, "pointInTimeRecovery": {"enabled": True}},
                kmsKeyArn=f"KEY {letter} of {SECOND}",
                pointInTimeRecovery=True,
            )
            for letter in "ab"
        ],
    ),
    Scenario(
        "DynamoDBTableReplica_deletionProtection",
        [_with_replica(_PLAIN, deletionProtectionEnabled=on) for on in (True, False)],
    ),
]
