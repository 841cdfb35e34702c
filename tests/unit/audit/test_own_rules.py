"""Rules of one's own: read from a folder, held apart from one that is broken."""

import io
import json
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from rich.console import Console

from tablewright.audit.audit import AuditReport, audit
from tablewright.audit.own_rules import OwnRules, read_own_rules
from tablewright.errors import InputError
from tablewright.report.findings import audit as written
from tablewright.report.findings.audit_exchange import junit, sarif

from .tables import GOOD, with_table

GOOD_RULE = """
from tablewright.audit import AuditProblem, Severity, audit_rule

@audit_rule("SHOP-1", "Its name says whose it is", Severity.LOW)
def named(table):
    \"\"\"Nobody knows whose it is else.\"\"\"
    if not table.live.name.startswith("shop-"):
        yield AuditProblem("It is not called shop-.", remedy="Make another one.")
"""
TAKEN = {"TW201", "OURS-1"}


def own(folder, **files: str) -> OwnRules:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return read_own_rules(folder, TAKEN)


def asked(rules: OwnRules) -> AuditReport:
    tables = [GOOD, with_table(name="shop-orders")]
    return audit(tables, rules.rules, today=date(2026, 11, 29), broken=rules.broken)


def test_a_rule_is_declared_as_those_here_are(tmp_path):
    rules = own(tmp_path, shop=GOOD_RULE)
    assert not rules.broken
    (finding,) = asked(rules).findings
    assert (finding.rule, finding.table, finding.fix) == ("SHOP-1", "orders", "Make another one.")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = (", 1, "is not Python"),
        ("x = 1\n\nraise KeyError('why')", 3, "raises KeyError: 'why'"),
        ("import sys\nsys.exit(7)", 2, "raises SystemExit: 7"),
        ("import nothing_of_that_name", 1, "raises ModuleNotFoundError"),
        ("x = 1", None, "declares no rule"),
        (GOOD_RULE.replace("SHOP-1", "TW201"), 4, "the id TW201 is taken"),
        (GOOD_RULE.replace("SHOP-1", "OURS-1"), 4, "the id OURS-1 is taken"),
        (GOOD_RULE.replace("SHOP-1", "TW999"), 4, "`TW999` is no id of a rule of one's own"),
        (GOOD_RULE.replace("SHOP-1", "shop 1"), 4, "`shop 1` is no id"),
        (GOOD_RULE.replace("Severity.LOW", "'low'"), 4, "is not declared as `audit_rule` says"),
        (GOOD_RULE.replace("Severity.LOW", "Severity.LOW, 's3:x'"), 4, "is not declared as"),
        (GOOD_RULE.replace("Nobody knows whose it is else.", ""), 4, "SHOP-1 does not say why"),
    ],
)
def test_what_is_broken_is_told_by_its_line_and_the_rest_goes_on(tmp_path, text, line, reason):
    rules = own(tmp_path, a_broken=text, shop=GOOD_RULE)
    (problem,) = rules.broken
    assert (problem.file, problem.line) == (str(tmp_path / "a_broken.py"), line)
    assert reason in problem.message
    assert [rule.id for rule in rules.rules] == ["SHOP-1"]
    report = asked(rules)
    assert report.exit_status == 3
    assert report.to_json()["brokenRules"][0]["file"] == problem.file


def test_a_broken_rule_is_told_in_every_form(tmp_path):
    report = asked(own(tmp_path, broken="raise KeyError('why')"))
    assert report.exit_status == 4
    out = io.StringIO()
    written.render(report, Console(file=out, width=200))
    texts = (out.getvalue(), written.markdown(report), json.dumps(sarif(report)), junit(report))
    assert all("broken.py" in text and "KeyError" in text for text in texts)
    assert ET.fromstring(junit(report)).find(".//error") is not None  # noqa: S314 - our own


def test_two_files_of_one_id_are_told(tmp_path):
    rules = own(tmp_path, a=GOOD_RULE, b=GOOD_RULE)
    (problem,) = rules.broken
    assert f"the id SHOP-1 is taken by {tmp_path / 'a.py'}" in problem.message


def test_files_share_what_begins_with_an_underscore(tmp_path):
    shared = "from _rules_of_the_shop import named"
    rules = own(tmp_path, _rules_of_the_shop=GOOD_RULE, a=shared, b=shared)
    assert ([rule.id for rule in rules.rules], rules.broken) == (["SHOP-1"], ())


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            "    yield AuditProblem('Seen.')\n    raise KeyError(table.live.name)",
            "KeyError: 'orders'",
        ),
        ("    import sys\n    sys.exit()", "SystemExit: "),
        ("    return 5", "TypeError: "),
        ("    yield 'it is wrong'", "it answers 'it is wrong', which is no AuditProblem"),
        ("    yield []", "it answers"),
        ("    yield AuditProblem(5)", "it answers AuditProblem(what=5"),
    ],
)
def test_a_rule_that_fails_is_told_by_file_and_line_and_is_no_pass(tmp_path, body, what):
    head = GOOD_RULE[: GOOD_RULE.index("    if not")]
    rules = own(tmp_path, shop=head + body)
    report = audit([GOOD], rules.rules, today=date(2026, 11, 29))
    unknown = report.of("unknown")[-1]
    assert f"the rule failed at {tmp_path / 'shop.py'}" in unknown.what
    assert what in unknown.what
    assert unknown.fix == "correct the rule there"
    if "raise" in body:
        assert "shop.py:8:" in unknown.what
        assert report.of("failed") == ()


def test_there_must_be_files(tmp_path):
    with pytest.raises(InputError, match="holds no Python file"):
        read_own_rules(tmp_path, TAKEN)
    with pytest.raises(InputError, match="is no folder"):
        read_own_rules(tmp_path / "none", TAKEN)


def test_the_folder_gets_no_files_of_ours(tmp_path):
    own(tmp_path, shop=GOOD_RULE.replace("def named", "@dataclass\nclass A: x: int\n\n\ndef named"))
    assert [file.name for file in tmp_path.iterdir()] == ["shop.py"]


ENDLESS = """
    while True:
        try:
            table.live
        except CAUGHT:
            pass
"""


@pytest.mark.parametrize("caught", ["ValueError", "Exception"])
def test_a_rule_without_an_end_is_ended_and_not_asked_again(tmp_path, monkeypatch, caught):
    monkeypatch.setattr("tablewright.audit.time_limit.SECONDS", 0.05)
    head, _, _ = GOOD_RULE.replace("SHOP-1", "SHOP-2").partition("    if not")
    rules = own(tmp_path, a_loop=head + ENDLESS.replace("CAUGHT", caught), shop=GOOD_RULE)
    report = asked(rules)
    told = {(finding.rule, finding.table): finding.what for finding in report.of("unknown")}
    assert f"{tmp_path / 'a_loop.py'}:" in told["SHOP-2", "orders"]
    assert "it took longer than 0.05 seconds" in told["SHOP-2", "orders"]
    assert "did not come to an end" in told["SHOP-2", "shop-orders"]
    assert [finding.rule for finding in report.of("failed")] == ["SHOP-1"]


def test_a_file_without_an_end_is_broken(tmp_path, monkeypatch):
    monkeypatch.setattr("tablewright.audit.time_limit.SECONDS", 0.05)
    rules = own(tmp_path, a_loop="x = 1\nwhile True:\n    x += 0", shop=GOOD_RULE)
    (problem,) = rules.broken
    assert "it took longer than 0.05 seconds" in problem.message
    assert asked(rules).of("failed")
