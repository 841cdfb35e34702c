"""Live CloudWatch dashboards as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session


def read_dashboard(session: Session, name: str, region: str) -> Mapping[str, Any]:
    """Body of a dashboard.

    Raises:
        NotFoundError: there is none of that name.
    """
    with translated(f"read dashboard {name}"):
        reply = session.client("cloudwatch", region).get_dashboard(DashboardName=name)
    body: Mapping[str, Any] = json.loads(reply["DashboardBody"])
    return body
