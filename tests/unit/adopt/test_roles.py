"""A live role is written as a role of a manifest that does exactly the same, or not at all."""

from __future__ import annotations

from dataclasses import replace
from json import dumps
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.adopt.adoption import AdoptedTable, adopt
from tablewright.adopt.roles import identity
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.manifest import load_text
from tablewright.plan.declaration.access import ACTION_SETS
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Role
from tablewright.plan.effects import effects
from tablewright.plan.policy import policy_document, trust_document
from tablewright.plan.table import Encryption, Stream
from tests.unit.adopt.live_tables import ACCOUNT, ARN, CUSTOMER_KEY, REGION, living
from tests.unit.adopt.test_adoption import PLAIN

BOTH = [ARN, f"{ARN}/index/*"]
READS = [f"dynamodb:{name}" for name in ("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan")]  # fmt: skip  # noqa: E501


def allow(actions: Any, resources: Any = BOTH, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def trusting(principal: dict[str, Any], **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


TABLE = living(replace(PLAIN, stream=Stream("NEW_IMAGE")))
HOME = {"region": REGION, "environment": "dev"}
LAMBDA = trusting({"Service": "lambda.amazonaws.com"})


def role(*statements: Any, **changes: Any) -> LiveRole:
    policy = {"Version": "2012-10-17", "Statement": [*statements]}
    live = LiveRole(
        "Shop-Reader_1", f"arn:aws:iam::{ACCOUNT}:role/Shop-Reader_1", LAMBDA,
        inline={"Default+Policy": policy}, attached=(),
    )  # fmt: skip
    return replace(live, **changes)


def table(live: LiveTable, *roles: LiveRole) -> tuple[AdoptedTable, tuple[Role, ...]]:
    """What was written, and the roles that it declares."""
    [stack] = adopt([live], {(ACCOUNT, REGION): ()}, roles={ACCOUNT: roles})
    [declared] = declare(load_text(stack.stream, {})).tables
    return stack.tables[0], declared.roles


def is_exact(live: LiveRole, declared: Role) -> bool:
    [(name, body)] = (live.inline or {}).items()
    return (
        (declared.name, declared.policy_name, declared.description)
        == (live.name, name, live.description)
        and effects(policy_document(declared.grants, ARN)) == effects(body)
        and effects(trust_document(declared.trust, ACCOUNT)) == effects(live.trust)
        and (*declared.managed_policies,) == live.attached
        and declared.permissions_boundary == live.boundary
        and declared.tags == live.tags
    )


KEY_USE = {"StringEquals": {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}}
AWS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
SAYABLE = {
    "a whole set": role(allow(READS)),
    "a set in several statements": role(allow(READS[:2]), allow(READS[2:])),
    "any case": role(allow([one.lower() for one in READS])),
    "further actions": role(allow([*READS, "dynamodb:DeleteTable"])),
    "an action on the table alone": role(allow(["dynamodb:PutItem", "dynamodb:GetItem"], ARN)),
    "a set beside an action on the table alone": role(allow(READS), allow("dynamodb:PutItem", ARN)),
    "a pattern": role(allow("dynamodb:Batch*")),
    "conditions": role(allow(READS, Condition={"Bool": {"aws:SecureTransport": True}})),
    "the stream": role(
        allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
              f"{ARN}/stream/*"), allow("dynamodb:ListStreams", "*"),
    ),
    "services of any account": role(allow(READS), trust=trusting({"Service": ["lambda.amazonaws.com", "ecs.amazonaws.com"]})),  # noqa: E501
    "this account's service": role(allow(READS), trust=trusting(
        {"Service": "lambda.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    )),
    "an account with an external id": role(allow(READS), trust=trusting(
        {"AWS": "arn:aws:iam::999999999999:root"}, Condition={"StringEquals": {"sts:ExternalId": "x1"}},  # noqa: E501
    )),
    "all else": role(
        allow(READS), attached=(AWS_POLICY,), description="Who reads.", tags={"Team": "web"},
        boundary=f"arn:aws:iam::{ACCOUNT}:policy/limit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAYABLE)
def test_a_role_is_written_down_as_it_is(case: str):
    live = SAYABLE[case]
    written, [declared] = table(TABLE, live)
    assert is_exact(live, declared)
    assert written.left_out == ()
    assert identity(live.name) in written.holds


def test_the_use_of_a_customer_s_key_is_granted_by_the_word():
    keyed = living(replace(PLAIN, encryption=Encryption("CUSTOMER", CUSTOMER_KEY)))
    use = allow(["kms:Decrypt", "kms:DescribeKey"], CUSTOMER_KEY, Condition=KEY_USE)
    live = role(allow(READS), use)
    written, [declared] = table(keyed, live)
    assert is_exact(live, declared)
    assert written.left_out == ()
    without, none = table(keyed, role(allow(READS)))
    assert none == ()
    assert "would also Allow kms:Decrypt" in without.left_out[0]


POLICY = {"Version": "2012-10-17", "Statement": [allow(READS)]}
UNSAYABLE = {
    "Default+Policy.Statement[1]: dynamodb:UpdateItem is allowed on the table alone": role(
        allow("dynamodb:GetItem"), allow("dynamodb:UpdateItem", ARN)
    ),
    "is allowed on the indexes alone": role(allow("dynamodb:Query", f"{ARN}/index/*")),
    "index/by-day is not the table, its indexes or its streams": role(
        allow("dynamodb:Query", f"{ARN}/index/by-day")
    ),
    "it denies": role(allow(READS), allow("dynamodb:DeleteTable") | {"Effect": "Deny"}),
    "says what it is not about": role({"Effect": "Allow", "NotAction": "s3:*", "Resource": ARN}),
    "s3:GetObject is of another service": role(allow(READS), allow("s3:GetObject", "*")),
    "names another table as well": role(allow(READS), allow(READS, f"{ARN}-old")),
    "has 2 inline policies": role(inline={"a": POLICY, "b": POLICY}),
    "dynamodb:GetRecords is only part of a set": role(
        allow(READS), allow("dynamodb:GetRecords", f"{ARN}/stream/*")
    ),
    "its conditions are not those of the other": role(
        allow(READS), allow("dynamodb:PutItem", Condition={"Bool": {"aws:SecureTransport": "true"}})
    ),
    "kms:Decrypt": role(allow(READS), allow("kms:Decrypt", "*")),
    '"dynamodb:*" is not of the right form': role(allow("dynamodb:*")),
    "its path is /team/": role(allow(READS), path="/team/"),
    "sessions last 7200 seconds": role(allow(READS), session_seconds=7200),
    "could not be read: refused": role(allow(READS), attached=None, unread={"attached": "refused"}),
    "no `trust` can say it": role(
        allow(READS), trust=trusting({"Federated": "cognito-identity.amazonaws.com"})
    ),
    "asks for aws:SourceIp": role(
        allow(READS),
        trust=trusting({"AWS": ACCOUNT}, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
    ),
    "its trust policy could not be the same": role(
        allow(READS),
        trust=trusting(
            {"Service": "lambda.amazonaws.com"},
            Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}},
        ),
    ),
}


@pytest.mark.parametrize("why", UNSAYABLE)
def test_a_role_that_no_manifest_can_say_stays_and_is_told_why(why: str):
    live = UNSAYABLE[why]
    written, none = table(TABLE, live)
    assert none == ()
    [left] = written.left_out
    assert left.startswith("role Shop-Reader_1 (")
    assert why in left
    assert identity(live.name) in written.stays
    assert identity(live.name) not in written.holds


def test_roles_of_others_are_nobody_elses_and_names_are_apart():
    other = role(allow(READS, f"{ARN}s"), name="other")
    same = [role(allow(READS), name=name) for name in ("a_b", "a-b", "7", "n" * 64)]
    written, declared = table(TABLE, other, *same)
    assert [one.name for one in declared] == [one.name for one in same]
    assert len({one.key for one in declared}) == 4
    assert written.left_out == ()


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*ACTION_SETS]), unique=True, min_size=1),
    st.sets(st.sampled_from(["PutItem", "DeleteTable", "Query", "Batch*"])),
    st.booleans(),
    st.randoms(),
)
def test_whatever_a_manifest_can_say_is_found_again(words, further, alone, order):
    """A role that was declared, deployed and told by IAM in any order is declared the same."""
    spec = {"name": "a", "grants": words, "actions": [f"dynamodb:{one}" for one in further]}
    spec["actionsOnIndexes"] = not alone
    stack = {"kind": "Stack", "metadata": {"name": "s"}, "spec": {**HOME, "mandatoryTags": []}}
    parts = {
        "partitionKey": {"name": "id", "type": "S"},
        "stream": {"viewType": "NEW_IMAGE"},
        "access": [spec],
    }
    document = {"kind": "Table", "metadata": {"name": "events"}, "spec": parts}
    head = {"apiVersion": "tablewright.dev/v1"}
    text = "\n---\n".join(dumps({**head, **one}) for one in (stack, document))
    [declared] = declare(load_text(text, {})).tables[0].roles
    body = policy_document(declared.grants, ARN)
    order.shuffle(body["Statement"])
    live = role(inline={"p": body})
    _, [found] = table(TABLE, live)
    assert is_exact(live, found)
