"""What changes hands with adopted tables, what differs, and the steps in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tablewright.adopt.adoption import AdoptedStack, adopt
from tablewright.adopt.cloudformation.comparing import alarm_differences, differences
from tablewright.adopt.cloudformation.described import described, described_alarm
from tablewright.adopt.cloudformation.handover import StackHandOver, edited, hand_over
from tablewright.adopt.cloudformation.policies import statements
from tablewright.adopt.cloudformation.references import canonical
from tablewright.adopt.cloudformation.resources import TemplateResources, read_resources
from tablewright.adopt.cloudformation.roles import template_roles
from tablewright.adopt.cloudformation.steps import Deploys, steps
from tablewright.adopt.cloudformation.surroundings import Surroundings
from tablewright.adopt.cloudformation.template import Template, read_template
from tablewright.errors import Problem
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.report.findings.adoption import stack_lines

REGION, ACCOUNT = "eu-west-1", "123456789012"
AROUND = Surroundings(REGION, ACCOUNT, stack="shop")
KEYS: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
SIDE = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def table(name: str = "orders", **properties: Any) -> dict[str, Any]:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    given = {"TableName": name, "ProvisionedThroughput": units, **KEYS, **properties}
    return of("AWS::DynamoDB::Table", **given)


def target(**properties: Any) -> dict[str, Any]:
    kind = "AWS::ApplicationAutoScaling::ScalableTarget"
    return of(kind, **SIDE, MinCapacity=5, MaxCapacity=50, **properties)


def tracking(name: str = "reads", metric: Any = None, **properties: Any) -> dict[str, Any]:
    usual = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
    own = {"CustomizedMetricSpecification": metric} if metric else {}
    return of(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        ScalingTargetId={"Ref": "Target"},
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            **(own or {"PredefinedMetricSpecification": usual}),
        },
        **properties,
    )


def alarm(name: str = "hot", tables: tuple[str, ...] = ("orders",), **more: Any) -> dict[str, Any]:
    series = [
        {
            "Id": f"m{place}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": "ReadThrottleEvents",
                    "Dimensions": [{"Name": "TableName", "Value": table_name}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
            "ReturnData": False,
        }
        for place, table_name in enumerate(tables)
    ]
    math = {"Metrics": [*series, {"Id": "e", "Expression": "SUM(METRICS())"}]}
    plain = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": tables[0]}],
        "Statistic": "Sum",
        "Period": 60,
    }
    return of(
        "AWS::CloudWatch::Alarm",
        AlarmName=name,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        **(plain if len(tables) == 1 else math),
        **{"Threshold": 0, **more},
    )


def template(**resources: Any) -> Template:
    return read_template(json.dumps({"Resources": resources}), "t")


def read(around: Surroundings = AROUND, **resources: Any) -> TemplateResources:
    return read_resources(template(**resources), around)


def live_tables(known: TemplateResources) -> list[LiveTable]:
    """The tables of a template as if they were deployed."""
    return [
        live
        for resource in known.tables
        for live in described(resource, known.resources.values(), known.around).regions
    ]


def adopted(known: TemplateResources) -> tuple[AdoptedStack, ...]:
    alarms = [described_alarm(one) for one in known.resources.values() if "Alarm" in one.kind]
    place = (ACCOUNT, REGION)
    return adopt(live_tables(known), {place: [one for one in alarms if one]})


def change_of(known: TemplateResources) -> StackHandOver:
    return hand_over(known, adopted(known), live_tables(known))


WHOLE = {"Target": target(), "Policy": tracking(), "Hot": alarm(), "Table": table()}


def test_all_that_is_adopted_changes_hands_with_the_tables_first():
    known = read(replace(AROUND, physical_ids={"Policy": "arn:policy"}), **WHOLE)
    change = change_of(known)
    assert change.ids == ("Table", "Target", "Policy", "Hot")
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
    assert change.literals == {
        ("Table", ""): "orders",
        ("Table", "Arn"): arn,
        ("Table", "TableId"): "",
        ("Target", ""): "table/orders|dynamodb:table:ReadCapacityUnits|dynamodb",
        ("Policy", ""): "arn:policy",
        ("Policy", "Arn"): "arn:policy",
        ("Hot", ""): "hot",
        ("Hot", "Arn"): f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:hot",
    }
    assert (change.stays, change.not_carried, change.users) == ((), (), ())


STAYING: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "scaling by a metric of its own": (
        {**WHOLE, "Policy": tracking(metric={"MetricName": "x"})},
        {"Target": "no manifest can say it", "Policy": "no manifest can say it"},
    ),
    "an alarm on several tables": (
        {**WHOLE, "Other": table("other"), "Hot": alarm(tables=("orders", "other"))},
        {"Hot": "it watches several tables"},
    ),
    "an alarm with a unit": (
        {**WHOLE, "Hot": alarm(Unit="Count")},
        {"Hot": "no manifest can say it"},
    ),
    "scaling of what is on demand": (
        {**WHOLE, "Table": table(BillingMode="PAY_PER_REQUEST")},
        {"Target": "no manifest can say it", "Policy": "no manifest can say it"},
    ),
}


@pytest.mark.parametrize("case", STAYING)
def test_what_no_manifest_says_stays_with_the_stack(case: str):
    resources, staying = STAYING[case]
    change = change_of(read(**resources))
    assert dict(change.stays) == staying
    assert not {*change.ids} & staying.keys()


def test_a_table_that_is_not_live_or_not_chosen_stays_with_the_stack():
    known = read(**WHOLE, Other=table("other"))
    chosen = [live for live in live_tables(known) if live.name == "orders"]
    stacks = adopted(known)
    assert "Other" not in hand_over(known, stacks, chosen).ids
    there = [replace(live, region="us-east-1") for live in live_tables(known)]
    assert hand_over(known, stacks, there) == StackHandOver()


def test_what_is_not_carried_and_who_uses_a_table_is_told_by_name():
    user = of("AWS::IAM::Role", Policies=[{"Fn::Sub": "${Table.Arn}/index/*"}])
    source = {"InputFormat": "CSV"}
    known = read(
        Table=table(ImportSourceSpecification=source, Unheard="x"),
        User=user,
        Target=target(RoleARN="r"),
    )
    change = change_of(known)
    assert change.not_carried == (
        "Table.ImportSourceSpecification", "Table.Unheard", "Target.RoleARN"
    )  # fmt: skip
    assert [(user.id, names) for user, names in change.users] == [("User", ("Policies",))]


def test_scaling_and_alarms_that_are_not_live_are_nobodys_to_hand_over():
    known = read(**WHOLE)
    stacks = adopt(live_tables(read(Table=table())), {})
    change = hand_over(known, stacks, live_tables(known))
    assert change.ids == ("Table",)
    assert dict(change.stays) == dict.fromkeys(
        ("Target", "Policy", "Hot"), "orders has no such thing in AWS"
    )


def test_tables_that_a_stack_made_are_told_with_the_command_that_hands_them_over():
    live = live_tables(read(A=table("aaa"), B=table("bbb"), C=table("ccc")))
    made = [
        replace(one, reading=replace(one.reading, cloudformation_stack="shop")) for one in live[:2]
    ]
    [line] = stack_lines([*reversed(made), live[2]])
    assert line.startswith("aaa, bbb: made by the CloudFormation stack shop.")
    assert "`tablewright adopt --cloudformation shop`" in line


def test_a_template_says_the_same_in_both_notations():
    short = "Resources: {A: {B: !GetAtt T.Arn, C: !Sub '${T}', D: !If [X, 1, !Ref T], E: null}}"
    long = {
        "B": {"Fn::GetAtt": ["T", "Arn"]},
        "C": {"Fn::Sub": "${T}"},
        "D": {"Fn::If": ["X", 1, {"Ref": "T"}]},
        "E": None,
    }
    assert canonical(read_template(short, "t").root) == canonical(template(A=long).root)
    assert canonical(template(A=long).root) != canonical(template(A={**long, "C": 1}).root)


HERE = "in the template (line 1)"
ASKED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": ({}, []),
    "recovery": (
        {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
        ['orders: recovery is not set in AWS and {"days": 35} in the template (line 1)'],
    ),
    "a tag and the class": (
        {"Tags": [{"Key": "a", "Value": "b"}], "TableClass": "STANDARD_INFREQUENT_ACCESS"},
        [
            f"orders: tableClass is not set in AWS and STANDARD_INFREQUENT_ACCESS {HERE}",
            f'orders: tableTags is not set in AWS and {{"a": "b"}} {HERE}',
        ],
    ),
    "what cannot be known": ({"TableClass": {"Fn::GetAZs": ""}}, []),
    "capacity": (
        {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 9}},
        [f"orders: provisionedThroughput.writeCapacityUnits is 5 in AWS and 9 {HERE}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_where_a_live_table_is_not_as_its_template_has_it_is_told(case: str):
    asked, told = ASKED[case]
    now = live_tables(read(Table=table()))
    known = read(Table=table(**asked))
    planned = described(known.tables[0], known.resources.values(), AROUND)
    assert [str(one) for one in differences(planned, now, {})] == told


def test_capacity_that_scales_is_no_difference_and_tags_of_the_stack_are_none():
    units = {"ReadCapacityUnits": 44, "WriteCapacityUnits": 5}
    tags = [{"Key": "Stack", "Value": "shop"}]
    now = live_tables(read(**{**WHOLE, "Table": table(ProvisionedThroughput=units, Tags=tags)}))
    known = read(**WHOLE)
    planned = described(known.tables[0], known.resources.values(), AROUND)
    assert [*differences(planned, now, {"Stack": "shop"})] == []
    [gone] = differences(planned, now, {})
    assert gone.path == "tableTags"


def test_an_alarm_that_differs_is_told():
    known = read(Hot=alarm(Threshold=7))
    live = described_alarm(read(Hot=alarm()).resources["Hot"])
    assert live is not None
    [told] = alarm_differences(known.resources["Hot"], {"hot": live})
    assert str(told) == "alarm hot: threshold is 0 in AWS and 7 in the template (line 1)"


def told(known: TemplateResources, **more: Any) -> str:
    change = change_of(known)
    place = {"stack": "shop", "region": REGION, "preview": "PREVIEW", "up": "UP", **more}
    deploys = Deploys(first=Path("1.template"), second=Path("2.template"), **place)
    return "\n".join(steps(known.template, change, edited(known.template, change), deploys))


def test_the_steps_are_in_order_and_can_be_typed():
    text = told(read(**WHOLE, Other=of("X")), capabilities=("CAPABILITY_IAM",))
    place = f"--stack-name shop --region {REGION}"
    deploy = f"aws cloudformation deploy {place} --template-file"
    parts = [
        "What changes hands: Table, Target, Policy, Hot.",
        f"{deploy} 1.template --capabilities CAPABILITY_IAM",
        "Go on only when this prints 8;",
        f"aws cloudformation get-template {place} | grep -o Retain | wc -l",
        f"{deploy} 2.template --capabilities CAPABILITY_IAM",
        "PREVIEW",
        "UP",
    ]
    assert [part for part in parts if part not in text] == []
    assert sorted(parts, key=text.index) == parts
    assert "delete-stack" not in text
    assert "delete-stack" in told(read(**WHOLE))
    assert "--s3-bucket BUCKET" in told(read(**WHOLE, Other=of("X", Text="x" * 60_000)))
    assert "--stack-name STACK" in told(read(**WHOLE), stack=None)


def test_what_is_retained_by_hand_is_looked_at_by_its_reader():
    """A count of what we have written would be right before anything was done by hand."""
    known = read(**WHOLE)
    change = change_of(known)
    edits = edited(known.template, change)
    by_hand = replace(edits.retained, problems=(Problem("it is written by an alias", ""),))
    deploys = Deploys("shop", REGION, Path("1.template"), Path("2.template"), "PREVIEW", "UP")
    lines = [*steps(known.template, change, replace(edits, retained=by_hand), deploys)]
    text = "\n".join(lines)
    assert "By hand, before that: " in text
    assert "wc -l" not in text
    assert "--template-stage Processed" in text


def test_nothing_is_told_where_nothing_changes_hands():
    known = read(Other=of("X"))
    assert told(known) == ""


def test_without_a_directory_no_step_names_a_file():
    known = read(**WHOLE)
    change = change_of(known)
    text = "\n".join(steps(known.template, change, edited(known.template, change), None))
    assert "Give --directory" in text
    assert "deploy" not in text.replace("the two deploys", "")


@pytest.mark.parametrize(
    ("path", "stack"),
    [("Shop/Orders/Resource", "Shop"), ("Prod/Shop/Orders/Resource", "Prod-Shop")],
)
def test_the_cdk_gets_lines_of_code(path: str, stack: str):
    named = {**table(), "Metadata": {"aws:cdk:path": path}}
    text = told(read(Table=named, Hot=alarm()), stack=stack)
    assert (
        '(this.node.findChild("Orders").node.findChild("Resource") as CfnResource)'
        ".applyRemovalPolicy(RemovalPolicy.RETAIN);"
    ) in text
    assert "Hot has no construct path" in text
    assert "aws cloudformation deploy" not in text
    assert text.index("applyRemovalPolicy") < text.index("grep -o") < text.index("2. Remove")


def test_serverless_and_sam_are_told_in_their_own_words():
    bucket = {"ServerlessDeploymentBucket": of("AWS::S3::Bucket")}
    text = told(read(**WHOLE, **bucket))
    assert "Table: {DeletionPolicy: Retain, UpdateReplacePolicy: Retain}" in text
    assert text.count("serverless deploy") == 2
    sam = {"Transform": "AWS::Serverless-2016-10-31", "Resources": WHOLE}
    text = told(read_resources(read_template(json.dumps(sam), "t"), AROUND))
    assert "--capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND" in text
    assert "sam deploy" in text


ORDERS = {"Fn::GetAtt": ["Orders", "Arn"]}
INDEXES = {"Fn::Sub": "${Orders.Arn}/index/*"}
STREAM = {"Fn::Sub": "${Orders.Arn}/stream/2026-01-01"}
READS = [f"dynamodb:{name}" for name in ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")]  # fmt: skip  # noqa: E501
FOLLOWS = [f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator")]


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (allow(READS, [ORDERS, INDEXES]), "as `access` of orders: {name: NAME, grants: [read]}"),
        (allow(READS, ORDERS), "grants: [read]}, which reaches its indexes too"),
        (
            allow([*READS, "dynamodb:DeleteTable"], [ORDERS, INDEXES]),
            "grants: [read], actions: [dynamodb:DeleteTable]}",
        ),
        (allow("dynamodb:PutItem", [ORDERS, INDEXES]), "{name: NAME, actions: [dynamodb:PutItem]}"),
        (
            allow("dynamodb:PutItem", ORDERS),
            "actions: [dynamodb:PutItem], actionsOnIndexes: false}",
        ),
        (allow(FOLLOWS, STREAM), "{name: NAME, grants: [stream]}"),
        (allow("dynamodb:GetRecords", STREAM), "dynamodb:GetRecords is on a stream alone"),
        (allow("dynamodb:*", ORDERS), "dynamodb:* is every action of its kind"),
        (allow("s3:GetObject", ORDERS), "s3:GetObject is of another service"),
        (allow(READS, [ORDERS, "arn:aws:s3:::b"]), "arn:aws:s3:::b is none of these tables"),
        (allow(READS, ORDERS, Condition={"Bool": {"a": "true"}}), "written as `conditions` by"),
        (allow(READS, ORDERS) | {"Effect": "Deny"}, "it denies"),
        (allow([], ORDERS), "it names no action"),
        (allow(READS, [ORDERS, {"Fn::ImportValue": "x"}]), "x is exported by another stack"),
        (allow(READS, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"), "grants: [read]"),
    ],
)
def test_a_statement_is_told_in_the_words_of_access_or_why_not(statement, told):
    role = of("AWS::IAM::Role", Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": statement}}])  # fmt: skip  # noqa: E501
    policy = of("AWS::IAM::Policy", PolicyDocument={"Statement": [statement]})
    known = read(Orders=table(), Reader=role, Policy=policy)
    first, second = map(str, statements(known, change_of(known)))
    assert first.startswith("Reader.Policies[0].Statement[0] (line 1): ")
    assert second.startswith("Policy.Statement[0] (line 1): ")
    assert told in first
    assert told in second


@pytest.mark.parametrize(
    "properties",
    [{}, {"Policies": 1}, {"Policies": [1]}, {"Policies": [{"PolicyDocument": []}]},
     {"Policies": [{"PolicyDocument": {"Statement": [1, {"Resource": {}}]}}]}],
)  # fmt: skip
def test_policies_of_no_shape_or_of_other_tables_are_not_told(properties):
    other = allow(READS, "arn:aws:dynamodb:eu-west-1:1:table/other")
    policy = of("AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": other})
    known = read(Orders=table(), Reader=of("AWS::IAM::Role", **properties), Other=policy)
    assert [*statements(known, change_of(known))] == []


ASSUMED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
PUTS = allow(["dynamodb:PutItem"], ORDERS)
INLINE = {"PolicyName": "puts", "PolicyDocument": {"Version": "2012-10-17", "Statement": [PUTS]}}


def assumed(name: str = "writer", **properties: Any) -> dict[str, Any]:
    return of("AWS::IAM::Role", RoleName=name, AssumeRolePolicyDocument=ASSUMED, **properties)


def policy_of(*roles: Any, kind: str = "Policy", **more: Any) -> dict[str, Any]:
    named = {"RoleName": roles[0]} if kind == "RolePolicy" else {"Roles": [*roles]}
    return of(f"AWS::IAM::{kind}", **INLINE, **named, **more)


WRITER = {"Ref": "Writer"}
FUNCTION = of("AWS::Lambda::Function", Role={"Fn::GetAtt": ["Writer", "Arn"]})
ROLES: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "in the role itself": ({"Writer": assumed(Policies=[INLINE])}, ("Writer",), ""),
    "as a policy": (
        {"Writer": assumed(), "Puts": policy_of(WRITER), "Run": FUNCTION},
        ("Writer", "Puts"),
        "",
    ),
    "as the policy of a role": (
        {"Writer": assumed(), "Puts": policy_of(WRITER, kind="RolePolicy")},
        ("Writer", "Puts"),
        "",
    ),
    "with others": (
        {"Writer": assumed(), "Puts": policy_of(WRITER, "other")},
        (),
        "its policy Puts is not its alone",
    ),
    "with a group": (
        {"Writer": assumed(), "Puts": policy_of(WRITER, Groups=["all"])},
        (),
        "its policy Puts is not its alone",
    ),
    "with whom nobody knows": (
        {"Writer": assumed(Policies=[INLINE]), "Puts": policy_of({"Fn::ImportValue": "x"})},
        (),
        "whose Puts is cannot be known",
    ),
    "in AWS by another name": (
        {"Writer": assumed("unmade", Policies=[INLINE])},
        (),
        "there is no such role in AWS",
    ),
    "with what no manifest says": (
        {"Writer": assumed("denying", Policies=[INLINE])},
        (),
        "no manifest can say it",
    ),
}
LIVE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {**PUTS, "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"},
    ],
}


def live_role(name: str, effect: str = "Allow") -> LiveRole:
    statement = {**LIVE_POLICY["Statement"][0], "Effect": effect}
    body = {**LIVE_POLICY, "Statement": [statement]}
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return LiveRole(name, arn, ASSUMED, inline={"puts": body}, attached=())


LIVE_ROLES = {"writer": live_role("writer"), "denying": live_role("denying", "Deny")}


@pytest.mark.parametrize("case", ROLES)
def test_a_role_changes_hands_with_the_one_table_it_is_about(case: str):
    resources, taken, why = ROLES[case]
    known = read(Orders=table(), **resources)
    roles = template_roles(known, known.template, {"orders"}, serverless=False)
    assert [role.resource.id for role in roles] == ["Writer"]
    assert template_roles(known, known.template, {"other"}, serverless=False) == ()
    candidates = [LIVE_ROLES[role.name] for role in roles if role.name in LIVE_ROLES]
    stacks = adopt(
        live_tables(known),
        {(ACCOUNT, REGION): ()},
        roles={
            ACCOUNT: [live for live, role in zip(candidates, roles, strict=False) if not role.why]
        },
    )
    about = [(role, LIVE_ROLES.get(role.name)) for role in roles]
    change = hand_over(known, stacks, live_tables(known), about)
    assert change.ids == ("Orders", *taken)
    assert [name for name, _ in change.stays] == ([] if taken else ["Writer"])
    assert why in "".join(reason for _, reason in change.stays)
    assert [*statements(known, change)] == [] or not taken
    second = json.loads(edited(known.template, change).without.text)["Resources"]
    assert not {*taken} & second.keys()
    if "Run" in resources:
        assert second["Run"]["Properties"]["Role"] == LIVE_ROLES["writer"].arn


@pytest.mark.parametrize(("serverless", "why"), [(True, "the framework makes it"), (False, "")])
def test_a_role_that_something_else_makes_stays(serverless, why):
    known = read(Orders=table(), IamRoleLambdaExecution=assumed(Policies=[INLINE]))
    [role] = template_roles(known, known.template, {"orders"}, serverless=serverless)
    assert role.why.startswith(why) or not why
    [of_macro] = template_roles(known, template(Orders=table()), {"orders"}, serverless=False)
    assert of_macro.why.startswith("a macro makes it")
