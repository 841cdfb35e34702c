"""How a table's data is guarded, kept, expired and watched by the service itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS, EncryptionType, InsightsMode
from tablewright.manifest.models.base import AttributeName, Flag, Model, Whole


class Encryption(Model):
    """Encryption at rest; DynamoDB always encrypts, the question is with whose key."""

    type: EncryptionType = Field(
        default="AWS_OWNED",
        description="`AWS_OWNED` (free, invisible), `AWS_MANAGED` (the account's aws/dynamodb key) "
        "or `CUSTOMER` (a key of your own).",
    )
    kms_key_arn: str | None = Field(
        default=None, description="ARN of the customer key; only and always with `CUSTOMER`."
    )


class Recovery(Model):
    """Point-in-time recovery: restore to any second of the window."""

    enabled: Flag = Field(default=True, description="`false` switches a default of the stack off.")
    days: Annotated[Whole, Field(ge=1, le=LONGEST_RECOVERY_DAYS)] = Field(
        default=LONGEST_RECOVERY_DAYS,
        description="Length of the window in days, 1 to 35; the price does not depend on it.",
    )


class TimeToLive(Model):
    """Items delete themselves some time after the moment in an attribute."""

    enabled: Flag = Field(default=True, description="`false` switches a default of the stack off.")
    attribute_name: AttributeName | None = Field(
        default=None, description="Attribute with the expiry as a number of seconds since 1970."
    )


class ContributorInsights(Model):
    """CloudWatch Contributor Insights: which keys are used and throttled most."""

    enabled: Flag = Field(default=True, description="`false` switches a default of the stack off.")
    mode: InsightsMode = Field(
        default="ACCESSED_AND_THROTTLED_KEYS",
        description="All accessed keys, or only the throttled ones, which costs less.",
    )
