"""Metrics of moto's Kinesis streams, which it would keep in its own CloudWatch."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tablewright_emulator.moto_backend import moment

Record = Callable[[str, str, str, int, int], None]
"""Told of account, region, stream, bytes and records."""


class _Current:
    """Of the emulator that runs; there is one per process."""

    record: Record | None = None


def divert(record: Record | None) -> None:
    """Have what streams take in recorded by `record` from now on; None for not at all."""
    _Current.record = record
    _install()


@cache
def _install() -> None:
    moment.install()
    from moto.kinesis.models import KinesisBackend

    def send(backend: Any, stream_name: str, incoming_bytes: int, incoming_records: int) -> None:
        if _Current.record is not None:
            place = backend.account_id, backend.region_name
            _Current.record(*place, stream_name, incoming_bytes, incoming_records)

    KinesisBackend._send_stream_metrics = send  # noqa: SLF001 - moto has no seam for it
