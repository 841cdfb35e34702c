"""Commands run under exactly the policies that are printed for them, and need all of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.terminal import EXAMPLES, Said, Terminal

from tablewright import manifest
from tablewright.aws.target import SANDBOX_ACCESS_KEY
from tablewright.plan.declaration.declare import declare
from tablewright.plan.permissions import COMMANDS, OPTIONS, document, needs
from tablewright.plan.permissions.state import STATE_COMMANDS
from tablewright_emulator import protocol
from tablewright_emulator.iam.authorization import needs_of
from tablewright_emulator.request import Served

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "docs" / "policies" / "deploy.json").read_text("utf-8"))
EVERYTHING = (ROOT / "tests" / "unit" / "components" / "everything.yaml").read_text("utf-8")
LONGEST_POLICY = 6144
"""Characters of a managed policy, white space not counted (IAM User Guide, quotas)."""
WITHOUT_A_CALL = {
    "dynamodb:CreateTableReplica",
    "dynamodb:DeleteTableReplica",
    "iam:CreateServiceLinkedRole",
    "iam:ListInstanceProfilesForRole",
    "kinesis:DescribeStream",
    "kinesis:ListStreams",
    "kinesis:PutRecords",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:ListAliases",
    "ssm:AddTagsToResource",
}
"""What AWS asks for besides the permission of the call itself, or the official plug-in calls."""
OF_THE_STATE = frozenset(STATE_COMMANDS)
LIFE = frozenset({"preview", "up", "refresh", "destroy", "verify"})
HELD = frozenset({"dynamodb", "dynamodbstreams", "cloudwatch"})
ASKING_NOTHING = frozenset({"kinesis", "sts"})
"""The embedded AWS itself asks Kinesis; GetCallerIdentity takes no permission."""
NOTHING = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
BY_PATH = {"lambda": "ListEventSourceMappings", "backup": "ListProtectedResources"}
LIVE = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: live}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: platform, CostCenter: engineering}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: old}
spec:
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
  autoScaling:
    read:
      minCapacity: 5
      maxCapacity: 10
      schedules: [{name: night, schedule: "cron(0 1 * * ? *)", minCapacity: 6}]
  encryption: {type: AWS_MANAGED}
  alarms:
    alarmActions: ["arn:aws:sns:eu-west-1:123456789012:pages"]
    systemErrors: {threshold: 1}
  recovery: {days: 35}
  contributorInsights: {}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: new}
spec:
  partitionKey: {name: day, type: S}
  sortKey: {name: id, type: S}
  stream: {viewType: NEW_AND_OLD_IMAGES}
  access:
    - {name: reader, grants: [read], managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]}
"""
CARTS = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "carts",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    },
}
READER = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "Policies": [
            {
                "PolicyName": "reads",
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "dynamodb:Scan",
                        "Resource": {"Fn::GetAtt": ["Carts", "Arn"]},
                    }
                },
            }
        ],
    },
}


def actions() -> set[str]:
    return {action for statement in DOCUMENT["Statement"] for action in statement["Action"]}


@dataclass
class Deployer:
    """Commands run as a user with exactly the policies it is given; policies bind.

    `made` has each call that a command made, as action and resource; `used` all actions of each.
    """

    aws: EmbeddedAws
    account: str
    made: set[tuple[str, str]] = field(default_factory=set)
    used: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def ask(self, operation: str, **params: str) -> dict[str, Any]:
        """IAM, by no call that is counted."""
        everything = {"UserName": "deployer", **params}
        return self.aws.emulator.gateway.call("iam", operation, everything, account=self.account)

    def make_stacks(self) -> None:
        """A stack of CloudFormation, and one from which it imports."""
        topic = {"Type": "AWS::SNS::Topic"}
        exported = {"Name": {"Value": "pages", "Export": {"Name": "name"}}}
        named = {**topic, "Properties": {"TopicName": {"Fn::ImportValue": "name"}}}
        templates = {
            "base": {"Resources": {"Topic": topic}, "Outputs": exported},
            "shop": {"Resources": {"Topic": named, "Carts": CARTS, "Reader": READER}},
        }
        for name, template in templates.items():
            asked = {"StackName": name, "TemplateBody": json.dumps(template)}
            self.aws.emulator.gateway.call(
                "cloudformation", "CreateStack", asked, account=self.account, region=REGION
            )

    def protect(self, table: str, *, protected: bool) -> None:
        """Switch the deletion protection of a table behind the stack's back."""
        self.call("UpdateTable", table, DeletionProtectionEnabled=protected)

    def call(self, operation: str, table: str, **params: Any) -> None:
        """DynamoDB, by no call that is counted."""
        asked = {"TableName": table, **params}
        gateway = self.aws.emulator.gateway
        gateway.call("dynamodb", operation, asked, account=self.account, region=REGION)

    def run(self, machine: Terminal, name: str, path: Path, *words: object, **more: Any) -> Said:
        """A command under exactly the policy that is printed for it."""
        policy = printed(name, path, self.account, **more)
        assert (policy["Statement"] == []) == (name in OF_THE_STATE)
        text = json.dumps(policy)
        if not policy["Statement"]:  # which IAM does not take
            text = text.replace("[]", json.dumps(NOTHING))
        self.ask("PutUserPolicy", PolicyName="exact", PolicyDocument=text)
        self.made.clear()
        done = machine.run(*(words or (*name.split(), path, "--yes")), seconds=200)
        lacking = {call for call in self.made if not is_allowed(policy, *call)}
        assert lacking == set(), (name, done)
        outside = {call for call in self.made if not is_allowed(DOCUMENT, *call)}
        assert name not in LIFE or more or outside == set(), (name, done)
        called = " ".join((name, *more.get("options", ())))
        self.used[called] |= {action for action, _ in self.made}
        self.given[called] |= {a for statement in policy["Statement"] for a in statement["Action"]}
        return done


def printed(
    name: str,
    path: Path,
    account: str,
    tables: Sequence[str] = (),
    options: Sequence[str] = (),
) -> dict[str, Any]:
    declared = declare(manifest.load([str(path)], environment={}))
    first = declared.tables[0]
    by_name = {table.table.name: table for table in declared.tables}
    if tables:  # one that is not declared is like the first of them
        other = {name: replace(first, table=replace(first.table, name=name)) for name in tables}
        chosen = tuple(by_name.get(table, other[table]) for table in tables)
        declared = replace(declared, tables=chosen)
    return document(needs(name, declared, account, options=options))


def is_allowed(policy: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a statement has the action and a pattern of the resource; `*` needs a `*`."""
    return any(
        action in statement["Action"]
        and any(fnmatchcase(resource, pattern) for pattern in listed(statement["Resource"]))
        for statement in policy["Statement"]
    )


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.fixture(scope="module")
def deployer(aws: EmbeddedAws, wide: Path) -> Iterator[Deployer]:
    from moto.iam.models import iam_backends

    del wide  # made while everything is allowed
    iam = aws.client("iam")
    arn = iam.create_user(UserName="deployer")["User"]["Arn"]
    iam.create_access_key(UserName="deployer")
    account = arn.split(":")[4]
    [key] = iam_backends[account]["aws"].users["deployer"].access_keys
    key.access_key_id = SANDBOX_ACCESS_KEY  # what every command on the machine signs with
    for name, key_name in {"events": "eventId", "sessions": "sessionId", "users": "userId"}.items():
        aws.make_table(name, key_name, "ap-southeast-2")
    aws.emulator.iam.enforcing = True
    aws.emulator.calls.clear()
    deployer = Deployer(aws, account)
    aws.emulator.gateway.observers.append(lambda served: deployer.made.update(needed(served)))
    yield deployer
    aws.emulator.iam.enforcing = False


def needed(served: Served) -> Iterator[tuple[str, str]]:
    """What a call needs, as AWS asks for it."""
    request = served.request
    if request.protocol == "internal" or request.service in ASKING_NOTHING:
        return
    service, operation = request.service, request.operation or BY_PATH[request.service]
    if service in HELD:
        for need in needs_of(request, lambda _: None):
            yield need.action, need.resource
        return
    asked = request.params or protocol.decode(service, operation, request.protocol, request.http)
    place = f"{request.region}:{request.account}"
    match service:
        case "iam":
            yield f"iam:{operation}", arn_in_iam(asked, request.account)
        case "sns":
            yield f"sns:{operation}", asked["TopicArn"]
        case "kms":
            key = asked["KeyId"]
            arn = key if key.startswith("arn:") else f"arn:aws:kms:{place}:key/{key}"
            yield f"kms:{operation}", arn
        case "application-autoscaling" if not operation.startswith("Describe"):
            arn = f"arn:aws:application-autoscaling:{place}:scalable-target/0"
            yield f"{service}:{operation}", asked.get("ResourceARN", arn)
        case "ssm":
            names = asked.get("Names") or [asked.get("Name") or asked["ResourceId"]]
            for name in names:
                yield f"ssm:{operation}", f"arn:aws:ssm:{place}:parameter{name}"
        case "cloudformation" if "StackName" in asked:
            stack = f"arn:aws:cloudformation:{place}:stack/{asked['StackName']}/0"
            yield f"{service}:{operation}", stack
        case _:
            yield f"{service}:{operation}", "*"


def arn_in_iam(asked: Mapping[str, Any], account: str) -> str:
    """What a call to IAM is about; `*` where that is nothing by itself."""
    if "RoleName" in asked:
        return f"arn:aws:iam::{account}:role/{asked['RoleName']}"
    named = (asked.get(member) for member in ("PolicyArn", "PolicySourceArn", "Arn"))
    return next(filter(None, named), "*")


@pytest.fixture(scope="module")
def wide(aws: EmbeddedAws, machine: Terminal) -> Path:
    """A stack of nearly every kind of resource."""
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    aws.client("iam").create_policy(
        PolicyName="Boundary",
        PolicyDocument=json.dumps(DOCUMENT),
    )
    stack, orders, profiles, *_ = EVERYTHING.split("\n---\n")
    orders = re.sub(r"arn:aws:kms:\S+", key, orders)
    profiles = profiles.replace("deletionProtection: true", "deletionProtection: false")
    path = machine.folder / "wide.yaml"
    path.write_text(f"{stack}\n---\n{orders}\n---\n{profiles}", "utf-8")
    return path


def life(deployer: Deployer, machine: Terminal, path: Path) -> None:
    deployer.run(machine, "up", path).ended(0)
    preview = ("preview", path, "--refresh", "--expect-no-changes")
    deployer.run(machine, "preview", path, *preview).ended(0)
    deployer.run(machine, "verify", path, "verify", path).ended(0)
    deployer.run(machine, "destroy", path).ended(0)


@pytest.mark.parametrize("name", ["three-tables", "optimized-table"])
def test_a_reference_stack_lives_and_goes_under_the_printed_policies(deployer, machine, name):
    life(deployer, machine, EXAMPLES / name)


def test_nearly_everything_lives_and_goes_under_the_printed_policies(deployer, wide, machine):
    life(deployer, machine, wide)


def test_commands_over_live_tables_run_under_the_printed_policies(deployer, machine):
    path = machine.write("live.yaml", LIVE)
    deployer.run(machine, "up", path).ended(0)
    deployer.run(machine, "refresh", path).ended(0)
    proofs = ("--access", "--alarms")
    said = deployer.run(machine, "verify", path, "verify", path, *proofs, options=proofs)
    assert "topic" in said.out
    assert "not authorized" not in said.out
    deployer.protect("new", protected=True)  # whoever did so is looked for
    deployer.run(machine, "drift", path, "drift", path).ended(3)
    deployer.protect("new", protected=False)
    written = ("outputs", path, "--to-ssm", "/live", "--yes")
    for _ in range(2):  # whose the parameters are is asked where there are any
        deployer.run(machine, "outputs", path, *written).ended(0)
    here = ("--region", REGION)
    deployer.run(machine, "discover", path, "discover", *here).ended(0)
    adopted = machine.folder / "adopted"
    adopt = ("adopt", "old", "new", *here, "--directory", adopted)
    deployer.run(machine, "adopt", path, *adopt).ended(0)
    deployer.make_stacks()
    of_stack = ("adopt", "--cloudformation", "shop", *here)
    done = deployer.run(machine, "adopt", path, *of_stack, tables=("carts",)).ended(0)
    assert "left as it is: carts: role shop-Reader" in done.err
    said = deployer.run(machine, "audit", path, "audit", path, "--output", "json")
    assert said.json["unread"] == []
    deployer.run(machine, "usage collect", path, "usage", "collect", path, "--yes").ended(0)
    migrate = ("migrate", "old", "new", *here, "--yes")
    items = [{"id": {"S": "1"}, "day": {"S": "monday"}}, {"id": {"S": "2"}}]
    for item in items:
        deployer.call("PutItem", "old", Item=item)
    drill = ("verify", path, "--restore-drill", "--yes")
    deployer.run(machine, "verify", path, *drill, options=["--restore-drill"]).ended(0)
    deployer.run(machine, "migrate", path, *migrate, tables=("old", "new")).ended(3)
    for item in items:
        deployer.call("DeleteItem", "old", Key={"id": item["id"]})
    deployer.run(machine, "migrate", path, *migrate, tables=("old", "new")).ended(0)
    report = ("report", path, "--output", "json")
    deployer.run(machine, "report", path, *report).ended(0)
    assert " not authorized" not in (machine.folder / "tablewright-report.html").read_text("utf-8")
    deployer.run(machine, "hot-keys", path, "hot-keys", "old", *here).ended(0)
    deployer.run(machine, "prices update", path, "prices", "update", *here).ended(0)
    deployer.run(machine, "doctor", path, "doctor", path).ended(0)
    let_go(deployer, machine, path)
    optional = {f"{name} {option}" for name in OPTIONS for option in OPTIONS[name]}
    in_a_copy, both = "verify --fire", "verify --access --alarms"
    run = {*deployer.given, "verify --access", "verify --alarms"} - {both, "verify"}
    assert run >= {*COMMANDS, *optional} - {in_a_copy, "preview", "verify"} - OF_THE_STATE


def let_go(deployer: Deployer, machine: Terminal, path: Path) -> None:
    """Set a stack back, forget a table of it, move its state, and destroy it."""
    deployer.protect("new", protected=True)
    fix = ("drift", path, "--fix", "--yes")
    deployer.run(machine, "drift", path, *fix, options=["--fix"]).ended(0)
    forget = ("release", path, "--table", "new", "--yes")
    deployer.run(machine, "release", path, *forget).ended(0)
    move = ("state", "move-backend", path, machine.folder / "states", "--yes")
    deployer.run(machine, "state move-backend", path, *move).ended(0)
    owner = ("state", "owner", "old", "--region", REGION)
    deployer.run(machine, "state owner", path, *owner, tables=["old"]).ended(0)
    destroy = ("destroy", path, "--yes", "--backend", machine.folder / "states")
    deployer.run(machine, "destroy", path, *destroy).ended(0)


def test_every_action_of_a_printed_policy_is_called(deployer):
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    for name, actions in deployer.given.items():
        idle = actions - deployer.used[name] - WITHOUT_A_CALL
        if name.startswith(
            ("preview", "up", "verify", "drift --fix")
        ):  # what these did not need, others do
            idle = {action for action in idle if not is_in(action, code)}
        assert idle == set(), name


def test_all_in_the_document_is_called(deployer):
    called = set().union(*deployer.used.values())
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    unused = {action for action in actions() - called - WITHOUT_A_CALL if not is_in(action, code)}
    assert unused == set()


@pytest.fixture
def forbidden(deployer: Deployer) -> None:
    deployer.ask("PutUserPolicy", PolicyName="exact", PolicyDocument=json.dumps(DOCUMENT))
    deployer.ask("DeleteUserPolicy", PolicyName="exact")


@pytest.mark.usefixtures("forbidden")
def test_without_a_policy_nothing_is_done(machine):
    said = machine.run("up", EXAMPLES / "optimized-table", "--yes")
    assert said.status != 0
    assert "is not authorized" in said.err or "not allowed" in said.err, said


def test_the_document_fits_into_a_managed_policy():
    assert len(json.dumps(DOCUMENT, separators=(",", ":"))) <= LONGEST_POLICY


def is_in(action: str, code: str) -> bool:
    """Whether the operation is called somewhere, by its name or by boto3's.

    Alarms of both kinds are sent as `Put` and the name of their kind.
    """
    operation = action.partition(":")[2]
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    kind = operation.removeprefix("Put")
    spellings = (f'"{operation}"', f".{snake}(", f'"{snake}"', f'kind: ClassVar[str] = "{kind}"')
    return any(spelling in code for spelling in spellings)
