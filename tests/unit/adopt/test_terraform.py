import json
from pathlib import Path
from typing import Any

import pytest

from tablewright.adopt.terraform import (
    TerraformTable,
    read_state,
    removed_blocks,
    state_commands,
    tables_of,
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
    [table] = tables_of(state(resource()))
    assert table == TerraformTable(
        "aws_dynamodb_table.orders", "aws_dynamodb_table.orders", "orders", ARN
    )
    assert (table.region, table.account_id) == ("eu-west-1", "123456789012")


def test_tables_of_modules_and_their_instances_have_addresses():
    nested = resource(module='module.shop["a.b"]', instances=[keyed("eu"), keyed(0)])
    assert [table.address for table in tables_of(state(nested))] == [
        'module.shop["a.b"].aws_dynamodb_table.orders["eu"]',
        'module.shop["a.b"].aws_dynamodb_table.orders[0]',
    ]


def test_other_resources_and_data_sources_are_passed_over():
    other = resource(type="aws_sqs_queue", instances=[{}])
    data = resource(mode="data")
    assert tables_of(state(other, data)) == ()


def test_removed_blocks_name_each_resource_once_and_destroy_nothing():
    tables = tables_of(state(resource(module='module.shop["a]."]', instances=[keyed(0), keyed(1)])))
    assert removed_blocks(tables) == (
        "removed {\n  from = module.shop.aws_dynamodb_table.orders\n\n"
        "  lifecycle {\n    destroy = false\n  }\n}\n"
    )


def test_commands_name_each_instance_and_survive_a_shell():
    tables = tables_of(state(resource(instances=[keyed("it's")])))
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
        tables_of(text)
    assert "terraform state pull" in caught.value.next_step


def test_a_file_is_read(tmp_path: Path):
    file = tmp_path / "state.json"
    file.write_text(state(resource()))
    assert [table.name for table in read_state(file)] == ["orders"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None):
    file = tmp_path / "state.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"state\.json cannot be read"):
        read_state(file)
