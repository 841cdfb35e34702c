"""Programs of all shapes: what the engine's options do with our provider."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace

import pulumi_aws as aws
import pytest

import pulumi
from tablewright.engine import install_language_host
from tablewright.provider.hosting.host import install_plugin
from tablewright_emulator.faults import Fault

pytestmark = pytest.mark.engine

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)


def table(logical="events", opts=None, **rest):
    arguments = {
        "name": "events",
        "hash_key": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billing_mode": "PAY_PER_REQUEST",
        **rest,
    }
    return aws.dynamodb.Table(logical, **arguments, opts=opts)


def made_by_hand(client):
    client("dynamodb").create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )


def test_a_table_with_its_alarm_role_and_policy_from_first_preview_to_last_delete(stack, client):
    def program():
        events = table(
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            server_side_encryption={"enabled": True},
            tags={"Team": "a"},
        )
        aws.dynamodb.ContributorInsights("insights", table_name=events.name)
        aws.cloudwatch.MetricAlarm(
            "throttled",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            threshold=1,
            metric_name="ReadThrottleEvents",
            namespace="AWS/DynamoDB",
            dimensions={"TableName": events.name},
            period=60,
            statistic="Sum",
        )
        role = aws.iam.Role("reader", assume_role_policy=TRUST)
        policy = events.arn.apply(
            lambda arn: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "dynamodb:GetItem",
                            "Resource": [arn, f"{arn}/index/*"],
                        }
                    ],
                }
            )
        )
        aws.iam.RolePolicy("read", role=role.name, policy=policy)
        pulumi.export("stream", events.stream_arn)
        pulumi.export("account", aws.get_caller_identity_output().account_id)

    planned = stack.preview(program).operations
    assert len(planned) == 5
    assert set(map(tuple, planned.values())) == {("create",)}
    made = stack.up(program)
    assert made.error == ""
    outputs = stack.outputs()
    assert outputs["account"] == "123456789012"
    assert "/stream/" in outputs["stream"]
    recorded = stack.resource("events")["outputs"]
    stack.refresh()
    assert stack.resource("events")["outputs"] == recorded
    assert stack.preview(program).changed == {}
    assert stack.destroy().error == ""
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("iam").list_roles()["Roles"] == []
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_a_live_table_is_imported_and_updated_in_the_same_run(stack, client):
    made_by_hand(client)
    imported = pulumi.ResourceOptions(import_="events")
    outcome = stack.up(lambda: table(opts=imported) and None)
    assert outcome.operations == {"events": ["import", "update"]}
    assert set(outcome.details["events"]) == {"billingMode"}
    assert stack.preview(lambda: table() and None).changed == {}


def test_an_import_of_what_is_not_there_says_so(stack):
    outcome = stack.up(lambda: table(opts=pulumi.ResourceOptions(import_="events")) and None)
    assert "resource 'events' does not exist" in outcome.error


def test_several_providers_work_side_by_side_in_their_regions(stack, client):
    def program():
        for region in ("eu-west-1", "us-east-1", "ap-southeast-2"):
            provider = aws.Provider(
                region, region=region, default_tags={"tags": {"Region": region}}
            )
            table(f"events-{region}", pulumi.ResourceOptions(provider=provider))

    assert stack.up(program).error == ""
    for region in ("eu-west-1", "us-east-1", "ap-southeast-2"):
        (name,) = client("dynamodb", region).list_tables()["TableNames"]
        assert name == "events"
    assert stack.resource("events-us-east-1")["outputs"]["tagsAll"] == {"Region": "us-east-1"}
    assert stack.preview(program).changed == {}
    assert stack.destroy().error == ""


def test_secrets_stay_secret_in_the_state(stack):
    stack.configure("owner", "nobody-must-see-this", secret=True)

    def program():
        owner = pulumi.Config().require_secret("owner")
        events = table(tags={"Owner": owner})
        pulumi.export("tags", events.tags_all)

    assert stack.up(program).error == ""
    assert "nobody-must-see-this" not in stack.state()
    assert stack.preview(program).changed == {}


def test_ignored_capacity_is_neither_shown_nor_reset(stack, client):
    def program(**rest):
        table(
            billing_mode="PROVISIONED",
            read_capacity=5,
            write_capacity=5,
            opts=pulumi.ResourceOptions(ignore_changes=["readCapacity", "writeCapacity"]),
            **rest,
        )

    stack.up(program)
    fifty = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}
    client("dynamodb").update_table(TableName="events", ProvisionedThroughput=fifty)
    assert stack.up(lambda: program(tags={"A": "1"})).changed == {"events": ["update"]}
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert live["ProvisionedThroughput"]["ReadCapacityUnits"] == 50
    stack.refresh()
    assert stack.preview(lambda: program(tags={"A": "1"})).changed == {}


def test_what_replaces_a_table_deletes_the_old_one_first(stack, client):
    """Another value of what the program says replaces it, and another key."""
    options = pulumi.ResourceOptions(replace_on_changes=["tags"], delete_before_replace=True)
    stack.up(lambda: table(opts=options, tags={"A": "1"}) and None)
    first = client("dynamodb").describe_table(TableName="events")["Table"]["TableId"]
    outcome = stack.up(lambda: table(opts=options, tags={"A": "2"}) and None)
    assert "replace" in outcome.operations["events"]
    assert outcome.error == ""
    assert client("dynamodb").describe_table(TableName="events")["Table"]["TableId"] != first

    keyed = {"hash_key": "key", "attributes": [{"name": "key", "type": "S"}], "tags": {"A": "2"}}
    outcome = stack.preview(lambda: table(**keyed) and None)
    assert outcome.operations["events"] == ["delete-replaced", "replace", "create-replacement"]
    assert outcome.details["events"]["hashKey"] == "update-replace"
    assert stack.up(lambda: table(**keyed) and None).error == ""


def test_a_table_is_protected_keeps_its_record_under_an_alias_and_is_restored(stack, client):
    def program(logical="events", **options):
        table(logical, pulumi.ResourceOptions(protect=True, **options), tags={"A": "1"})

    stack.up(program)
    assert "protect" in stack.destroy().error
    assert client("dynamodb").list_tables()["TableNames"] == ["events"]

    aliases = [pulumi.Alias(name="events")]
    assert stack.preview(lambda: program("orders", aliases=aliases)).changed == {}

    # Drift is seen by a refresh, and up sets it back.
    arn = stack.resource("events")["outputs"]["arn"]
    client("dynamodb").tag_resource(ResourceArn=arn, Tags=[{"Key": "A", "Value": "9"}])
    stack.refresh()
    assert stack.resource("events")["inputs"]["tags"] == {"A": "9"}
    assert stack.preview(program).details["events"] == {"tags.A": "update"}

    # Deleted by hand, it is made again after a refresh.
    client("dynamodb").delete_table(TableName="events")
    assert stack.refresh().operations["events"] == ["refresh"]
    assert stack.up(program).operations["events"] == ["create"]


def test_what_was_half_made_is_recorded_and_the_next_run_finishes_it(
    stack, client, emulator, monkeypatch
):
    def program():
        table(
            point_in_time_recovery={"enabled": True},
            opts=pulumi.ResourceOptions(
                custom_timeouts=pulumi.CustomTimeouts(create="1s", update="1m")
            ),
        )

    with monkeypatch.context() as patch:
        slow = replace(emulator.dynamodb.durations, create=2.5)
        patch.setattr(emulator.dynamodb, "durations", slow)
        outcome = stack.up(program)
    assert "table events: after 1 s still waiting: create table events" in outcome.error
    assert stack.resource("events")["initErrors"]
    assert stack.up(program).operations == {"events": ["update"]}
    backups = client("dynamodb").describe_continuous_backups(TableName="events")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert stack.preview(program).changed == {}


def test_what_a_refused_update_was_to_take_away_is_taken_away_by_the_next(stack, client, emulator):
    def role(**rest):
        aws.iam.Role("reader", name="reader", assume_role_policy=TRUST, **rest)

    stack.up(lambda: role(description="reads", tags={"A": "1"}))
    refused = Fault("iam", "UpdateRole", code="AccessDenied", status=403)
    emulator.faults.add(refused)
    assert "UpdateRole is not allowed" in stack.up(lambda: role(tags={"A": "2"})).error
    emulator.faults.clear()
    assert stack.resource("reader")["initErrors"]
    assert stack.resource("reader")["inputs"]["description"] == "reads"

    stack.refresh()
    outcome = stack.up(lambda: role(tags={"A": "2"}))
    assert outcome.operations == {"reader": ["update"]}
    live = client("iam").get_role(RoleName="reader")["Role"]
    assert (live.get("Description", ""), live["Tags"]) == ("", [{"Key": "A", "Value": "2"}])
    assert stack.preview(lambda: role(tags={"A": "2"})).changed == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"attributes": [{"name": "x", "type": "S"}]}, "hashKey names id"),
    ],
)
def test_mistakes_name_their_property_and_nothing_is_made(stack, client, arguments, words):
    outcome = stack.up(lambda: table(**arguments) and None)
    assert words in outcome.error
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_what_aws_refuses_reaches_people_as_one_line(stack, client):
    made_by_hand(client)
    outcome = stack.up(lambda: table() and None)
    lines = {one.strip() for one in outcome.error.splitlines() if "exists already" in one}
    assert all("table events exists already in eu-west-1; adopt it" in line for line in lines)
    assert "Traceback" not in outcome.error
    assert "ResourceInUse" not in outcome.error


IMPORTED = {
    "resources": [
        {"type": "aws:dynamodb/table:Table", "name": "events", "id": "events"},
        {
            "type": "aws:dynamodb/table:Table",
            "name": "younger-sdk",
            "id": "events",
            "version": "7.99.0",
        },
        {
            "type": "aws:dynamodb/table:Table",
            "name": "older-sdk",
            "id": "events",
            "version": "7.30.0",
        },
    ]
}


def test_pulumi_import_prints_code_for_any_version_of_the_sdk(environment, client, tmp_path):
    made_by_hand(client)
    install_language_host(tmp_path / "hosts")
    install_plugin(tmp_path / "bin")
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text("import pulumi\n")
    (project / "import.json").write_text(json.dumps(IMPORTED))
    # On PATH, as `sandbox exec` has it: a plug-in's folder is for one version alone.
    path = [str(tmp_path / "bin"), environment["PATH"], str(tmp_path / "hosts")]
    variables = {**os.environ, **environment, "PATH": os.pathsep.join(path)}

    def run(*arguments):
        command = ["pulumi", *arguments, "--non-interactive", "--color=never"]
        return subprocess.run(
            command, cwd=project, env=variables, capture_output=True, text=True, check=False
        )

    assert run("stack", "init", "dev").returncode == 0
    done = run("import", "--yes", "--file", "import.json", "--out", "code.py", "--protect=false")
    assert done.returncode == 0, done.stdout + done.stderr
    (project / "__main__.py").write_text((project / "code.py").read_text())
    checked = run("preview", "--expect-no-changes")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (project / "code.py").read_text().count("aws.dynamodb.Table(") == 3
