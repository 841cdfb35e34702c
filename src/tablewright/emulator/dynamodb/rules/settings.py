"""Streams, encryption, tags, resource policies, recovery windows.

Sources: API reference and Developer Guide, page Constraints; texts of DynamoDB Local where it has
one, else AWS's as far as documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tablewright.emulator.dynamodb.values import invalid
from tablewright.emulator.request import AwsFault

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
    enabled = specification.get("Enabled")
    kind, key = specification.get("SSEType"), specification.get("KMSMasterKeyId")
    if enabled is None and (kind or key):
        raise invalid(
            "SSESpecification.Enabled must be specified when SSEType or KMSMasterKeyId is"
        )
    if kind is not None and kind != "KMS":
        raise invalid(f"SSEType {kind} is not supported; the only supported value is KMS")
    if not enabled and (key is not None or kind is not None):
        raise invalid(
            "SSEType and KMSMasterKeyId can only be specified when SSESpecification.Enabled is true"
        )


def check_tags(tags: Iterable[dict[str, Any]], present: Iterable[str] = ()) -> dict[str, str]:
    """Check tags to be added to those present; give them back by key."""
    checked: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        if key is None or value is None:
            raise AwsFault("ValidationException", "One or more parameter values are not valid.")
        if key.lower().startswith("aws:"):
            raise invalid(f"User cannot modify system tags: {key}")
        if key in checked:
            raise invalid(f"Found duplicate keys in tags: {key}")
        checked[key] = value
    if len({*present, *checked}) > MAX_TAGS:
        raise invalid("Too many tags: tag limit is 50")
    return checked


def check_policy(policy: Any) -> None:
    """Check the text of a resource policy."""
    if len(policy.encode()) > MAX_POLICY_BYTES:
        raise invalid("The resource policy is larger than 20 KB")
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError) as error:
        raise _bad_policy("Syntax error") from error
    if not isinstance(document, dict):
        raise _bad_policy("Syntax error")
    statements = document.get("Statement")
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not statements:
        raise _bad_policy("Missing required field Statement")
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
        raise invalid("Resource policy is not valid: it grants access to everybody")


def _bad_policy(reason: str) -> AwsFault:
    return invalid(f"Resource policy is not valid: {reason}")
