"""What a user writes, as pydantic models in AWS's own words.

A manifest is a series of documents: one `Stack` and its `Table`s. Field names are camelCase in the
documents and snake_case here. The models check one field at a time; what fields mean together is
checked by `tablewright.manifest.rules`, on tables with the stack's defaults merged under them.
"""

from tablewright.manifest.models.acceptance import AcceptedProblem
from tablewright.manifest.models.access import AccessRole, ActionSet, Trust
from tablewright.manifest.models.alarm import (
    Alarm,
    AlarmForm,
    Alarms,
    ErrorsAlarm,
    FunctionAlarm,
    IndexedAlarm,
    LatencyAlarm,
    MetricAlarm,
    StackAlarms,
)
from tablewright.manifest.models.base import Model
from tablewright.manifest.models.capacity import (
    AutoScaling,
    OnDemandThroughput,
    ProvisionedThroughput,
    ScalingPolicy,
    ScalingSchedule,
    SuspendedState,
    WarmThroughput,
)
from tablewright.manifest.models.index import (
    GlobalSecondaryIndex,
    KeyAttribute,
    LocalSecondaryIndex,
    Projection,
)
from tablewright.manifest.models.origin import CsvOptions, ImportFromS3, Restore
from tablewright.manifest.models.protection import (
    ContributorInsights,
    Encryption,
    Recovery,
    TimeToLive,
)
from tablewright.manifest.models.replication import GlobalTable, Replica, ReplicaIndex
from tablewright.manifest.models.stack import (
    Dashboard,
    Moved,
    Naming,
    Output,
    Ownership,
    Quotas,
    Stack,
    StackMetadata,
    StackSpec,
)
from tablewright.manifest.models.standard import (
    Exemption,
    StackDefaults,
    StackDefaultsSpec,
    StackPolicy,
    StackPolicySpec,
)
from tablewright.manifest.models.stream import KinesisDestination, Stream
from tablewright.manifest.models.table import Table, TableDefaults, TableMetadata, TableSpec

__all__ = [
    "AcceptedProblem",
    "AccessRole",
    "ActionSet",
    "Alarm",
    "AlarmForm",
    "Alarms",
    "AutoScaling",
    "ContributorInsights",
    "CsvOptions",
    "Dashboard",
    "Encryption",
    "ErrorsAlarm",
    "Exemption",
    "FunctionAlarm",
    "GlobalSecondaryIndex",
    "GlobalTable",
    "ImportFromS3",
    "IndexedAlarm",
    "KeyAttribute",
    "KinesisDestination",
    "LatencyAlarm",
    "LocalSecondaryIndex",
    "MetricAlarm",
    "Model",
    "Moved",
    "Naming",
    "OnDemandThroughput",
    "Output",
    "Ownership",
    "Projection",
    "ProvisionedThroughput",
    "Quotas",
    "Recovery",
    "Replica",
    "ReplicaIndex",
    "Restore",
    "ScalingPolicy",
    "ScalingSchedule",
    "Stack",
    "StackAlarms",
    "StackDefaults",
    "StackDefaultsSpec",
    "StackMetadata",
    "StackPolicy",
    "StackPolicySpec",
    "StackSpec",
    "Stream",
    "SuspendedState",
    "Table",
    "TableDefaults",
    "TableMetadata",
    "TableSpec",
    "TimeToLive",
    "Trust",
    "WarmThroughput",
]
