"""Project Planton's `AwsDynamodb`, as its manifests spell it (aws.project-planton.org/v1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import LARGEST_COUNT, Flag, Many, Model, Whole

Named = Annotated[str, StringConstraints(min_length=1)]
Units = Annotated[Whole, Field(ge=0, le=LARGEST_COUNT)]


class ProvisionedThroughput(Model):
    """Capacity units a second; 0 is as good as unset."""

    read_capacity_units: Units = 0
    write_capacity_units: Units = 0


class AttributeDefinition(Model):
    """An attribute that some key uses."""

    name: Named
    type: Literal["S", "N", "B"] | None = None


class KeySchemaElement(Model):
    """An attribute's part in a key."""

    attribute_name: Named
    key_type: Literal["HASH", "RANGE"] | None = None


class Projection(Model):
    """What an index carries."""

    type: Literal["ALL", "KEYS_ONLY_PROJECTION", "INCLUDE"] | None = None
    non_key_attributes: Many[str] = ()


class GlobalSecondaryIndex(Model):
    """A global index."""

    name: Named
    key_schema: Many[KeySchemaElement] = Field(min_length=1)
    projection: Projection | None = None
    provisioned_throughput: ProvisionedThroughput | None = None


class LocalSecondaryIndex(Model):
    """A local index."""

    name: Named
    key_schema: Many[KeySchemaElement] = Field(min_length=2)
    projection: Projection | None = None


class TimeToLive(Model):
    """Expiry of items."""

    enabled: Flag = False
    attribute_name: str = ""


class ServerSideEncryption(Model):
    """Encryption with a KMS key."""

    enabled: Flag = False
    kms_key_arn: str = ""


class AwsDynamodbSpec(Model):
    """The table."""

    billing_mode: Literal["PROVISIONED", "PAY_PER_REQUEST"] | None = None
    provisioned_throughput: ProvisionedThroughput | None = None
    attribute_definitions: Many[AttributeDefinition] = Field(min_length=1)
    key_schema: Many[KeySchemaElement] = Field(min_length=1)
    global_secondary_indexes: Many[GlobalSecondaryIndex] = ()
    local_secondary_indexes: Many[LocalSecondaryIndex] = ()
    ttl: TimeToLive | None = None
    stream_enabled: Flag = False
    stream_view_type: (
        Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None
    ) = None
    point_in_time_recovery_enabled: Flag = False
    server_side_encryption: ServerSideEncryption | None = None
    table_class: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None = None
    deletion_protection_enabled: Flag = False
    contributor_insights_enabled: Flag = False


class Relationship(Model):
    """A bond to another resource; it has no effect here."""

    kind: Named
    env: str = ""
    name: Named
    type: Literal["depends_on", "runs_on", "managed_by", "uses"]


class Metadata(Model):
    """What the resource is called and to whom it belongs."""

    name: str = ""
    slug: str = ""
    id: str = ""
    org: str = ""
    env: str = ""
    group: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    tags: Many[str] = ()
    relationships: Many[Relationship] = ()


class AwsDynamodb(Model):
    """One table in Planton's words."""

    api_version: Literal["aws.project-planton.org/v1"]
    kind: str
    metadata: Metadata
    spec: AwsDynamodbSpec
    status: dict[str, Any] | None = None


ENUM_NUMBERS: dict[str, tuple[str, ...]] = {
    "billingMode": ("PROVISIONED", "PAY_PER_REQUEST"),
    "attributeType": ("S", "N", "B"),
    "keyType": ("HASH", "RANGE"),
    "projectionType": ("ALL", "KEYS_ONLY_PROJECTION", "INCLUDE"),
    "streamViewType": ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    "tableClass": ("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
}
"""Members of each enum in the order of their numbers, from 1; 0 is unset."""

OLD_PREFIXES: dict[str, str] = {
    "billingMode": "BILLING_MODE_",
    "attributeType": "ATTRIBUTE_TYPE_",
    "keyType": "KEY_TYPE_",
    "projectionType": "PROJECTION_TYPE_",
    "streamViewType": "STREAM_VIEW_TYPE_",
    "tableClass": "TABLE_CLASS_",
}
"""Until the end of 2025 each member carried the name of its enum; examples still do."""

ENUM_FIELDS: dict[tuple[str, str], str] = {
    ("AwsDynamodbSpec", "billingMode"): "billingMode",
    ("AttributeDefinition", "type"): "attributeType",
    ("KeySchemaElement", "keyType"): "keyType",
    ("Projection", "type"): "projectionType",
    ("AwsDynamodbSpec", "streamViewType"): "streamViewType",
    ("AwsDynamodbSpec", "tableClass"): "tableClass",
}
"""Which enum a field of a model is of."""
