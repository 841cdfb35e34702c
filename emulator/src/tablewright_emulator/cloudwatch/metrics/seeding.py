"""Data for any metric, AWS's own namespaces too, which PutMetricData refuses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.store import NO_UNIT, MetricName, MetricStore
from tablewright_emulator.errors import UsageError


def seed(store: MetricStore, params: Mapping[str, Any], account: str, region: str) -> int:
    """Record points and say how many.

    `params` are `namespace`, `name`, `points` as `[[seconds since the epoch, value], …]`, and
    perhaps `dimensions`, `unit`, `account`, `region`.

    Raises:
        UsageError: when something is missing or of a wrong kind; nothing is recorded then.
    """
    namespace, name = _text(params, "namespace"), _text(params, "name")
    dimensions = params.get("dimensions", {})
    if not isinstance(dimensions, dict) or not all(
        isinstance(value, str) for value in dimensions.values()
    ):
        raise UsageError("dimensions have to be an object of texts")
    metric = MetricName.of(namespace, name, dimensions)
    given = params.get("points")
    if not isinstance(given, list):
        raise UsageError("points have to be a list of [seconds, value]")
    points = [_point(point) for point in given]
    place = (_text(params, "account", account), _text(params, "region", region))
    unit = _text(params, "unit", NO_UNIT)
    for at, value in points:
        store.record(*place, metric, at, Aggregate.of(value), unit=unit)
    return len(points)


def _text(params: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = params.get(name, default)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{name} has to be a text")
    return value


def _point(given: Any) -> tuple[float, float]:
    if not isinstance(given, list) or len(given) != 2:  # noqa: PLR2004 - time and value
        raise UsageError("each point has to be [seconds, value]")
    for number in given:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise UsageError(f"{number!r} is no number")
    at, value = (float(min(max(number, -(2**360)), 2**360)) for number in given)
    if not (math.isfinite(value) and 0 <= at < 2**40):
        raise UsageError(f"{given!r} is no point")
    return at, value
