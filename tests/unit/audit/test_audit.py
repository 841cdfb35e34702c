"""The report of an audit: order, exceptions, exit status, rules that raise."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from tablewright.audit.audit import AuditReport, audit
from tablewright.audit.exceptions import AuditException, exceptions_in
from tablewright.audit.rule import AuditProblem, Severity, audit_rule
from tablewright.audit.rules import AUDIT_RULES
from tablewright.errors import ManifestError, Problem
from tablewright.fleet.discovery import UnreadPart
from tablewright.plan.table import Recovery
from tablewright.report.findings import audit as written
from tablewright.report.findings.audit_exchange import junit, sarif
from tests.support.interchange import hold_junit, hold_sarif

from .tables import ACCOUNT, GOOD, REGION, unread, with_live, with_table
from .test_rules import FAILING, UNREAD

TODAY = date(2026, 11, 29)
IDS = [rule.id for rule in AUDIT_RULES]
BARE = with_table(recovery=Recovery(0), deletion_protection=False, tags={})
HOSTILE = "<script>|@team `x`\x01=1+1"


def report(*tables, exceptions=(), **settings) -> AuditReport:
    return audit(tables, AUDIT_RULES, exceptions, today=TODAY, **settings)


def exception(rule: str = "TW201", table: str = "orders", until: date = TODAY) -> AuditException:
    return AuditException(rule, table, "known", until, place="audit.yaml:7")


def test_the_worst_comes_first_and_decides():
    found = report(BARE)
    ranks = [finding.severity.rank for finding in found.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert found.counts == {"critical": 0, "high": 1, "medium": 1, "low": 1}
    assert found.exit_status == 3
    assert report(BARE, fail_on=Severity.CRITICAL).exit_status == 0
    assert report(GOOD).exit_status == 0


def test_what_is_unknown_is_no_pass():
    assert report(unread("recovery")).exit_status == 4
    lost = UnreadPart(ACCOUNT, REGION, "", "no")
    assert report(GOOD, unread=(lost,)).exit_status == 4
    assert report(BARE, unread("recovery")).exit_status == 3


def test_an_exception_accepts_until_its_last_day():
    found = report(BARE, exceptions=[exception()])
    accepted = found.of("accepted")
    assert [(finding.rule, finding.note) for finding in accepted] == [
        ("TW201", "accepted until 2026-11-29: known")
    ]
    assert found.counts["high"] == 0


def test_an_expired_exception_is_told_and_accepts_nothing():
    found = report(BARE, exceptions=[exception(until=date(2026, 11, 28))])
    (finding,) = [finding for finding in found.findings if finding.rule == "TW201"]
    assert finding.outcome == "failed"
    assert finding.note == "its exception at audit.yaml:7 expired on 2026-11-28"


@pytest.mark.parametrize(
    "other", [{"table": "users*"}, {"region": "us-*"}, {"account": "2*"}, {"rule": "TW203"}]
)
def test_an_exception_covers_nothing_else(other):
    found = report(BARE, exceptions=[replace(exception(), **other)])
    assert "TW201" in {finding.rule for finding in found.of("failed")}


def test_a_rule_that_raises_is_an_unknown_answer_and_the_rest_goes_on():
    @audit_rule("TW999", "It is broken", Severity.HIGH)
    def broken(table):
        """It raises."""
        yield AuditProblem("Seen.")
        raise KeyError(table.live.name)

    found = audit([BARE], [broken, *AUDIT_RULES], today=TODAY)
    (finding,) = [finding for finding in found.findings if finding.rule == "TW999"]
    line = broken.line + 4
    what = f"the rule failed at {__file__}:{line}: KeyError: 'orders'"
    assert (finding.outcome, finding.what) == ("unknown", what)
    assert len(found.findings) == len(report(BARE).findings) + 1


def test_exceptions_are_read_with_the_line_of_each_mistake():
    text = (
        "exceptions:\n"
        "- {rule: TW201, table: scratch-*, reason: rebuilt every night, until: 2027-03-31}\n"
        "- {rule: TW2O1, table: a, reason: typing, until: '2027-02-30'}\n"
        "- {rule: TW203, table: a, until: '2027-01-01'}\n"
    )
    with pytest.raises(ManifestError) as caught:
        exceptions_in(text, "audit.yaml", IDS)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        ("audit.yaml", 4)
    ]
    with pytest.raises(ManifestError) as caught:
        exceptions_in("\n".join(text.splitlines()[:3]), "audit.yaml", IDS)
    assert [problem.line for problem in caught.value.problems] == [3, 3]
    (read,) = exceptions_in("\n".join(text.splitlines()[:2]), "audit.yaml", IDS)
    assert (read.table, read.until, read.reason) == (
        "scratch-*",
        date(2027, 3, 31),
        "rebuilt every night",
    )
    assert read.place == "audit.yaml:2"
    other = text.splitlines()[1].replace("TW201", "SHOP-1")  # a rule of --rules, not given today
    assert exceptions_in(f"exceptions:\n{other}", "audit.yaml", IDS)[0].rule == "SHOP-1"


def test_all_forms_tell_the_same_of_hostile_names():
    hostile = with_live(BARE, unread={"recovery": HOSTILE})
    lost = UnreadPart(ACCOUNT, REGION, HOSTILE, HOSTILE)
    found = report(hostile, with_table(tags={}), unread=(lost,), exceptions=[exception("TW208")])
    number = len(found.findings)
    assert len(json.loads(json.dumps(found.to_json()))["findings"]) == number
    root = hold_junit(junit(found))
    assert len(root.findall(".//testcase")) == number + len(found.unread)
    assert len(root.findall(".//skipped")) == len(found.of("accepted"))
    hold_sarif(json.loads(json.dumps(sarif(found))))
    (run,) = sarif(found)["runs"]
    assert len(run["results"]) == number
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    rows = list(csv.reader(io.StringIO(written.as_csv(found))))
    assert len(rows) == number + 1
    text = written.markdown(found)
    assert "<script>" not in text
    assert text.count("\n| ") == number + 1
    out = io.StringIO()
    written.render(found, Console(file=out, width=100), every=True)
    assert "accepted until 2026-11-29: known" in out.getvalue()


def test_no_cell_of_a_sheet_is_a_formula():
    found = report(with_live(BARE, account_id="=cmd()"))
    assert "\n=" not in written.as_csv(found)
    assert "'=cmd()" in written.as_csv(found)


def test_what_could_not_be_looked_at_is_counted_beside_the_problems():
    """`0 tables: no problems` read like an account in which all is well."""
    lost = UnreadPart(ACCOUNT, REGION, "orders", "there is no such table")
    assert written.summary(report(unread=(lost,))).endswith(": no problems; 1 unread.")


def test_equal_problems_of_many_tables_are_told_once():
    tables = [with_table(BARE, name=f"orders-{number}") for number in range(20)]
    out = io.StringIO()
    written.render(report(*tables), Console(file=out, width=200))
    text = out.getvalue()
    assert text.count("No point-in-time recovery") == 1
    assert "and 12 more" in text
    assert "20 tables, 34 rules: 20 high, 20 medium, 20 low." in text


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [
        ({}, "carts, orders"),
        ({"region": "us-east-1"}, f"orders ({REGION}), carts (us-east-1)"),
        ({"account_id": "2" * 12}, f"orders ({REGION}, {ACCOUNT}), carts ({REGION}, {'2' * 12})"),
    ],
)
def test_where_a_table_is_is_told_as_far_as_tables_differ_in_it(elsewhere, told):
    carts = with_live(with_table(BARE, name="carts"), **elsewhere)
    out = io.StringIO()
    written.render(report(BARE, carts), Console(file=out, width=200))
    assert out.getvalue().splitlines()[1].strip() == told


@pytest.mark.parametrize("rule", AUDIT_RULES, ids=lambda rule: rule.id)
def test_what_any_rule_finds_is_sarif_and_junit(rule):
    """Failed, accepted and unknown, with every table of the cases of that rule."""
    tables = [*FAILING[rule.id], *([UNREAD[rule.id]] if rule.id in UNREAD else [])]
    lost = Problem("raises KeyError", "correct it", "rules/a.py", 3)
    accepted = [exception(rule.id, "orders")]
    for exceptions in ([], accepted):
        found = audit(tables, [rule], exceptions, today=TODAY, broken=(lost,))
        hold_sarif(json.loads(json.dumps(sarif(found))))
        hold_junit(junit(found))


@pytest.mark.parametrize(
    "broken",
    [
        {"version": "2.0.0"},
        {"runs": [{}]},
        {"runs": [{"tool": {"driver": {"name": "a"}}, "results": [{"ruleId": "a"}]}]},
        {"more": 1},
    ],
)
def test_what_is_no_sarif_is_found(broken):
    with pytest.raises(AssertionError):
        hold_sarif(sarif(report(BARE)) | broken)
