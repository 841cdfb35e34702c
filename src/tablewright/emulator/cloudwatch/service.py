"""CloudWatch as one thing: its stores, and its operations hung into the door."""

from __future__ import annotations

from tablewright.emulator.cloudwatch.alarm_book import AlarmBook
from tablewright.emulator.cloudwatch.alarm_operations import AlarmOperations, AlarmTags
from tablewright.emulator.cloudwatch.metric_operations import MetricOperations
from tablewright.emulator.cloudwatch.metric_store import MetricStore
from tablewright.emulator.constraints import checked
from tablewright.emulator.door import Door

SERVICE = "cloudwatch"
_FAULTS = dict.fromkeys(
    ("PutMetricData", "GetMetricStatistics", "ListMetrics"), "InvalidParameterValue"
)


class CloudWatch:
    """CloudWatch behind a door; what it does not know itself goes to the engine underneath."""

    def __init__(self, door: Door) -> None:
        self.alarms = AlarmBook()
        self.metrics = MetricStore()
        handlers = (
            AlarmOperations(self.alarms, door.clock, self.alarms.move).handlers()
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

    def reset(self) -> None:
        """Forget every alarm and every metric."""
        self.alarms.clear()
        self.metrics.clear()
