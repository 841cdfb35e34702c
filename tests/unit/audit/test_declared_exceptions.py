"""Exceptions in the manifests of a stack and of its tables."""

from datetime import date

import pytest

from tablewright import manifest
from tablewright.audit.declared_exceptions import declared_exceptions
from tablewright.audit.exceptions import endings
from tablewright.errors import ManifestError

TEXT = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata:
  name: shop
  auditExceptions:
    - {rule: TW204, reason: backed up elsewhere, until: 2027-03-31}
spec: {region: eu-west-1, environment: dev, tags: {Team: shop, CostCenter: shop}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata:
  name: orders
  auditExceptions:
    - rule: TW201
      reason: rebuilt every night
      until: 2027-01-31
    - {rule: SHOP-1, reason: a rule of our own, until: 2027-01-31}
spec: {tableName: "{name}-{environment}", partitionKey: {name: id, type: S}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: events}
spec: {partitionKey: {name: id, type: S}}
"""
KNOWN = {"TW201", "TW204"}


def test_what_is_accepted_is_said_of_a_table_or_of_all_of_a_stack(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(TEXT)
    found = declared_exceptions(manifest.load([file]), KNOWN)
    assert [(each.rule, each.table, each.place) for each in found] == [
        ("TW204", "events", f"{file}:6"),
        ("TW204", "orders-dev", f"{file}:6"),
        ("TW201", "orders-dev", f"{file}:14"),
        ("SHOP-1", "orders-dev", f"{file}:17"),
    ]
    assert found[2].until == date(2027, 1, 31)
    assert found[2].covers("TW201", "123456789012", "eu-west-1", "orders-dev")
    assert not found[2].covers("TW201", "123456789012", "us-east-1", "orders-dev")


def test_what_a_stack_accepted_until_now_is_told_once_for_all_its_tables():
    accepted = declared_exceptions(manifest.load_text(TEXT), KNOWN)
    assert endings(accepted, date(2027, 3, 31))[0].startswith(
        "Table orders: the exception for TW20"
    )
    assert [text for text in endings(accepted, date(2027, 4, 1)) if "TW204" in text] == [
        "Stack shop: the exception for TW204 expired on 2027-03-31; remove it, or fix the problem"
    ]


@pytest.mark.parametrize(("rule", "line"), [("TW201", 14), ("TW204", 6)])
def test_a_rule_that_does_not_exist_is_told_once_with_its_line(tmp_path, rule, line):
    file = tmp_path / "t.yaml"
    file.write_text(TEXT.replace(rule, "TW299"))
    with pytest.raises(ManifestError) as caught:
        declared_exceptions(manifest.load([file]), KNOWN)
    (problem,) = caught.value.problems
    assert (problem.line, problem.message) == (line, "there is no rule TW299")


def test_what_came_from_no_file_is_told_by_name():
    found = declared_exceptions(manifest.load_text(TEXT), KNOWN)
    assert [each.place for each in found] == [*["Stack shop"] * 2, *["Table orders"] * 2]
