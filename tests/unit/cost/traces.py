"""Real series as units a minute: each count is shared out over its five minutes by chance."""

import csv
import datetime as dt
import gzip
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "data" / "traces"


def per_minute(name, scale, days=14, first_day=0, seed=1):
    """Whole units of each minute, Poisson with a fixed seed; minutes without a count are 0."""
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt") as file:
        rows = [
            (dt.datetime.fromisoformat(time), float(count))
            for time, count in list(csv.reader(file))[1:]
        ]
    start = rows[0][0]
    rates = np.zeros(int((rows[-1][0] - start).total_seconds()) // 60 + 5)
    for time, count in rows:
        minute = int((time - start).total_seconds()) // 60
        rates[minute : minute + 5] = count / 5 * scale
    chosen = rates[first_day * 1440 :][: days * 1440]
    return np.random.default_rng(seed).poisson(chosen).astype(np.int64)
