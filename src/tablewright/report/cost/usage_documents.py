"""The use of tables as plain JSON values. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tablewright.documents import usage as documents
from tablewright.usage.day import ResourceId
from tablewright.usage.history import ResourceHistory
from tablewright.usage.imported import Imported
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE

_SECONDS = 60


def imported(resource: ResourceId, content: Imported) -> documents.ImportedUseDocument:
    """What a file held that was stored."""
    return {
        "table": resource.table,
        "index": resource.index,
        "account": resource.account,
        "region": resource.region,
        "days": len(content.days),
        "firstDay": str(content.days[0].day),
        "lastDay": str(content.days[-1].day),
        "periodSeconds": content.period_seconds,
        "assumptions": [*content.assumptions],
    }


def used(history: ResourceHistory) -> documents.UsedResourceDocument:
    """How one table or index was used."""
    first, last = history.span
    return {
        "index": history.resource.index,
        "account": history.resource.account,
        "region": history.resource.region,
        "start": _time(history, first),
        "end": _time(history, last),
        "reads": _units(history.minutes[CONSUMED_READ.column][first:last]),
        "writes": _units(history.minutes[CONSUMED_WRITE.column][first:last]),
    }


def _units(values: Any) -> documents.UnitsDocument:
    there = values[~np.isnan(values)] / _SECONDS
    return {
        "mean": round(float(there.mean(dtype=float)), 6) if there.size else None,
        "highest": round(float(there.max()), 6) if there.size else None,
        "missingMinutes": int(values.size - there.size),
    }


def _time(history: ResourceHistory, minute: int) -> str:
    midnight = datetime.combine(history.first_day, datetime.min.time(), UTC)
    return f"{midnight + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"
