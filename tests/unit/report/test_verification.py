"""A verification for other programs."""

from tablewright.checks.verdict import CheckFinding, Verdict, VerifyReport
from tablewright.report.findings.verification import junit
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
