"""The outputs of a stack as parameters of Systems Manager; none of others is written over."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal

from tablewright.deploy.parameters import Parameter, ParameterStore, parameters
from tablewright.errors import RefusedError, UsageError

MANIFEST = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: shop, CostCenter: retail}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: orderId, type: S}
"""
PREFIX = "/shop/dev"


@pytest.fixture(scope="module")
def stack(aws: EmbeddedAws, machine: Terminal) -> Path:
    path = machine.write("shop.yaml", MANIFEST)
    machine.run("up", path, "--yes").ended(0)
    return path


@pytest.fixture
def ssm(aws: EmbeddedAws) -> Any:
    client = aws.client("ssm")
    names = list(values(client))
    if names:
        client.delete_parameters(Names=names)
    return client


def values(ssm: Any) -> dict[str, str]:
    reply = ssm.get_parameters_by_path(Path="/", Recursive=True)
    return {each["Name"]: each["Value"] for each in reply["Parameters"]}


@pytest.mark.engine
def test_each_output_gets_a_parameter_that_is_changed_only_where_it_differs(stack, machine, ssm):
    write = ("outputs", stack, "--to-ssm", PREFIX)
    machine.run(*write).refused(2)
    assert values(ssm) == {}
    said = machine.run(*write, "--yes").ended(0)
    assert "create  /shop/dev/tables/orders/name = orders" in said.err
    written = values(ssm)
    assert written["/shop/dev/tables/orders/name"] == "orders"
    assert written["/shop/dev/tableNames"] == "orders"
    assert written["/shop/dev/tables/orders/arn"].endswith(":table/orders")
    tags = ssm.list_tags_for_resource(
        ResourceType="Parameter", ResourceId="/shop/dev/tables/orders/name"
    )["TagList"]
    assert tags == [{"Key": "tablewright:stack", "Value": "shop/dev"}]

    assert "no parameter changes" in machine.run(*write).ended(0).err
    name = "/shop/dev/tables/orders/name"
    ssm.put_parameter(Name=name, Value="other", Type="String", Overwrite=True)
    assert f"update  {name} = orders" in machine.run(*write, "--yes").ended(0).err
    assert values(ssm) == written


@pytest.mark.engine
@pytest.mark.parametrize("owner", ["", "mall/dev"])
def test_a_parameter_of_somebody_else_stops_all(stack, machine, ssm, owner):
    name = "/shop/dev/tableNames"
    tags = [{"Key": "tablewright:stack", "Value": owner}] if owner else []
    ssm.put_parameter(Name=name, Value="mine", Type="String", Tags=tags)
    message = machine.run("outputs", stack, "--to-ssm", PREFIX, "--yes").refused(3)
    assert f"the parameter {name} exists" in message
    assert values(ssm) == {name: "mine"}


@pytest.mark.engine
@pytest.mark.parametrize("exists", [True, False], ids=["update", "create"])
def test_a_parameter_that_somebody_makes_while_one_is_asked_is_left(ssm, aws, exists):
    name = "/shop/dev/tableNames"
    own = [{"Key": "tablewright:stack", "Value": "shop/dev"}]
    if exists:
        ssm.put_parameter(Name=name, Value="old", Type="String", Tags=own)
    store = ParameterStore(cast("Any", SimpleNamespace(client=lambda *_: ssm)), "eu-west-1")
    changes = store.plan([Parameter(name, "orders")], "shop/dev")
    if exists:
        ssm.delete_parameter(Name=name)
    ssm.put_parameter(Name=name, Value="theirs", Type="String")
    with pytest.raises(RefusedError, match="made by somebody else meanwhile"):
        store.write(changes, "shop/dev")
    assert values(ssm) == {name: "theirs"}


@pytest.mark.parametrize("prefix", ["shop", "/", "/shop/", "/aws/shop", "/SSM", "/a b", ""])
def test_a_prefix_that_no_parameter_can_have_is_refused(prefix):
    with pytest.raises(UsageError, match="cannot begin the names"):
        parameters(prefix, {})


def test_what_is_null_or_empty_has_no_parameter():
    outputs = {"tables": {"a": {"name": "a", "streamArn": None}}, "arns": [None], "n": 3, "e": ""}
    assert parameters("/p", outputs) == [
        Parameter("/p/tables/a/name", "a"),
        Parameter("/p/n", "3"),
    ]
