"""`doctor` says what is wrong on this machine, and what to do about it."""

from __future__ import annotations

import pytest
from tests.support.terminal import stack

pytestmark = pytest.mark.engine


def verdicts(said):
    return {check["name"]: check["verdict"] for check in said.json["checks"]}


def test_a_machine_in_order_passes(terminal, aws):
    manifest = terminal.write("t.yaml", stack("shop", "orders"))
    said = terminal.run("doctor", manifest, "-o", "json").ended(0)
    assert {*verdicts(said).values()} == {"passed"}
    assert {*verdicts(said)} >= {"python", "engine", "credentials", "region", "state", "lock"}
    text = terminal.run("doctor", manifest).ended(0).out
    assert "ok      engine: Pulumi" in text
    assert "manifests: stack shop, eu-west-1, 1 table\n" in text
    assert aws.tables() == []


def test_what_is_wrong_is_named_with_what_to_do(terminal):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "orders", "billingMode": "FREE"}))
    said = terminal.run("doctor", manifest, "-o", "json").ended(1)
    assert verdicts(said)["manifests"] == "failed"
    assert verdicts(said)["stack"] == "unknown"
    said = terminal.run("doctor", manifest, "-o", "json", TABLEWRIGHT_PULUMI="/no/pulumi").ended(1)
    (engine,) = [check for check in said.json["checks"] if check["name"] == "engine"]
    assert "/no/pulumi" in engine["detail"]
    assert engine["fix"]
    assert all(check["fix"] for check in said.json["checks"] if check["verdict"] != "passed")


def test_an_engine_that_comes_with_the_first_deployment_is_no_mistake(terminal, aws):
    manifest = terminal.write("t.yaml", stack("shop", "orders"))
    cache = terminal.folder / "cache"
    none = {"PATH": "/nonexistent", "TABLEWRIGHT_CACHE": str(cache), "TABLEWRIGHT_PULUMI": ""}
    said = terminal.run("doctor", manifest, "-o", "json", **none).ended(0)
    assert {*verdicts(said).values()} == {"passed"}
    assert {*verdicts(said)} >= {"engine", "manifests", "credentials", "region"}
    (engine,) = [check for check in said.json["checks"] if check["name"] == "engine"]
    assert "fetches or builds it" in engine["detail"]
    assert not cache.exists(), "looking fetches nothing"


def test_credentials_that_are_missing_are_named(terminal):
    manifest = terminal.write("t.yaml", stack("shop", "orders"))
    said = terminal.run("doctor", manifest, "--target", "aws", "-o", "json").ended(1)
    assert verdicts(said)["credentials"] == "failed"
    (check,) = [each for each in said.json["checks"] if each["name"] == "credentials"]
    assert "credentials" in check["detail"]
    assert check["fix"]
