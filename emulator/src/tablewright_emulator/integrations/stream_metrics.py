"""Metrics of moto's Kinesis streams, which it would keep in its own CloudWatch."""

from __future__ import annotations

from functools import cache
from typing import Any

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch.grid import Aggregate
from tablewright_emulator.cloudwatch.metric_store import MetricName, MetricStore
from tablewright_emulator.request import Engine, Reply, Request

_NAMESPACE = "AWS/Kinesis"


class StreamMetrics:
    """Records what streams take in."""

    def __init__(self, clock: Clock, metrics: MetricStore) -> None:
        self._clock, self._metrics = clock, metrics

    def answer(self, request: Request, engine: Engine) -> Reply:
        """Kinesis, whose metrics are ours."""
        _divert()
        _Current.metrics = self
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


class _Current:
    """Of the emulator that runs; there is one per process."""

    metrics: StreamMetrics | None = None


@cache
def _divert() -> None:
    from moto.kinesis.models import KinesisBackend  # noqa: PLC0415 - moto is loaded when needed

    def send(backend: Any, stream_name: str, incoming_bytes: int, incoming_records: int) -> None:
        if _Current.metrics is not None:
            _Current.metrics.record(
                backend.account_id,
                backend.region_name,
                stream_name,
                incoming_bytes,
                incoming_records,
            )

    KinesisBackend._send_stream_metrics = send  # noqa: SLF001 - moto has no seam for it
