"""What a call of CloudWatch's GetMetricData takes at most, and whether it answers all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tablewright.errors import AwsError

MOST_QUERIES = 500
MOST_DATAPOINTS = 100_800


def checked(results: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what is not whole: a missing datapoint is not a zero.

    Raises:
        AwsError: CloudWatch could not answer a query to its end.
    """
    for result in results:
        if result["StatusCode"] != "Complete":
            texts = ", ".join(message["Value"] for message in result.get("Messages") or ())
            raise AwsError(
                f"CloudWatch answers {result['StatusCode']} for {result['Label']}"
                + (f": {texts}" if texts else ""),
                "run the same command again; what is there is kept",
            )
