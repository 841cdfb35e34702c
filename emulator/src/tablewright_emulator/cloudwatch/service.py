"""CloudWatch as one thing: its stores, its operations hung into the gateway, its clockwork."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.cloudwatch.alarms.actions import Actions
from tablewright_emulator.cloudwatch.alarms.evaluator import Evaluator
from tablewright_emulator.cloudwatch.alarms.operations import AlarmOperations
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.cloudwatch.dashboards.operations import Dashboards
from tablewright_emulator.cloudwatch.metrics.operations import MetricOperations
from tablewright_emulator.cloudwatch.metrics.store import MetricStore
from tablewright_emulator.cloudwatch.metrics.table_metrics import TableMetrics
from tablewright_emulator.cloudwatch.tagged import show_alarms
from tablewright_emulator.cloudwatch.tags import Tags
from tablewright_emulator.constraints import checked
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import Served

SERVICE = "cloudwatch"
_FAULTS = dict.fromkeys(
    ("PutMetricData", "GetMetricStatistics", "ListMetrics"), "InvalidParameterValue"
)


class CloudWatch:
    """CloudWatch behind a gateway; what it does not know itself goes to the engine underneath.

    Alarms are evaluated at every minute of the gateway's clock as long as there are any.
    """

    name = SERVICE

    def __init__(self, gateway: Gateway) -> None:
        self.alarms = AlarmStore()
        self.metrics = MetricStore()
        self.tables = TableMetrics(self.metrics)
        self.dashboards = Dashboards(gateway.clock)
        self.actions = Actions(gateway, self.alarms)
        self.evaluator = Evaluator(
            self.alarms,
            self.metrics,
            now=lambda: gateway.clock.now().timestamp(),
            later=gateway.later,
            actions=self.actions,
        )
        handlers = (
            AlarmOperations(self.alarms, gateway.clock, self.evaluator).handlers()
            | Tags(self.alarms, self.dashboards, gateway.underneath).handlers()
            | self.dashboards.handlers()
            | MetricOperations(self.metrics, gateway.clock).handlers()
        )
        gateway.register(
            SERVICE,
            {
                name: checked(SERVICE, name, call, _FAULTS.get(name, "ValidationError"))
                for name, call in handlers.items()
            },
        )
        show_alarms(gateway, self.alarms)
        self._lock = gateway.lock
        gateway.observers.append(self._count)

    def _count(self, served: Served) -> None:
        with self._lock:  # observers run beside each other, handlers under the lock
            self.tables.served(served)

    def dump(self) -> Any:
        """All alarms, metrics and dashboards, to be kept."""
        parts = (self.alarms, self.metrics, self.tables, self.dashboards)
        return tuple(part.dump() for part in parts)

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self.evaluator.clear()
        alarms, metrics, tables, dashboards = state
        self.alarms.load(alarms)
        self.metrics.load(metrics)
        self.tables.load(tables)
        self.dashboards.load(dashboards)

    def resume(self) -> None:
        """Evaluate again, if there is anything to evaluate."""
        self.evaluator.clear()
        if any(True for _ in self.alarms.everywhere()):
            self.evaluator.start()

    def reset(self) -> None:
        """Forget every alarm, every metric and every dashboard."""
        self.load(({}, {}, {}, {}))
