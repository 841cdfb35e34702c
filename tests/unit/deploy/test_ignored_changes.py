"""What Pulumi's own plug-in drops without a word is refused before it is its to make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tablewright import manifest
from tablewright.aws.target import Target
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.deploy.preconditions.existing import read_existing
from tablewright.deploy.preconditions.ignored_changes import (
    recorded_tables,
    refuse_ignored_changes,
)
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.plan.declaration.declare import declare
from tablewright.resource_kinds.types import TABLE

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: dev, tags: {Team: a, CostCenter: b}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  sortKey: {name: at, type: N}
  globalSecondaryIndexes:
    - {name: by-size, partitionKey: {name: size, type: N}, projection: {type: ALL}}
  localSecondaryIndexes:
    - {name: local, sortKey: {name: kind, type: S}, projection: {type: ALL}}
"""
OUTPUTS: dict[str, Any] = {
    "name": "orders",
    "hashKey": "id",
    "rangeKey": "at",
    "attributes": [
        {"name": "id", "type": "S"},
        {"name": "at", "type": "N"},
        {"name": "size", "type": "N"},
        {"name": "kind", "type": "S"},
    ],
    "globalSecondaryIndexes": [{"name": "by-size", "hashKey": "size", "projectionType": "ALL"}],
    "localSecondaryIndexes": [{"name": "local", "rangeKey": "kind", "projectionType": "ALL"}],
}


RECORDED = StateResource("urn", TABLE, "orders", "orders", outputs=OUTPUTS)


def refuse(text: str) -> None:
    declared = declare(manifest.load_text(text, {}))
    refuse_ignored_changes(declared, {})
    refuse_ignored_changes(declared, recorded_tables([RECORDED]))


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ("{name: size, type: N}", "{name: size, type: S}", "size, a key attribute of index by-"),
        ("{name: id, type: S}", "{name: id, type: N}", "the type of its key attribute id is S"),
        ("{name: at, type: N}", "{name: at, type: S}", "the type of its key attribute at is N"),
        ("{name: kind, type: S}", "{name: kind, type: N}", "a key attribute of local index local"),
        (
            "type: S}, projection: {type: ALL}}\n",
            "type: S}, projection: {type: KEYS_ONLY}}\n",
            "the projection of local index local",
        ),
    ],
)
def test_what_the_plug_in_ignores_is_refused(before: str, after: str, refusal: str) -> None:
    assert before in STACK
    with pytest.raises(RefusedError, match=refusal) as refused:
        refuse(STACK.replace(before, after))
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "by-size, partitionKey: {name: size, type: N}",
            "other, partitionKey: {name: size, type: S}",
        ),
        ("{name: size, type: N}", "{name: width, type: S}"),
        ("type: N}, projection: {type: ALL}}", "type: N}, projection: {type: KEYS_ONLY}}"),
        ("shop", "other"),
    ],
)
def test_what_it_carries_out_is_its_own(before: str, after: str) -> None:
    assert before in STACK
    refuse(STACK.replace(before, after))


@pytest.mark.parametrize("home", [None, Path("/home-with-our-plug-in")])
def test_it_is_refused_only_where_that_plug_in_runs(
    home: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    text = STACK.replace("{name: size, type: N}", "{name: size, type: S}")
    declared = declare(manifest.load_text(text, {}))
    place = TargetEnvironment(
        "aws", "aws", Target.sandbox("http://127.0.0.1:9"), "eu-west-1", {}, "file:///nowhere", home
    )
    stack = StackIdentity("shop/dev", "file:///nowhere")
    if home is not None:
        assert read_existing(declared, [RECORDED], [], stack, place).recorded == {"orders"}
        return
    with pytest.raises(RefusedError, match="Pulumi's own plug-in ignores that"):
        read_existing(declared, [RECORDED], [], stack, place)
