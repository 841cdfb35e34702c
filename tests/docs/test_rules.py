"""Each rule of `verify` has a passing, a failing and an unread case in its tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support import verdicts

from tablewright.checks.rule import Rule
from tablewright.checks.rules import RULES

ROOT = Path(__file__).parents[2]


def test_each_rule_has_a_passing_a_failing_and_an_unread_case(tmp_path: Path):
    told = tmp_path / "verdicts.json"
    options = ("-q", "-p", "tests.support.verdicts", "-p", "no:xdist")
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/unit/checks"],
        cwd=ROOT,
        env={**os.environ, verdicts.VARIABLE: str(told)},
        check=True,
        capture_output=True,
    )
    seen = {tuple(pair) for pair in json.loads(told.read_text("utf-8"))}
    wanted = {(rule.id, verdict) for rule in RULES for verdict in ("PASSED", "FAILED")}
    wanted |= {(rule.id, "UNKNOWN") for rule in RULES if can_be_unread(rule)}
    assert wanted - seen == set()


def can_be_unread(rule: Rule) -> bool:
    """What comes with the thing itself is unread with it, which is what its first rule says."""
    [first] = [each for each in RULES if each.kind == rule.kind and each.always]
    return rule is first or not {*rule.iam} <= {*first.iam}
