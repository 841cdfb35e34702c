"""The environment that points programs at a sandbox."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.sandbox.environment import Environment, environment
from tablewright.sandbox.instance import Instance


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path))
    return Instance("default", "one", 1, 1.0, "http://127.0.0.1:4566", "127.0.0.1:4567")


def test_it_sets_what_an_sdk_needs_and_dummy_credentials(sandbox):
    made = environment(sandbox, {"PATH": "/bin"}, None).variables
    assert made["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert made["AWS_REGION"] == made["AWS_DEFAULT_REGION"] == "us-east-1"
    assert made["AWS_EC2_METADATA_DISABLED"] == "true"
    assert made["TABLEWRIGHT_PROVIDER_HOST"] == "127.0.0.1:4567"
    assert not made["AWS_ACCESS_KEY_ID"].startswith(("AKIA", "ASIA"))


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_a_region_set_outside_is_kept(sandbox, name):
    made = environment(sandbox, {name: "eu-west-1"}, None).variables
    assert made["AWS_REGION"] == made["AWS_DEFAULT_REGION"] == "eu-west-1"


def test_nothing_that_could_lead_to_aws_is_left(sandbox):
    outside = {
        "AWS_PROFILE": "prod",
        "AWS_SESSION_TOKEN": "secret",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.us-east-1.amazonaws.com",
        "HOME": "/home/x",
    }
    applied = environment(sandbox, outside, None).applied(outside)
    assert applied["HOME"] == "/home/x"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"} & set(applied)


def test_the_users_backend_and_passphrase_are_left_alone(sandbox):
    outside = {"PULUMI_BACKEND_URL": "s3://mine", "PULUMI_CONFIG_PASSPHRASE": "mine"}
    applied = environment(sandbox, outside, None).applied(outside)
    assert applied["PULUMI_BACKEND_URL"] == "s3://mine"
    assert applied["PULUMI_CONFIG_PASSPHRASE"] == "mine"


def test_plug_ins_of_others_are_acquired_and_ours_is_not_overlooked(sandbox):
    outside = {"PULUMI_IGNORE_AMBIENT_PLUGINS": "true", "PATH": "/bin"}
    applied = environment(sandbox, outside, None).applied(outside)
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in applied
    assert "PULUMI_IGNORE_AMBIENT_PLUGINS" not in applied


def test_our_provider_stands_first_on_path_and_can_be_run(sandbox, tmp_path):
    engine = tmp_path / "engine" / "pulumi"
    path = environment(sandbox, {"PATH": "/usr/bin"}, engine).variables["PATH"].split(":")
    assert path[1:3] == [str(engine.parent), "/usr/bin"]
    assert (tmp_path / "sandbox" / "default" / "bin" / "pulumi-resource-aws").stat().st_mode & 0o100


def test_our_language_host_stands_last_on_path_behind_any_of_the_users(sandbox, tmp_path):
    path = environment(sandbox, {"PATH": "/usr/bin"}, tmp_path / "pulumi").variables["PATH"]
    last = Path(path.split(":")[-1])
    assert (last / "pulumi-language-python").stat().st_mode & 0o100


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_shell_lines_say_exactly_the_value(value):
    text = Environment({"VALUE": value}, ("GONE",)).shell()
    assert shlex.split(text) == ["unset", "GONE", "export", f"VALUE={value}"]


def test_a_shell_can_evaluate_the_lines():
    text = Environment({"VALUE": "it's $HOME `x`"}, ("GONE",)).shell()
    printed = subprocess.run(
        ["/bin/sh", "-c", f'GONE=1\n{text}\nprintf "%s|%s" "$VALUE" "${{GONE-unset}}"'],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed == "it's $HOME `x`|unset"
