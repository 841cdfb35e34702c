"""Arguments of `aws.dynamodb.ContributorInsights`."""

from __future__ import annotations

from typing import Any

from tablewright.plan.declared import Insights

DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"
"""What AWS takes when no mode is given (DynamoDB API reference, UpdateContributorInsights)."""


def insights_args(insights: Insights) -> dict[str, Any]:
    """All arguments but the table's name, which is taken from the table so that it comes first."""
    index = {} if insights.index is None else {"index_name": insights.index}
    return {**index, "mode": insights.mode or DEFAULT_MODE}
