"""A verification for other programs."""

import pytest
from rich.console import Console

from tablewright.checks.verdict import CheckFinding, Verdict, VerifyReport
from tablewright.report.findings.verification import junit, render, render_brief
from tests.support.interchange import hold_junit

HOSTILE = "<a>&\x01\x1f'\"]]>"


def test_a_verification_is_junit_whatever_was_found():
    findings = tuple(
        CheckFinding("TW001", "table", HOSTILE, HOSTILE, verdict, HOSTILE, HOSTILE, HOSTILE)
        for verdict in Verdict
    )
    root = hold_junit(junit([VerifyReport(HOSTILE, "dev", "eu-west-1", "1", findings)]))
    assert len(root.findall(".//testcase")) == len(Verdict)
    assert len(root.findall(".//failure")) == len(root.findall(".//error")) == 1


def test_what_failed_says_what_was_expected_and_what_was_found():
    failed = ("alarm", "errors", "can fire", Verdict.FAILED, "an alarm that can fire", "no series")
    report = VerifyReport("shop", "dev", "eu-west-1", "1", (CheckFinding("TW123", *failed, "fix"),))
    console = Console(width=100, no_color=True)
    with console.capture() as capture:
        render(report, console)
    lines = [line.strip() for line in capture.get().splitlines()]
    assert lines[1].endswith("can fire  found: no series")
    assert lines[2:4] == ["expected: an alarm that can fire", "→ fix"]


@pytest.mark.parametrize("width", [50, 80, 1000])
def test_a_brief_verification_has_a_line_for_what_matches_and_cuts_no_name(width):
    name = "dynamodb-customer-orders-read"
    facts = ("table", "key", "billing mode")
    findings = tuple(
        CheckFinding("TW001", "role", name, fact, Verdict.PASSED, "x", "x", "") for fact in facts
    )
    console = Console(width=width, no_color=True, force_terminal=True)
    with console.capture() as capture:
        render_brief(VerifyReport("shop", "dev", "eu-west-1", "1", findings), console)
    lines = capture.get().splitlines()
    assert f"  ✓  3  role {name}  table, key" in lines[0]
    assert "and 1 more" in " ".join(" ".join(lines[:2]).split())
    assert "…" not in capture.get()
    assert "Verified: all 3 checks match" in lines[-1]
