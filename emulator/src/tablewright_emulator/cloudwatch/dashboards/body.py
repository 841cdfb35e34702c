"""What PutDashboard refuses: names, and bodies that break the published structure.

Source: user guide, "Dashboard Body Structure and Syntax". Each problem has the path to its place in
the body, as AWS's validation messages have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_WIDGETS = 500
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "alarm": ("alarms",),
    "custom": ("endpoint",),
    "explorer": ("labels",),
    "log": ("query", "region"),
    "metric": ("region",),
    "text": ("markdown",),
    "trace": (),
}
_PLACES: Mapping[str, tuple[int, int | None]] = {
    "x": (0, 23),
    "y": (0, None),
    "width": (1, 24),
    "height": (1, 1_000),
}

Problem = tuple[str, str]


def is_dashboard_name(name: str) -> bool:
    """Whether a dashboard can have the name."""
    return _NAME.fullmatch(name) is not None


def body_problems(text: str) -> list[Problem]:
    """Path and message of everything wrong with a body; empty when it is right."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return [("", "The field DashboardBody must be a valid JSON object")]
    if not isinstance(body, dict):
        return [("", "The field DashboardBody must be a valid JSON object")]
    widgets = body.get("widgets")
    if widgets is None:
        return [("", "Should have required property 'widgets'")]
    if not isinstance(widgets, list):
        return [("/widgets", "Should be array")]
    if len(widgets) > MAX_WIDGETS:
        return [("/widgets", f"Should NOT have more than {MAX_WIDGETS} items")]
    return [
        problem
        for n, widget in enumerate(widgets)
        for problem in _problems(widget, f"/widgets/{n}")
    ]


def _problems(widget: Any, path: str) -> Iterator[Problem]:
    if not isinstance(widget, dict):
        yield path, "Should be object"
        return
    for name, (low, high) in _PLACES.items():
        if name in widget:
            yield from _place_problems(widget[name], low, high, f"{path}/{name}")
    for name in ("type", "properties"):
        if name not in widget:
            yield path, f"Should have required property '{name}'"
    kind, properties = widget.get("type"), widget.get("properties", {})
    if "type" in widget and kind not in _REQUIRED:
        yield f"{path}/type", "Should be equal to one of the allowed values"
    elif not isinstance(properties, dict):
        yield f"{path}/properties", "Should be object"
    elif kind is not None and "properties" in widget:
        yield from _property_problems(str(kind), properties, f"{path}/properties")


def _place_problems(value: Any, low: int, high: int | None, path: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield path, "Should be integer"
    elif value < low:
        yield path, f"Should be >= {low}"
    elif high is not None and value > high:
        yield path, f"Should be <= {high}"


def _property_problems(kind: str, properties: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for name in _REQUIRED[kind]:
        if name not in properties:
            yield path, f"Should have required property '{name}'"
    if kind == "metric" and not {"metrics", "annotations"} & properties.keys():
        yield path, "Should have required property 'metrics' or 'annotations'"
    metrics = properties.get("metrics", []) if kind == "metric" else []
    if not isinstance(metrics, list):
        yield f"{path}/metrics", "Should be array"
        return
    for number, metric in enumerate(metrics):
        if not isinstance(metric, list) or not metric:
            yield f"{path}/metrics/{number}", "Should be array with at least 1 item"
