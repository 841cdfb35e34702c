"""The stack's defaults under its tables."""

import pytest
from tests.support.defaults import with_defaults

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.models import Stack, Table, TableSpec

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: test
  tags: {Team: web, CostCenter: "7"}
  defaults:
"""
TABLE = """\
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
"""


def text_of(defaults: str, own: str = "") -> str:
    return f"{STACK}    {defaults}\n{TABLE}" + (f"  {own}\n" if own else "")


def spec(defaults: str, own: str = "") -> TableSpec:
    return manifest.load_text(text_of(defaults, own), {}).tables[0].spec


def test_a_table_takes_over_what_it_does_not_say() -> None:
    assert spec("recovery: {days: 7}").recovery.days == 7


def test_a_tables_own_word_wins_field_by_field() -> None:
    merged = spec(
        "alarms: {userErrors: {threshold: 5, period: 300}, systemErrors: {}}",
        "alarms: {userErrors: {threshold: 9}}",
    )
    assert (merged.alarms.user_errors.threshold, merged.alarms.user_errors.period) == (9, 300)
    assert merged.alarms.system_errors is not None


def test_a_list_is_replaced_as_a_whole() -> None:
    assert [
        role.name for role in spec("access: [read, write]", "access: [stream]\n  stream: {}").access
    ] == ["stream"]


def test_tags_are_joined() -> None:
    assert spec("tags: {A: a, B: b}", "tags: {B: c}").tags == {"A": "a", "B": "c"}


def test_encryption_is_replaced_as_a_whole() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    merged = spec(
        f"encryption: {{type: CUSTOMER, kmsKeyArn: {key}}}", "encryption: {type: AWS_OWNED}"
    )
    assert merged.encryption.kms_key_arn is None


def test_a_default_can_be_switched_off() -> None:
    assert spec("stream: {viewType: NEW_IMAGE}", "stream: {enabled: false}").stream.enabled is False


def test_null_removes_a_default() -> None:
    assert spec("recovery: {days: 7}", "recovery: null").recovery is None
    assert spec("tags: {A: a, B: b}", "tags: {B: null}").tags == {"A": "a"}
    alarms = spec("alarms: {userErrors: {}, systemErrors: {}}", "alarms: {userErrors: ~}").alarms
    assert (alarms.user_errors, alarms.system_errors is None) == (None, False)


def test_alarms_by_default_are_for_tables_of_their_billing_mode() -> None:
    alarms = "alarms: {readUtilization: {}, readOnDemandThrottles: {}}"
    found = spec(alarms, "billingMode: PAY_PER_REQUEST").alarms
    assert (found.read_utilization, found.read_on_demand_throttles is None) == (None, False)


def test_capacity_is_not_taken_over_with_the_other_billing_mode() -> None:
    provisioned = (
        "{billingMode: PROVISIONED, autoScaling: {read: {minCapacity: 1, maxCapacity: 2}}, "
        "provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}}"
    )
    text = text_of("X", "billingMode: PAY_PER_REQUEST")
    text = text.replace("defaults:\n    X", f"defaults: {provisioned}")
    merged = manifest.load_text(text, {}).tables[0].spec
    assert merged.provisioned_throughput is None
    assert merged.auto_scaling is None


def test_a_mistake_in_a_default_is_reported_once_at_the_stack() -> None:
    two = text_of("recovery: {days: 0}") + TABLE.replace("orders", "visits")
    with pytest.raises(ManifestError) as raised:
        manifest.load_text(two, {})
    [problem] = raised.value.problems
    assert (problem.line, problem.path) == (9, "spec.defaults.recovery.days")


def test_a_program_merges_defaults_like_a_document() -> None:
    text = text_of("alarms: {userErrors: {threshold: 5}}", "alarms: {systemErrors: {}}")
    loaded = manifest.load_text(text, {})
    bare = Table.model_validate(
        {
            "metadata": {"name": "orders"},
            "spec": {
                "partitionKey": {"name": "id", "type": "S"},
                "alarms": {"systemErrors": {}},
            },
        }
    )
    stack = Stack.model_validate(loaded.stack.model_dump(exclude_unset=True))
    assert with_defaults(stack, bare).spec == loaded.tables[0].spec


ON_INDEXES = "alarms: {readThrottles: {threshold: 3, indexes: true}}"
INDEX = "globalSecondaryIndexes: [{name: by-x, partitionKey: {name: x, type: S}}]"


def test_alarms_on_indexes_by_default_are_for_tables_that_have_some() -> None:
    alone = spec(ON_INDEXES).alarms.read_throttles
    assert (alone.threshold, alone.indexes) == (3, False)
    assert spec(ON_INDEXES, INDEX).alarms.read_throttles.indexes is True


def test_a_tables_own_word_on_its_indexes_is_checked() -> None:
    with pytest.raises(ManifestError, match="no global index to watch"):
        spec("recovery: {days: 7}", ON_INDEXES)
