"""Every metric of every account and region, by namespace, name and exact dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate, Columns
from tablewright_emulator.cloudwatch.metrics.series import Changes, Series, Window
from tablewright_emulator.codec import kept, members, register

NO_UNIT = "None"

Dimensions = tuple[tuple[str, str], ...]


@kept("metric-name")
@dataclass(frozen=True, slots=True)
class MetricName:
    """What identifies a metric in an account and region; dimensions are sorted by name."""

    namespace: str
    name: str
    dimensions: Dimensions = ()

    @staticmethod
    def of(namespace: str, name: str, dimensions: Mapping[str, str]) -> MetricName:
        """Dimensions in any order."""
        return MetricName(namespace, name, tuple(sorted(dimensions.items())))


@dataclass(slots=True)
class Metric:
    """A metric and its series, one per unit that data came in."""

    name: MetricName
    units: dict[str, Series] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)

    def series(self, unit: str) -> Series:
        """The series of a unit, made when there is none."""
        series = self.units.get(unit)
        if series is None:
            series = self.units[unit] = Series(self.changes)
        return series

    def active_since(self, moment: float) -> bool:
        """Whether there is data after the moment."""
        return any(series.active_since(moment) for series in self.units.values())

    def window(
        self, start: int, periods: int, period: int, now: float, unit: str | None = None
    ) -> Window:
        """Periods from `start` on; without a unit the data of all units together."""
        chosen = [series for name, series in self.units.items() if unit is None or name == unit]
        if not chosen:
            return Window(start, period, Columns.empty(periods), (), now)
        columns = chosen[0].columns(start, periods, period, now)
        for series in chosen[1:]:
            columns = columns.joined(series.columns(start, periods, period, now))
        return Window(start, period, columns, chosen, now)


def _metric(plain: dict[str, Any], _: Any) -> Metric:
    metric = Metric(plain["name"], plain["units"])
    for series in metric.units.values():
        series.changes = metric.changes
    return metric


register("metric", Metric, lambda metric, _: members(metric, "changes"), _metric)


class MetricStore:
    """Metrics by account and region. A metric that was only asked for stays unlisted."""

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], dict[MetricName, Metric]] = {}

    def metric(self, account: str, region: str, name: MetricName) -> Metric:
        """The metric of that name, made when there is none; it stays the same object."""
        metrics = self._regions.setdefault((account, region), {})
        metric = metrics.get(name)
        if metric is None:
            metric = metrics[name] = Metric(name)
        return metric

    def find(self, account: str, region: str, name: MetricName) -> Metric | None:
        """The metric of that name, None when nobody recorded or asked for it."""
        return self._regions.get((account, region), {}).get(name)

    def metrics(self, account: str, region: str) -> Iterable[Metric]:
        """All metrics of a region that have data."""
        return [m for m in self._regions.get((account, region), {}).values() if m.units]

    def regions(self) -> Iterator[tuple[str, str]]:
        """Accounts and regions with metrics."""
        return iter(list(self._regions))

    def record(
        self,
        account: str,
        region: str,
        name: MetricName,
        at: float,
        data: Aggregate,
        *,
        unit: str = NO_UNIT,
    ) -> None:
        """Add data for a moment (seconds since the epoch); any namespace, for seeding too."""
        self.metric(account, region, name).series(unit).record(at, data)

    def dump(self) -> Any:
        """Everything, to be kept."""
        return {place: list(metrics.values()) for place, metrics in self._regions.items()}

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self._regions = {
            place: {metric.name: metric for metric in metrics} for place, metrics in state.items()
        }
