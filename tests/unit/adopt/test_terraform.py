import json
from pathlib import Path
from typing import Any

import pytest

from tablewright.adopt.terraform import (
    TerraformState,
    TerraformTable,
    read_state,
    removed_blocks,
    state_commands,
    state_of,
)
from tablewright.errors import UsageError

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


def resource(name: str = "orders", **more: Any) -> dict[str, Any]:
    instances = more.pop("instances", [{"attributes": {"name": "orders", "arn": ARN}}])
    kind = {"mode": "managed", "type": "aws_dynamodb_table", "name": name}
    return {**kind, "instances": instances, **more}


def state(*resources: dict[str, Any], version: int = 4) -> str:
    return json.dumps({"version": version, "resources": list(resources)})


def keyed(key: str | int) -> dict[str, Any]:
    return {"index_key": key, "attributes": {"name": f"orders-{key}", "arn": f"{ARN}-{key}"}}


def test_a_table_is_found_with_its_region_and_account():
    [table] = state_of(state(resource())).tables
    assert table == TerraformTable(
        "aws_dynamodb_table.orders", "aws_dynamodb_table.orders", "orders", ARN
    )
    assert (table.region, table.account_id) == ("eu-west-1", "123456789012")


def test_tables_of_modules_and_their_instances_have_addresses():
    nested = resource(module='module.shop["a.b"]', instances=[keyed("eu"), keyed(0)])
    assert [table.address for table in state_of(state(nested)).tables] == [
        'module.shop["a.b"].aws_dynamodb_table.orders["eu"]',
        'module.shop["a.b"].aws_dynamodb_table.orders[0]',
    ]


def test_other_resources_and_data_sources_are_passed_over():
    other = resource(type="aws_sqs_queue", instances=[{}])
    data = resource(mode="data")
    assert state_of(state(other, data)) == TerraformState()


def part(kind: str, **attributes: Any) -> dict[str, Any]:
    return resource("x", type=kind, instances=[{"attributes": attributes}])


READS = {
    "service_namespace": "dynamodb",
    "resource_id": "table/orders/index/by-user",
    "scalable_dimension": "dynamodb:index:ReadCapacityUnits",
}
PLACE = f"{READS['resource_id']} {READS['scalable_dimension']}"
OF_ORDERS = {"dimensions": {"TableName": "orders"}}


@pytest.mark.parametrize(
    ("kind", "attributes", "identity"),
    [
        ("aws_appautoscaling_target", READS, PLACE),
        ("aws_appautoscaling_policy", READS, PLACE),
        ("aws_appautoscaling_scheduled_action", READS, PLACE),
        (
            "aws_cloudwatch_metric_alarm",
            {"alarm_name": "hot", "metric_query": [], **OF_ORDERS},
            "hot",
        ),
        (
            "aws_cloudwatch_metric_alarm",
            {"alarm_name": "math", "metric_query": [{"metric": [OF_ORDERS]}, {"metric": []}]},
            "math",
        ),
        ("aws_dynamodb_contributor_insights", {"table_name": "orders"}, ""),
        ("aws_dynamodb_kinesis_streaming_destination", {"table_name": "orders"}, ""),
        ("aws_dynamodb_resource_policy", {"resource_arn": f"{ARN}/stream/2026"}, ""),
        ("aws_dynamodb_table_replica", {"global_table_arn": ARN}, ""),
    ],
)
def test_what_was_adopted_with_a_table_changes_hands_with_it(kind, attributes, identity):
    found = state_of(state(resource(), part(kind, **attributes)))
    assert [one.address for one in found.taken({"orders": ()})] == [
        "aws_dynamodb_table.orders",
        f"{kind}.x",
    ]
    assert found.parts[0].identity == identity
    if identity:
        [table] = found.taken({"orders": {identity}})
        assert table.address == "aws_dynamodb_table.orders"


def test_what_hangs_on_other_tables_or_on_none_stays_with_terraform():
    found = state_of(
        state(
            part("aws_appautoscaling_target", **{**READS, "service_namespace": "ecs"}),
            part("aws_dynamodb_contributor_insights", table_name="users"),
            part("aws_cloudwatch_metric_alarm", alarm_name="cpu", metric_query=[], dimensions=None),
        )
    )
    assert found.taken({"orders": ()}) == ()


def test_removed_blocks_name_each_resource_once_and_destroy_nothing():
    tables = state_of(
        state(resource(module='module.shop["a]."]', instances=[keyed(0), keyed(1)]))
    ).tables
    assert removed_blocks(tables) == (
        "removed {\n  from = module.shop.aws_dynamodb_table.orders\n\n"
        "  lifecycle {\n    destroy = false\n  }\n}\n"
    )


def test_commands_name_each_instance_and_survive_a_shell():
    tables = state_of(state(resource(instances=[keyed("it's")]))).tables
    assert state_commands(tables) == (
        """terraform state rm 'aws_dynamodb_table.orders["it'\\''s"]'""",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is no Terraform state"),
        ('{"version": 3}', "is no Terraform state of version 4"),
        (state({"mode": "managed", "type": "aws_dynamodb_table", "name": "x"}), "is damaged"),
        (state(resource(instances=[{"attributes": {"name": "x"}}])), "is damaged"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_state_is_refused_with_the_command_that_gets_one(text: str, message: str):
    with pytest.raises(UsageError, match=message) as caught:
        state_of(text)
    assert "terraform state pull" in caught.value.next_step


def test_a_file_is_read(tmp_path: Path):
    file = tmp_path / "state.json"
    file.write_text(state(resource()))
    assert [table.name for table in read_state(file).tables] == ["orders"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None):
    file = tmp_path / "state.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"state\.json cannot be read"):
        read_state(file)
