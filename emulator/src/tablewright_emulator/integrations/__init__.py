"""Services of moto that make or use what is ours: led to our own, or refused by name.

moto's services find each other in memory, past the gateway. A stack of CloudFormation would make
its table in moto's own DynamoDB, which nobody sees; `moto_backend.fence` refuses that. Here is what
works:

cloudformation.py  stacks make tables, alarms and scaling here, through the gateway
triggers.py        what would run on tables or call DynamoDB in the background is refused
kms_keys.py        keys are named by ARN wherever they are by id
stream_metrics.py  metrics of moto's Kinesis go to our CloudWatch
"""

from __future__ import annotations

from tablewright_emulator.cloudwatch import CloudWatch
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.gateway import Gateway

from .cloudformation import CloudFormation
from .kms_keys import by_id
from .stream_metrics import StreamMetrics
from .triggers import refuse_event_source, refuse_state_machine

__all__ = ["install"]


def install(gateway: Gateway, dynamodb: DynamoDb, cloudwatch: CloudWatch) -> None:
    """Stand between moto's services and its copies of ours."""
    gateway.around["cloudformation"] = CloudFormation(gateway, dynamodb).answer
    gateway.around["kinesis"] = StreamMetrics(gateway.clock, cloudwatch.metrics).answer
    gateway.around["kms"] = by_id
    gateway.around["lambda"] = refuse_event_source
    gateway.around["states"] = refuse_state_machine
