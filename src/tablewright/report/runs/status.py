"""What is recorded of a stack, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.report.formats.number import number_of

_MOST_UNFINISHED = 10


def lines(status: Mapping[str, Any], title: str) -> Iterator[str]:
    """The status of `Deployment.status`, a line per fact; what is empty is left out.

    Args:
        status: what is recorded.
        title: of the stack, as in its previews.
    """
    yield title
    yield f"state: {status['backend']}"
    if not status["deployed"]:
        yield "not deployed"
        return
    yield f"deployed: {number_of(status['resources'], 'resource')}"
    for logical, name in status["tables"].items():
        yield f"  table {name}" + (f" ({logical})" if logical != name else "")
    unfinished = [*status["unfinished"].items()]
    for name, why in unfinished[:_MOST_UNFINISHED]:
        yield f"unfinished: {why if name in why else f'{name}: {why}'}"
    if more := len(unfinished[_MOST_UNFINISHED:]):
        yield f"unfinished: {more} more"
    for run in status["runs"]:
        holder = f"{run['user']}@{run['host']} (process {run['pid']})"
        yield f"{_run(run)}: {holder} since {run['since']}"


def _run(run: Mapping[str, Any]) -> str:
    return "left behind by a run that is gone" if run["alive"] is False else "a run is under way"
