"""Whose a live thing is: who wins it, who is refused, and what is never taken from others."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow
from tests.support.terminal import Said, Terminal, stack, until

from tablewright_emulator.request import AwsFault, Request

pytestmark = pytest.mark.engine

OWNER = "tablewright:stack"
COMPANY = {"Team": "data", "CostCenter": "42"}


def retag(aws: EmbeddedAws, name: str, owner: str) -> None:
    dynamodb = aws.client("dynamodb")
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": OWNER, "Value": owner}])


def alarm(aws: EmbeddedAws, name: str, table: str) -> None:
    """An alarm as somebody made it by hand."""
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/DynamoDB",
        MetricName="ReadThrottleEvents",
        Dimensions=[{"Name": "TableName", "Value": table}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=7,
        ComparisonOperator="GreaterThanThreshold",
    )


def threshold(aws: EmbeddedAws, name: str) -> float | None:
    found = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found[0]["Threshold"] if found else None


def test_of_two_stacks_that_adopt_one_table_at_once_one_wins(aws, terminal):
    aws.make_table("wanted")
    table = {"name": "wanted", "adopt": True, "recovery": {"days": 7}}
    manifests = [terminal.write(f"{name}.yaml", stack(name, table)) for name in ("one", "two")]
    with ThreadPoolExecutor() as both:
        said = [*both.map(lambda manifest: terminal.run("up", manifest, "--yes"), manifests)]
    assert sorted(each.status for each in said) == [0, 3]
    loser = next(number for number, each in enumerate(said) if each.status == 3)
    assert "table wanted" in said[loser].err
    assert "has one owner" in said[loser].err
    assert aws.tags("wanted")[OWNER] == f"{('two', 'one')[loser]}/dev"
    terminal.run("destroy", manifests[loser], "--yes")
    assert "wanted" in aws.tables(), "the loser has nothing to delete"
    terminal.run("verify", manifests[1 - loser]).ended(0)


def test_what_another_stack_has_by_now_is_neither_changed_nor_deleted(aws, terminal):
    manifest = terminal.write("t.yaml", stack("loser", "lent"))
    terminal.run("up", manifest, "--yes").ended(0)
    retag(aws, "lent", "winner/dev")
    changed = terminal.write("c.yaml", stack("loser", {"name": "lent", "recovery": {"days": 7}}))
    for words in (("preview", changed), ("up", changed, "--yes"), ("destroy", manifest, "--yes")):
        message = terminal.run(*words).refused(3)
        assert "table lent belongs to the stack winner/dev" in message
    assert "winner/dev" in terminal.run("verify", manifest).ended(3).out
    assert "lent" in aws.tables()

    follow(terminal, aws, message)
    assert aws.tags("lent")[OWNER] == "winner/dev", "a release takes off its own tag alone"
    assert "lent" in aws.tables()


def test_what_has_lost_its_tag_may_be_somebody_elses_and_is_not_deleted(aws, terminal):
    """A run can tell what was made again of tables, and not of alarms: AWS gives them no ids."""
    alarms = {"systemErrors": {"threshold": 5}}
    manifest = terminal.write("t.yaml", stack("bare", {"name": "bare", "alarms": alarms}))
    terminal.run("up", manifest, "--yes").ended(0)
    name = "dynamodb-bare-system-errors-dev"
    aws.client("cloudwatch").delete_alarms(AlarmNames=[name])
    alarm(aws, name, "bare")
    message = terminal.run("destroy", manifest, "--yes").refused(3)
    assert f"alarm {name} has lost its tag tablewright:stack" in message
    without = terminal.write("w.yaml", stack("bare", "bare"))
    assert "has lost its tag" in terminal.run("up", without, "--yes").refused(3)
    assert threshold(aws, name) == 7
    follow(terminal, aws, message)
    terminal.run("destroy", manifest, "--yes").ended(0)
    assert threshold(aws, name) is None, "somebody has looked, and says that it is ours"


def remake(aws: EmbeddedAws, table: str, role: str) -> None:
    """Somebody deletes a table and a role, and makes others of the same names."""
    aws.client("dynamodb").delete_table(TableName=table)
    until(lambda: table not in aws.tables(), "it is gone")
    aws.make_table(table)
    iam = aws.client("iam")
    [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    iam.delete_role(RoleName=role)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


@pytest.mark.parametrize("tag", [True, False])
def test_what_was_made_again_by_somebody_is_not_ours_until_it_is_named(aws, terminal, tag):
    name, role = f"remade-{tag}".lower(), f"dynamodb-remade-{tag}-read-role-dev".lower()

    def declare(days: int = 35, **more: object) -> Path:
        table = {"name": name, "access": ["read"], "recovery": {"days": days}, **more}
        text = stack(name, table, ownership={"tag": tag}, tags=COMPANY)
        return terminal.write("t.yaml", text)

    terminal.run("up", declare(), "--yes").ended(0)
    remake(aws, name, role)
    found = terminal.run("drift", declare(), "--output", "json").ended(3).json["fields"]
    again = {(each["subject"], each["drift"]) for each in found}
    assert again == {(name, "made-again"), (role, "made-again")}
    refused = [("destroy", declare(), "--yes"), ("up", declare(days=7), "--yes")]
    if tag:
        refused += [("up", declare(), "--yes", "--refresh"), ("preview", declare(days=7))]
    for words in refused:
        message = terminal.run(*words).refused(3)
        assert f"table {name} is another one than {name}/dev has recorded" in message
    assert OWNER not in aws.tags(name)
    if not tag:  # what is done about it is the same, and to adopt without the tag is tried below
        return
    follow(terminal, aws, message)
    message = terminal.run("up", declare(), "--yes").refused(2)
    assert f"table {name} exists already" in message
    assert "adopt: true" in message
    terminal.run("destroy", declare(), "--yes")
    assert name in aws.tables(), "what is gone cannot be deleted"
    assert aws.client("iam").get_role(RoleName=role)
    assert OWNER not in aws.tags(name)

    terminal.run("up", declare(adopt=True), "--yes").ended(0)
    terminal.run("verify", declare(adopt=True)).ended(0)
    terminal.run("destroy", declare(adopt=True), "--yes").ended(0)
    assert name not in aws.tables()


def test_a_second_stack_takes_no_alarm_and_no_role_from_the_first(aws, terminal):
    names = {"naming": {"alarm": "shop-{alarm}", "role": "shop-{access}-role"}}

    def declare(environment: str) -> Path:
        table = {
            "name": "orders",
            "tableName": f"{environment}-orders",
            "alarms": {"systemErrors": {"threshold": 5}},
            "access": ["read"],
        }
        text = stack("shop", table, environment=environment, **names)
        return terminal.write(f"{environment}.yaml", text)

    terminal.run("up", declare("prod"), "--yes").ended(0)
    message = terminal.run("up", declare("dev"), "--yes").refused(3)
    assert "alarm shop-system-errors belongs to the stack shop/prod" in message
    assert "role shop-read-role belongs to the stack shop/prod" in message
    assert "naming.alarm" in message
    assert "dev-orders" not in aws.tables()
    terminal.run("verify", declare("prod")).ended(0)


def test_an_alarm_that_exists_is_taken_over_if_it_is_named_or_comes_with_its_table(aws, terminal):
    alarm(aws, "throttles", "elsewhere")
    aws.make_table("kept")
    alarm(aws, "kept-throttles", "kept")
    metric = {"key": "t", "metric": "ReadThrottleEvents", "threshold": 1}

    def declare(**more: object) -> Path:
        named = {**metric, "name": "throttles", **more}
        watched = {"name": "watched", "alarms": {"metrics": [named]}}
        own = {"metrics": [{**metric, "name": "kept-throttles"}]}
        kept = {"name": "kept", "adopt": True, "alarms": own}
        return terminal.write("t.yaml", stack("watching", watched, kept))

    message = terminal.run("up", declare(), "--yes").refused(2)
    assert "alarm throttles exists already, and the manifest would write over it" in message
    assert "`adopt: true`" in message
    assert "kept-throttles" not in message
    assert threshold(aws, "throttles") == threshold(aws, "kept-throttles") == 7
    assert "watched" not in aws.tables()

    manifest = declare(adopt=True)
    shown = terminal.run("preview", manifest).ended(0).out
    assert "owned by watching/dev" in shown, "nothing is written that was not shown"
    terminal.run("up", manifest, "--yes").ended(0)
    assert threshold(aws, "throttles") == threshold(aws, "kept-throttles") == 1
    terminal.run("verify", manifest).ended(0)
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(0)


def test_a_table_that_somebody_else_made_after_a_kill_is_not_taken(aws, terminal):
    """The run was killed before CreateTable reached AWS."""
    manifest = terminal.write("t.yaml", stack("killed", "contested"))
    with _held(aws, "CreateTable", "contested") as sent:
        process = terminal.fork("up", manifest, "--yes")
        until(sent.is_set, "the creation is pending")
        process.send_signal(signal.SIGSTOP)  # or it would hear of the others' end and tidy up
        for each in [*psutil.Process(process.pid).children(recursive=True), process]:
            with suppress(psutil.NoSuchProcess):  # it went with the one before
                each.kill()
        process.communicate()
    assert _pending(terminal, "killed")
    aws.make_table("contested", "theirs")
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table contested exists already" in message
    terminal.run("destroy", manifest, "--yes")
    assert "contested" in aws.tables()


def test_what_carries_the_tag_and_is_not_recorded_is_told_and_not_deleted(aws, terminal):
    manifest = terminal.write("t.yaml", stack("strewn", "strewn"))
    folder = terminal.folder / "elsewhere"
    folder.mkdir()
    terminal.run("up", manifest, "--yes", "--backend", folder).ended(0)
    message = terminal.run("up", manifest, "--yes").refused(2)
    assert "carries the tag of this very stack, strewn/dev" in message
    assert "--backend" in message, "it says where to look"
    terminal.run("up", manifest, "--yes", "--backend", folder).ended(0)

    message = terminal.run("destroy", manifest, "--yes").refused(4)
    assert "table strewn" in message
    assert "strewn" in aws.tables()
    terminal.write("t.yaml", stack("strewn", {"name": "strewn", "adopt": True}))
    follow(terminal, aws, message)
    assert "strewn" not in aws.tables()


def test_what_a_failed_run_has_made_and_nobody_recorded_goes_with_its_stack(aws, terminal):
    """AWS carries the call out and refuses it: only the journal of the run knows of it."""
    manifest = terminal.write("t.yaml", stack("failed", "begun"))
    aws.emulator.faults.add(_refused_and_done("CreateTable", "begun"))
    terminal.run("up", manifest, "--yes").ended(1)
    aws.emulator.faults.clear()
    until(lambda: "begun" in aws.tables(), "the table was made")
    assert "begun" in terminal.run("destroy", manifest).ended(2).err, "it is listed"
    assert "which a run that was killed has made" in (
        terminal.run("destroy", manifest, "--yes").ended(0).err
    )
    assert "begun" not in aws.tables()
    terminal.run("destroy", manifest, "--yes").ended(0)


def test_a_stack_without_the_tag_takes_what_its_failed_run_has_made_only_if_it_is_named(
    aws, terminal
):
    """As it takes a table that somebody has made."""

    def declare(*tables: dict[str, object]) -> Path:
        return terminal.write("t.yaml", stack("bare", *tables, ownership=tag, tags=COMPANY))

    tag, bare, by_hand = {"tag": False}, {"name": "bare"}, {"name": "untagged", "adopt": True}
    aws.emulator.faults.add(_refused_and_done("CreateTable", "bare"))
    terminal.run("up", declare(bare), "--yes").ended(1)
    aws.emulator.faults.clear()
    until(lambda: "bare" in aws.tables(), "the table was made")
    message = terminal.run("up", declare(bare), "--yes").refused(2)
    assert "add `adopt: true` to its spec" in message
    aws.make_table("untagged")
    manifest = declare({**bare, "adopt": True}, by_hand)
    assert "Tag as owned" not in terminal.run("preview", manifest).ended(0).out
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("preview", manifest, "--expect-no-changes").ended(0)
    terminal.run("verify", manifest).ended(0)
    assert OWNER not in aws.tags("bare") | aws.tags("untagged")
    terminal.run("destroy", manifest, "--yes").ended(0)
    assert not {"bare", "untagged"} & {*aws.tables()}


def test_a_dashboard_that_nothing_proves_to_be_of_a_failed_run_is_told_and_left(aws, terminal):
    def declare(**more: object) -> Path:
        board = {"name": "board", **more}
        return terminal.write("t.yaml", stack("shown", "shown", dashboard=board))

    aws.emulator.faults.add(_refused_and_done("PutDashboard", service="cloudwatch"))
    terminal.run("up", declare(), "--yes").ended(1)
    aws.emulator.faults.clear()
    client = aws.client("cloudwatch")
    client.put_dashboard(DashboardName="board", DashboardBody='{"widgets": []}')  # by somebody
    message = terminal.run("up", declare(), "--yes").refused(2)
    assert "dashboard board exists already" in message
    message = terminal.run("destroy", declare(), "--yes").refused(4)
    assert "(perhaps: it is not what that run was to make)" in message
    assert client.get_dashboard(DashboardName="board")["DashboardBody"] == '{"widgets": []}'
    declare(adopt=True)
    follow(terminal, aws, message)
    assert "board" not in str(client.list_dashboards()["DashboardEntries"])


def _statement(action: str) -> dict[str, object]:
    principal = {"AWS": "arn:aws:iam::123456789012:root"}
    allowed = {"Effect": "Allow", "Action": f"dynamodb:{action}", "Resource": "*"}
    return {"Sid": action, "Principal": principal, **allowed}


OWN = {"Version": "2012-10-17", "Statement": [_statement("GetItem")]}
NIGHTLY = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/passed",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "ScheduledActionName": "nightly",
    "Schedule": "cron(0 9 * * ? *)",
    "ScalableTargetAction": {"MaxCapacity": 90},
}
BOARD = '{"widgets": []}'


class Somebody:
    """Who writes what has neither tags nor an id under the names that a stack has recorded."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.cloudwatch, self.dynamodb = aws.client("cloudwatch"), aws.client("dynamodb")
        self.scaling = aws.client("application-autoscaling")
        self.arn = self.dynamodb.describe_table(TableName="passed")["Table"]["TableArn"]

    def draw(self) -> None:
        self.cloudwatch.put_dashboard(DashboardName="drawn", DashboardBody=BOARD)

    def write(self) -> None:
        self.draw()
        self.scaling.put_scheduled_action(**NIGHTLY)
        both = {**OWN, "Statement": [_statement("GetItem"), _statement("Scan")]}
        self.dynamodb.put_resource_policy(ResourceArn=self.arn, Policy=json.dumps(both))

    @property
    def board(self) -> str:
        return self.cloudwatch.get_dashboard(DashboardName="drawn")["DashboardBody"]

    @property
    def schedules(self) -> list[str]:
        listed = self.scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")
        return [action["Schedule"] for action in listed["ScheduledActions"]]

    @property
    def policy(self) -> str | None:
        with suppress(self.dynamodb.exceptions.PolicyNotFoundException):
            return self.dynamodb.get_resource_policy(ResourceArn=self.arn)["Policy"]
        return None

    def check_untouched(self) -> None:
        assert (self.board, self.schedules) == (BOARD, [NIGHTLY["Schedule"]])
        assert "Scan" in self.policy


def test_what_tells_nobody_whose_it_is_and_was_changed_goes_only_after_a_look(aws, terminal):
    """What is in a dashboard, a table's policy or a scheduled action alone tells whose it is.

    As with a state from an older backup.
    """

    def declare(*hours: int, **more: object) -> Path:
        actions = [
            {"name": "nightly", "minCapacity": 6, "schedule": f"cron(0 {hour} * * ? *)"}
            for hour in hours
        ]
        table = {
            "name": "passed",
            "billingMode": "PROVISIONED",
            "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
            "autoScaling": {"read": {"minCapacity": 5, "maxCapacity": 10, "schedules": actions}},
            **more,
        }
        return terminal.write("t.yaml", stack("passed", table, dashboard={"name": "drawn"}))

    file = declare(1, resourcePolicy=OWN)
    terminal.run("up", file, "--yes").ended(0)
    somebody = Somebody(aws)
    somebody.write()
    message = terminal.run("up", declare(2, resourcePolicy=OWN), "--yes").refused(3)
    assert "schedule of scheduled action nightly" in message
    somebody.check_untouched()
    follow(terminal, aws, message)
    assert somebody.schedules == ["cron(0 2 * * ? *)"]

    somebody.write()
    gone = terminal.run("up", declare(), "--yes").refused(3)
    assert "scheduled action nightly" in gone
    assert "resource policy" in gone
    assert "would be deleted, and is not as passed/dev has recorded it" in gone
    assert "drawn" not in gone
    somebody.check_untouched()
    follow(terminal, aws, gone)
    terminal.run("up", file, "--yes").ended(0)
    assert (somebody.schedules, somebody.policy) == ([], None)

    somebody.draw()
    message = terminal.run("destroy", file, "--yes").refused(3)
    assert "dashboard drawn would be deleted, and is not as passed/dev has recorded it" in message
    assert "passed" in aws.tables()
    assert somebody.board == BOARD
    follow(terminal, aws, message)
    terminal.run("destroy", file, "--yes").ended(0)
    assert "drawn" not in str(somebody.cloudwatch.list_dashboards()["DashboardEntries"])
    again = terminal.run("destroy", file, "--yes").ended(0).err
    assert "passed/dev is gone already" in again, "without a word of alarm"


def _refused_and_done(operation: str, table: str | None = None, service: str = "dynamodb"):
    from tablewright_emulator.faults import Fault

    denied = {"code": "AccessDeniedException", "status": 400}
    where = {"service": service, "operation": operation, "table": table}
    return Fault(kind="late-error", times=1, **where, **denied)


@contextmanager
def _held(aws: EmbeddedAws, operation: str, table: str) -> Iterator[threading.Event]:
    """Calls that were sent, as the event tells, wait, and are refused in the end."""
    sent, ended = threading.Event(), threading.Event()

    def hold(request: Request) -> None:
        if request.operation == operation and table in str(request.params):
            sent.set()
            ended.wait()
            raise AwsFault("AccessDeniedException", "Too late.", 400)

    aws.emulator.gateway.gates.append(hold)
    try:
        yield sent
    finally:
        ended.set()
        aws.emulator.gateway.gates.remove(hold)


def _pending(terminal: Terminal, project: str) -> bool:
    return any(
        '"creating"' in file.read_text("utf-8", "replace")
        for file in terminal.home.rglob(f"{project}/dev.json")
    )


MODULE = """
import json
import pulumi_aws as aws

TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
READ = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}

def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

def program(resource, context):
    key = [{"name": "id", "type": "S"}]
    aws.dynamodb.Table(
        "t", name="shared", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=key
    )
    aws.sns.Topic("topic", name="shared", display_name="DISPLAY", tags={"Team": "data"})
    aws.cloudwatch.Dashboard("board", dashboard_name="shared", dashboard_body="{\\"widgets\\": []}")
    role = aws.iam.Role("role", name="shared", assume_role_policy=document(TRUST))
    aws.iam.RolePolicy("may", name="read", role=role.name, policy=document(READ))
    aws.cloudwatch.MetricAlarm("alarm", name="shared", comparison_operator="GreaterThanThreshold",
        evaluation_periods=1, threshold=1, period=60, statistic="Sum", namespace="AWS/DynamoDB",
        metric_name="UserErrors")
"""


def module(terminal: Terminal, name: str, display: str = "one", **spec: object) -> tuple[str, ...]:
    """The options of a program of one's own beside a stack of that name."""
    (terminal.folder / "module").mkdir(exist_ok=True)
    (terminal.folder / "module" / "main.py").write_text(MODULE.replace("DISPLAY", display))
    terminal.write(f"{name}.yaml", stack(name, f"{name}-table", **spec))
    return ("--manifest", f"{name}.yaml", "--module-dir", "module")


def test_what_a_program_of_ones_own_makes_has_an_owner_as_well(aws, terminal):
    without = module(terminal, "program", ownership={"tag": False}, tags=COMPANY)
    terminal.run("pulumi", "update", *without, "--yes").ended(0)
    assert aws.tags("shared") == {}
    own = module(terminal, "program")
    shown = terminal.run("pulumi", "preview", *own).ended(0).out
    assert "owned by program/dev" in shown, "nothing is written that was not shown"
    terminal.run("pulumi", "update", *own, "--yes").ended(0)
    assert aws.tags("shared") == {OWNER: "program/dev"}
    again = terminal.run("pulumi", "preview", *own, "--output", "json").ended(0).json
    assert again["changes"] == []

    message = terminal.run("pulumi", "update", *module(terminal, "second"), "--yes").refused(3)
    for each in ("table", "topic", "role", "alarm"):
        assert f"{each} shared belongs to the stack program/dev" in message
    assert "dashboard shared exists already" in message
    assert "second-table" not in aws.tables()
    beside = stack("beside", {"name": "shared", "adopt": True})
    message = terminal.run("up", terminal.write("b.yaml", beside), "--yes").refused(3)
    assert "table shared belongs to the stack program/dev" in message

    topic = aws.client("sns").list_topics()["Topics"][0]["TopicArn"]
    aws.client("sns").tag_resource(
        ResourceArn=topic,
        Tags=[{"Key": OWNER, "Value": "winner/dev"}, {"Key": "Own", "Value": "x"}],
    )
    changed = module(terminal, "program", "two")
    for words in (("preview",), ("update", "--yes"), ("destroy", "--yes")):
        message = terminal.run("pulumi", words[0], *changed, *words[1:]).refused(3)
        assert "topic shared belongs to the stack winner/dev" in message
    aws.client("sns").tag_resource(ResourceArn=topic, Tags=[{"Key": OWNER, "Value": "program/dev"}])
    terminal.run("pulumi", "destroy", *changed, "--yes").ended(0)


IMPORTING = """
import pulumi
import pulumi_aws as aws

def program(resource, context):
    def found(id):
        return pulumi.ResourceOptions(import_=id)

    series = {"namespace": "AWS/DynamoDB", "metric_name": "UserErrors", "statistic": "Sum"}
    aws.cloudwatch.MetricAlarm("metricNAME", name="by-hand", evaluation_periods=1, threshold=1,
        comparison_operator="GreaterThanThreshold", period=60, opts=found("by-hand"), **series)
    aws.cloudwatch.CompositeAlarm("compositeNAME", alarm_name="both",
        alarm_rule='ALARM("by-hand")', opts=found("both"))
    aws.cloudwatch.Dashboard("boardNAME", dashboard_name="by-hand",
        dashboard_body='{"widgets": []}', opts=found("by-hand"))
    aws.sns.Topic("topicNAME", name="by-hand", opts=found("TOPIC"))
    aws.sns.TopicSubscription("hearsNAME", topic="TOPIC", protocol="sqs", endpoint="QUEUE",
        opts=SUBSCRIBED)
"""


def test_what_a_program_imports_by_name_is_its_own_and_keeps_it_under_another_name(aws, terminal):
    alarm(aws, "by-hand", "elsewhere")
    cloudwatch, sns = aws.client("cloudwatch"), aws.client("sns")
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("by-hand")')
    cloudwatch.put_dashboard(DashboardName="by-hand", DashboardBody='{"widgets": []}')
    topic = sns.create_topic(Name="by-hand")["TopicArn"]
    queue = topic.replace(":sns:", ":sqs:")
    hears = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]

    def update(name: str, subscribed: str = f'found("{hears}")') -> Said:
        own = module(terminal, "importing")
        text = IMPORTING.replace("NAME", name).replace("TOPIC", topic).replace("QUEUE", queue)
        file = terminal.folder / "module" / "main.py"
        file.write_text(text.replace("SUBSCRIBED", subscribed), "utf-8")
        return terminal.run("pulumi", "update", *own, "--yes")

    message = update("", subscribed="None").refused(2)
    assert f"subscription {queue} exists already" in message
    assert "imported  subscription" in update("").ended(0).err
    assert threshold(aws, "by-hand") == 1
    assert ": 5 moved." in update("2").ended(0).err
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    for each in (*alarms["MetricAlarms"], *alarms["CompositeAlarms"]):
        if each["AlarmName"] in {"by-hand", "both"}:
            tags = cloudwatch.list_tags_for_resource(ResourceARN=each["AlarmArn"])["Tags"]
            assert tags == [{"Key": OWNER, "Value": "importing/dev"}]
    own = module(terminal, "importing")
    terminal.run("pulumi", "destroy", *own, "--yes").ended(0)
    assert topic not in str(sns.list_topics()["Topics"])
    assert threshold(aws, "by-hand") is None
