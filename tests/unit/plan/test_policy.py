import doctest
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.plan import policy
from tablewright.plan.declaration.declared import Grant, Trust
from tablewright.plan.policy import (
    document_text,
    policy_document,
    trust_document,
)

TABLE = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/events"
STREAM = f"{TABLE}/stream/2026-11-20T00:00:00.000"
ACCOUNT = "123456789012"

ACTIONS = st.lists(
    st.sampled_from(["GetItem", "Query", "Scan", "dynamodb:Query", "kms:Decrypt"]), min_size=1
)
TARGETS = st.lists(st.sampled_from(["table", "indexes", "stream", "any"]), min_size=1)
GRANTS = st.builds(
    Grant,
    sid=st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True),
    actions=ACTIONS.map(tuple),
    targets=TARGETS.map(tuple),
)
ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)


def only_statement(document: dict[str, Any]) -> dict[str, Any]:
    [statement] = document["Statement"]
    return statement


def resources(*targets: Any, stream_arn: str | None = None) -> list[str]:
    grant = Grant("Any", ("dynamodb:Query",), targets)
    return only_statement(policy_document([grant], TABLE, stream_arn))["Resource"]


def test_a_reader_may_read_the_table_and_its_indexes_and_nothing_else():
    grant = Grant("Read", ("dynamodb:Query", "dynamodb:GetItem"), ("table", "indexes"))
    assert policy_document([grant], TABLE) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                "Resource": [TABLE, f"{TABLE}/index/*"],
            }
        ],
    }


def test_a_grant_on_the_stream_survives_a_new_stream():
    assert resources("stream") == [f"{TABLE}/stream/*"]


def test_a_grant_on_one_given_stream_names_it_and_no_other():
    assert resources("stream", stream_arn=STREAM) == [STREAM]


def test_a_given_stream_is_not_granted_unless_asked_for():
    assert resources("table", stream_arn=STREAM) == [TABLE]


def test_any_is_the_star_alone():
    assert resources("any") == ["*"]


def test_an_action_without_a_service_is_dynamodbs():
    grant = Grant("Read", ("GetItem", "kms:Decrypt"), ("table",))
    assert only_statement(policy_document([grant], TABLE))["Action"] == [
        "dynamodb:GetItem",
        "kms:Decrypt",
    ]


def test_conditions_are_carried_and_sorted():
    conditions = {
        "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ("b", "a")},
    }
    grant = Grant("Read", ("dynamodb:Query",), ("table",), conditions)
    statement = only_statement(policy_document([grant], TABLE))
    assert list(statement["Condition"].items()) == [
        ("ForAllValues:StringEquals", {"dynamodb:LeadingKeys": ["b", "a"]}),
        ("StringEquals", {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}),
    ]


def test_a_grant_without_conditions_has_no_condition_member():
    grant = Grant("Read", ("dynamodb:Query",), ("table",))
    assert "Condition" not in only_statement(policy_document([grant], TABLE))


@given(st.lists(GRANTS, max_size=4))
def test_statements_keep_the_order_of_the_grants(grants):
    document = policy_document(grants, TABLE)
    assert [item["Sid"] for item in document["Statement"]] == [grant.sid for grant in grants]


@given(GRANTS, st.randoms(use_true_random=False))
def test_the_order_in_which_actions_and_targets_are_written_means_nothing(grant, random):
    actions, targets = list(grant.actions), list(grant.targets)
    random.shuffle(actions)
    random.shuffle(targets)
    shuffled = Grant(grant.sid, tuple(actions), tuple(targets))
    assert document_text(policy_document([grant], TABLE)) == document_text(
        policy_document([shuffled], TABLE)
    )


@given(GRANTS)
def test_no_resource_lies_outside_the_table_unless_any_was_asked_for(grant):
    outside = [
        arn
        for arn in only_statement(policy_document([grant], TABLE))["Resource"]
        if arn != TABLE and not arn.startswith(f"{TABLE}/")
    ]
    assert outside == (["*"] if "any" in grant.targets else [])


def test_a_service_is_held_to_the_account():
    document = trust_document(Trust(services=("lambda.amazonaws.com",)), ACCOUNT)
    assert only_statement(document) == {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }


def test_a_service_may_be_trusted_for_every_account_when_asked_for():
    trust = Trust(services=("lambda.amazonaws.com",), source_account=False)
    assert "Condition" not in only_statement(trust_document(trust, ACCOUNT))


def test_several_services_are_one_sorted_list():
    trust = Trust(services=("lambda.amazonaws.com", "ecs-tasks.amazonaws.com"))
    assert only_statement(trust_document(trust, ACCOUNT))["Principal"] == {
        "Service": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]
    }


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_account_number_becomes_the_arn_that_aws_stores(partition):
    document = trust_document(Trust(principals=("999999999999",)), ACCOUNT, partition)
    assert only_statement(document)["Principal"] == {
        "AWS": f"arn:{partition}:iam::999999999999:root"
    }


def test_an_external_id_binds_principals_and_not_services():
    trust = Trust(
        services=("lambda.amazonaws.com",),
        principals=("arn:aws:iam::999999999999:role/auditor",),
        external_id="s3cret",
    )
    services, principals = trust_document(trust, ACCOUNT)["Statement"]
    assert services["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert principals["Condition"] == {"StringEquals": {"sts:ExternalId": "s3cret"}}


def test_principals_without_an_external_id_have_no_condition():
    trust = Trust(principals=("arn:aws:iam::999999999999:role/auditor",))
    assert "Condition" not in only_statement(trust_document(trust, ACCOUNT))


@given(st.lists(ACCOUNTS, min_size=1, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_principals_means_nothing(accounts, random):
    shuffled = list(accounts)
    random.shuffle(shuffled)
    assert trust_document(Trust(principals=tuple(accounts)), ACCOUNT) == trust_document(
        Trust(principals=tuple(shuffled)), ACCOUNT
    )


@given(st.lists(GRANTS, max_size=3))
def test_the_text_is_the_document(grants):
    document = policy_document(grants, TABLE)
    assert json.loads(document_text(document)) == document


def test_the_example_in_the_documentation_holds():
    assert doctest.testmod(policy).failed == 0
