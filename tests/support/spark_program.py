"""A program for `spark-submit`: another one, and then what is asked of the same engine.

A second Java costs as much as the first. Arguments: a file with requests, one for the answers, the
program, and its arguments.
"""

from __future__ import annotations

import pickle
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyspark.sql import SparkSession

from tablewright.cost.fleets.spark import decide_fleet
from tablewright.errors import TablewrightError

LEAST = "256k"
"""The series of the fleet are more than a driver takes with this."""
SUMS = ("totals", "prices", "commitments", "bill", "committed")


def answer(store: str, *asked: Any) -> Any:
    """What Spark decides, or why not."""
    try:
        fleet = decide_fleet(store, *asked)
    except TablewrightError as error:
        return error
    sums = {name: getattr(fleet, name) for name in SUMS}
    return SimpleNamespace(tables=[*fleet.tables], **sums)


def main() -> None:
    """Run the program, which ends its session, and answer the requests in one session."""
    requests, answers, program, *words = sys.argv[1:]
    sys.argv = [program, *words]
    try:
        runpy.run_path(program, run_name="__main__")
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    with SparkSession.builder.config("spark.driver.maxResultSize", LEAST).getOrCreate() as session:
        assert session.sparkContext.getConf().get("spark.driver.maxResultSize") == LEAST
        asked = pickle.loads(Path(requests).read_bytes())  # noqa: S301 - of our own test
        Path(answers).write_bytes(pickle.dumps([answer(*request) for request in asked]))
    sys.exit(status)


if __name__ == "__main__":
    main()
