"""What engine and providers say in words, as they said it."""

from __future__ import annotations

import pytest

from tablewright.engine.run.error_parsing import (
    clean,
    error_of_failures,
    error_of_output,
    error_of_text,
    is_noise,
    named_locks,
)
from tablewright.engine.run.events import Failure
from tablewright.errors import (
    AccessDeniedError,
    AwsError,
    BackendError,
    CredentialsError,
    EndpointError,
    EngineError,
    NotFoundError,
    PassphraseError,
    RefusedError,
    StackLockedError,
    StackMissingError,
    ThrottledError,
    WaitTimeoutError,
)

BOX = "urn:pulumi:dev::p::aws:dynamodb/table:Table::events"
STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to "
    "end or delete the lock file with `pulumi cancel`.\n  s3://b/.pulumi/locks/x.json?region=r: "
    "created by ada@build-7 (pid 4242) at 2026-11-20T19:18:34Z"
)


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        (
            "getting stack configuration: get stack secrets manager: incorrect passphrase",
            PassphraseError,
            "the passphrase is not the one this stack's secrets were encrypted with",
        ),
        (
            (
                "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or "
                "PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
            ),
            PassphraseError,
            "the stack's secrets need a passphrase, and there is none",
        ),
        ("no stack named 'organization/p/dev' found", StackMissingError, "there is no such stack"),
        (
            (
                'unable to open state directory "file:///nowhere": stat /nowhere: no such file or '
                "directory"
            ),
            BackendError,
            "the stack's state cannot be read: no such file or directory",
        ),
        (
            (
                'read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): '
                "operation error S3: GetObject, exceeded maximum number of attempts, 3, https "
                "response error StatusCode: 0, RequestID: , HostID: , request send failed, Get "
                '"http://127.0.0.1:9/bucket/.pulumi/meta.yaml?x-id=GetObject": dial tcp '
                "127.0.0.1:9: connect: connection refused"
            ),
            BackendError,
            "the stack's state cannot be read: connection refused",
        ),
        (
            "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
            BackendError,
            "the backend wants a login, or its URL is not one the engine knows",
        ),
        (
            (
                "could not create provider urn: load plugin for shelf provider: no resource plugin "
                "'pulumi-resource-shelf' found in the workspace or on your $PATH"
            ),
            EngineError,
            "the provider for shelf is not installed",
        ),
        (
            (
                "could not create table events: dynamodb:CreateTable is not allowed; "
                "add dynamodb:CreateTable to the policy"
            ),
            AccessDeniedError,
            "could not create table events: dynamodb:CreateTable is not allowed",
        ),
        (
            "could not create table events: CreateTable is not allowed; add it to the policy",
            AccessDeniedError,
            "could not create table events: CreateTable is not allowed",
        ),
        (
            "could not read table events: there are no AWS credentials; run `aws configure`",
            CredentialsError,
            "could not read table events: there are no AWS credentials",
        ),
        (
            "The security token included in the request is invalid (UnrecognizedClientException)",
            CredentialsError,
            "The security token included in the request is invalid (UnrecognizedClientException)",
        ),
        (
            "could not read table events: nothing answers at http://127.0.0.1:9",
            EndpointError,
            "could not read table events: nothing answers at http://127.0.0.1:9",
        ),
        (
            "Rate exceeded (ThrottlingException)",
            ThrottledError,
            "Rate exceeded (ThrottlingException)",
        ),
        (
            "timeout while waiting for state to become 'ACTIVE' (last state: 'CREATING')",
            WaitTimeoutError,
            "timeout while waiting for state to become 'ACTIVE' (last state: 'CREATING')",
        ),
        (
            "table a: after 1 min still waiting: create table a; or use customTimeouts",
            WaitTimeoutError,
            "table a: after 1 min still waiting: create table a",
        ),
        (
            "Requested resource not found (ResourceNotFoundException)",
            NotFoundError,
            "Requested resource not found (ResourceNotFoundException)",
        ),
        (
            "Table exists (ResourceInUseException)",
            AwsError,
            "Table exists (ResourceInUseException)",
        ),
        ("a plain sentence", EngineError, "a plain sentence"),
    ],
)
def test_a_text_becomes_the_error_it_means(said, kind, message):
    error = error_of_text(said)
    assert type(error) is kind
    assert error.message == message


TOPIC = "urn:pulumi:dev::p::aws:sns/topic:Topic::ops"
COMPONENT = "urn:pulumi:dev::p::tablewright:index:TableStack$tablewright:index:Table::events"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            (
                f'Preview failed: resource "{TOPIC}" cannot be deleted\n'
                "because it is protected. To unprotect the resource, either remove the `protect` "
                "flag from the resource in your Pulumi program and run `pulumi up`, or use the "
                f"command:\n`pulumi state unprotect '{TOPIC}'`"
            ),
            "topic ops is protected, and would be deleted",
        ),
        (
            (
                f'unable to replace resource "{COMPONENT}"\n'
                "as it is currently marked for protection. To unprotect the resource, remove the "
                "`protect` flag from the resource in your Pulumi program and run `pulumi up`"
            ),
            "table events is protected, and would be replaced",
        ),
        (
            (
                f'unable to replace resource "{TOPIC}" as part of replacing "{BOX}" '
                "as it is currently marked for protection. To unprotect the resource, remove the "
                "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or "
                f"use the command:\n`pulumi state unprotect '{TOPIC}'`"
            ),
            "topic ops is protected, and would be replaced with table events",
        ),
    ],
)
def test_what_is_protected_is_refused_with_a_way_that_our_commands_have(said, message):
    one = error_of_failures([Failure(STACK, said)])
    assert isinstance(one, RefusedError)
    assert one.message == message
    assert "`tablewright up PATH`" in one.next_step
    several = error_of_failures([Failure(STACK, said), Failure(BOX, "it failed")])
    assert isinstance(several, RefusedError)
    assert "pulumi" not in f"{several.message}{several.next_step}"


def test_a_cure_behind_a_semicolon_becomes_the_next_step():
    error = error_of_text("could not do it: limit reached (LimitExceededException); wait a day")
    assert (error.message, error.next_step) == (
        "could not do it: limit reached (LimitExceededException)",
        "wait a day",
    )


def test_a_lock_is_named_with_all_that_is_known_of_it():
    error = error_of_output(LOCKED)
    assert isinstance(error, StackLockedError)
    assert (error.user, error.host, error.pid) == ("ada", "build-7", 4242)
    assert error.since == "2026-11-20T19:18:34Z"
    assert error.next_step.endswith("delete s3://b/.pulumi/locks/x.json first")
    assert [lock.pid for lock in named_locks(LOCKED)] == [4242]
    assert error_of_text("the stack is currently locked by 1 lock(s)").next_step


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        (
            (
                "creating DynamoDB Table (events): operation error DynamoDB: CreateTable, https "
                "response error StatusCode: 400, RequestID: A1-b2, ResourceInUseException: Table "
                "already exists: events"
            ),
            (
                "creating DynamoDB Table (events): Table already exists: events "
                "(ResourceInUseException)"
            ),
        ),
        (
            (
                "sdk-v2/provider2.go:572: sdk.helper_schema: updating IAM Role (r): operation "
                "error IAM: UpdateRole, api error NoSuchEntity: no role: provider=aws@7.51.1"
            ),
            "updating IAM Role (r): no role (NoSuchEntity)",
        ),
        ("operation error IAM: GetRole, api error Oops: why", "GetRole: why (Oops)"),
        (
            "shelf:index:Box resource 'x': property name value {<nil>} has a problem: give a name",
            "give a name",
        ),
        ("aws:x:Y resource 'x' has a problem: no such input. ", "no such input"),
        ("Preview failed: resource 'events' does not exist\n", "there is no events to import"),
        ("1 error occurred:\n\t* it is full", "it is full"),
        ("it is full (StatusCode: 400, RequestID: ABC)", "it is full"),
    ],
)
def test_wrappings_are_taken_off(said, cleaned):
    assert clean(said) == cleaned


@pytest.mark.parametrize(
    "said",
    [
        "update failed",
        "preview failed\n",
        "destroy canceled",
        (
            "Attempting to deploy or update resources with 1 pending operations from previous "
            "deployment.\n  * urn, interrupted while creating"
        ),
        "BAIL: inner error",
        "Resource monitor has terminated, shutting down",
    ],
)
def test_sentences_that_add_nothing_are_noise(said):
    assert is_noise(said)
    assert error_of_failures([Failure("", said)]) is None


def test_a_failure_names_its_resource_once():
    assert error_of_failures([Failure(BOX, "it is full")]).message == "events: it is full"
    assert error_of_failures([Failure(BOX, "events is full")]).message == "events is full"
    assert error_of_failures([Failure(STACK, "it is full")]).message == "it is full"
    assert error_of_failures([Failure("", "it is full")]).message == "it is full"


def test_a_failure_that_brings_no_cure_along_gets_one():
    assert "same command again" in error_of_failures([Failure(BOX, "it is full")]).next_step
    assert error_of_failures([Failure(BOX, "it is full; make room")]).next_step == "make room"


def test_several_failures_are_one_error_of_the_most_telling_kind():
    users = BOX.replace("events", "users")
    error = error_of_failures(
        [
            Failure(BOX, "it is full"),
            Failure(users, "no: x:Y is not allowed"),
            Failure(BOX, "it is full"),
            Failure("", "update failed"),
        ]
    )
    assert type(error) is AccessDeniedError
    assert error.message == (
        "2 resources failed:\n  - events: it is full\n  - users: no: x:Y is not allowed"
    )


def test_the_last_words_of_an_engine_are_found_behind_its_chatter():
    assert error_of_output("Updating (dev):\n\nerror: it broke\n").message == "it broke"
    assert "did not say why" in error_of_output("").message


def test_a_provider_that_ended_is_one_sentence():
    """As engine 3.259 says it when the plug-in's process is killed."""
    crash = (
        "Detected that /plugins/resource-aws-v7.51.1/pulumi-resource-aws exited prematurely. "
        "\n       This is *always* a bug in the provider. Please report the issue to the author."
    )
    error = error_of_failures(
        [Failure(BOX, "error reading from server: EOF"), Failure(STACK, crash)]
    )
    assert type(error) is EngineError
    assert "ended in the middle of the run; how far events came is not known" in error.message
    assert "\n" not in error.message
    assert "/plugins" not in error.message
    assert "same command again" in error.next_step


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            "a snapshot integrity error. This is a bug!\nresource urn:x refers to unknown provider",
            BackendError,
            "contradicts itself: resource urn:x refers to unknown provider",
        ),
        ("panic: fatal: An assertion has failed\n\ngoroutine 1 [running]:", EngineError, "crashed"),
        ("could not read lock: unexpected end of JSON input", BackendError, "was cut off"),
        ("the stack is at a deployment schema version 99", BackendError, "by a later version"),
    ],
)
def test_what_the_engine_calls_its_bug_is_told_with_a_way_on(text, kind, words):
    error = error_of_text(text)
    assert type(error) is kind
    assert words in error.message
    assert error.next_step
    assert "bug" not in str(error)


def test_the_engines_name_of_a_provider_reaches_nobody():
    failure = Failure(
        "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_51_1", "no AWS region is set"
    )
    assert str(error_of_failures([failure])).startswith("no AWS region is set")
    assert clean("could not create provider default_7_51_1: no") == (
        "could not create provider aws: no"
    )
