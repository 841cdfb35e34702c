"""Functions that ask AWS, and arguments of functions as people write them."""

from __future__ import annotations

import json

import pytest
from pulumi_aws.dynamodb import GetTableResult

TABLE = "aws:dynamodb/table:Table"
GET_TABLE = "aws:dynamodb/getTable:getTable"
GET_DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"


def test_a_table_of_somebody_else_is_looked_up_by_its_name(engine):
    made = engine.create(
        TABLE,
        {
            "name": "others",
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}, {"name": "kind", "type": "S"}],
            "billingMode": "PAY_PER_REQUEST",
            "onDemandThroughput": {"maxReadRequestUnits": 40},
            "globalSecondaryIndexes": [
                {"name": "by-kind", "hashKey": "kind", "projectionType": "ALL"}
            ],
            "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7},
            "tags": {"Team": "a"},
        },
    )
    found = engine.invoke(GET_TABLE, name="others")
    assert (found["id"], found["arn"]) == ("others", made.outputs["arn"])
    assert found["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 7}
    assert found["onDemandThroughputs"][0]["maxReadRequestUnits"] == 40
    assert found["tags"] == {"Team": "a"}
    [index] = found["globalSecondaryIndexes"]
    assert (index["name"], index["onDemandThroughputs"]) == ("by-kind", [])


@pytest.mark.parametrize("region", ["eu-west-1", "us-west-2"])
def test_a_table_that_is_not_there_is_named_with_its_region(engine, region):
    with pytest.raises(Exception, match=f"there is no table nobody in {region}"):
        engine.invoke(GET_TABLE, name="nobody", region=region)


def test_a_table_is_told_in_the_fields_of_the_sdk(engine):
    engine.create(
        TABLE,
        {
            "name": "whole",
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}],
            "billingMode": "PAY_PER_REQUEST",
        },
    )
    fields = {name for name, one in vars(GetTableResult).items() if isinstance(one, property)}
    found = engine.invoke(GET_TABLE, name="whole")
    spelled = {"".join(f"_{c.lower()}" if c.isupper() else c for c in name) for name in found}
    assert fields - spelled == {"range_key"}


def test_statements_may_be_spelled_as_python_spells_them(engine):
    statement = {"effect": "Deny", "not_actions": ["iam:*"], "not_resources": ["*"]}
    [found] = json.loads(engine.invoke(GET_DOCUMENT, statements=[statement])["json"])["Statement"]
    assert found == {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"}


def test_a_word_that_no_statement_has_is_refused_by_name(engine):
    with pytest.raises(Exception, match=r"statements\[0\].action is not an input.*actions is"):
        engine.invoke(GET_DOCUMENT, statements=[{"action": ["iam:*"], "resources": ["*"]}])


def test_tables_items_and_roles_of_others_are_looked_up(engine, client):
    dynamodb, iam = client("dynamodb"), client("iam")
    for name in ("others", "another"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.get_waiter("table_exists").wait(TableName="others", WaiterConfig={"Delay": 1})
    dynamodb.put_item(TableName="others", Item={"id": {"S": "1"}, "raw": {"B": b"x"}})
    assert engine.invoke("aws:dynamodb/getTables:getTables")["names"] == ["another", "others"]
    key = json.dumps({"id": {"S": "1"}})
    item = "aws:dynamodb/getTableItem:getTableItem"
    found = engine.invoke(item, tableName="others", key=key)
    assert json.loads(found["item"]) == {"id": {"S": "1"}, "raw": {"B": "eA=="}}
    with pytest.raises(Exception, match="table others has no item with the key"):
        engine.invoke(item, tableName="others", key=key.replace("1", "2"))
    with pytest.raises(Exception, match="must give each attribute its type"):
        engine.invoke(item, tableName="others", key='{"id": "1"}')
    with pytest.raises(Exception, match="tableName is required"):
        engine.invoke(item, key=key)
    trust = {"Version": "2012-10-17", "Statement": []}
    made = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    role = engine.invoke("aws:iam/getRole:getRole", name="reader")
    assert (role["arn"], role["uniqueId"]) == (made["Arn"], made["RoleId"])
    with pytest.raises(Exception, match="there is no role nobody"):
        engine.invoke("aws:iam/getRole:getRole", name="nobody")
