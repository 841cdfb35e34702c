"""`audit` of what is deployed, and what it writes into the manifests."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.advice import named
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

WRITTEN = ("TW201", "TW202", "TW203", "TW205", "TW261")
ASKED = [word for rule in (*WRITTEN, "TW204", "TW206") for word in ("--rule", rule)]


def with_path(command: tuple[str, ...], manifest: Path) -> list[str]:
    """The words behind `tablewright` of a command that a message names."""
    return [str(manifest) if word == "PATH" else word for word in command[1:]]


MANIFEST = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: fixed}
spec: {region: eu-west-1, environment: dev, tags: {Team: data, CostCenter: data}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: fixed}
spec:  # ours
  partitionKey: {name: id, type: S}
"""


def test_what_is_written_is_no_problem_any_more_once_it_is_deployed(terminal: Terminal):
    manifest = terminal.write("t.yaml", MANIFEST)
    terminal.run("up", manifest, "--yes").ended(0)
    audit = ("audit", manifest, *ASKED)
    (command,) = named(terminal.run("audit", *ASKED, "--fix").refused(2))
    words = with_path(command, manifest)
    assert "+  deletionProtection: true" in terminal.run(*words, *ASKED).ended(2).out
    assert manifest.read_text() == MANIFEST
    shown = terminal.run(*words, *ASKED, "--yes").ended(3)
    assert "not written: TW204 of fixed: Assign it to a backup plan" in shown.err
    assert "spec:  # ours" in manifest.read_text()
    (command,) = named(shown.err)
    terminal.run(*with_path(command, manifest), "--yes").ended(0)
    after = terminal.run(*audit, "--output", "json").ended(3).json
    assert {finding["rule"] for finding in after["findings"]} == {"TW204", "TW206"}
    accepting = """metadata:
  name: fixed
  auditExceptions:
    - {rule: TW204, reason: backed up elsewhere, until: 2099-12-31}
    - {rule: TW206, reason: until there is a key, until: 2020-12-31}
spec:  # ours"""
    text = manifest.read_text().replace("metadata: {name: fixed}\nspec:  # ours", accepting)
    manifest.write_text(text)
    place = f"{manifest}:{text.splitlines().index(accepting.splitlines()[4]) + 1}"
    ended = terminal.run(*audit, "--output", "json").ended(3)
    assert {each["rule"]: each["outcome"] for each in ended.json["findings"]} == {
        "TW204": "accepted",
        "TW206": "failed",
    }
    assert f"{place}: the exception for TW206 expired on 2020-12-31" in ended.err
