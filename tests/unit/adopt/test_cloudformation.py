"""Templates are read whatever they hold: what is known is known, the rest is told by its place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.adopt.cloudformation.described import described
from tablewright.adopt.cloudformation.handover import StackHandOver, edited
from tablewright.adopt.cloudformation.resolving import Resolver
from tablewright.adopt.cloudformation.resources import (
    READ,
    SIMPLE_TABLE,
    TemplateResources,
    read_resources,
    unknowns,
)
from tablewright.adopt.cloudformation.sources import read_sources
from tablewright.adopt.cloudformation.surroundings import Surroundings, Unknown
from tablewright.adopt.cloudformation.table_fields import FIELDS
from tablewright.adopt.cloudformation.template import read_template
from tablewright.adopt.specification import specification
from tablewright.errors import UsageError

REGION, ACCOUNT = "eu-west-1", "123456789012"
AROUND = Surroundings(REGION, ACCOUNT, stack="shop")
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"

HEAD = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Given: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: 'a, b'}
  Password: {Type: String, NoEcho: true, Default: hunter2}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
Mappings:
  Units: {dev: {read: '2'}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Condition IsProd]
  Either: {'Fn::Or': [{Condition: IsDev}, {'Fn::Equals': [!Ref Given, x]}]}
  Asked: !Equals [!Ref Given, x]
  Circle: !Not [!Condition Circle]
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub '${Stage}-orders'}
  Nameless: {Type: AWS::DynamoDB::Table}
  Key: {Type: AWS::KMS::Key}
  Selfish:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub '${Selfish}-x'}
"""
KNOWN: dict[str, Any] = {
    "!Ref Stage": "dev",
    "{Ref: Stage}": "dev",
    "!Ref Zones": ["a", "b"],
    "!Ref AWS::Region": REGION,
    "!Ref AWS::AccountId": ACCOUNT,
    "!Ref AWS::Partition": "aws",
    "!Ref AWS::URLSuffix": "amazonaws.com",
    "!Ref AWS::StackName": "shop",
    "!Ref Orders": "dev-orders",
    "!Ref AWS::NoValue": None,
    "[1, !Ref AWS::NoValue]": ["1"],
    "{a: !Ref AWS::NoValue, b: null, c: x}": {"c": "x"},
    "!GetAtt Orders.Arn": f"{ARN}/dev-orders",
    "!GetAtt [Orders, Arn]": f"{ARN}/dev-orders",
    "{'Fn::GetAtt': [Orders, Arn]}": f"{ARN}/dev-orders",
    "{'Fn::GetAtt': Orders.Arn}": f"{ARN}/dev-orders",
    "!Sub '${Orders}/${Orders.Arn}/${!Stage}'": f"dev-orders/{ARN}/dev-orders/${{Stage}}",
    "!Sub ['${A}-${Stage}', {A: !Ref AWS::Region}]": f"{REGION}-dev",
    "!Join ['-', [a, !Ref Stage]]": "a-dev",
    "!Join [',', !Ref Zones]": "a,b",
    "!Select [1, !Ref Zones]": "b",
    "!Select ['0', !Split ['-', 'x-y']]": "x",
    "!FindInMap [Units, !Ref Stage, read]": "2",
    "!FindInMap [Units, prod, read, {DefaultValue: '9'}]": "9",
    "!If [IsDev, a, b]": "a",
    "!If [IsProd, a, !Ref AWS::NoValue]": None,
    "!If [Both, a, b]": "b",
    "!If [Either, a, b]": "a",
    "!Base64 abc": "YWJj",
    "!Length [a, b]": "2",
    "!Cidr [10.0.0.0/24, 2, 4]": ["10.0.0.0/28", "10.0.0.16/28"],
    "!Select [1, !Cidr ['2001:db8::/56', '2', 64]]": "2001:db8:0:1::/64",
    "text": "text",
    "{a: [x, {b: !Ref Stage}]}": {"a": ["x", {"b": "dev"}]},
}
UNKNOWN = {
    "!Ref Given": "the parameter Given has no default",
    "!Ref Password": r"the parameter Password is secret \(NoEcho\)",
    "!Ref Stored": "comes from Systems Manager",
    "!Ref Nothing": "there is no parameter or resource Nothing",
    "!Ref Nameless": "AWS names Nameless when it makes it",
    "!Ref Selfish": "it leads to itself",
    "!Ref AWS::StackId": "known of a deployed stack only",
    "!GetAtt Orders.StreamArn": "StreamArn of Orders is not known before it is made",
    "!GetAtt Key.Arn": "AWS names Key",
    "!GetAtt Orders": "takes a resource and a name",
    "!Sub 'x-${Given}'": "the parameter Given has no default",
    "!Sub 'x-${Zones}'": "Zones is no text",
    "!Sub [[]]": "takes a text",
    "!ImportValue other-table": "other-table is exported by another stack",
    "!ImportValue []": "is exported by another stack",
    "!Join ['-', !Ref Stage]": "takes texts",
    "!Join ['-', !Ref AWS::NoValue]": "takes texts",
    "!Join x": "takes a delimiter and a list",
    "!Select [7, !Ref Zones]": "takes what is not there",
    "!Split ['', abc]": "takes a delimiter and a text",
    "!If [Asked, a, b]": "the parameter Given has no default",
    "!If [Circle, a, b]": "it leads to itself",
    "!If [Nowhere, a, b]": "there is no condition Nowhere",
    "!If [IsDev, a]": "takes a condition and two values",
    "!FindInMap [Units, prod, read]": "no mapping has Units.prod.read",
    "!Transform {Name: AWS::Include}": "a macro",
    "{'Fn::Transform': {Name: Own}}": "a macro",
    "!GetAZs ''": "what the account has",
    "!Cidr [10.0.0.0/16, 257, 5]": "takes a block, a count",
    "!Cidr [10.0.0.0/30, 2, 5]": "takes a block, a count",
    "!Cidr [10.0.0.0/16, 2]": "takes a block, a count",
    "!Cidr [!Ref Given, 2, 5]": "the parameter Given has no default",
    "!Cidr x": "takes a block, a count",
    "!ToJsonString {a: b}": "Fn::ToJsonString is not known here",
    "'{{resolve:secretsmanager:prod/db:SecretString:password}}'": "a dynamic reference",
    "!Sub '{{resolve:ssm:/${Stage}/x}}'": "a dynamic reference",
    "!Join ['', ['{{res', 'olve:ssm:/a}}']]": "a dynamic reference",
}


def resolved(text: str, around: Surroundings = AROUND) -> Any:
    template = read_template(f"{HEAD}Outputs:\n  X: {{Value: {text}}}\n", "t.yaml")
    value = template.section("Outputs")["X"].value.entries["Value"].value
    return Resolver(template, around).resolve(value, "Outputs.X.Value")


@pytest.mark.parametrize("text", KNOWN)
def test_what_follows_from_a_template_is_resolved(text: str):
    assert resolved(text) == KNOWN[text]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_does_not_is_unknown_at_its_place(text: str):
    answer = resolved(text)
    assert isinstance(answer, Unknown)
    assert answer.problem.file == "t.yaml"
    assert answer.problem.line
    assert answer.problem.path
    with pytest.raises(AssertionError, match=UNKNOWN[text]):
        raise AssertionError(str(answer.problem))
    assert "password" not in str(answer.problem).lower().replace("parameter password", "")
    assert "hunter2" not in str(answer.problem)


def test_a_deployed_stack_tells_more():
    around = Surroundings(
        REGION, ACCOUNT, parameters={"Given": "x"}, exports={"other-table": "others"},
        physical_ids={"Nameless": "shop-Nameless-1", "Key": "1-2"},
    )  # fmt: skip
    assert resolved("!Ref Nameless", around) == "shop-Nameless-1"
    assert resolved("!GetAtt Nameless.Arn", around) == f"{ARN}/shop-Nameless-1"
    assert resolved("!GetAtt Key.Arn", around) == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1-2"
    assert resolved("!ImportValue other-table", around) == "others"
    assert resolved("!If [Asked, a, b]", around) == "a"


def test_a_parameter_that_the_template_lacks_is_refused():
    with pytest.raises(UsageError, match=r"has no parameter Nope\n.*Given, Password, Stage"):
        resolved("x", Surroundings(REGION, ACCOUNT, parameters={"Nope": "x"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no CloudFormation template"),
        ("a: b", "no CloudFormation template"),
        ("[]", "no CloudFormation template"),
        ("{", r"t:\d+:\d+: this is not valid YAML or JSON"),
        ("a: *b", "names nothing above it"),
        ("a: &b [*b]", "names nothing above it"),
        ("? [a]\n: b", "cannot be a key"),
        ("[" * 100_000, "nested more than"),
        ('{"a":' * 100_000, "nested more than"),
        ("a: \x07", "not valid YAML"),
        (
            "\n".join(
                ["a0: &a0 [x]", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 9))]
            ),
            "values, with those that its aliases name",
        ),
        ("x" * (16 * 1024 * 1024 + 1), "more than 16 MB"),
    ],
)
def test_what_is_no_template_is_refused_within_bounds(text: str, message: str):
    with pytest.raises(UsageError, match=message):
        read_template(text, "t")


def test_places_are_those_of_the_text_whatever_json_escapes():
    text = (
        '{"Resources":\t{"A": {"Type": "x\\ud83d\\ude00", "B": "\\ud83d\\ude00y"},"C": {"D": "z"}}}'
    )
    values = read_template(text, "t").section("Resources")
    assert values["A"].value.entries["Type"].value.content == "x😀"
    b, d = (values[one].value.entries[key].value for one, key in (("A", "B"), ("C", "D")))
    assert (text[b.start : b.end], text[d.start : d.end]) == ('"\\ud83d\\ude00y"', '"z"')


def test_five_megabytes_of_json_are_read():
    resources = {f"R{n}": {"Type": "T", "Properties": {"P": ["x" * 250] * 10}} for n in range(2000)}
    assert len(text := json.dumps({"Resources": resources})) > 5_000_000
    assert len(read_resources(read_template(text, "t"), AROUND).resources) == 2000


KEYS: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def read(around: Surroundings = AROUND, **resources: Any) -> TemplateResources:
    return read_resources(read_template(json.dumps({"Resources": resources}), "t"), around)


def spec(around: Surroundings = AROUND, **resources: Any) -> list[dict[str, Any]]:
    """What a manifest says of the first table, in each of its regions."""
    known = read(around, **resources)
    table = described(known.tables[0], known.resources.values(), around)
    assert table.problems == ()
    return [specification(live) for live in table.regions]


def test_sixty_resources_are_read_in_a_blink():
    table = of("AWS::DynamoDB::Table", TableName={"Fn::Sub": "${AWS::StackName}-x"}, **KEYS)
    text = json.dumps({"Resources": {f"T{n}": table for n in range(60)}}, indent=2)
    begun = time.process_time()
    known = read_resources(read_template(text, "t"), AROUND)
    about = known.by_table
    tables = [described(one, about[str(one.name)], AROUND) for one in known.tables]
    assert len(tables) == 60
    assert time.process_time() - begun < 1


def test_every_setting_of_a_table_is_read():
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
    [found] = spec(
        T=of(
            "AWS::DynamoDB::Table",
            TableName="orders",
            **KEYS,
            ProvisionedThroughput={"ReadCapacityUnits": "5", "WriteCapacityUnits": 6},
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-id",
                    "KeySchema": KEYS["KeySchema"],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": "2"},
                    "ContributorInsightsSpecification": {"Enabled": "true"},
                }
            ],
            StreamSpecification={"StreamViewType": "KEYS_ONLY"},
            SSESpecification={"SSEEnabled": True, "KMSMasterKeyId": "1-2"},
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": "true", "RecoveryPeriodInDays": "7"
            },
            TimeToLiveSpecification={"AttributeName": "until", "Enabled": True},
            TableClass="STANDARD_INFREQUENT_ACCESS",
            DeletionProtectionEnabled="true",
            KinesisStreamSpecification={"StreamArn": stream},
            ContributorInsightsSpecification={"Enabled": True, "Mode": "THROTTLED_KEYS"},
            ResourcePolicy={"PolicyDocument": {"Statement": []}},
            Tags=[{"Key": "Team", "Value": "web"}],
        ),
        Reads=of(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            ServiceNamespace="dynamodb",
            ResourceId={"Fn::Sub": "table/${T}"},
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity="5",
            MaxCapacity=50,
            ScheduledActions=[
                {
                    "ScheduledActionName": "night",
                    "Schedule": "cron(0 0 * * ? *)",
                    "StartTime": "2026-01-01T00:00:00Z",
                    "ScalableTargetAction": {"MinCapacity": "1"},
                }
            ],
        ),
        Policy=of(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            PolicyName="reads",
            PolicyType="TargetTrackingScaling",
            ScalingTargetId={"Ref": "Reads"},
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": "70",
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
                },
            },
        ),
    )  # fmt: skip
    [index] = found.pop("globalSecondaryIndexes")
    assert index["contributorInsights"] == {"mode": "ACCESSED_AND_THROTTLED_KEYS"}
    assert index["provisionedThroughput"] == {"readCapacityUnits": 1, "writeCapacityUnits": 2}
    assert found == {
        "partitionKey": {"name": "id", "type": "S"},
        "billingMode": "PROVISIONED",
        "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 6},
        "autoScaling": {
            "read": {
                "minCapacity": 5,
                "maxCapacity": 50,
                "targetUtilization": 70,
                "policyName": "reads",
                "schedules": [
                    {
                        "name": "night",
                        "schedule": "cron(0 0 * * ? *)",
                        "timezone": "UTC",
                        "startTime": "2026-01-01T00:00:00+00:00",
                        "minCapacity": 1,
                    }
                ],
            }
        },
        "tableClass": "STANDARD_INFREQUENT_ACCESS",
        "encryption": {"type": "CUSTOMER", "kmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1-2"},
        "recovery": {"days": 7},
        "deletionProtection": True,
        "timeToLive": found["timeToLive"],
        "stream": {"viewType": "KEYS_ONLY"},
        "kinesisDestination": {"streamArn": stream},
        "contributorInsights": {"mode": "THROTTLED_KEYS"},
        "resourcePolicy": {"Statement": []},
        "tableTags": {"Team": "web"},
    }


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, {"partitionKey": {"name": "id", "type": "S"}, "billingMode": "PAY_PER_REQUEST"}),
        (
            {
                "PrimaryKey": {"Name": "n", "Type": "Number"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                "Tags": {"Team": "web"},
                "SSESpecification": {"SSEEnabled": "true"},
            },
            {
                "partitionKey": {"name": "n", "type": "N"},
                "billingMode": "PROVISIONED",
                "provisionedThroughput": {"readCapacityUnits": 1, "writeCapacityUnits": 2},
                "encryption": {"type": "AWS_MANAGED"},
                "tableTags": {"Team": "web"},
            },
        ),
    ],
)
def test_a_table_of_sam_is_a_table(properties: Any, expected: Any):
    assert spec(T=of(SIMPLE_TABLE, TableName="simple", **properties)) == [expected]


def test_a_global_table_is_one_in_each_of_its_regions():
    scaled = {
        "MinCapacity": 2,
        "MaxCapacity": 9,
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50},
    }
    home, away = spec(
        T=of(
            "AWS::DynamoDB::GlobalTable",
            TableName="world",
            **KEYS,
            BillingMode="PROVISIONED",
            StreamSpecification={"StreamViewType": "NEW_AND_OLD_IMAGES"},
            SSESpecification={"SSEEnabled": True},
            WriteProvisionedThroughputSettings={"WriteCapacityAutoScalingSettings": scaled},
            Replicas=[
                {
                    "Region": "us-east-1",
                    "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
                    "TableClass": "STANDARD_INFREQUENT_ACCESS",
                    "Tags": [{"Key": "a", "Value": "b"}],
                },
                {
                    "Region": REGION,
                    "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 5},
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                },
            ],
        )
    )
    assert home["provisionedThroughput"] == {"readCapacityUnits": 5, "writeCapacityUnits": 2}
    assert home["autoScaling"]["write"]["maxCapacity"] == 9
    assert (home["recovery"], "recovery" in away) == ({"days": 35}, False)
    assert away["provisionedThroughput"]["readCapacityUnits"] == 7
    assert (away["tableClass"], away["tableTags"]) == ("STANDARD_INFREQUENT_ACCESS", {"a": "b"})
    assert home["encryption"] == away["encryption"] == {"type": "AWS_MANAGED"}


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"TableName": "xx", **KEYS, **ON_DEMAND}, "is none that a table can have"),
        ({"TableName": "orders"}, "KeySchema is missing"),
        ({"TableName": "orders", **KEYS, **ON_DEMAND, "AttributeDefinitions": []}, "has no type"),
        ({"TableName": "orders", **KEYS, **ON_DEMAND, "KeySchema": []}, "no partition key"),
        ({"TableName": "orders", **KEYS}, "ProvisionedThroughput is missing"),
        ({"TableName": "orders", "KeySchema": {"Fn::GetAZs": ""}}, "what the account has"),
    ],
)
def test_a_table_that_cannot_be_is_told_and_not_described(properties: Any, message: str):
    known = read(T=of("AWS::DynamoDB::Table", **properties))
    table = described(known.tables[0], known.resources.values(), AROUND)
    assert table.regions == ()
    assert message in "\n".join(map(str, table.problems))


def test_what_only_cloudformation_knows_is_told():
    text = """
Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions, Own]
Conditions: {Asked: !Equals [!ImportValue a, b]}
Resources:
  Fn::ForEach::Tables: [X, [a], {}]
  Below: {Type: AWS::CloudFormation::Stack}
  Perhaps: {Type: AWS::DynamoDB::Table, Condition: Asked, Properties: {TableName: perhaps}}
  Never: {Type: AWS::DynamoDB::Table, Condition: No, Properties: !GetAZs ''}
  Other: {Type: AWS::Lambda::Function, Properties: {Role: !ImportValue role}}
"""
    known = read_resources(read_template(text, "t"), AROUND)
    told = "\n".join(str(problem).partition("\n")[0] for problem in known.problems)
    assert told == (
        "t:2: Transform: what the macro Own makes of this template only CloudFormation knows\n"
        "t:5: Resources.Fn::ForEach::Tables: a loop takes a list of texts and a mapping\n"
        "t:6: Resources.Below: the tables of a nested stack are not in this template\n"
        "t:3: Conditions.Asked: a is exported by another stack\n"
        "t:8: Resources.Never.Condition: there is no condition No\n"
        "t:8: Resources.Never.Properties: its properties are no mapping that is known\n"
        "t:8: Resources.Never.Properties.TableName: AWS names Never when it makes it; "
        "--cloudformation STACK reads the name"
    )
    assert [table.is_certain for table in known.tables] == [False, False]


LOOPS = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'carts, or-ders'}
Conditions:
  Fn::ForEach::Made: [Name, !Ref Names, {'Is&{Name}': !Equals ['${Name}', carts]}]
Resources:
  Fn::ForEach::Tables:
    - Name
    - !Ref Names
    - Table&{Name}:
        Type: AWS::DynamoDB::Table
        Condition: Is&{Name}
        Properties:
          TableName: !Sub 'shop-${Name}'
          Tags: [{Key: Name, Value: !Ref Name}]
      Fn::ForEach::Sides:
        - Side
        - [Read, Write]
        - ${Side}s&{Name}:
            Type: AWS::ApplicationAutoScaling::ScalableTarget
            Properties:
              ServiceNamespace: dynamodb
              ResourceId: !Sub 'table/${Table&{Name}}'
              ScalableDimension: dynamodb:table:${Side}CapacityUnits
"""


def test_loops_are_written_out():
    known = read_resources(read_template(LOOPS, "t"), AROUND)
    assert known.problems == ()
    assert {name: made.kind.rpartition(":")[2] for name, made in known.resources.items()} == {
        "Tablecarts": "Table",
        "Readscarts": "ScalableTarget",
        "Writescarts": "ScalableTarget",
        "Readsorders": "ScalableTarget",
        "Writesorders": "ScalableTarget",
    }
    [table] = known.tables
    assert table.properties["TableName"] == table.name == "shop-carts"
    assert table.properties["Tags"] == [{"Key": "Name", "Value": "carts"}]
    assert len(known.by_table["shop-carts"]) == 3


@pytest.mark.parametrize(
    ("loop", "told"),
    [
        ("x", "takes an identifier"),
        ("[[], [a], {A: {}}]", "takes an identifier"),
        ("[X, [], {A: {}}]", "takes a list of texts"),
        ("[X, [[a]], {A: {}}]", "takes a list of texts"),
        ("[X, !Ref Nothing, {A: {}}]", "there is no parameter or resource Nothing"),
        ("[X, ['{{resolve:ssm:/a}}'], {A: {}}]", "a dynamic reference"),
        ("[X, !GetAZs '', {A: {}}]", "what the account has"),
    ],
)
def test_a_loop_that_cannot_be_known_is_told_at_its_place(loop: str, told: str):
    text = f"Resources:\n  Fn::ForEach::Tables: {loop}\n"
    problems = "\n".join(map(str, read_resources(read_template(text, "t"), AROUND).problems))
    assert told in problems
    assert problems.startswith("t:2: Resources.Fn::ForEach::Tables")


def test_loops_that_make_too_much_end_early():
    loop: Any = {"A": {"Type": "AWS::S3::Bucket"}}
    many = [str(number) for number in range(1_000)]
    for name in "abc":
        loop = {f"Fn::ForEach::{name}": [name, many, loop]}
    started = read_resources(read_template(json.dumps({"Resources": loop}), "t"), AROUND)
    assert "were not written out" in str(started.problems[0])


@pytest.mark.parametrize("kind", sorted(READ - {SIMPLE_TABLE}))
def test_every_property_of_cloudformation_is_carried_or_not(kind: str):
    """The schemas are CloudFormation's own, as cfn-lint has them."""
    folder = Path(find_spec("cfnlint").origin).parent / "data" / "schemas"  # imported it takes 2 s
    name = json.loads((folder / "providers" / "us-east-1.json").read_text())[kind]
    schema = json.loads((folder / "resources" / f"{name}.json").read_text())
    answers = {path.rpartition("/")[2] for path in schema["readOnlyProperties"]}
    assert FIELDS[kind].keys() == schema["properties"].keys() - answers


def test_the_page_lists_every_property_of_tables():
    page = Path(__file__).parents[3] / "docs" / "how-to" / "from-cloudformation.md"
    kinds = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", SIMPLE_TABLE]
    rows = []
    for name in sorted({name for kind in kinds for name in FIELDS[kind]}):
        fields = dict.fromkeys(field for kind in kinds for field in FIELDS[kind].get(name, ()))
        marks = " | ".join("•" if name in FIELDS[kind] else "" for kind in kinds)
        words = ", ".join(f"`{field}`" for field in fields) or "not carried"
        rows.append(f"| `{name}` | {marks} | {words} |\n")
    text = page.read_text("utf-8")
    assert "".join(rows) in text
    for kind in FIELDS.keys() - {*kinds}:
        for name, fields in FIELDS[kind].items():
            assert fields or f"`{name}`" in text


EDITED = """\
Resources: # all of them
  Orders: &no # ours
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Delete # at first
    Properties: {TableName: orders}
  Carts:
    Properties:
      TableName: carts
    Type: AWS::DynamoDB::Table
  # a reader
  Reader:
    Type: AWS::Lambda::Function
    DependsOn: Carts
    Properties:
      A: !Sub '${Carts}-${!Carts}-${Carts.Arn}'
      B:
        Ref: Carts
      C: !GetAtt
        - Carts
        - Arn
      D: !Sub
        - ${Carts}-${Own}
        - {Own: !Ref Carts}
      E: |
        ${Carts}
"""


def test_an_edit_keeps_comments_and_short_tags():
    template = read_template(EDITED.replace("&no ", ""), "t")
    tables = read_resources(template, AROUND).tables
    literals = {("Carts", ""): "carts", ("Carts", "Arn"): "arn:carts"}
    edits = edited(template, StackHandOver(tables[:1], literals))
    assert edits.retained.text == EDITED.replace("&no ", "").replace(
        "DeletionPolicy: Delete #", "UpdateReplacePolicy: Retain\n    DeletionPolicy: Retain #"
    )
    edits = edited(template, StackHandOver(tables[1:], literals))
    assert (
        "  Carts:\n    Properties:\n      TableName: carts\n"
        "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Type: AWS::Dyn"
    ) in edits.retained.text
    assert edits.without.problems == ()
    assert (
        edits.without.text.partition("  # a reader")[2]
        == """
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      A: !Sub 'carts-${!Carts}-arn:carts'
      B:
        "carts"
      C: "arn:carts"
      D: !Sub
        - carts-${Own}
        - {Own: "carts"}
      E: |
        ${Carts}
"""
    )
    assert "  # a reader" in edits.without.text


def test_what_cannot_be_edited_is_told():
    template = read_template(EDITED + "  Copy: *no\n", "t")
    tables = read_resources(template, AROUND).tables
    edits = edited(template, StackHandOver(tables, {}))
    aliased = [
        "t:2: Resources.Orders: it is written by an alias: edit it by hand",
        "t:26: Resources.Copy: it is written by an alias: edit it by hand",
    ]
    assert [str(problem) for problem in edits.retained.problems] == aliased
    named = [
        f"t:{line}: Resources.Reader: it names {name}: write its value there by hand"
        for line, name in (
            (15, "Carts"), (15, "Carts.Arn"), (17, "Carts"), (18, "Carts.Arn"), (22, "Carts"),
            (23, "Carts"),
        )
    ]  # fmt: skip
    assert {str(problem) for problem in edits.without.problems} == {*aliased, *named}
    assert "  Orders: &no # ours" in edits.without.text


@pytest.mark.parametrize("use", ["Tags: *tags", "<<: {Tags: *tags}", "<<: *all", "Of: [*tags]"])
def test_what_has_a_part_that_others_name_is_not_cut(use):
    """Without the anchor their alias would name nothing, and the template be none."""
    text = f"""\
Resources:
  First: {{Type: X, Of: &later [1]}}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: &all
      TableName: orders
      Tags: &tags [{{Key: a, Value: b}}]
      More: *later
  Other:
    Type: X
    Properties:
      {use}
"""
    template = read_template(text, "t")
    tables = read_resources(template, AROUND).tables
    edit = edited(template, StackHandOver(tables, {})).without
    assert [str(problem) for problem in edit.problems] == [
        "t:3: Resources.Orders: an alias below it names a part: remove it by hand"
    ]
    assert edit.text == text
    alone = text[: text.index("  Other")]
    template = read_template(alone, "t")
    edit = edited(template, StackHandOver(read_resources(template, AROUND).tables, {})).without
    assert (edit.problems, "Orders" in edit.text) == ((), False)


MEMBERS = [{"a": 1}, {}, [], "x", None, {"DependsOn": "T0"}, {"Ref": "T0"}]


def test_a_resource_that_is_nothing_but_a_dependence_is_left_empty():
    text = '{"Resources": {"T": {"Type": "AWS::DynamoDB::Table"}, "R": {"DependsOn": "T"}}}'
    template = read_template(text, "t")
    edits = edited(template, StackHandOver(read_resources(template, AROUND).tables, {}))
    assert json.loads(edits.without.text) == {"Resources": {"R": {}}}


FORMS: list[Callable[[Any], str]] = [
    lambda value: json.dumps(value, separators=(",", ":")),
    json.dumps,
    lambda value: json.dumps(value, indent=2),
    lambda value: json.dumps(value, indent="\t"),
    lambda value: json.dumps(value, indent=1).replace("\n", "\r\n"),
    lambda value: yaml.safe_dump(value, sort_keys=False),
    lambda value: yaml.safe_dump(value, sort_keys=False, indent=6).replace("\n", "\r\n"),
    lambda value: yaml.safe_dump(value, sort_keys=False, default_flow_style=None),
    lambda value: yaml.safe_dump(value, sort_keys=False).replace("\n  T", "\n\n  # said\n  T"),
    lambda value: yaml.safe_dump(value, sort_keys=False).replace("Table\n", "Table # here\n"),
]
"""Ways in which people and programs write the same template."""


def loaded(text: str) -> Any:
    return json.loads(text) if text.startswith("{") and '"' in text[:6] else yaml.safe_load(text)


@given(
    st.lists(st.sampled_from(MEMBERS), max_size=4),
    st.sets(st.integers(0, 3)),
    st.sampled_from(FORMS),
    st.permutations(range(8)),
)
@settings(max_examples=150, deadline=None)
def test_an_edited_text_says_what_the_same_edit_of_its_value_does(members, chosen, form, order):
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}}
    named: list[Any] = [(f"T{n}", table) for n in range(4)]
    named += [(f"R{n}", {"Type": "X", "P": one}) for n, one in enumerate(members)]
    resources = dict(named[place] for place in order if place < len(named))
    apart = json.loads(json.dumps({"Resources": resources, "Outputs": {}}))  # no aliases
    template = read_template(form(apart), "t")
    tables = read_resources(template, AROUND).tables
    taken = tuple(one for one in tables if int(one.id[1]) in chosen)
    names = {one.id for one in taken}
    edits = edited(template, StackHandOver(taken, {(name, ""): "orders" for name in names}))
    retain = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert loaded(edits.retained.text)["Resources"] == {
        name: one | (retain if name in names else {}) for name, one in resources.items()
    }
    left = loaded(edits.without.text)["Resources"]
    if edits.without.is_empty:
        assert [*left] == ["NothingLeft"]
        return
    assert [*left] == [name for name in resources if name not in names]
    for name, one in left.items():
        was = resources[name].get("P")
        literal = was == {"Ref": "T0"} and "T0" in names
        assert one.get("P") == ("orders" if literal else was)
    for text in (edits.retained.text, edits.without.text):
        assert ("# said" in text) == ("# said" in template.text)
        assert text.count("\r") in {0, text.count("\n")}


WHOLE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Globals": {"SimpleTable": {"Tags": {"a": "b"}}},
    "Parameters": {"P": {"Type": "String", "Default": "x", "NoEcho": False}},
    "Conditions": {"C": {"Fn::And": [{"Fn::Equals": ["a", {"Ref": "P"}]}, {"Condition": "C"}]}},
    "Mappings": {"M": {"a": {"b": "c"}}},
    "Resources": {
        "T": of(
            "AWS::DynamoDB::Table",
            TableName={"Fn::Sub": ["${P}-a", {"Q": {"Fn::FindInMap": ["M", "a", "b"]}}]},
            **KEYS,
            BillingMode={"Fn::If": ["C", "PAY_PER_REQUEST", "PROVISIONED"]},
            ProvisionedThroughput={"ReadCapacityUnits": "1", "WriteCapacityUnits": 1},
            Tags=[{"Key": "a", "Value": {"Fn::Join": ["-", ["a", {"Ref": "P"}]]}}],
        ),
        "G": of(
            "AWS::DynamoDB::GlobalTable",
            TableName="global",
            **KEYS,
            BillingMode="PAY_PER_REQUEST",
            Replicas=[{"Region": REGION, "Tags": [{"Key": "a", "Value": "b"}]}],
        ),
        "S": of(SIMPLE_TABLE, TableName="simple", PrimaryKey={"Name": "id", "Type": "String"}),
        "A": of(
            "AWS::CloudWatch::Alarm",
            AlarmName="a",
            Dimensions=[{"Name": "TableName", "Value": {"Ref": "T"}}],
            Metrics=[{"Id": "m", "MetricStat": {"Metric": {"Dimensions": []}}}],
        ),
        "R": of(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            ServiceNamespace="dynamodb",
            ResourceId="table/x-a",
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity=1,
            MaxCapacity=2,
        ),
    },
    "Outputs": {"O": {"Value": {"Fn::GetAtt": ["T", "Arn"]}}},
}
WRONG = st.sampled_from(
    [None, "", "x", "{{resolve:ssm:a}}", 7, -1.5, True, [], {}, [None], {"Ref": "T"}, {"Ref": []},
     {"Fn::Sub": {}}, {"Fn::If": ["C"]}, {"Fn::Join": ["", [[]]]}, {"Fn::GetAtt": "T.Arn"}]
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = [(*at, key) for key, _ in items]
    deeper = value.items() if isinstance(value, dict) else enumerate(value)
    return found + [
        place
        for key, item in deeper
        if isinstance(item, dict | list)
        for place in places(item, (*at, key))
    ]


@given(st.lists(st.tuples(st.sampled_from(places(WHOLE)), WRONG), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_damaged_template_is_refused_or_read_and_never_more(damages):
    damaged = json.loads(json.dumps(WHOLE))
    for place, wrong in damages:
        holder = damaged
        try:
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = json.loads(json.dumps(wrong))
        except (TypeError, KeyError, IndexError):
            continue  # damaged above already
    try:
        template = read_template(json.dumps(damaged), "t")
    except UsageError:
        return
    known = read_resources(template, AROUND)
    for table in known.tables:
        answer = described(table, known.resources.values(), AROUND)
        for live in answer.regions:
            specification(live)
        if not answer.regions:
            assert answer.problems or not table.name or [*unknowns(table.properties)]
    edits = edited(template, StackHandOver(known.tables, {}))
    read_template(edits.retained.text, "t")
    read_template(edits.without.text, "t")


HERE = {"directoryName": "."}


def test_a_folder_of_the_cdk_has_its_stacks(tmp_path: Path):
    stack = {"type": "aws:cloudformation:stack", "environment": f"aws://{ACCOUNT}/us-east-1"}
    (tmp_path / "assembly-x").mkdir()
    files = {
        "manifest.json": {
            "artifacts": {
                "Shop": {**stack, "properties": {"templateFile": "Shop.template.json"}},
                "x": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-x"}},
                "assets": {"type": "cdk:asset-manifest"},
            }
        },
        "assembly-x/manifest.json": {
            "artifacts": {
                "Own": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region",
                    "properties": {"templateFile": "t.json", "stackName": "own"},
                }
            }
        },
        "Shop.template.json": {"Resources": {}},
        "assembly-x/t.json": {"Resources": {}},
    }
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value))
    found = [(one.stack, one.region, one.account_id) for one in read_sources(tmp_path)]
    assert found == [("Shop", "us-east-1", ACCOUNT), ("own", None, None)]


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "is no cdk.out folder"),
        ("{", "is no manifest of the CDK"),
        ("[]", "is no manifest of the CDK"),
        ('{"artifacts": {"a": 1}}', "is no manifest of the CDK"),
        ('{"artifacts": {}}', "holds no stack"),
        (
            json.dumps({"artifacts": {"a": {"type": "cdk:cloud-assembly", "properties": HERE}}}),
            "assemblies deep",
        ),
    ],
)
def test_a_folder_that_is_none_of_the_cdk_is_refused(tmp_path: Path, manifest: Any, message: str):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(UsageError, match=message):
        read_sources(tmp_path)
