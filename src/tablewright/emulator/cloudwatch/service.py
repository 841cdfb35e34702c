"""CloudWatch as one thing: its stores, its operations hung into the door, its clockwork."""

from __future__ import annotations

from typing import Any

from tablewright.emulator.cloudwatch.actions import Actions
from tablewright.emulator.cloudwatch.alarm_book import AlarmBook
from tablewright.emulator.cloudwatch.alarm_operations import AlarmOperations, AlarmTags
from tablewright.emulator.cloudwatch.evaluator import Evaluator
from tablewright.emulator.cloudwatch.metric_operations import MetricOperations
from tablewright.emulator.cloudwatch.metric_store import MetricStore
from tablewright.emulator.cloudwatch.table_metrics import TableMetrics
from tablewright.emulator.cloudwatch.tagged import show_alarms
from tablewright.emulator.constraints import checked
from tablewright.emulator.door import Door
from tablewright.emulator.request import Served

SERVICE = "cloudwatch"
_FAULTS = dict.fromkeys(
    ("PutMetricData", "GetMetricStatistics", "ListMetrics"), "InvalidParameterValue"
)


class CloudWatch:
    """CloudWatch behind a door; what it does not know itself goes to the engine underneath.

    Alarms are evaluated at every minute of the door's clock as long as there are any.
    """

    name = SERVICE

    def __init__(self, door: Door) -> None:
        self.alarms = AlarmBook()
        self.metrics = MetricStore()
        self.tables = TableMetrics(self.metrics)
        self.actions = Actions(door, self.alarms)
        self.evaluator = Evaluator(
            self.alarms,
            self.metrics,
            now=lambda: door.clock.now().timestamp(),
            later=door.later,
            actions=self.actions,
        )
        handlers = (
            AlarmOperations(self.alarms, door.clock, self.evaluator).handlers()
            | AlarmTags(self.alarms, door.underneath).handlers()
            | MetricOperations(self.metrics, door.clock).handlers()
        )
        door.register(
            SERVICE,
            {
                name: checked(SERVICE, name, call, _FAULTS.get(name, "ValidationError"))
                for name, call in handlers.items()
            },
        )
        show_alarms(door, self.alarms)
        self._lock = door.lock
        door.observers.append(self._count)

    def _count(self, served: Served) -> None:
        with self._lock:  # observers run beside each other, handlers under the lock
            self.tables.served(served)

    def dump(self) -> Any:
        """All alarms and metrics, to be kept."""
        return self.alarms.dump(), self.metrics.dump(), self.tables.dump()

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self.evaluator.clear()
        alarms, metrics, tables = state
        self.alarms.load(alarms)
        self.metrics.load(metrics)
        self.tables.load(tables)

    def resume(self) -> None:
        """Evaluate again, if there is anything to evaluate."""
        self.evaluator.clear()
        if any(True for _ in self.alarms.everywhere()):
            self.evaluator.start()

    def reset(self) -> None:
        """Forget every alarm and every metric."""
        self.evaluator.clear()
        self.alarms.clear()
        self.metrics.clear()
        self.tables.clear()
