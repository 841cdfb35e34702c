"""The commands that errors and findings name, run as they are named: each does what it is for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow, named, run
from tests.support.terminal import Terminal, stack

pytestmark = pytest.mark.engine

ELSEWHERE = "us-east-1"


def problems(terminal: Terminal, manifest: Path, status: int) -> list[dict[str, Any]]:
    said = terminal.run("verify", manifest, "--output", "json").ended(status)
    return [each for each in said.json["findings"] if each["verdict"] != "passed"]


def delete(aws: EmbeddedAws, *names: str) -> None:
    for name in names:
        aws.client("dynamodb").delete_table(TableName=name)
        aws.client("dynamodb").get_waiter("table_not_exists").wait(
            TableName=name, WaiterConfig={"Delay": 0.05}
        )


@pytest.mark.parametrize("text", ["", stack("lonely", "lonely").partition("\n---\n")[2]])
def test_where_a_document_is_missing_an_example_is_written(terminal, aws, text):
    said = terminal.run("validate", terminal.write("t.yaml", text)).ended(2)
    follow(terminal, aws, said.out)
    written = terminal.folder / "tablewright.yaml"
    assert "kind: Stack" in written.read_text("utf-8")
    terminal.run("validate", written).ended(0)


def test_a_stack_that_was_never_deployed_is_deployed(terminal, aws):
    manifest = terminal.write("t.yaml", stack("fresh", "fresh"))
    full = ("--stack", "organization/fresh/qa")
    message = terminal.run("outputs", manifest, *full).refused(1)
    assert named(message) == (("tablewright", "up", str(manifest), *full),)
    follow(terminal, aws, message)
    assert terminal.run("outputs", manifest, "--stack", "qa", "-o", "json").ended(0).json


def test_a_damaged_state_goes_on_from_its_backup(terminal, aws):
    manifest = terminal.write("t.yaml", stack("damaged", "damaged"))
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("up", manifest, "--yes", "--refresh").ended(0)
    [file] = terminal.home.rglob("damaged/dev.json")
    file.write_text(file.read_text("utf-8")[:50], "utf-8")
    follow(terminal, aws, terminal.run("status", manifest).refused(1))
    assert len(terminal.run("status", manifest, "-o", "json").ended(0).json["tables"]) == 1


def test_a_table_of_another_stack_is_released_there_or_of_a_former_name_here(terminal, aws):
    theirs = terminal.write("theirs.yaml", stack("theirs", "shared"))
    ours = terminal.write("ours.yaml", stack("ours", {"name": "shared", "adopt": True}))
    lacking = terminal.run("verify", theirs).ended(3).out
    assert "--refresh" not in lacking, "it was never deployed"
    follow(terminal, aws, lacking)
    message = terminal.run("up", ours, "--yes").refused(3)
    assert "the manifests of theirs/dev" in message
    elsewhere = message.partition("If theirs/dev is a former name")[0]
    follow(terminal, aws, elsewhere.replace("MANIFESTS", str(theirs)))
    terminal.run("up", ours, "--yes").ended(0)
    assert aws.tags("shared")["tablewright:stack"] == "ours/dev"

    terminal.write("ours.yaml", stack("new", {"name": "shared", "adopt": True}))
    renamed = terminal.run("preview", ours).refused(3).partition("is a former name")[2]
    [released] = follow(terminal, aws, renamed)
    assert f"then: tablewright preview {ours}\n" in released.err
    terminal.run("up", ours, "--yes").ended(0)
    assert aws.tags("shared")["tablewright:stack"] == "new/dev"


def test_what_was_deleted_meanwhile_is_read_first(terminal, aws):
    def declare(threshold: int) -> Path:
        alarms = {"systemErrors": {"threshold": threshold}}
        return terminal.write("t.yaml", stack("alarmed", {"name": "alarmed", "alarms": alarms}))

    terminal.run("up", declare(5), "--yes").ended(0)
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.delete_alarms(AlarmNames=["dynamodb-alarmed-system-errors-dev"])
    message = terminal.run("up", declare(6), "--yes").refused(1)
    ours = [words for words in named(message) if words[0] == "tablewright"]
    assert ours == [("tablewright", "up", str(terminal.folder / "t.yaml"), "--refresh")]
    run(terminal, aws, ours[0])
    assert problems(terminal, terminal.folder / "t.yaml", 0) == []


def test_tables_that_somebody_deleted_come_back_empty_only_when_that_is_said(terminal, aws):
    def declare(*, adopt: bool) -> Path:
        found = {"name": "found", "adopt": adopt}
        return terminal.write("t.yaml", stack("lossy", found, "made", "stays"))

    aws.make_table("found")
    manifest = declare(adopt=True)
    terminal.run("up", manifest, "--yes").ended(0)
    delete(aws, "made")
    assert "live drift was not checked" in terminal.run("preview", manifest).ended(0).out
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table made does not exist any more" in message
    assert "EMPTY" in message
    shown = terminal.run("preview", manifest, "--refresh").ended(0)
    assert "+   table made" in shown.out
    assert "it is created EMPTY" in shown.err
    [done] = follow(terminal, aws, message)
    assert "it is created EMPTY" in done.err
    delete(aws, "found")
    for words in (("preview", "--refresh"), ("up", "--yes"), ("up", "--yes", "--refresh")):
        message = terminal.run(words[0], manifest, *words[1:]).refused(3)
        assert "table found does not exist any more" in message
        assert "set `adopt: false` for it" in message
    assert "found" not in aws.tables()
    [finding] = problems(terminal, manifest, 3)
    assert named(finding["fix"]) == named(message)
    declare(adopt=False)
    follow(terminal, aws, message)
    assert "found" in aws.tables()
    assert problems(terminal, manifest, 0) == []


def test_the_credentials_of_another_account_see_no_table_and_are_not_believed(terminal, aws):
    manifest = terminal.write("t.yaml", stack("abroad", "abroad"))
    terminal.run("up", manifest, "--yes").ended(0)
    [file] = terminal.home.rglob("abroad/dev.json")
    file.write_text(file.read_text("utf-8").replace("123456789012", "999999999999"), "utf-8")
    other = terminal.write("o.yaml", stack("abroad", "another"))
    for path in (manifest, other):  # whatever is declared: what is recorded is there
        for words in (
            ("up", "--yes"),
            ("refresh", "--yes"),
            ("destroy", "--yes"),
            ("release", "--all", "--yes"),
            ("outputs", "--to-ssm", "/abroad"),
        ):
            message = terminal.run(words[0], path, *words[1:]).ended(3).err
            assert "this stack is in account 999999999999" in message
    assert "abroad" in aws.tables()


def test_what_verify_advises_besides_setting_back(terminal, aws):
    """A form that can fire, a name that is taken, a class that nobody declared."""

    def declare(form: str, **replica: str) -> Path:
        copied = {
            "name": "advised",
            "stream": {"viewType": "NEW_AND_OLD_IMAGES"},
            "alarms": {"systemErrors": {"form": form}, "transactionConflicts": {}},
            "globalTable": {"replicas": [{"region": ELSEWHERE, **replica}]},
        }
        return terminal.write("t.yaml", stack("advised", copied))

    manifest = declare("LITERAL")
    terminal.run("up", manifest, "--yes").ended(0)
    [finding] = problems(terminal, manifest, 3)
    assert finding["fact"] == "can fire"
    declare("EFFECTIVE")
    follow(terminal, aws, finding["fix"])
    assert problems(terminal, manifest, 0) == []

    cloudwatch = aws.client("cloudwatch")
    [name] = [
        each["AlarmName"]
        for each in cloudwatch.describe_alarms()["MetricAlarms"]
        if "advised-transaction" in each["AlarmName"]
    ]
    cloudwatch.delete_alarms(AlarmNames=[name])
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule="FALSE")
    infrequent = {"RegionName": ELSEWHERE, "TableClassOverride": "STANDARD_INFREQUENT_ACCESS"}
    aws.pass_time(60)
    aws.client("dynamodb").update_table(
        TableName="advised", ReplicaUpdates=[{"Update": infrequent}]
    )
    aws.pass_time(60)
    fixes = {each["fact"]: each["fix"] for each in problems(terminal, manifest, 3)}
    assert fixes.keys() == {"alarm", "table class"}
    cloudwatch.delete_alarms(AlarmNames=[name])
    follow(terminal, aws, fixes["alarm"])
    declare("EFFECTIVE", tableClass="STANDARD")
    follow(terminal, aws, fixes["table class"])
    assert problems(terminal, manifest, 0) == []


def test_a_saved_preview_is_done_by_the_command_that_is_printed(terminal, aws):
    """With what the guard let pass, what was read first, and the place."""
    aws.make_table("adopted")
    adopted = {"name": "adopted", "adopt": True}
    manifest = terminal.write("t.yaml", stack("planned", adopted, "dropped"))
    terminal.run("up", manifest, "--yes", "--stack", "organization/planned/qa").ended(0)
    delete(aws, "dropped")
    other = {**adopted, "partitionKey": {"name": "pk", "type": "S"}}
    terminal.write("t.yaml", stack("planned", other))
    words = (manifest, "--save", "y.json", "--stack", "qa", "--refresh")
    refused = terminal.run("preview", *words).ended(3)
    assert "saved" not in refused.err
    assert not (terminal.folder / "y.json").exists()
    said = terminal.run("preview", *words, "--allow-replace", "adopted").ended(0)
    [line] = re.findall(r"do exactly this with: (.+)", said.err)
    run(terminal, aws, line.split())
    key = aws.client("dynamodb").describe_table(TableName="adopted")["Table"]["KeySchema"]
    assert key[0]["AttributeName"] == "pk"


def test_a_file_that_is_no_saved_preview_is_made_anew(terminal, aws):
    manifest = terminal.write("t.yaml", stack("resaved", "resaved"))
    terminal.run("preview", manifest, "--save", "p.json").ended(0)
    file = terminal.folder / "p.json"
    saved = json.loads(file.read_text("utf-8"))
    old = {**saved, "preview": {**saved["preview"], "format": "tablewright.dev/preview/v0"}}
    for broken in (old, {"format": saved["format"]}):
        file.write_text(json.dumps(broken), "utf-8")
        message = terminal.run("up", "p.json", "--yes").refused(2)
        follow(terminal, aws, message.replace("MANIFESTS", str(manifest)).replace("FILE", "p.json"))
    terminal.run("up", "p.json", "--yes").ended(0)
    assert "resaved" in aws.tables()


def test_a_module_folder_without_a_program_gets_one(terminal, aws):
    manifest = terminal.write("t.yaml", stack("modular", "modular"))
    (terminal.folder / "own").mkdir()
    preview = ("pulumi", "preview", "--manifest", manifest, "--module-dir", "own")
    follow(terminal, aws, terminal.run(*preview).refused(2))
    terminal.run(*preview).ended(0)
    template = (terminal.folder / "own" / "main.py").read_text("utf-8")
    terminal.write("own/main.py", "")
    message = terminal.run(*preview).refused(2)
    follow(terminal, aws, message.replace("FOLDER", "beside"))
    assert (terminal.folder / "beside" / "main.py").read_text("utf-8") == template
