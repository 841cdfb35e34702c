"""Three live tables of the analytics team, imported and refactored in place."""

import os

import pulumi
import tablewright.components as tw

config = pulumi.Config()
environment = os.environ.get("ENVIRONMENT_SUFFIX") or config.get("env") or "dev"
adopt = config.get_bool("adopt") is not False

tags = {
    "Team": config.get("team") or "data-analytics",
    "CostCenter": config.get("costCenter") or "engineering",
    "Repository": config.get("repository") or "iac-test-automations",
    **(config.get_object("tags") or {}),
}
errors = tw.AlarmsArgs({"user_errors": 5, "system_errors": 5})

stack = tw.TableStack(
    "analytics",
    tw.StackArgs(
        environment=environment,
        region="ap-southeast-2",
        tags=tags,
        tables={
            "events": tw.TableArgs(
                adopt=adopt,
                partition_key=tw.Key("eventId"),
                encryption="AWS_MANAGED",
                stream="NEW_AND_OLD_IMAGES",
                insights=True,
                alarms=errors,
                access=["read", "write"],
            ),
            "sessions": tw.TableArgs(
                adopt=adopt,
                partition_key=tw.Key("sessionId"),
                global_indexes=[
                    tw.GlobalIndex(
                        "userId-timestamp-index", tw.Key("userId"), tw.Key("timestamp", "N")
                    )
                ],
                encryption="AWS_MANAGED",
                alarms=errors,
                access=["read", "write"],
            ),
            "users": tw.TableArgs(
                adopt=adopt,
                partition_key=tw.Key("userId"),
                encryption="AWS_MANAGED",
                recovery_days=35,
                alarms=errors,
                access=["read", "write"],
            ),
        },
    ),
)
stack.export()
