"""The simulate operations."""

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, allow, deny, policy, table_arn

ORDERS, OTHER = table_arn("orders"), table_arn("other")


def decisions(reply):
    return {each["EvalActionName"]: each["EvalDecision"] for each in reply["EvaluationResults"]}


def custom(world, *policies, actions=("dynamodb:GetItem",), **more):
    return world.iam.simulate_custom_policy(
        PolicyInputList=list(policies), ActionNames=list(actions), **more
    )


def test_each_action_is_decided_for_the_resources_given(world):
    text = policy(allow("dynamodb:Get*", ORDERS), deny("dynamodb:DeleteTable"))
    reply = custom(
        world, text, actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteTable"],
        ResourceArns=[ORDERS],
    )  # fmt: skip
    assert decisions(reply) == {
        "dynamodb:GetItem": "allowed",
        "dynamodb:PutItem": "implicitDeny",
        "dynamodb:DeleteTable": "explicitDeny",
    }
    assert reply["IsTruncated"] is False


def test_the_strictest_verdict_is_the_whole_ones_and_each_resource_has_its_own(world):
    reply = custom(world, policy(allow("dynamodb:*", ORDERS)), ResourceArns=[ORDERS, OTHER])
    (result,) = reply["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    single = {
        each["EvalResourceName"]: each["EvalResourceDecision"]
        for each in result["ResourceSpecificResults"]
    }
    assert single == {ORDERS: "allowed", OTHER: "implicitDeny"}


def test_the_statement_that_decided_is_pointed_at(world):
    text = '{"Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "s3:*",\n'
    text += '   "Resource": "*"},\n  {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}'
    (result,) = custom(world, text)["EvaluationResults"]
    (matched,) = result["MatchedStatements"]
    assert matched["SourcePolicyId"] == "PolicyInputList.1"
    assert matched["StartPosition"] == {"Line": 5, "Column": 3}
    assert matched["EndPosition"]["Line"] == 5


def test_context_is_given_and_what_is_missing_is_named(world):
    condition = {"StringEquals": {"dynamodb:Select": "COUNT"}, "Bool": {"aws:Secure": "true"}}
    text = policy(allow("dynamodb:*", Condition=condition))
    entries = [
        {"ContextKeyName": "dynamodb:select", "ContextKeyValues": ["COUNT"],
         "ContextKeyType": "string"},
    ]  # fmt: skip
    (result,) = custom(world, text, ContextEntries=entries)["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:Secure"]

    entries.append(
        {"ContextKeyName": "aws:Secure", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"}
    )
    assert decisions(custom(world, text, ContextEntries=entries)) == {"dynamodb:GetItem": "allowed"}


def test_a_boundary_is_simulated(world):
    reply = custom(
        world, policy(allow("*")),
        actions=["dynamodb:GetItem", "dynamodb:PutItem"],
        PermissionsBoundaryPolicyInputList=[policy(allow("dynamodb:GetItem"))],
    )  # fmt: skip
    assert decisions(reply) == {"dynamodb:GetItem": "allowed", "dynamodb:PutItem": "implicitDeny"}
    details = [each["PermissionsBoundaryDecisionDetail"] for each in reply["EvaluationResults"]]
    assert [each["AllowedByPermissionsBoundary"] for each in details] == [True, False]


def test_a_resource_policy_of_another_account_needs_both_sides(world):
    caller = f"arn:aws:iam::{ACCOUNT}:user/bob"
    arn = table_arn("shared", "999999999999")
    shared = policy(allow("dynamodb:GetItem", arn, Principal={"AWS": ACCOUNT}))
    given = {"ResourceArns": [arn], "CallerArn": caller}
    own = policy(allow("dynamodb:*"))
    assert decisions(custom(world, own, **given)) == {"dynamodb:GetItem": "implicitDeny"}
    both = custom(world, own, ResourcePolicy=shared, **given)
    assert decisions(both) == {"dynamodb:GetItem": "allowed"}
    nothing = policy(allow("s3:*"))
    theirs = custom(world, nothing, ResourcePolicy=shared, **given)
    assert decisions(theirs) == {"dynamodb:GetItem": "implicitDeny"}


def test_a_users_policies_and_groups_are_simulated(world):
    world.user(allow("dynamodb:GetItem"))
    world.iam.create_group(GroupName="writers")
    world.iam.put_group_policy(
        GroupName="writers", PolicyName="w", PolicyDocument=policy(allow("dynamodb:PutItem"))
    )
    world.iam.add_user_to_group(GroupName="writers", UserName="bob")

    def simulate(arn):
        reply = world.iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=["dynamodb:GetItem", "dynamodb:PutItem"]
        )
        return decisions(reply)

    assert simulate(f"arn:aws:iam::{ACCOUNT}:user/bob") == {
        "dynamodb:GetItem": "allowed", "dynamodb:PutItem": "allowed",
    }  # fmt: skip
    assert simulate(f"arn:aws:iam::{ACCOUNT}:group/writers") == {
        "dynamodb:GetItem": "implicitDeny", "dynamodb:PutItem": "allowed",
    }  # fmt: skip


def test_a_roles_boundary_is_part_of_its_simulation(world):
    boundary = world.iam.create_policy(
        PolicyName="most", PolicyDocument=policy(allow("dynamodb:GetItem"))
    )["Policy"]["Arn"]
    arn = world.role(allow("dynamodb:*"), PermissionsBoundary=boundary)
    reply = world.iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=["dynamodb:GetItem", "dynamodb:PutItem"],
        PolicyInputList=[policy(deny("dynamodb:GetItem", OTHER))], ResourceArns=[ORDERS],
    )  # fmt: skip
    assert decisions(reply) == {"dynamodb:GetItem": "allowed", "dynamodb:PutItem": "implicitDeny"}


def test_context_keys_of_policies_are_listed(world):
    condition = {"StringEquals": {"aws:username": "x"}, "Null": {"dynamodb:LeadingKeys": "true"}}
    text = policy(allow("*", Condition=condition))
    world.user(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    found = world.iam.get_context_keys_for_custom_policy(PolicyInputList=[text])
    assert found["ContextKeyNames"] == ["aws:username", "dynamodb:LeadingKeys"]
    found = world.iam.get_context_keys_for_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/bob", PolicyInputList=[text]
    )
    assert found["ContextKeyNames"] == [
        "aws:MultiFactorAuthPresent", "aws:username", "dynamodb:LeadingKeys",
    ]  # fmt: skip


def test_results_come_in_pages(world):
    actions = [f"dynamodb:Action{n}" for n in range(5)]
    seen, marker = [], {}
    while True:
        page = custom(world, policy(allow("*")), actions=actions, MaxItems=2, **marker)
        seen += [each["EvalActionName"] for each in page["EvaluationResults"]]
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert seen == actions


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"actions": ["dynamodb:*"]}, "Invalid Action Name"),
        ({"actions": ["GetItem"]}, "Invalid Action Name"),
        ({"ResourcePolicy": policy(allow("*", Principal="*"))}, "CallerArn is required"),
        ({"CallerArn": "bob"}, "Invalid ARN"),
        ({"PermissionsBoundaryPolicyInputList": [policy(allow("*"))] * 2}, "Only one"),
        ({"PermissionsBoundaryPolicyInputList": ["{"]}, "Syntax errors"),
        ({"Marker": "nonsense"}, "InvalidInput"),
    ],
)
def test_wrong_input_is_refused(world, arguments, text):
    with pytest.raises(ClientError, match=text):
        custom(world, policy(allow("*")), **arguments)


def test_a_broken_policy_is_named(world):
    with pytest.raises(ClientError, match=r"PolicyInputList\.2: The policy has no Statement"):
        custom(world, policy(allow("*")), "{}")


def test_an_unknown_principal_is_not_found(world):
    with pytest.raises(ClientError, match="NoSuchEntity"):
        world.iam.simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/nobody", ActionNames=["dynamodb:GetItem"]
        )
