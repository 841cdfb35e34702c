"""Tables that Terraform manages are adopted one after the other, and handed over exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.terminal import Terminal

from tablewright.adopt.terraform import state_of
from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.cli.existing.adopt import check_accounts
from tablewright.errors import UsageError

pytestmark = pytest.mark.engine
ACCOUNT = "123456789012"


def instance(kind: str, name: str, *instances: dict[str, Any]) -> dict[str, Any]:
    return {
        "module": "module.db",
        "mode": "managed",
        "type": kind,
        "name": name,
        "instances": list(instances),
    }


def keyed(index: str, /, **attributes: Any) -> dict[str, Any]:
    return {"index_key": index, "attributes": attributes}


@pytest.fixture(scope="module")
def state(aws: EmbeddedAws, machine: Terminal) -> str:
    """A module with for_each over two live tables; the replica of one is in another state."""
    dynamodb = aws.client("dynamodb")
    names = {'or"ders': "orders", "carts": "carts"}
    tables, tags = [], []
    for key, name in names.items():
        aws.make_table(name)
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        tables.append(keyed(key, name=name, arn=arn))
        tags.append(keyed(key, resource_arn=arn, key="Tier", value="gold"))
    view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    dynamodb.update_table(TableName="orders", StreamSpecification=view)
    aws.pass_time(60)
    replica = {"Create": {"RegionName": "us-east-1"}}
    dynamodb.update_table(TableName="orders", ReplicaUpdates=[replica])
    aws.pass_time(600)
    resources = [
        instance("aws_dynamodb_table", "this", *tables),
        instance("aws_dynamodb_tag", "tier", *tags),
        instance("aws_dynamodb_table_item", "first", {"attributes": {"table_name": "orders"}}),
    ]
    return machine.write("state.json", json.dumps({"version": 4, "resources": resources}))


def test_a_name_narrows_what_is_adopted_and_handed_over(aws, state, terminal):
    tags = aws.tags("orders")
    done = terminal.run("adopt", "orders", "--terraform-state", state, "--directory", "m")
    done.ended(0)
    assert aws.tags("orders") == tags
    assert sorted(path.name for path in (terminal.folder / "m").iterdir()) == [
        "orders.yaml",
        "stack.yaml",
    ]
    assert "region: us-east-1" in (terminal.folder / "m" / "orders.yaml").read_text("utf-8")
    assert "carts" not in done.err
    for line in (
        """terraform state rm 'module.db.aws_dynamodb_table.this["or\\"ders"]'""",
        """terraform state rm 'module.db.aws_dynamodb_tag.tier["or\\"ders"]'""",
        "terraform state rm 'module.db.aws_dynamodb_table_item.first'",
        "from = module.db.aws_dynamodb_table_item.first\n",
        "The replica of orders in us-east-1 is not in this state",
        "do not apply it",
    ):
        assert line in done.err
    assert "from = module.db.aws_dynamodb_table.this" not in done.err
    preview = terminal.run("preview", "m", "--output", "json").ended(0)
    changes = json.loads(preview.out)["changes"]
    assert {tuple(change["actions"]) for change in changes} == {("import",)}


def test_a_name_that_is_not_in_the_state_is_told(aws, state, terminal):
    aws.make_table("users")
    done = terminal.run("adopt", "users", "--terraform-state", state).ended(0)
    assert "users is not in" in done.err
    assert "terraform state rm" not in done.err


def test_tables_of_another_account_are_not_taken_for_those_of_the_state(aws):
    arn = f"arn:aws:dynamodb:{REGION}:999999999999:table/orders"
    resource = instance(
        "aws_dynamodb_table", "this", {"attributes": {"name": "orders", "arn": arn}}
    )
    tables = state_of(json.dumps({"version": 4, "resources": [resource]})).tables
    session = Session(Target.sandbox(aws.emulator.endpoint), region=REGION)
    with pytest.raises(
        UsageError, match="account 999999999999, and these credentials are for 1234"
    ):
        check_accounts(tables, [session])
    check_accounts((), [session])
