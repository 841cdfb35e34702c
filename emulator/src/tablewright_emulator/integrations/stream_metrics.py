"""Metrics of moto's Kinesis streams, which it would keep in its own CloudWatch."""

from __future__ import annotations

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.store import MetricName, MetricStore
from tablewright_emulator.moto_backend.stream_metrics import divert
from tablewright_emulator.request import Engine, Reply, Request

_NAMESPACE = "AWS/Kinesis"


class StreamMetrics:
    """Records what streams take in."""

    def __init__(self, clock: Clock, metrics: MetricStore) -> None:
        self._clock, self._metrics = clock, metrics

    def answer(self, request: Request, engine: Engine) -> Reply:
        """Kinesis, whose metrics are ours."""
        divert(self.record)
        return engine(request)

    def record(self, account: str, region: str, stream: str, size: int, records: int) -> None:
        """So many bytes and records came into a stream."""
        now = self._clock.now().timestamp()
        for name, value, unit in (
            ("IncomingBytes", size, "Bytes"),
            ("IncomingRecords", records, "Count"),
        ):
            metric = MetricName.of(_NAMESPACE, name, {"StreamName": stream})
            self._metrics.record(account, region, metric, now, Aggregate.of(value), unit=unit)
