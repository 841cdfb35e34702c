"""Streams, encryption, tags, resource policies, recovery windows.

Sources: API reference and Developer Guide, page Constraints; texts of DynamoDB Local where it has
one, else AWS's as measured (ack-api-quirks, October 2026).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_TAGS = 50
MAX_POLICY_BYTES = 20 * 1024


def check_stream(specification: Any) -> None:
    """Check a `StreamSpecification`."""
    if specification is None:
        return
    enabled, view = specification.get("StreamEnabled"), specification.get("StreamViewType")
    if enabled is None:
        raise AwsFault("ValidationException", "Stream StreamEnabled was null")
    if enabled and not view:
        raise AwsFault(
            "ValidationException",
            "Invalid StreamViewType: Stream ViewType must not be null or empty when enabling "
            "streams.",
        )
    if not enabled and view:
        raise AwsFault(
            "ValidationException",
            "Invalid StreamViewType: Stream StreamEnabled was false but a StreamViewType was "
            "present.",
        )


def check_encryption(specification: Any) -> None:
    """Check an `SSESpecification`; whether its key exists is KMS's to say."""
    if specification is None:
        return
    kind, key = specification.get("SSEType"), specification.get("KMSMasterKeyId")
    if not specification.get("Enabled"):
        for member in ("SSEType", "KMSMasterKeyId"):
            if specification.get(member) is not None:
                raise invalid(f"{member} can not be specified if Enabled is false")
    if key is not None and kind is None:
        raise invalid("SSEType KMS is required if KMSMasterKeyId is specified")
    if kind not in {None, "KMS"}:
        raise invalid(f"SSEType {kind} is not supported")


def check_tags(tags: Iterable[dict[str, Any]], present: Iterable[str] = ()) -> dict[str, str]:
    """Check tags to be added to those present; give them back by key."""
    checked: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        if key is None or value is None:
            raise _refused("One or more parameter values are not valid.")
        if key.lower().startswith("aws:"):
            raise _refused(f"Tag Key cannot be prefixed with aws:, Key: {key}")
        if key in checked:
            raise _refused(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
        checked[key] = value
    if len({*present, *checked}) > MAX_TAGS:
        raise _refused("Number of Tags exceed the current limit for the provided ResourceArn")
    return checked


def check_policy(policy: Any) -> None:
    """Check the text of a resource policy."""
    if len(policy.encode()) > MAX_POLICY_BYTES:
        raise invalid(f"Maximum policy size of {MAX_POLICY_BYTES} bytes exceeded")
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError) as error:
        raise _bad_policy("This policy contains invalid Json") from error
    if not isinstance(document, dict):
        raise _bad_policy("This policy contains invalid Json")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        raise _bad_policy("Could not parse the policy: Statement is empty!")
    for statement in statements:
        _check_statement(statement)


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        raise _bad_policy("Missing required field Effect")
    for needed in (
        ("Action", "NotAction"),
        ("Principal", "NotPrincipal"),
        ("Resource", "NotResource"),
    ):
        if not any(name in statement for name in needed):
            raise _bad_policy(f"Missing required field {needed[0]}")
    principal = statement.get("Principal")
    everybody = principal in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    if everybody and statement["Effect"] == "Allow" and not statement.get("Condition"):
        raise _refused(
            "Resource-based policy grants unbounded access in one or more elements. Please revise "
            "the policy to ensure least-privilege form of access"
        )


def _bad_policy(reason: str) -> AwsFault:
    return invalid(f"Invalid policy document: {reason}")


def _refused(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
