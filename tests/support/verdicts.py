"""A plug-in of pytest that writes down which rules of `verify` gave which verdicts."""

import json
import os
from pathlib import Path
from typing import Any

from tablewright.checks import verify
from tablewright.checks.verdict import CheckFinding

VARIABLE = "TABLEWRIGHT_TESTS_VERDICTS"
"""Names the file to write to."""
seen: set[tuple[str, str]] = set()


def _noted(**members: Any) -> CheckFinding:
    seen.add((members["rule"], members["verdict"].name))
    return CheckFinding(**members)


def pytest_configure() -> None:
    verify.CheckFinding = _noted


def pytest_unconfigure() -> None:
    Path(os.environ[VARIABLE]).write_text(json.dumps(sorted(seen)), "utf-8")
