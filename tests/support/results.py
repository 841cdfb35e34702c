"""What came of a run of the engine."""

from tablewright.engine import RunResult
from tablewright.engine.changes import Operation


def differs(result: RunResult) -> bool:
    """Something a provider keeps is not as declared; components and providers do not count."""
    unchanged = (Operation.SAME, Operation.REFRESH, Operation.READ)
    return any(
        change.custom
        and not change.type.startswith("pulumi:")
        and (change.former or change.operation not in unchanged)
        for change in result.changes
    )
