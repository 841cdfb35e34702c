"""Changes as the engine reports them, for tests of what is made of them."""

from __future__ import annotations

from dataclasses import replace

from tablewright.engine.changes import DiffKind, Operation, PropertyDiff, ResourceChange

TABLE = "aws:dynamodb/table:Table"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"

SESSIONS_TODAY = {
    "name": "sessions",
    "hashKey": "sessionId",
    "attributes": [{"name": "sessionId", "type": "S"}],
    "billingMode": "PROVISIONED",
    "readCapacity": 600,
    "writeCapacity": 1000,
    "tags": {"team": "Analytics"},
    "streamEnabled": False,
}
SESSIONS_DECLARED = {
    "name": "sessions",
    "hashKey": "sessionId",
    "attributes": [
        {"name": "sessionId", "type": "S"},
        {"name": "userId", "type": "S"},
        {"name": "timestamp", "type": "N"},
    ],
    "billingMode": "PAY_PER_REQUEST",
    "tags": {"team": "Analytics"},
    "streamEnabled": False,
    "globalSecondaryIndexes": [
        {
            "name": "userId-timestamp-index",
            "hashKey": "userId",
            "rangeKey": "timestamp",
            "projectionType": "ALL",
        }
    ],
}


def urn(type_, name):
    return f"urn:pulumi:dev::analytics::{type_}::{name}"


def change(type_, name, operation, **fields):
    return ResourceChange(urn(type_, name), type_, name, operation, **fields)


def adopted_sessions():
    return (
        change(TABLE, "sessions", Operation.IMPORT, new_inputs=SESSIONS_TODAY),
        change(
            TABLE,
            "sessions",
            Operation.UPDATE,
            old_inputs=SESSIONS_TODAY,
            old_outputs=SESSIONS_TODAY,
            new_inputs=SESSIONS_DECLARED,
            diffs=(PropertyDiff("billingMode", DiffKind.UPDATE),),
        ),
    )


def created_alarm(name="dynamodb-sessions-user-errors-dev"):
    return change(ALARM, "sessions-user-errors", Operation.CREATE, new_inputs={"name": name})


def replaced_table():
    return change(
        TABLE,
        "users",
        Operation.REPLACE,
        old_inputs={"name": "users", "hashKey": "id"},
        new_inputs={"name": "users", "hashKey": "userId"},
        diffs=(PropertyDiff("hashKey", DiffKind.UPDATE, replaces=True),),
        replace_keys=("hashKey",),
    )


def in_region(region, changes):
    """The same changes as the SDK sends them: with a region in every resource's properties."""

    def placed(properties):
        return properties and {**properties, "region": region}

    return tuple(
        replace(
            each,
            old_inputs=placed(each.old_inputs),
            new_inputs=placed(each.new_inputs),
            old_outputs=placed(each.old_outputs),
        )
        for each in changes
    )
