"""Remedies of findings in the text of manifests."""

from dataclasses import replace
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.audit.audit import AuditFinding, AuditReport, audit
from tablewright.audit.remedies import is_written, with_remedy
from tablewright.audit.rule import AuditProblem
from tablewright.audit.rules import AUDIT_RULES
from tablewright.cli.existing.audit_fixing import fix
from tablewright.cli.inputs.manifest_edits import ManifestEdits, editable
from tablewright.errors import ConsentError, InputError, UsageError
from tablewright.manifest.placing import Placement

from .tables import ACCOUNT, REGION
from .test_rules import FAILING

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: dev
  tags: {Team: shop, CostCenter: shop}
---
"""
ORDERS = """\
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders-key}   # ours
spec:
  tableName: orders
  partitionKey: {name: id, type: S}
  billingMode: PROVISIONED
  provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
  recovery: {days: 7}   # a week
  alarms:
    userErrors: {threshold: 5}
  globalSecondaryIndexes:
    - name: by-user
      partitionKey: {name: user, type: S}
      projection: {type: ALL}
      provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}
      contributorInsights: {}
  environments:
    dev:
      deletionProtection: false   # here alone
"""


def finding(line: str, below: str = "", rule: str = "TW201") -> AuditFinding:
    return AuditFinding(
        rule, AUDIT_RULES[0].severity, ACCOUNT, REGION, "orders", "failed", "It is.",
        f"add `{line}`", line, below,
    )  # fmt: skip


def report(*findings: AuditFinding) -> AuditReport:
    return replace(audit([], AUDIT_RULES, today=None), findings=findings)  # type: ignore[arg-type]


def written(folder: Path, *findings: AuditFinding, text: str = STACK + ORDERS) -> str:
    """The manifest after `--fix`."""
    file = folder / "t.yaml"
    file.write_text(text)
    stack = editable([str(file)], "--fix", "name them")
    fix(report(*findings), [str(file)], stack, None, lambda _: None, yes=True)
    return file.read_text()


def lines() -> set[tuple[str, str]]:
    """Every line that any rule says would fix a problem, with the field that it goes below."""
    problems = (
        answer
        for rule in AUDIT_RULES
        for table in FAILING[rule.id]
        for answer in rule.check(table)
        if isinstance(answer, AuditProblem) and answer.line
    )
    return {(problem.line, problem.below) for problem in problems}


@pytest.mark.parametrize(("line", "below"), sorted(lines()))
def test_every_line_of_a_rule_can_be_written_or_is_left_to_decide(tmp_path, line, below):
    wanted = finding(line, below)
    text = written(tmp_path, wanted)
    assert (text != STACK + ORDERS) == is_written(wanted)
    manifest.load_text(text)
    assert {"# ours", "# a week", "# here alone"} <= {f"#{part}".strip() for part in _notes(text)}


def _notes(text: str) -> list[str]:
    return [line.partition("#")[2].rstrip() for line in text.splitlines() if "#" in line]


def test_what_stands_beside_a_remedy_is_kept(tmp_path):
    alarms = finding("alarms: {systemErrors: {}, readThrottles: {}}")
    text = written(tmp_path, finding("recovery: {days: 35}"), alarms)
    assert "recovery: {days: 35}   # a week" in text
    (table,) = manifest.load_text(text).tables
    assert table.spec.alarms.user_errors is not None
    assert table.spec.alarms.read_throttles is not None


def test_what_one_environment_says_is_changed_there(tmp_path):
    text = written(tmp_path, finding("deletionProtection: true"))
    assert "      deletionProtection: true   # here alone" in text
    assert text.count("deletionProtection") == 1
    (table,) = manifest.load_text(text).tables
    assert table.spec.deletion_protection


def test_a_remedy_that_makes_the_manifests_wrong_is_told_and_the_others_are_written(
    tmp_path, capsys
):
    wrong = finding("onDemandThroughput: {maxReadRequestUnits: 5}", rule="TW227")
    text = written(tmp_path, wrong, finding("recovery: {days: 35}"))
    assert "onDemandThroughput" not in text
    assert "recovery: {days: 35}" in text
    assert "not written: TW227 of orders: " in capsys.readouterr().err


def test_what_no_manifest_can_fix_is_told_with_what_to_do(tmp_path, capsys):
    by_hand = replace(finding(""), rule="TW204", fix="Assign it to a backup plan.")
    assert written(tmp_path, by_hand) == STACK + ORDERS
    told = capsys.readouterr().err
    assert "not written: TW204 of orders: Assign it to a backup plan." in told
    assert "nothing to write" in told


def test_nothing_is_written_without_a_yes(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(STACK + ORDERS)
    stack = editable([str(file)], "--fix", "name them")
    shown: list[str] = []
    with pytest.raises(ConsentError):
        fix(report(finding("recovery: {days: 35}")), [str(file)], stack, None, shown.append,
            yes=False)  # fmt: skip
    assert "+  recovery: {days: 35}   # a week" in shown[0]
    assert file.read_text() == STACK + ORDERS


def test_a_shared_value_is_left_as_it_is(tmp_path, capsys):
    shared = ORDERS.replace("{days: 7}", "&kept {days: 7}") + "      recovery: *kept\n"
    text = written(tmp_path, finding("recovery: {days: 35}"), text=STACK + shared)
    assert text == STACK + shared
    assert "Write `recovery: {days: 35}` by hand." in capsys.readouterr().err


def test_files_are_all_written_or_none(tmp_path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(STACK + ORDERS)
    two.write_text(ORDERS.replace("orders", "events"))
    paths = [str(tmp_path)]
    edits = ManifestEdits(paths, editable(paths, "--fix", "name them"))
    for name in ("orders-key", "events-key"):
        edits.edit(name, lambda text, _: text.replace("days: 7", "days: 35"))
    assert len(list(edits.differences())) == 2
    two.write_text(ORDERS.replace("orders", "others"))
    with pytest.raises(InputError, match="changed meanwhile"):
        edits.write()
    assert one.read_text() == STACK + ORDERS


def test_only_manifests_are_written_to():
    with pytest.raises(UsageError, match="--fix needs manifests"):
        editable([], "--fix", "name them")


def test_an_index_that_is_not_declared_has_no_place():
    line = finding("contributorInsights: {mode: THROTTLED_KEYS}", "globalSecondaryIndexes[none]")
    with pytest.raises(InputError):
        with_remedy(ORDERS, 0, {}, line, Placement("dev"), {})


def test_of_tables_of_one_name_in_one_file_that_of_the_stack_is_fixed(tmp_path):
    """And as what is written for one stack moves the lines of the next, both in one command."""
    names = (
        "{name: orders-key}",
        "{name: orders-key, stack: shop}",
        "{name: orders-key, stack: books}",
    )
    own = STACK + ORDERS.replace(names[0], names[1])
    other = "---\n" + (STACK + ORDERS.replace(names[0], names[2])).replace(
        "name: shop", "name: books"
    )
    file = tmp_path / "t.yaml"
    file.write_text(own + other)
    paths = [str(file)]
    ids = ("shop/dev", "books/dev")
    stacks = [editable(paths, "--fix", "name them", stack=name) for name in ids]
    protected = report(finding("tableClass: STANDARD_INFREQUENT_ACCESS"))
    for stack in stacks:
        fix(protected, paths, stack, None, lambda _: None, yes=True)
        if stack is stacks[0]:
            assert file.read_text() == own + "  tableClass: STANDARD_INFREQUENT_ACCESS\n" + other
    tables = [table for stack in ids for table in manifest.load(paths, stack=stack).tables]
    assert [table.spec.table_class for table in tables] == [
        "STANDARD_INFREQUENT_ACCESS",
        "STANDARD_INFREQUENT_ACCESS",
    ]
