"""The example programs on the real engine: what is live afterwards, and who may take it over."""

import runpy
from pathlib import Path

import pulumi.automation as auto
import pytest

from tablewright import manifest
from tablewright.components import TableStack
from tablewright.components.eject import eject
from tablewright.plan.declaration.declare import declare

pytestmark = pytest.mark.engine

EXAMPLES = Path(__file__).parents[3] / "examples"
KEYS = {"events": "eventId", "sessions": "sessionId", "users": "userId"}


def program(name):
    path = str(EXAMPLES / "programs" / name / "__main__.py")
    return lambda: runpy.run_path(path, run_name="__main__")


def declared(name):
    return declare(manifest.load([EXAMPLES / name], environment={}))


def of_manifest(name):
    return lambda: TableStack.from_declared(declared(name)).export()


def ejected(name):
    code = compile(eject(declared(name), "python")["__main__.py"], "__main__.py", "exec")
    return lambda: exec(code, {"__name__": "__main__"})  # noqa: S102


@pytest.fixture
def seeded(workshop):
    """The three tables as the company has them."""
    dynamodb = workshop.client("dynamodb")
    for table, key in KEYS.items():
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 3},
            Tags=[{"Key": "team", "Value": "old"}],
        )
    for table, key in KEYS.items():
        dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 0.1})
        dynamodb.put_item(TableName=table, Item={key: {"S": "kept"}})
    return dynamodb


def test_three_live_tables_become_what_the_program_says(workshop, seeded, changed, exported):
    """A manifest and an ejected program take the stack over, and a table can be dropped."""
    stack = workshop.stack("three-tables", program("three-tables"))
    assert changed(stack.up()) == {"create": 30, "import": 3, "update": 3}
    outputs = exported(stack)

    live = {name: seeded.describe_table(TableName=name)["Table"] for name in KEYS}
    assert {it["BillingModeSummary"]["BillingMode"] for it in live.values()} == {"PAY_PER_REQUEST"}
    assert live["events"]["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    [index] = live["sessions"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "userId-timestamp-index"
    assert [seeded.scan(TableName=name)["Count"] for name in KEYS] == [1, 1, 1]

    alarms_live(workshop)
    roles_live(workshop)

    assert changed(stack.refresh()) == {}
    assert changed(stack.preview()) == {}

    second = workshop.stack("three-tables", of_manifest("three-tables"))
    assert changed(second.preview()) == {}
    third = workshop.stack("three-tables", ejected("three-tables"))
    assert changed(third.up()) == {}
    assert exported(third) == outputs

    # What is no longer declared is deleted, and nothing else is touched.
    fourth = workshop.stack("three-tables", lambda: TableStack.from_declared(fewer()))
    assert changed(fourth.up()) == {"delete": 10}
    assert seeded.list_tables()["TableNames"] == ["events", "sessions"]
    fourth.destroy()
    assert seeded.list_tables()["TableNames"] == []


def fewer():
    """The three tables but `users`, as a manifest of the same stack declares them."""
    files = (EXAMPLES / "three-tables" / f"{name}.yaml" for name in ("stack", "events", "sessions"))
    text = "\n---\n".join(file.read_text("utf-8") for file in files)
    return declare(manifest.load_text(text, environment={}))


def alarms_live(workshop):
    alarms = workshop.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {it["AlarmName"] for it in alarms} == {
        f"dynamodb-{table}-{kind}-errors-dev" for table in KEYS for kind in ("user", "system")
    }


def roles_live(workshop):
    iam = workshop.client("iam")
    for table in KEYS:
        for access in ("read", "write"):
            role = f"dynamodb-{table}-{access}-role-dev"
            assert iam.list_role_policies(RoleName=role)["PolicyNames"] == [
                f"dynamodb-{table}-{access}-policy-dev"
            ]
            [statement] = iam.get_role_policy(
                RoleName=role, PolicyName=f"dynamodb-{table}-{access}-policy-dev"
            )["PolicyDocument"]["Statement"]
            assert all(f":table/{table}" in arn for arn in statement["Resource"])
            [trust] = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
            assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
            assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_the_optimized_table_lives_as_the_program_says(workshop, changed, exported):
    stack = workshop.stack("optimized-table", program("optimized-table"))
    stack.up()
    outputs = exported(stack)
    table = workshop.client("dynamodb").describe_table(TableName=outputs["tableName"])["Table"]
    assert table["TableArn"] == outputs["tableArn"]
    assert table["LatestStreamArn"] == outputs["streamArn"]
    role = workshop.client("iam").get_role(RoleName="lambda-dynamodb-reader-dev")["Role"]
    assert role["Arn"] == outputs["lambdaRoleArn"]
    assert changed(stack.preview()) == {}


def test_a_mistake_in_a_program_reaches_its_author_as_a_sentence(workshop):
    import tablewright.components as tw

    args = tw.StackArgs(
        environment="dev",
        region="eu-west-1",
        tags={"Team": "data", "CostCenter": "engineering"},
        tables={"orders": tw.TableArgs(tw.Key("id"), recovery_days=36)},
    )
    stack = workshop.stack("shop", lambda: tw.TableStack("shop", args))
    with pytest.raises(auto.CommandError, match="36 is too large; use at most 35") as failure:
        stack.preview()
    assert "Traceback" not in str(failure.value)
