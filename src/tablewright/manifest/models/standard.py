"""What a company says for all of its stacks: defaults that they share, and a policy they obey."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS, BillingMode, EncryptionType
from tablewright.manifest.models.base import (
    API_VERSION,
    ApiVersion,
    Flag,
    Label,
    Many,
    Model,
    OneOrMany,
    Region,
    ResourceName,
    Text,
    Whole,
)
from tablewright.manifest.models.stack import MandatoryTags, StackEnvironment

AlarmName = Literal[
    "userErrors",
    "systemErrors",
    "readThrottles",
    "writeThrottles",
    "readProvisionedThrottles",
    "writeProvisionedThrottles",
    "readKeyRangeThrottles",
    "writeKeyRangeThrottles",
    "readOnDemandThrottles",
    "writeOnDemandThrottles",
    "readAccountThrottles",
    "writeAccountThrottles",
    "latency",
    "conditionalCheckFailures",
    "transactionConflicts",
    "consumedReadCapacity",
    "consumedWriteCapacity",
    "readUtilization",
    "writeUtilization",
    "readQuotaUtilization",
    "writeQuotaUtilization",
    "replicationLatency",
    "kinesisAge",
    "streamIteratorAge",
]
"""Alarms of a table, by their fields."""

Demand = Literal[
    "minimumRecoveryDays",
    "deletionProtection",
    "encryption",
    "billingModes",
    "alarms",
    "mandatoryTags",
    "tagValues",
]
"""Fields of a policy that are about a table."""

TagName = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class StandardMetadata(Model):
    """What the document is called."""

    name: Label = Field(description="Its name, for messages.")


class StackDefaultsSpec(StackEnvironment):
    """What every stack has that says nothing else; merged below its own `spec`, field by field."""

    mandatory_tags: MandatoryTags = Field(
        default=(), description="`mandatoryTags` of stacks that have none of their own."
    )
    environments: dict[Label, StackEnvironment] = Field(
        default_factory=dict,
        description="What differs by environment; any stack may be of one of these, whatever "
        "`environments` it has itself.",
    )


class StackDefaults(Model):
    """Defaults that several stacks share."""

    api_version: ApiVersion = Field(default=API_VERSION, description="Version of this format.")
    kind: Literal["StackDefaults"] = Field(
        default="StackDefaults", description="Kind of the document."
    )
    metadata: StandardMetadata = Field(description="Its name.")
    spec: StackDefaultsSpec = Field(description="The defaults.")


class Exemption(Model):
    """A table of which not all is demanded."""

    table: ResourceName = Field(description="`metadata.name` of the table.")
    stack: Label | None = Field(
        default=None, description="`metadata.name` of its stack; any if left out."
    )
    demands: Annotated[OneOrMany[Demand], Field(min_length=1)] = Field(
        description="What is not demanded, by its fields: `deletionProtection`."
    )
    reason: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="Why, for those who read it."
    )


class StackPolicySpec(Model):
    """What every stack must be; what is left out is not demanded."""

    environments: OneOrMany[Label] = Field(
        default=(), description="Holds for stacks of these environments; for all if left out."
    )
    regions: OneOrMany[Region] = Field(default=(), description="Regions that stacks may be in.")
    minimum_recovery_days: Annotated[Whole, Field(ge=1, le=LONGEST_RECOVERY_DAYS)] | None = Field(
        default=None,
        description="Every table has point-in-time recovery of at least so many days, 1 to 35.",
    )
    deletion_protection: Flag = Field(
        default=False, description="`true`: every table is protected against deletion."
    )
    encryption: OneOrMany[EncryptionType] = Field(
        default=(), description="Whose keys may encrypt: `AWS_OWNED`, `AWS_MANAGED`, `CUSTOMER`."
    )
    billing_modes: OneOrMany[BillingMode] = Field(
        default=(), description="Billing modes that tables may have."
    )
    alarms: OneOrMany[AlarmName] = Field(
        default=(), description="Alarms that every table has: `systemErrors`."
    )
    mandatory_tags: OneOrMany[TagName] = Field(
        default=(), description="Tags that no table may lack, its stack's included."
    )
    tag_values: dict[TagName, Annotated[OneOrMany[Text], Field(min_length=1)]] = Field(
        default_factory=dict, description="Values that a tag may have, by its name."
    )
    exemptions: Many[Exemption] = Field(
        default=(), description="Tables of which not all of this is demanded."
    )


class StackPolicy(Model):
    """Rules for all stacks, checked before anything is touched."""

    api_version: ApiVersion = Field(default=API_VERSION, description="Version of this format.")
    kind: Literal["StackPolicy"] = Field(default="StackPolicy", description="Kind of the document.")
    metadata: StandardMetadata = Field(description="Its name.")
    spec: StackPolicySpec = Field(description="The rules.")
