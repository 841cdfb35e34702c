"""Write two weeks of use for the forty tables of this folder: python use.py [FOLDER].

Each table has a shape of its own: steady, by day, by weekday, growing, bursting, idle, a one-off
spike, a nightly job, and several sizes of each. Numbers come from fixed seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES
from tablewright.usage.store import UsageStore

HERE = Path(__file__).parent
DAYS = 14
MINUTES = np.arange(DAYS * DAY_MINUTES)
DAY = MINUTES / DAY_MINUTES

Shape = Callable[[np.random.Generator], Any]
SHAPES: dict[str, Shape] = {
    "steady": lambda _: np.ones(MINUTES.size),
    "daily": lambda _: 1 + 0.9 * np.sin(2 * np.pi * DAY),
    "weekly": lambda _: (
        np.where(DAY.astype(int) % 7 < 5, 1.0, 0.15) * (1 + np.sin(2 * np.pi * DAY))
    ),
    "growing": lambda _: 0.5 + DAY / DAYS,
    "bursting": lambda chance: 0.05 + 20 * (chance.random(MINUTES.size) < 0.01),
    "idle": lambda chance: chance.random(MINUTES.size) < 0.001,
    "spike": lambda _: 0.2 + 30 * (np.abs(MINUTES - 7000) < 45),
    "nightly": lambda _: np.where(MINUTES % DAY_MINUTES < 90, 8.0, 0.1),
}
LEVELS = {"tiny": 0.2, "small": 5, "medium": 60, "large": 900, "huge": 9000}
"""Units a second, on average where the shape is 1."""


def main() -> None:
    """Write the store."""
    store = UsageStore(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "usage")
    stack, *tables = yaml.safe_load_all((HERE / "fleet.yaml").read_text("utf-8"))
    first = datetime(2026, 11, 2, tzinfo=UTC).date()
    for number, table in enumerate(tables):
        name = table["metadata"]["name"]
        shape, level = name.split("-")
        chance = np.random.default_rng(number)
        rates = SHAPES[shape](chance) * LEVELS[level] * 60
        reads, writes = chance.poisson(rates), chance.poisson(rates * chance.uniform(0.05, 0.6))
        resource = ResourceId("123456789012", stack["spec"]["region"], name)
        settings = CapacitySettings(
            "PROVISIONED", "STANDARD", items=10**5, size_bytes=int(10**9 * LEVELS[level])
        )
        store.write(
            UsageDay(
                resource,
                first + timedelta(days=day),
                60,
                {
                    CONSUMED_READ.column: part(reads, day),
                    CONSUMED_WRITE.column: part(writes, day),
                },
                settings,
            )
            for day in range(DAYS)
        )


def part(units: Any, day: int) -> Any:
    """One day of a series."""
    return units[day * DAY_MINUTES : (day + 1) * DAY_MINUTES].astype(np.float32)


if __name__ == "__main__":
    main()
