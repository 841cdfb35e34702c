"""DynamoDB tables and what belongs to them, as Pulumi components.

    import tablewright.components as tw

    stack = tw.TableStack(
        "analytics",
        tw.StackArgs(
            environment="dev",
            region="ap-southeast-2",
            tags={"Team": "data-analytics", "CostCenter": "engineering"},
            tables={
                "sessions": tw.TableArgs(
                    partition_key=tw.Key("sessionId"),
                    global_indexes=[
                        tw.GlobalIndex("by-user", tw.Key("userId"), tw.Key("timestamp", "N"))
                    ],
                    alarms=tw.AlarmsArgs({"user_errors": 5, "system_errors": 5}),
                    access=["read", "write"],
                )
            },
        ),
    )
    stack.export()

`TableStack` makes several tables and what they share, `Table` one; `Alarms` and `AccessRoles` are
for tables that are made elsewhere. A stack declared by a manifest is made by
`TableStack.from_declared`. Each argument
is explained in its own docstring, and the field of a manifest that it is by `tablewright explain`.

In the order in which data passes: `arguments/` is what a program says, checked by `validation` and
made a declaration by `declaration`, with `output_placeholders` for what only the run knows;
`rendering/` makes resources of it as plain values, with `names`, `existing` for what is imported
and `stack_context` for what they share; `instantiation` makes them in the engine for `table`,
`alarms`, `access` and `stack`, tagged by `tagging`. `eject/` writes the same values as
programs, `templates/` as templates of other tools.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tablewright.extras import require

if TYPE_CHECKING:
    from tablewright.components.access import AccessRoles
    from tablewright.components.alarms import Alarms
    from tablewright.components.arguments import (
        Alarm,
        AlarmKind,
        AlarmsArgs,
        Arguments,
        Capacity,
        Ceilings,
        Csv,
        CustomerKey,
        Dashboard,
        GlobalIndex,
        GlobalTable,
        ImportFromS3,
        Key,
        KinesisDestination,
        LocalIndex,
        MetricAlarm,
        Naming,
        Quotas,
        Replica,
        ReplicaIndex,
        Restore,
        Role,
        Scaling,
        Schedule,
        StackAlarmKind,
        StackArgs,
        Suspended,
        TableArgs,
        Tracking,
        Trust,
        WarmThroughput,
    )
    from tablewright.components.existing import Existing
    from tablewright.components.failure import ProgramError
    from tablewright.components.stack import TableStack
    from tablewright.components.table import Table

__all__ = [
    "AccessRoles",
    "Alarm",
    "AlarmKind",
    "Alarms",
    "AlarmsArgs",
    "Arguments",
    "Capacity",
    "Ceilings",
    "Csv",
    "CustomerKey",
    "Dashboard",
    "Existing",
    "GlobalIndex",
    "GlobalTable",
    "ImportFromS3",
    "Key",
    "KinesisDestination",
    "LocalIndex",
    "MetricAlarm",
    "Naming",
    "ProgramError",
    "Quotas",
    "Replica",
    "ReplicaIndex",
    "Restore",
    "Role",
    "Scaling",
    "Schedule",
    "StackAlarmKind",
    "StackArgs",
    "Suspended",
    "Table",
    "TableArgs",
    "TableStack",
    "Tracking",
    "Trust",
    "WarmThroughput",
]

_MODULES = {
    "AccessRoles": "access",
    "Alarms": "alarms",
    "Existing": "existing",
    "ProgramError": "failure",
    "Table": "table",
    "TableStack": "stack",
}
"""Of what is not among the arguments."""
_OF_THE_SDK = frozenset({"access", "alarms", "stack", "table"})
"""Those that import `pulumi_aws`."""


def __getattr__(name: str) -> Any:
    """Import what is asked for: what renders a stack is of use without Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module_name = _MODULES.get(name, "arguments")
    if module_name in _OF_THE_SDK:
        require("programs")
    module = importlib.import_module(f"{__name__}.{module_name}")
    return getattr(module, name)
