"""Tags of a live table, set and removed in calls of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.table import Table

from . import requests
from .step import Risk, Step, Wait


def tag_steps(live: Table, declared: Table) -> Iterator[Step]:
    """Tags set, then tags removed. The executor adds `ResourceArn`, which a plan does not know."""
    if live.tags is None or declared.tags is None:
        return
    old = live.tags
    put = {key: value for key, value in declared.tags.items() if old.get(key) != value}
    gone = sorted(key for key in old if key not in declared.tags)
    if put:
        yield Step(
            title=_tagging(put),
            operation="TagResource",
            request={"Tags": requests.tags(put)},
            risk=Risk.IN_PLACE,
            properties=tuple(f"tags.{key}" for key in sorted(put)),
            wait=Wait.NONE,
        )
    if gone:
        yield Step(
            title=f"Remove tags {', '.join(gone)}",
            operation="UntagResource",
            request={"TagKeys": gone},
            risk=Risk.IN_PLACE,
            properties=tuple(f"tags.{key}" for key in gone),
            wait=Wait.NONE,
        )


def _tagging(put: Mapping[str, str]) -> str:
    owning = f"ag as owned by {put[OWNER_TAG]}" if OWNER_TAG in put else ""
    others = sorted(key for key in put if key != OWNER_TAG)
    if not others:
        return f"T{owning}"
    return f"Set tags {', '.join(others)}{f', and t{owning}' if owning else ''}"
