"""IAM is eventually consistent: what was made a moment ago is not seen everywhere at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tablewright_emulator.server import Emulator

from .test_gone import READ, TRUST

TRUSTED = {"name": "reader", "assumeRolePolicy": TRUST}
INLINE = [{"name": "p", "policy": READ}]
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/policy:Policy"


@pytest.fixture(autouse=True)
def propagation(emulator: Emulator) -> Iterator[None]:
    before = emulator.dynamodb.durations
    emulator.dynamodb.durations = replace(before, iam=1.0)
    yield
    emulator.dynamodb.durations = before


@pytest.mark.parametrize(
    ("tok", "news"),
    [
        (ROLE, TRUSTED),
        (ROLE, {**TRUSTED, "inlinePolicies": INLINE, "managedPolicyArns": [MANAGED]}),
        (POLICY, {"name": "own", "policy": READ}),
    ],
)
def test_what_was_just_made_is_waited_for(tok: str, news: dict[str, Any], engine: Any) -> None:
    made = engine.create(tok, news)
    assert made.outputs["name"] == news["name"]
    assert engine.settled(made, news)


@pytest.mark.parametrize(
    ("tok", "news"),
    [
        ("aws:iam/rolePolicy:RolePolicy", {"role": "reader", "name": "p", "policy": READ}),
        (
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": "reader", "policyArn": MANAGED},
        ),
    ],
)
def test_what_belongs_to_something_new_waits_for_it(
    tok: str, news: dict[str, Any], engine: Any
) -> None:
    engine.create(ROLE, TRUSTED)
    made = engine.create(tok, news)
    assert engine.settled(made, news)
