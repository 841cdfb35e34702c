"""What is written for one environment is what no other gets: every field, set and removed."""

from __future__ import annotations

from typing import Any

import pytest

from tablewright import manifest
from tablewright.errors import InputError
from tablewright.manifest.placing import Placement, write_field
from tablewright.manifest.rendering import document_of

TEXT = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: shop, CostCenter: retail}
  environments: {dev: {}, prod: {}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}  # the orders
spec:
  partitionKey: {name: id, type: S}
  recovery: {days: 7}  # a week
  stream: {viewType: KEYS_ONLY}
  deletionProtection: true
  tags: {Tier: gold}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 6}
  autoScaling: {read: {minCapacity: 5, maxCapacity: 50}}
  alarms: {userErrors: {threshold: 5}}
  globalSecondaryIndexes:
    - name: by-user
      partitionKey: {name: user, type: S}
      projection: {type: ALL}
      provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
  environments:
    prod:
      tableClass: STANDARD  # there alone
"""
SET: dict[str, Any] = {
    "recovery.days": 9,
    "stream.viewType": "NEW_IMAGE",
    "deletionProtection": False,
    "tags.Tier": "silver",
    "tableTags.New": "1",
    "provisionedThroughput.readCapacityUnits": 8,
    "autoScaling.read.maxCapacity": 90,
    "autoScaling.write": {"minCapacity": 6, "maxCapacity": 9},
    "alarms.userErrors.threshold": 7,
    "encryption.type": "AWS_MANAGED",
    "contributorInsights": {"mode": "THROTTLED_KEYS"},
    "tableClass": "STANDARD_INFREQUENT_ACCESS",
}
GONE = ("recovery", "stream", "deletionProtection", "tags.Tier", "autoScaling", "alarms")


def spec_of(text: str, environment: str, folder: Any) -> dict[str, Any]:
    """What an environment declares, without what is said of others."""
    file = folder / "t.yaml"
    file.write_text(text)
    (table,) = manifest.load([str(file)], {}, chosen_environment=environment).tables
    spec = dict(document_of(table)["spec"])
    spec.pop("environments", None)
    return spec


def placement(environment: str) -> Placement:
    others = tuple(name for name in ("dev", "prod") if name != environment)
    return Placement(environment, others)


def at(spec: Any, path: str) -> Any:
    for part in path.split("."):
        spec = spec[part]
    return spec


@pytest.mark.parametrize("environment", ["dev", "prod"])
@pytest.mark.parametrize("path", [*SET])
def test_what_is_set_for_one_environment_no_other_gets(tmp_path, path, environment):
    spec = spec_of(TEXT, environment, tmp_path)
    other = "prod" if environment == "dev" else "dev"
    before = spec_of(TEXT, other, tmp_path)
    where = placement(environment)
    text = write_field(TEXT, "orders", f"spec.{path}", SET[path], spec, where, {})
    after = spec_of(text, environment, tmp_path)
    assert at(after, path) == SET[path] or SET[path].items() <= at(after, path).items()
    head = path.split(".")[0]
    assert {name: value for name, value in after.items() if name != head} == {
        name: value for name, value in spec.items() if name != head
    }
    if isinstance(spec.get(head), dict):
        kept = {name: value for name, value in spec[head].items() if name != path.split(".")[1]}
        assert kept.items() <= after[head].items()
    assert spec_of(text, other, tmp_path) == before
    assert "# a week" in text
    assert "# there alone" in text


@pytest.mark.parametrize("path", GONE)
def test_what_is_removed_from_one_environment_every_other_keeps(path, tmp_path):
    spec, before = (spec_of(TEXT, name, tmp_path) for name in ("prod", "dev"))
    text = write_field(TEXT, "orders", f"spec.{path}", None, spec, placement("prod"), {})
    head, _, below = path.partition(".")
    after = spec_of(text, "prod", tmp_path)
    assert below not in after[head] if below else after.get(head, False) is False
    assert {name: value for name, value in after.items() if name != head} == {
        name: value for name, value in spec.items() if name != head
    }
    assert spec_of(text, "dev", tmp_path) == before
    assert write_field(text, "orders", f"spec.{path}", None, after, placement("prod"), {}) == text
    alone = write_field(TEXT, "orders", f"spec.{path}", None, spec, Placement("dev"), {})
    assert ": null" not in alone != TEXT


def test_what_an_environment_says_otherwise_is_not_had_from_the_others_when_it_is_removed(tmp_path):
    text = TEXT.replace("tableClass: STANDARD ", "recovery: {days: 9} ")
    spec = spec_of(text, "prod", tmp_path)
    text = write_field(text, "orders", "spec.recovery", None, spec, placement("prod"), {})
    assert "recovery" not in spec_of(text, "prod", tmp_path)
    assert spec_of(text, "dev", tmp_path)["recovery"] == {"days": 7}


def test_an_element_of_a_list_is_removed_by_hand(tmp_path):
    spec = spec_of(TEXT, "prod", tmp_path)
    path = "spec.globalSecondaryIndexes[by-user].provisionedThroughput"
    with pytest.raises(InputError, match="removed from the environment dev as well"):
        write_field(TEXT, "orders", path, None, spec, placement("prod"), {})


def test_capacity_is_left_behind_with_its_billing_mode(tmp_path):
    spec = spec_of(TEXT, "prod", tmp_path)
    text = TEXT
    for path, value in (
        ("spec.billingMode", "PAY_PER_REQUEST"),
        ("spec.provisionedThroughput", None),
        ("spec.autoScaling", None),
    ):
        text = write_field(text, "orders", path, value, spec, placement("prod"), {})
    assert text.count("provisionedThroughput") == TEXT.count("provisionedThroughput")
    assert (
        "    prod:\n      tableClass: STANDARD  # there alone\n      billingMode: PAY_PER" in text
    )


def test_what_null_removes_from_an_environment_can_be_set_there_again(tmp_path):
    text = TEXT.replace("tableClass: STANDARD ", "recovery: null ")
    spec = spec_of(text, "prod", tmp_path)
    assert "recovery" not in spec
    text = write_field(text, "orders", "spec.recovery.days", 9, spec, placement("prod"), {})
    days = [spec_of(text, name, tmp_path)["recovery"]["days"] for name in ("dev", "prod")]
    assert days == [7, 9]


def test_half_of_a_field_that_is_replaced_as_a_whole_brings_the_other_half(tmp_path):
    spec = spec_of(TEXT, "prod", tmp_path)
    text = TEXT
    for side in ("read", "write"):
        path = f"spec.provisionedThroughput.{side}CapacityUnits"
        text = write_field(text, "orders", path, 20, spec, placement("prod"), {})
    both = {"readCapacityUnits": 20, "writeCapacityUnits": 20}
    assert spec_of(text, "prod", tmp_path)["provisionedThroughput"] == both


def test_an_element_of_a_list_is_written_by_hand(tmp_path):
    spec = spec_of(TEXT, "prod", tmp_path)
    path = "spec.globalSecondaryIndexes[by-user].projection.type"
    with pytest.raises(InputError, match="set in the environment dev as well"):
        write_field(TEXT, "orders", path, "KEYS_ONLY", spec, placement("prod"), {})


def test_an_environment_that_the_stack_does_not_declare_is_declared_first(tmp_path):
    spec = spec_of(TEXT, "prod", tmp_path)
    where = Placement("dev", ("prod",), declared=False)
    with pytest.raises(InputError, match="set in the environment prod as well") as caught:
        write_field(TEXT, "orders", "spec.recovery.days", 9, spec, where, {})
    assert "add `dev: {}` to `environments` of the stack" in caught.value.next_step
    with pytest.raises(InputError, match="removed from the environment prod as well"):
        write_field(TEXT, "orders", "spec.recovery", None, spec, where, {})


@pytest.mark.parametrize("value", [9, None])
def test_what_comes_from_a_variable_is_not_written_over(value):
    text = TEXT.replace("{days: 7}", '{days: "${DAYS:-7}"}').replace("dev: {}, prod: {}", "dev: {}")
    for path in ("spec.recovery.days", "spec.recovery"):
        with pytest.raises(InputError, match="comes from a variable"):
            write_field(text, "orders", path, value, {}, Placement("dev"), {})
