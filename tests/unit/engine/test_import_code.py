"""Python of what `pulumi import` took over, from the engine's PCL."""

from __future__ import annotations

import ast

import pytest

from tablewright.engine.python_host.import_code import UnreadableError, python_program

PCL = r"""
package aws {
    baseProviderName = "aws"
}
resource my-events "aws:dynamodb/table:Table" {
    __logicalName = "my events"
    attributes =[{
            name = "id",
            type = "S"
        }]
    readCapacity = 5
    streamEnabled = false
    tags ={
"Team-Name" = "a\"b$${x} %%{y} \\ é"}
options {
protect =true
parent = the-parent
}
}
resource from "aws:iam/role:Role" {
    managedPolicyArns = []
    assumeRolePolicy = secret("{\"Statement\":[]}")
}
resource whole "random:index/randomId:RandomId" {
    byteLength = 2.5
}
"""


def test_members_keys_and_options_are_spelled_as_the_sdk_spells_them() -> None:
    assert python_program(PCL) == (
        "import pulumi\n"
        "import pulumi_aws as aws\n"
        "import pulumi_random as random\n"
        "\n"
        'my_events = aws.dynamodb.Table("my events",\n'
        "    attributes=[\n"
        "        {\n"
        '            "name": "id",\n'
        '            "type": "S",\n'
        "        },\n"
        "    ],\n"
        "    read_capacity=5,\n"
        "    stream_enabled=False,\n"
        "    tags={\n"
        '        "Team-Name": "a\\"b${x} %{y} \\\\ é",\n'
        "    },\n"
        "    opts=pulumi.ResourceOptions(protect=True, parent=the_parent))\n"
        'from_ = aws.iam.Role("from",\n'
        "    managed_policy_arns=[],\n"
        '    assume_role_policy="{\\"Statement\\":[]}")\n'
        'whole = random.RandomId("whole",\n'
        "    byte_length=2.5)\n"
    )


def test_the_code_is_python() -> None:
    assert len(ast.parse(python_program(PCL)).body) == 6


@pytest.mark.parametrize(
    "source",
    [
        'resource a "b:c:d" { x = toJSON({}) }',
        'resource a "b:c:d" { x = 1',
        'resource a "b:c:d" { x = }',
        "resource a { x = <<EOF }",
        'resource a "b:c:d" { x = { 1 2 } }',
    ],
)
def test_what_is_not_read_is_told(source: str) -> None:
    with pytest.raises(UnreadableError):
        python_program(source)
