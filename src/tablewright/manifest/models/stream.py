"""Where a table's changes go."""

from __future__ import annotations

from pydantic import Field

from tablewright.dynamodb_values import KinesisPrecision, StreamViewType
from tablewright.manifest.models.base import Flag, Model


class Stream(Model):
    """DynamoDB Streams; records live 24 hours, which cannot be changed."""

    enabled: Flag = Field(default=True, description="`false` switches a default of the stack off.")
    view_type: StreamViewType = Field(
        default="NEW_AND_OLD_IMAGES", description="What a record holds of the changed item."
    )


class KinesisDestination(Model):
    """Changes copied into a Kinesis data stream."""

    stream_arn: str = Field(description="ARN of the Kinesis data stream, in the table's region.")
    precision: KinesisPrecision = Field(
        default="MILLISECOND", description="Precision of the change's time stamp."
    )
