"""Any table in either dialect is the same table in the other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.manifest.conversion import convert
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredTable

TYPES = st.sampled_from(["S", "N", "B"])
UNITS = st.fixed_dictionaries(
    {"readCapacityUnits": st.integers(1, 9), "writeCapacityUnits": st.integers(1, 9)}
)
PROJECTIONS = st.one_of(
    st.none(),
    st.sampled_from([{"type": "ALL"}, {"type": "KEYS_ONLY_PROJECTION"}, {}]),
    st.just({"type": "INCLUDE", "nonKeyAttributes": ["title", "${price}"]}),
)
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1"
SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "ttl": st.sampled_from([{"enabled": True, "attributeName": "gone"}, {"enabled": False}]),
    "pointInTimeRecoveryEnabled": st.booleans(),
    "deletionProtectionEnabled": st.booleans(),
    "contributorInsightsEnabled": st.booleans(),
    "tableClass": st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    "serverSideEncryption": st.sampled_from(
        [{"enabled": False}, {"enabled": True}, {"enabled": True, "kmsKeyArn": KEY_ARN}]
    ),
}
LABELS = st.dictionaries(
    st.sampled_from(["team", "cost", "1234", "true"]), st.sampled_from(["", "web", "0042", "null"])
)


@st.composite
def planton_tables(draw: st.DrawFn) -> dict[str, Any]:
    """A document of Planton's kind."""
    types: dict[str, str] = {}

    def key(*names: str) -> list[dict[str, str]]:
        kinds = ("HASH", "RANGE")
        for name in names:
            types.setdefault(name, draw(TYPES))
        elements = [
            {"attributeName": name, "keyType": kind}
            for name, kind in zip(names, kinds, strict=False)
        ]
        return draw(st.permutations(elements))

    sorted_too = draw(st.booleans())
    spec: dict[str, Any] = {"billingMode": draw(st.sampled_from(["PROVISIONED", 2]))}
    bought = spec["billingMode"] == "PROVISIONED"
    if bought:
        spec["provisionedThroughput"] = draw(UNITS)
    spec["keySchema"] = key("id", "at") if sorted_too else key("id")
    spec["globalSecondaryIndexes"] = [
        {
            "name": f"by-{number}",
            "keySchema": key(*draw(st.sampled_from([("a",), ("a", "b"), ("b", "at"), ("id",)]))),
            "projection": draw(PROJECTIONS),
            **({"provisionedThroughput": draw(UNITS)} if bought else {}),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    if sorted_too:
        spec["localSecondaryIndexes"] = [
            {"name": f"l-{number}", "keySchema": key("id", f"s{number}"), "projection": None}
            for number in range(draw(st.integers(0, 2)))
        ]
    if draw(st.booleans()):
        spec |= {"streamEnabled": True, "streamViewType": draw(st.integers(1, 4))}
    spec |= draw(st.fixed_dictionaries({}, optional=SETTINGS))
    spec["attributeDefinitions"] = [{"name": name, "type": kind} for name, kind in types.items()]
    return {
        "apiVersion": "aws.project-planton.org/v1",
        "kind": "AwsDynamodb",
        "metadata": {
            "name": "orders",
            "org": draw(st.sampled_from(["", "acme"])),
            "labels": draw(LABELS),
        },
        "spec": json.loads(json.dumps(spec).replace("${", "$${")),
    }


def read(text: str) -> manifest.StackManifest:
    return manifest.load_text(text, {"AWS_REGION": "us-east-1"})


def without_tags(table: DeclaredTable) -> DeclaredTable:
    return replace(table, table=replace(table.table, tags={}), tags={})


@settings(max_examples=150, deadline=None)
@given(document=planton_tables())
def test_a_converted_manifest_describes_the_same_table_both_ways(document: dict[str, Any]) -> None:
    planton = read(json.dumps(document))
    ours = convert(planton, "tablewright")
    assert ours.lost == ()
    assert declare(read(ours.text)) == declare(planton)

    back = read(convert(read(ours.text), "planton").text)
    [before], [after] = declare(planton).tables, declare(back).tables
    assert without_tags(after) == without_tags(before)
    kept = {name: after.table.tags[name] for name in before.table.tags}
    assert kept == before.table.tags
