"""What is deployed, and how it is kept in a saved preview."""

from __future__ import annotations

import json

import pytest

from tablewright import manifest
from tablewright.deploy.source import Source, from_saved, is_saved
from tablewright.engine import RunResult, SavedPreview
from tablewright.errors import UsageError

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: ${WHERE:-dev}
  tags: {Team: a, CostCenter: b}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec:
  partitionKey: {name: id, type: S}
  alarms: {systemErrors: {threshold: 5, description: "costs $${much}"}}
"""


def source(**variables):
    return Source.of(manifest.load_text(STACK, variables))


def saved(made):
    return made.saved(SavedPreview.of(RunResult(()), "shop/dev", made.digest, {"target": "aws"}))


def test_a_saved_preview_declares_the_same_where_the_variables_are_not_set(tmp_path):
    file = tmp_path / "change.json"
    file.write_text(saved(source(WHERE="prod")))
    assert is_saved(str(file))
    read = from_saved(str(file))
    assert read.declared == source(WHERE="prod").declared
    assert read.digest == source(WHERE="prod").digest
    assert read.confirmed is not None
    assert read.confirmed.context == {"target": "aws"}


def test_a_dollar_sign_survives_being_saved(tmp_path):
    file = tmp_path / "change.json"
    file.write_text(saved(source()))
    (alarm,) = from_saved(str(file)).declared.tables[0].alarms
    assert alarm.description == "costs ${much}"


def test_another_manifest_has_another_digest():
    assert source().digest == source().digest
    assert source().digest != source(WHERE="prod").digest


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"preview": {}, "manifests": []}'])
def test_what_is_no_saved_preview_is_said_to_be_none(tmp_path, text):
    file = tmp_path / "x.json"
    file.write_text(text)
    assert not is_saved(str(file))
    with pytest.raises(UsageError, match="not a saved preview"):
        from_saved(str(file))


def test_a_manifest_in_json_is_not_taken_for_a_saved_preview(tmp_path):
    file = tmp_path / "stack.json"
    file.write_text(json.dumps({"apiVersion": "tablewright.dev/v1", "kind": "Stack"}))
    assert not is_saved(str(file))
