"""`--target aws` from a machine that cannot reach AWS: who one is, and the way there."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.support.terminal import Terminal, stack

from tablewright.engine import find_engine

pytestmark = pytest.mark.engine

SILENT = "http://127.0.0.1:9"
"""Nothing listens there: a call fails at once, and can never reach AWS."""
SOME = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "x" * 40,
    "HTTPS_PROXY": SILENT,
}


@pytest.fixture
def manifest(terminal: Terminal):
    return terminal.write("tables.yaml", stack("shop", "orders"))


@pytest.fixture
def isolated(terminal: Terminal) -> dict[str, str]:
    """A home without any login, and no way out."""
    engine = find_engine(lambda _: None).path
    return {
        "HOME": str(terminal.folder),
        "TABLEWRIGHT_PULUMI": str(engine),
        "TABLEWRIGHT_CACHE": str(terminal.folder / "cache"),
        "HTTPS_PROXY": SILENT,
    }


@pytest.mark.parametrize("provider", ["embedded", "official"])
def test_without_credentials_nothing_starts_and_the_cure_is_said(terminal, manifest, provider):
    said = terminal.run("up", manifest, "--target", "aws", "--provider", provider, "--yes")
    message = said.refused(1)
    assert "there are no AWS credentials" in message
    assert "aws configure" in message


def test_verify_says_so_as_well(terminal, manifest):
    message = terminal.run("verify", manifest, "--target", "aws").refused(1)
    assert "there are no AWS credentials" in message


def test_a_profile_that_is_not_there_is_named(terminal, manifest):
    said = terminal.run("preview", manifest, "--target", "aws", "--profile", "nobody")
    assert "there is no AWS profile nobody" in said.refused(1)


def test_credentials_that_their_source_hands_out_expired_are_told_so(terminal, manifest, isolated):
    expired = {
        "Version": 1,
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "x",
        "SessionToken": "very-secret-token",
        "Expiration": datetime(2020, 1, 1, tzinfo=UTC).isoformat(),
    }
    source = terminal.write("credentials.json", json.dumps(expired))
    config = terminal.write("config", f"[default]\ncredential_process = cat {source}\n")
    said = terminal.run(
        "preview", manifest, "--target", "aws", **isolated, AWS_CONFIG_FILE=str(config)
    )
    message = said.refused(1)
    assert "the credentials have expired" in message
    assert "log in again" in message
    assert "very-secret-token" not in message


def test_a_login_that_has_run_out_is_to_be_renewed(terminal, manifest, isolated):
    config = terminal.write(
        "config",
        "[profile corp]\nsso_session = corp\nsso_account_id = 123456789012\n"
        "sso_role_name = Admin\n[sso-session corp]\nsso_region = eu-west-1\n"
        "sso_start_url = https://corp.example.com/start\n",
    )
    words = ("preview", manifest, "--target", "aws", "--profile", "corp")
    message = terminal.run(*words, **isolated, AWS_CONFIG_FILE=str(config)).refused(1)
    assert "sso" in message.lower()
    assert "log in again" in message


def test_a_way_to_aws_that_is_cut_off_fails_fast_and_says_where(terminal, manifest):
    message = terminal.run("up", manifest, "--target", "aws", "--yes", seconds=30, **SOME).refused(
        1
    )
    assert "the proxy 127.0.0.1:9 does not answer" in message
    assert "HTTPS_PROXY" in message


def test_aws_never_means_an_endpoint_that_somebody_has_set(terminal, manifest):
    """A forgotten variable must not send a real deployment to a test server, nor the reverse."""
    said = terminal.run("up", manifest, "--target", "aws", "--yes", AWS_ENDPOINT_URL=SILENT, **SOME)
    assert "AWS_ENDPOINT_URL redirects calls" in said.refused(2)


def test_nothing_of_a_refused_deployment_is_left_behind(terminal, manifest):
    terminal.run("up", manifest, "--target", "aws", "--yes").refused(1)
    said = terminal.run("status", manifest, "--target", "aws", "--output", "json").ended(0)
    assert said.json["resources"] == 0
    assert said.json["runs"] == []
    assert [path.name for path in terminal.folder.iterdir()] == ["tables.yaml"]
