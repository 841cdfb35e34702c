"""What goes to standard output: data that parses, and nothing else; messages beside it."""

from __future__ import annotations

import subprocess

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.interchange import hold_junit, hold_sarif
from tests.support.terminal import COMMAND, SECONDS, Terminal, stack

from tablewright.engine import find_engine
from tablewright.files import write_script

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def shop(machine: Terminal, aws: EmbeddedAws) -> Terminal:
    """A stack of twelve tables, one of them with an alarm, so that its outputs fill a pipe."""
    alarms = {"userErrors": {"threshold": 5}}
    tables = ({"name": "orders", "alarms": alarms}, *(f"table-{n:02}" for n in range(11)))
    machine.write("t.yaml", stack("shop", *tables))
    machine.run("up", "t.yaml", "--yes").ended(0)
    return machine


def test_json_of_a_change_names_resource_actions_steps_and_risk(shop, terminal):
    alarms = {"userErrors": {"threshold": 9}}
    manifest = terminal.write("t.yaml", stack("next", {"name": "next", "alarms": alarms}))
    found = terminal.run("preview", manifest, "--output", "json").ended(0).json
    table = found["changes"][0]
    assert (table["kind"], table["name"], table["actions"]) == ("table", "next", ["create"])
    assert table["risk"] == "in place"
    assert [step["operation"] for step in table["steps"]] == ["CreateTable"]
    assert found["counts"] == {"create": 2}


def test_verification_is_junit_for_continuous_integration(shop):
    root = hold_junit(shop.run("verify", "t.yaml", "--output", "junit").ended(0).out)
    assert len(root.findall("testsuite")) == 13
    assert not root.findall(".//failure")


def test_a_preview_is_markdown_for_a_pull_request(shop):
    said = shop.run("preview", "t.yaml", "--output", "markdown").ended(0)
    assert said.out.startswith("### shop/dev on sandbox (eu-west-1)\n")
    assert "No changes" in said.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_the_engine_is_not_asked_again_reads_as_what_it_said(shop, form, tmp_path):
    """See `deploy.unchanged`: the second preview follows from the first, and starts no engine."""
    engine, starts = find_engine(print, build=False).path, tmp_path / "starts"
    counting = write_script(
        tmp_path / "pulumi", f'#!/bin/sh\necho "$1" >> {starts}\nexec {engine} "$@"\n'
    )
    words = ("preview", "t.yaml", "--verbose", "--output", form)
    asked = shop.run(*words, TABLEWRIGHT_PULUMI=str(counting)).ended(0)
    before = starts.read_text().splitlines()
    known = shop.run(*words, TABLEWRIGHT_PULUMI=str(counting)).ended(0)
    assert "preview" in before
    assert starts.read_text().splitlines() == before
    assert known.out == asked.out
    assert asked.err == ""
    assert ("not asked again" in known.err) is (form == "text")


def test_a_change_is_found_whatever_was_known_before(shop):
    shop.run("preview", "t.yaml").ended(0)
    manifest = (shop.folder / "t.yaml").read_text()
    shop.write("changed.yaml", manifest.replace('"threshold": 5', '"threshold": 9'))
    assert shop.run("preview", "changed.yaml", "--output", "json").json["counts"] == {"update": 1}
    assert shop.run("preview", "t.yaml", "--output", "json").json["counts"] == {}


def test_what_is_destroyed_is_json(shop, terminal):
    manifest = terminal.write("t.yaml", stack("short", "short"))
    terminal.run("up", manifest, "--yes").ended(0)
    said = terminal.run("destroy", manifest, "--yes", "--output", "json").ended(0)
    assert said.json["counts"] == {"delete": 1}
    assert said.json["changes"][0]["risk"] == "deletes"
    assert "Done in" in said.json["summary"]


def test_what_is_released_is_json(shop, terminal):
    manifest = terminal.write("t.yaml", stack("free", "free"))
    terminal.run("up", manifest, "--yes").ended(0)
    said = terminal.run("release", manifest, "--all", "--yes", "--output", "json").ended(0)
    assert said.json["released"] == ["free"]


@pytest.mark.parametrize(
    "words", [("preview", "t.yaml"), ("up", "t.yaml", "--yes"), ("status", "t.yaml")]
)
def test_away_from_a_terminal_there_is_no_colour_and_no_animation(shop, words):
    said = shop.run(*words, TERM="xterm-256color").ended(0)
    assert "\x1b" not in said.out + said.err
    assert "\r" not in said.out + said.err


@pytest.mark.parametrize("words", [("verify", "t.yaml"), ("schema",)])
def test_a_reader_that_has_had_enough_changes_nothing(shop, words):
    """`| head -1` closes the pipe; the command ends with the status of its work."""
    with shop.start(*words) as process:
        assert process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "Broken pipe" not in said


def test_an_output_that_is_full_is_told_in_one_line(shop):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [COMMAND, "outputs", "t.yaml"],
            cwd=shop.folder,
            env=shop.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert "the output: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_output_is_printed_as_it_is_and_all_as_variables_of_a_shell(shop):
    outputs = shop.run("outputs", "t.yaml", "-o", "json").ended(0).json
    arn = outputs["tables"]["orders"]["arn"]
    assert shop.run("outputs", "t.yaml", "--raw", "tables.orders.arn").ended(0).out == f"{arn}\n"
    lines = shop.run("outputs", "t.yaml", "-o", "env").ended(0).out
    shell = f'{lines}\nprintf %s "$TABLES_ORDERS_ARN $TABLE_NAMES"'
    said = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=True)
    assert said.stdout == f"{arn} {' '.join(outputs['tableNames'])}"
    wrong = shop.run("outputs", "t.yaml", "--raw", "tables.order.arn").refused(2)
    assert "it has tables.orders.arn" in wrong


def test_a_flat_file_that_cannot_be_written_is_named(shop):
    said = shop.run("outputs", "t.yaml", "--flat", "/proc/none/flat.json").ended(1)
    assert "/proc/none" in said.err
    assert "unexpected failure of tablewright" not in said.err


def test_a_mistyped_command_is_answered_with_the_nearest(shop):
    said = shop.run("verfy", "t.yaml").ended(2)
    assert "Did you mean 'verify'?" in said.err
    assert said.out == ""


def test_an_audit_is_told_in_all_forms_and_fails_by_its_severity(shop):
    audit = ("audit", "t.yaml", "--rule", "TW201", "--rule", "TW262", "--rule", "TW242")
    found = shop.run(*audit, "--output", "json").ended(3).json
    assert found["tables"] == 12
    assert {finding["rule"] for finding in found["findings"]} == {"TW201"}
    assert found["counts"] == {"critical": 0, "high": 12, "medium": 0, "low": 0}
    document = shop.run(*audit, "--output", "sarif").ended(3).json
    hold_sarif(document)
    (run,) = document["runs"]
    assert len(run["results"]) == 12
    root = hold_junit(shop.run(*audit, "--output", "junit").ended(3).out)
    assert len(root.findall(".//failure")) == 12
    assert shop.run(*audit, "--output", "csv").ended(3).out.count("\n") == 13
    assert "| high | TW201 | orders |" in shop.run(*audit, "--output", "markdown").ended(3).out
    assert "12 tables, 3 rules: 12 high." in shop.run(*audit).ended(3).out
    assert shop.run(*audit, "--fail-on", "critical").ended(0).out


def test_an_audit_accepts_what_its_baseline_does(shop, terminal):
    rule = "exceptions: [{rule: TW201, table: '*', reason: a trial, until: 2099-01-01}]"
    baseline = terminal.write("audit.yaml", rule)
    audit = ("audit", "--region", "eu-west-1", "--rule", "TW201", "--baseline", baseline)
    assert "accepted" in shop.run(*audit).ended(0).out
    wrong = terminal.write("wrong.yaml", rule.replace("TW201", "TW200"))
    said = shop.run(*audit[:-1], wrong).ended(2)
    assert f"{wrong}:1" in said.err
    assert "there is no rule TW200" in said.err
    assert "there is no rule TW1" in shop.run("audit", "--rule", "TW1").ended(2).err


RULE = """
from tablewright.audit import AuditProblem, Severity, audit_rule
print("read")

@audit_rule("SHOP-1", "It is called table", Severity.LOW)
def named(table):
    \"\"\"A trial.\"\"\"
    print("asked")
    if table.live.name == "orders":
        yield AuditProblem("It is not.")
"""


def test_rules_of_ones_own_are_asked_and_spoil_no_output(shop, terminal):
    (terminal.folder / "rules").mkdir()
    terminal.write("rules/shop.py", RULE)
    broken = terminal.write("rules/wrong.py", "\nimport nothing_like_that\n")
    terminal.write("tablewright.toml", 'rules = "./rules"')
    where = ("audit", "--region", "eu-west-1", "--rule", "SHOP-1", "--output", "json")
    found = terminal.run(*where, "--rule", "TW226").ended(3)
    assert [finding["table"] for finding in found.json["findings"]] == ["orders"]
    assert found.json["brokenRules"][0]["line"] == 2
    assert f"{broken}:2: raises ModuleNotFoundError" in found.err
    terminal.run(*where, "--fail-on", "high").ended(4)
