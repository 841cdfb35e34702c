"""Indexes, as part of their table."""

from __future__ import annotations

from typing import Any

from .model import (
    PER_REQUEST,
    PROVISIONED,
    Scenario,
    declared,
    index,
    key_schemas,
    maxima,
    table,
    units,
    warm,
)


def _initial() -> dict[str, Any]:
    return table(
        "hash",
        **units(1, 2),
        rangeKey="range",
        types={"local": "N"},
        localSecondaryIndexes=[{"name": "LSI", "rangeKey": "local", "projectionType": "ALL"}],
        globalSecondaryIndexes=[index("first", "hash", "sort", projection="KEYS_ONLY", **units(1))],
    )


def _secondary() -> dict[str, Any]:
    second = index(
        "second", "hash", "other", projection="INCLUDE", nonKeyAttributes=["extra"], **units(5)
    )
    return table(
        "hash",
        **units(2),
        rangeKey="range",
        types={"local": "N", "other": "N"},
        localSecondaryIndexes=[{"name": "LSI", "rangeKey": "local", "projectionType": "ALL"}],
        globalSecondaryIndexes=[second],
    )


def _three(capacity: int, own: int | None = None, types: Any = ()) -> dict[str, Any]:
    own = capacity if own is None else own
    indexes = [index(f"by-{name}", name, **units(own)) for name in ("one", "two", "three")]
    return table(**units(capacity), globalSecondaryIndexes=indexes, types=dict(types))


def _other_keys(*extras: str) -> dict[str, Any]:
    return table(
        **units(1),
        globalSecondaryIndexes=[
            index("by-one", "one", **units(1)),
            index("by-two", "four", "two", **units(1)),
            index(
                "by-three",
                "three",
                "four",
                projection="INCLUDE",
                nonKeyAttributes=list(extras),
                **units(1),
            ),
        ],
    )


def _extras(*extras: str) -> dict[str, Any]:
    index_inputs = index("GSI", "one", "two", projection="INCLUDE", nonKeyAttributes=list(extras))
    return table(**units(1), globalSecondaryIndexes=[{**index_inputs, **units(1)}])


def _local(name: str, **rest: Any) -> dict[str, Any]:
    local_index = {"name": name, "rangeKey": "local", "projectionType": "KEYS_ONLY", **rest}
    return table(**units(10), rangeKey="range", localSecondaryIndexes=[local_index])


def _one_attribute(kind: str, *more: str) -> dict[str, Any]:
    index_inputs = index("GSI", "first", *more, projection="KEYS_ONLY", **units(10))
    return table(**units(10), globalSecondaryIndexes=[index_inputs], types={"first": kind})


def _keyed(schemas: list[dict[str, str]], **rest: Any) -> dict[str, Any]:
    index_inputs = {"name": "GSI", "keySchemas": schemas, "projectionType": "ALL", **units(1)}
    return table(**units(1), globalSecondaryIndexes=[index_inputs], **rest)


def _on_demand(*indexes: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return table(**PER_REQUEST, globalSecondaryIndexes=list(indexes), **rest)


_FOUR_HASHES = ["id", "hash2", "hash3", "hash4"]
_FOUR_RANGES = ["range1", "range2", "range3", "range4"]

INDEXES = [
    Scenario("DynamoDBTable_extended", [declared(_initial()), declared(_secondary())]),
    Scenario("DynamoDBTable_gsiUpdateCapacity", [declared(_three(1)), declared(_three(2))]),
    Scenario(
        "DynamoDBTable_gsiUpdateCapacity_DifferentFromTable",
        [declared(_three(1, 2)), declared(_three(1, 3)), declared(_three(4, 3))],
    ),
    Scenario(
        "DynamoDBTable_gsiUpdateOtherAttributes",
        [declared(_three(1)), declared(_other_keys("extra"))],
    ),
    Scenario(
        "DynamoDBTable_gsiUpdateNonKeyAttributes",
        [declared(_other_keys("extra")), declared(_other_keys("extra", "another"))],
    ),
    Scenario(
        "DynamoDBTable_GsiUpdateNonKeyAttributes_emptyPlan",
        [
            declared(_extras("another", "extra")),
            declared(_extras("extra", "another"), changes=False),
        ],
    ),
    Scenario(
        "DynamoDBTable_gsiOnDemandThroughput",
        [
            declared(_on_demand(index("GSI", "one", **maxima(value)), **maxima(10)))
            for value in (5, 10)
        ],
    ),
    Scenario(
        "DynamoDBTable_gsiWarmThroughput_billingPayPerRequest",
        [
            declared(_on_demand(index("GSI", "one", **warm(*pair))))
            for pair in ((12100, 4100), (12200, 4200))
        ],
    ),
    Scenario(
        "DynamoDBTable_gsiWarmThroughput_billingProvisioned",
        [
            declared(
                table(
                    **PROVISIONED,
                    **units(1),
                    globalSecondaryIndexes=[index("GSI", "one", **units(1), **warm(*pair))],
                )
            )
            for pair in ((5, 5), (10, 10))
        ],
    ),
    Scenario(
        "DynamoDBTable_gsiWarmThroughput_switchBilling",
        [
            declared(_on_demand(index("GSI", "one", **warm(12100, 4100)))),
            declared(
                table(
                    **PROVISIONED,
                    **units(1),
                    globalSecondaryIndexes=[index("GSI", "one", **units(1), **warm(12100, 4100))],
                )
            ),
        ],
    ),
    Scenario(
        "DynamoDBTable_lsiNonKeyAttributes",
        [declared(_local("LSI", projectionType="INCLUDE", nonKeyAttributes=["extra"]))],
    ),
    Scenario(
        "DynamoDBTable_lsiUpdate",
        [declared(_local("original")), declared(_local("changed"), replaced=("it",))],
    ),
    Scenario(
        "DynamoDBTable_attributeUpdate",
        [
            declared(_one_attribute("S")),
            declared(_one_attribute("N"), noticed=False),
            declared(_one_attribute("N", "second")),
            declared(_one_attribute("S")),
        ],
    ),
    Scenario("DynamoDBTable_GSI_keySchema_singleHashKey", [declared(_keyed(key_schemas(["id"])))]),
    Scenario(
        "DynamoDBTable_GSI_keySchema_singleRangeKey",
        [declared(_keyed(key_schemas(["id"], ["sort"])))],
    ),
    Scenario(
        "DynamoDBTable_GSI_keySchema_multipleHashKeys",
        [declared(_keyed(key_schemas(["id", "hash2"])))],
    ),
    Scenario(
        "DynamoDBTable_GSI_keySchema_multipleRangeKeys",
        [declared(_keyed(key_schemas(["id"], ["sort1", "sort2"])))],
    ),
    Scenario(
        "DynamoDBTable_keySchema_maxKeys",
        [declared(_keyed(key_schemas(_FOUR_HASHES, _FOUR_RANGES), rangeKey="range1"))],
    ),
    Scenario(
        "DynamoDBTable_GSI_keySchema_singleHashKey_ToMultiple",
        [
            declared(_keyed(key_schemas(["id"]))),
            declared(_keyed(key_schemas(["id", "hash2"]))),
            declared(_keyed(key_schemas(["id", "hash2"], ["sort1", "sort2"]))),
        ],
    ),
    Scenario(
        "DynamoDBTable_GSI_keySchema_backAndForth",
        [
            declared(
                table(**units(1), globalSecondaryIndexes=[index("GSI", "id", "sort", **units(1))])
            ),
            declared(_keyed(key_schemas(["id"], ["sort"])), changes=False),
        ],
    ),
]
