"""The stack of every kind of resource, written as a program: the same resources."""

from dataclasses import asdict
from pathlib import Path

import pulumi
import tablewright.components as tw
from tablewright import manifest
from tablewright.plan.declaration.declare import declare

MANIFEST = Path(__file__).with_name("everything.yaml")
PARTNER = {"AWS": "arn:aws:iam::999999999999:role/partner"}


def policy(action, resource):
    statement = {
        "Sid": "Partner",
        "Effect": "Allow",
        "Principal": PARTNER,
        "Action": action,
        "Resource": resource,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def orders():
    morning = tw.Schedule("morning", "cron(0 7 ? * MON-FRI *)", minimum=50, timezone="Europe/Paris")
    evening = tw.Schedule(
        "evening", "cron(0 20 ? * MON-FRI *)", minimum=10, timezone="Europe/Paris"
    )
    key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    return tw.TableArgs(
        partition_key=tw.Key("orderId"),
        sort_key=tw.Key("placedAt", "N"),
        billing_mode="PROVISIONED",
        capacity=tw.Capacity(10, 5),
        scaling=tw.Scaling(
            read=tw.Tracking(10, 100, schedules=[morning, evening]),
            write=tw.Tracking(5, 50, target=60),
        ),
        global_indexes=[
            tw.GlobalIndex(
                "by-customer",
                tw.Key("customerId"),
                projection="KEYS_ONLY",
                capacity=tw.Capacity(2, 2),
                scaling=tw.Scaling(
                    read=tw.Tracking(2, 20, suspended=tw.Suspended(scale_in=True)),
                    write=tw.Tracking(2, 20),
                ),
                insights="THROTTLED_KEYS",
            )
        ],
        local_indexes=[tw.LocalIndex("by-total", tw.Key("total", "N"))],
        stream="NEW_AND_OLD_IMAGES",
        kinesis=tw.KinesisDestination("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"),
        recovery_days=7,
        expires_by="expiresAt",
        encryption=tw.CustomerKey(pulumi.Output.from_input(key)),
        insights=True,
        resource_policy=policy(
            "dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
        ),
        stream_resource_policy=policy(
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], "*"
        ),
        alarms=tw.AlarmsArgs(
            {
                "system_errors": True,
                "latency": tw.Alarm(operations=["Query"]),
                "read_utilization": tw.Alarm(indexes=True),
            }
        ),
        access=[
            "read",
            tw.Role(
                "partner",
                grants=["read", "stream"],
                conditions={
                    "ForAllValues:StringEquals": {
                        "dynamodb:LeadingKeys": ["${aws:PrincipalTag/customer}"]
                    }
                },
                trust=tw.Trust(
                    principals=[pulumi.Output.from_input("999999999999")],
                    external_id=pulumi.Output.from_input("shared-secret"),
                ),
                permissions_boundary="arn:aws:iam::123456789012:policy/Boundary",
            ),
        ],
    )


def profiles():
    return tw.TableArgs(
        partition_key=tw.Key("userId"),
        ceilings=tw.Ceilings(read=1000),
        stream="NEW_AND_OLD_IMAGES",
        global_table=tw.GlobalTable(
            [
                tw.Replica(
                    "eu-central-1",
                    deletion_protection=True,
                    recovery_days=35,
                    insights=True,
                    tags={"Site": pulumi.Output.from_input("frankfurt")},
                ),
                tw.Replica("eu-west-2"),
            ]
        ),
    )


def program():
    tables = {
        "orders": orders(),
        "profiles": profiles(),
        "archive": tw.TableArgs(
            partition_key=tw.Key("id"),
            table_class="STANDARD_INFREQUENT_ACCESS",
            restore=tw.Restore(source_table_name="orders", latest=True),
        ),
        "catalogue": tw.TableArgs(
            partition_key=tw.Key("id"),
            import_from_s3=tw.ImportFromS3("catalogue-exports", "CSV", csv=tw.Csv(";")),
        ),
    }
    args = tw.StackArgs(
        environment="dev",
        region="eu-west-1",
        tags={"Team": "platform", "CostCenter": pulumi.Output.from_input("engineering")},
        tables=tables,
        alarms=tw.AlarmsArgs({"user_errors": 10}),
        dashboard=tw.Dashboard(period=300),
    )
    tw.TableStack("everything", args).export()


def test_a_program_can_say_whatever_a_manifest_can(deploy):
    declared = declare(manifest.load([MANIFEST], environment={}))
    by_manifest = deploy(lambda: tw.TableStack.from_declared(declared).export())
    by_program = deploy(program)
    assert set(by_program.by_urn) == set(by_manifest.by_urn)
    for urn, resource in by_manifest.by_urn.items():
        assert asdict(by_program.by_urn[urn]) == asdict(resource)
    assert by_program.exports == by_manifest.exports
