"""Encryption at rest: which key a table is under, and whether KMS still lets it be used.

Source: Developer Guide, page EncryptionAtRest. Keys live in KMS; the AWS managed key is made there
on first use, as on AWS.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.moto_backend import keys
from tablewright_emulator.request import AwsFault

_MANAGED = "alias/aws/dynamodb"
_LOST_AFTER = timedelta(minutes=15)  # measured on AWS: 13 to 75


def key_arn(world: DynamoDb, table: Table, specification: dict[str, Any] | None) -> str | None:
    """ARN of the key a specification asks for; None for the key AWS owns.

    Raises:
        AwsFault: the key does not exist or cannot be used.
    """
    if not specification or not specification.get("Enabled"):
        return None
    key = specification.get("KMSMasterKeyId") or _MANAGED
    if key.rsplit(":", 1)[-1] == _MANAGED:
        return _managed_key(world, table)
    state = _key(world, table, key)
    if state["KeyState"] == "Disabled":
        raise _refused(world, "key disabled", "DisabledException", f"{state['Arn']} is disabled.")
    if state["KeyState"] != "Enabled":
        text = f"{state['Arn']} is {re.sub('(?<!^)(?=[A-Z])', ' ', state['KeyState']).lower()}."
        raise _refused(world, "validation", "KMSInvalidStateException", text)
    return str(state["Arn"])


def check_access(world: DynamoDb, table: Table) -> None:
    """Refuse the use of items whose key cannot be used.

    Raises:
        AwsFault: AccessDeniedException.
    """
    if table.kms_key is None and table.key_inaccessible_since is None:  # AWS's own key
        return
    state = observe(world, table)
    if state != "Enabled":
        raise AwsFault("AccessDeniedException", f"KMS key access denied error: the key is {state}")


def observe(world: DynamoDb, table: Table) -> str:
    """Look at the state of the table's key, and note since when it cannot be used."""
    state = "Enabled"
    if table.kms_key is not None:
        state = keys.key_state(table.account, table.region, table.kms_key)
    if state == "Enabled":
        table.key_inaccessible_since = None
    elif table.key_inaccessible_since is None:
        table.key_inaccessible_since = world.now()
    return state


def is_lost(world: DynamoDb, table: Table) -> bool:
    """Whether the key has been out of reach for so long that the table's status says so."""
    observe(world, table)
    since = table.key_inaccessible_since
    return since is not None and world.now() - since >= _LOST_AFTER


def is_managed(table: Table) -> bool:
    """Whether the table is under the key AWS manages for DynamoDB in the account."""
    managed = keys.alias_target(table.account, table.region, _MANAGED)
    return managed is not None and table.kms_key == managed


def _key(world: DynamoDb, table: Table, key: str) -> dict[str, Any]:
    try:
        answer = world.gateway.call(
            "kms", "DescribeKey", {"KeyId": key}, account=table.account, region=table.region
        )
    except AwsFault as fault:
        raise _refused(world, "validation", "NotFoundException", fault.message) from fault
    metadata: dict[str, Any] = answer["KeyMetadata"]
    return metadata


def _refused(world: DynamoDb, kind: str, error: str, text: str) -> AwsFault:
    """What DynamoDB makes of an error of KMS."""
    return AwsFault(
        "ValidationException",
        f"KMS {kind} error: com.amazonaws.services.kms.model.{error}: {text} (Service: AWSKMS; "
        f"Status Code: 400; Error Code: {error}; Request ID: {world.gateway.new_id()}; "
        "Proxy: null)",
    )


def _managed_key(world: DynamoDb, table: Table) -> str:
    place = table.account, table.region
    return keys.alias_target(*place, _MANAGED) or keys.make_managed_key(
        world.gateway.ask_engine,
        *place,
        _MANAGED,
        "Default key that protects my DynamoDB data when no other key is defined",
    )
