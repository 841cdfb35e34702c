"""Every example in the docstrings of `pulumi_aws` of what is carried, on Pulumi's own engine."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.examples import examples, program

pytestmark = pytest.mark.engine

BEYOND = {
    "appautoscaling.scheduledAction 1": "scales a table that the example does not make",
    "appautoscaling.scheduledAction 2": "scales a service of ECS that the example does not make",
    "cloudwatch.metricAlarm 4": "PromQL is refused",
    "cloudwatch.metricAlarm 5": "anomaly detection is refused",
    "cloudwatch.metricAlarm 8": "a period of warm-up is refused",
    "cloudwatch.metricAlarm 9": "an evaluation window of the wall clock is refused",
    "dynamodb.contributorInsights 1": "watches a table that the example does not make",
    "dynamodb.getTable 1": "asks for a table that the example does not make",
    "dynamodb.kinesisStreamingDestination 1": "a table with no billing mode and no capacity",
    "dynamodb.table 4": "strong consistency is refused",
    "dynamodb.table 5": "strong consistency is refused",
    "dynamodb.tableReplica 1": "the example leaves out the provider of the other region",
    "iam.getRole 1": "asks for a role that the example does not make",
    "sns.topicSubscription 2": "the example misspells a name of its own",
    "sns.topicSubscription 3": "subscribes to a topic that the example does not make",
}
"""Examples that cannot run here, and why."""


def test_the_examples_of_the_sdk_run_and_settle(stack: Any) -> None:
    chosen = [one for one in examples() if not one.obstacle and one.id not in BEYOND]
    failed: dict[str, str] = {}
    made = stack.up(program(chosen, failed))
    assert made.error == ""
    assert failed == {}
    again = stack.preview(program(chosen, failed)).operations
    assert {name: did for name, did in again.items() if set(did) != {"same"}} == {}
    assert stack.destroy().error == ""


def test_what_cannot_run_is_known() -> None:
    every = {one.id: one for one in examples()}
    assert BEYOND.keys() <= every.keys()
    assert not {name for name in BEYOND if every[name].obstacle}
