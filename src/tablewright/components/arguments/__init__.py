"""Arguments of the components: what a program says of its tables.

They mean what the manifest's fields of the same name mean, and are checked by the same rules.
"""

from tablewright.components.arguments._access import Role, Trust
from tablewright.components.arguments._alarm import (
    Alarm,
    AlarmKind,
    AlarmsArgs,
    MetricAlarm,
    StackAlarmKind,
)
from tablewright.components.arguments._capacity import (
    Capacity,
    Ceilings,
    Scaling,
    Schedule,
    Suspended,
    Tracking,
    WarmThroughput,
)
from tablewright.components.arguments._document import Arguments
from tablewright.components.arguments._index import GlobalIndex, Key, LocalIndex
from tablewright.components.arguments._origin import (
    Csv,
    ImportFromS3,
    KinesisDestination,
    Restore,
)
from tablewright.components.arguments._replica import GlobalTable, Replica, ReplicaIndex
from tablewright.components.arguments._stack import Dashboard, Naming, Quotas, StackArgs
from tablewright.components.arguments._table import CustomerKey, TableArgs

__all__ = [
    "Alarm",
    "AlarmKind",
    "AlarmsArgs",
    "Arguments",
    "Capacity",
    "Ceilings",
    "Csv",
    "CustomerKey",
    "Dashboard",
    "GlobalIndex",
    "GlobalTable",
    "ImportFromS3",
    "Key",
    "KinesisDestination",
    "LocalIndex",
    "MetricAlarm",
    "Naming",
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
    "TableArgs",
    "Tracking",
    "Trust",
    "WarmThroughput",
]
