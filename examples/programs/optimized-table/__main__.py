"""One new table: an index, a stream, recovery, insights, alarms, and a role for its reader."""

import os

import pulumi
import tablewright.components as tw

EXECUTION_ROLE = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

config = pulumi.Config()
environment = config.get("environmentSuffix") or os.environ.get("ENVIRONMENT_SUFFIX") or "dev"

stack = tw.TableStack(
    "optimized-table",
    tw.StackArgs(
        environment=environment,
        region=os.environ.get("AWS_REGION") or "us-east-1",
        tags={"Project": "TAP", "ManagedBy": "Pulumi", **(config.get_object("tags") or {})},
        enforced_tags={"Team": "Platform", "CostCenter": "Engineering"},
        tables={
            "optimized-table": tw.TableArgs(
                table_name="optimized-table-{environment}",
                partition_key=tw.Key("id"),
                sort_key=tw.Key("timestamp", "N"),
                global_indexes=[
                    tw.GlobalIndex(
                        "CategoryStatusIndex",
                        tw.Key("category"),
                        tw.Key("status"),
                        projection="INCLUDE",
                        non_key_attributes=["id", "timestamp"],
                    )
                ],
                encryption="AWS_MANAGED",
                recovery_days=35,
                stream="NEW_AND_OLD_IMAGES",
                insights=True,
                table_tags={"ContributorInsightsEnabled": "true"},
                alarms=tw.AlarmsArgs(
                    {
                        "consumed_read_capacity": tw.Alarm(
                            80, name="table-read-alarm-{environment}", evaluation_periods=2
                        ),
                        "consumed_write_capacity": tw.Alarm(
                            80, name="table-write-alarm-{environment}", evaluation_periods=2
                        ),
                    }
                ),
                access=[
                    tw.Role(
                        "reader",
                        grants=["read", "stream"],
                        role_name="lambda-dynamodb-reader-{environment}",
                        policy_name="lambda-dynamodb-read-policy-{environment}",
                        managed_policies=[EXECUTION_ROLE],
                    )
                ],
            )
        },
    ),
)
stack.export()

table = stack.tables["optimized-table"]
pulumi.export("tableArn", table.arn)
pulumi.export("tableName", table.name)
pulumi.export("streamArn", table.stream_arn)
pulumi.export("lambdaRoleArn", table.role_arns["reader"])
