"""The rule on the stack's dashboard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.fleet.reading import Unread
from tablewright.plan.declaration.declared import Dashboard

from .effects import AGAIN, SET_BACK
from .rule import Case, rule
from .verdict import FactOutcome, failed, passed, unknown


@rule(
    "TW151",
    "dashboard",
    "The dashboard shows what was declared",
    ("cloudwatch:GetDashboard",),
    always=True,
)
def dashboard(case: Case[Dashboard, Mapping[str, Any] | Unread | None]) -> Iterator[FactOutcome]:
    """Graphs of other series than the stack's own mislead whoever is called at night."""
    expected = f"{_widgets(case.declared.body)} widgets"
    match case.live:
        case None:
            yield failed("dashboard", expected, "no such dashboard", AGAIN)
        case Unread(reason):
            yield unknown("dashboard", expected, reason)
        case body if _text(body) == _text(case.declared.body):
            yield passed("dashboard", expected, "exactly these")
        case body:
            yield failed("dashboard", expected, f"{_widgets(body)} others", SET_BACK)


def _widgets(body: Mapping[str, Any]) -> int:
    return len(body.get("widgets") or ())


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


RULES = (dashboard,)
