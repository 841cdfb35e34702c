"""The SDK's modules, loaded before they are needed."""

from __future__ import annotations

import pulumi_aws as aws


def preload() -> None:
    """Load the modules of `pulumi_aws` that a stack uses; they load themselves on first use else.

    They take a tenth of a second, the larger part of what a program without changes costs. Called
    from a thread while the engine starts, they cost nothing. May be called more than once.
    """
    for first_use in (aws.dynamodb.Table, aws.cloudwatch.MetricAlarm, aws.iam.Role):
        first_use.__name__  # noqa: B018 - looking the class up is what loads its module
