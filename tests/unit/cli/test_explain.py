"""`explain` says what a field, a code and a recommendation mean."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.support import printed_json

from scripts.docs import error_classes
from tablewright.audit.rules import AUDIT_RULES
from tablewright.checks.rules import RULES
from tablewright.cli.commands import root
from tablewright.cli.measure.explain_rule import explained
from tablewright.error_guide import GUIDES
from tablewright.errors import InputError, UsageError
from tablewright.manifest.messages import field_help
from tablewright.manifest.models.acceptance import AUDIT_RULE_IDS


def explain(*words):
    return CliRunner().invoke(root, ["explain", *words], catch_exceptions=False).output


def test_every_code_is_explained_and_no_other():
    assert {*GUIDES} == {error.code for error in error_classes()}
    for guide in GUIDES.values():
        assert guide.happened.endswith(".")
        assert guide.remedy.endswith(".")


def test_every_rule_is_explained_with_what_it_needs():
    rules = {rule.id: rule for rule in (*RULES, *AUDIT_RULES)}
    assert len(rules) == len(RULES) + len(AUDIT_RULES)
    for id_, rule in rules.items():
        found = explained(id_)
        assert (found["code"], found["title"], found["happened"]) == (id_, rule.title, rule.why)
        assert found["happened"], f"{id_} does not say why it is asked"
        assert all(action in found["remedy"] for action in rule.iam)
    shown = explain("tw221")
    assert shown.startswith("TW221: ")
    assert "auditExceptions: [{rule: TW221" in " ".join(shown.split())


def test_a_rule_that_does_not_exist_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="there is no rule TW2O1") as raised:
        explained("TW2O1")
    assert "did you mean TW2" in raised.value.next_step


def test_manifests_know_the_rules_of_the_audit():
    assert {rule.id for rule in AUDIT_RULES} == AUDIT_RULE_IDS


@pytest.mark.parametrize("spelling", ["TW-E300", "tw-e300", "E300", "300"])
def test_a_code_is_explained_in_any_spelling(spelling):
    shown = explain(spelling)
    assert shown.startswith("TW-E300: Refused")
    assert "`--allow-delete NAME`" in shown


def test_a_code_that_does_not_exist_is_answered_with_others():
    with pytest.raises(UsageError, match="there is no error TW-E999"):
        explain("TW-E999")


def test_every_field_of_every_kind_is_explained_by_its_path():
    for kind in field_help.KINDS:
        for path in field_help._paths(kind):
            (field,) = field_help.find(f"{kind}.{path}")
            assert field.path == path
            assert field.type


def test_a_field_shows_what_it_takes_and_what_is_below():
    shown = explain("spec.timeToLive")
    assert "KIND:   Table" in shown
    assert "FIELD:  spec.timeToLive <" in shown
    assert "  attributeName <string>" in shown
    both = explain("spec.tags")
    assert "KIND:   Stack" in both
    assert "KIND:   Table" in both
    assert explain("spec.globalSecondaryIndexes[0].projection.type").startswith("KIND:   Table")
    assert "required" in explain("spec.partitionKey.name")


@pytest.mark.parametrize("wrong", ["spec.tables.ttl", "spec.ttl", "spec.timetolive.atributeName"])
def test_a_field_that_does_not_exist_is_answered_with_the_nearest(wrong):
    with pytest.raises(UsageError) as raised:
        explain(wrong)
    assert "did you mean spec.timeToLive" in raised.value.next_step


def test_all_else_is_a_table_and_with_usage_everything_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (("orders",), ("spec.orders", "--usage", str(tmp_path / "none"))):
        with pytest.raises(InputError, match="there is no usage in"):
            explain(*words)


@pytest.mark.parametrize("code", ["TW-E3000", "tw-30", "E3000"])
def test_what_reads_like_a_code_is_no_table(code):
    with pytest.raises(UsageError, match="there is no error") as raised:
        explain(code)
    assert raised.value.next_step.startswith("did you mean TW-E")


def test_a_field_of_a_spec_goes_by_its_name_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert explain("naming") == explain("spec.naming")
    with pytest.raises(InputError, match="namng is no field and no error's code") as raised:
        explain("namng")
    assert raised.value.next_step == "did you mean the field spec.naming?"


def test_what_a_field_takes_fits_the_page(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = explain("StackPolicy.spec").splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("      ") for line in lines)


def test_a_field_and_a_code_are_explained_as_json():
    for thing in ("TW-E300", "TW221", "spec.timeToLive", "spec"):
        output = explain(thing, "--output", "json")
        printed_json.check(["explain", thing, "--output", "json"], output)
    code = json.loads(explain("300", "-o", "json"))
    assert (code["code"], code["fields"]) == ("TW-E300", [])
    fields = json.loads(explain("spec.timeToLive", "-o", "json"))["fields"]
    assert {field["path"] for field in fields} == {"spec.timeToLive"}
    with pytest.raises(UsageError, match="has no JSON here"):
        explain("users", "--output", "json")
