"""Changes of stream, encryption, table class and deletion protection.

Sources: Developer Guide, pages Streams, Constraints (encryption: four changes in 24 hours and one
more when there was none in the past six; class: two in 30 days).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane.capacity_change import in_words
from tablewright_emulator.dynamodb.control_plane.encryption import key_arn
from tablewright_emulator.dynamodb.control_plane.lifecycle import start_stream
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.rules import settings
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

Params = dict[str, Any]
_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)
_MAX_KEY_CHANGES = (4, 8)
_MAX_CLASS_CHANGES = 2


def check_stream_change(world: DynamoDb, table: Table, params: Params) -> None:
    """A stream is on or off; a view type is changed by turning it off and on."""
    del world
    specification = params["StreamSpecification"]
    settings.check_stream(specification)
    if specification["StreamEnabled"] and table.stream is not None:
        raise AwsFault("ValidationException", "Table already has an enabled stream")
    if not specification["StreamEnabled"] and table.stream is None:
        raise AwsFault("ValidationException", "Table has no stream to disable")
    if not specification["StreamEnabled"] and table.replicas:
        raise invalid("Disabling Stream is not allowed for a Global Table replica.")


def begin_stream(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to turn it on or off; the records so far stay readable for a day."""
    if params["StreamSpecification"]["StreamEnabled"]:
        start_stream(world, table, params["StreamSpecification"]["StreamViewType"])
    elif table.stream is not None:
        table.stream.closed = world.now()
        table.old_streams.append(table.stream)
        table.stream = None
    world.begin(table, world.durations.stream, nothing)


def check_encryption_change(world: DynamoDb, table: Table, params: Params) -> None:
    """A key that is there, and not too many changes of it; the key AWS owns is always allowed."""
    specification = params["SSESpecification"]
    settings.check_encryption(specification)
    if not specification.get("Enabled"):
        if table.kms_key is None:
            raise invalid("Table is already encrypted by default")
        return
    if table.kms_key is not None and specification.get("KMSMasterKeyId") == table.kms_key:
        raise invalid(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if "
            "you want to change Master Key"
        )
    key_arn(world, table, specification)
    now = world.now()
    recent = [moment for moment in table.key_changes if now - moment < _DAY]
    quiet = not recent or now - recent[-1] >= timedelta(hours=6)
    if world.limits and len(recent) >= _MAX_KEY_CHANGES[quiet]:
        raise AwsFault(
            "LimitExceededException",
            "Subscriber limit exceeded: Encryption key changes are limited to 4 times in 1 day(s). "
            f"Last update at {in_words(recent[-1])}",
        )


def begin_encryption(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to encrypt under another key."""
    arn = key_arn(world, table, params["SSESpecification"])
    table.kms_key_next = arn or table.kms_key
    if arn is not None:
        table.key_changes.append(world.now())
    world.begin(table, world.durations.encryption, _encrypted, arn=arn)


@effect("encryption.changed")
def _encrypted(table: Table, at: datetime, arn: str | None) -> None:
    del at
    table.kms_key, table.kms_key_next = arn, None


def check_class(world: DynamoDb, table: Table, params: Params) -> None:
    """Two changes in 30 days."""
    wanted = params["TableClass"]
    if wanted == (table.table_class or "STANDARD"):
        raise invalid(f"Table is already in table class {wanted}")
    now = world.now()
    recent = [moment for moment in table.class_changes if now - moment < _MONTH]
    if world.limits and len(recent) >= _MAX_CLASS_CHANGES:
        raise AwsFault(
            "LimitExceededException",
            "Subscriber limit exceeded: Table class updates are limited to "
            f"{_MAX_CLASS_CHANGES} times in 30 day(s). Last update at {in_words(recent[-1])}. "
            f"Next update can be made at {in_words(recent[0] + _MONTH)}",
        )


def begin_class(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to move to another class."""
    world.begin(table, world.durations.table_class, _classed, name=params["TableClass"])


@effect("class.changed")
def _classed(table: Table, at: datetime, name: str) -> None:
    table.table_class = name
    table.class_changes.append(at)


def check_protection(world: DynamoDb, table: Table, params: Params) -> None:
    """Not again within the pause AWS was seen to want."""
    del params
    pause = timedelta(seconds=world.durations.protection_pause)
    changed = table.protection_changed
    if world.limits and changed is not None and world.now() - changed < pause:
        raise AwsFault(
            "ThrottlingException", "Rate exceeded: deletion protection was changed a moment ago"
        )


def begin_protection(world: DynamoDb, table: Table, params: Params) -> None:
    """It takes effect at once."""
    table.protected = params["DeletionProtectionEnabled"]
    table.protection_changed = world.now()


@effect("nothing")
def nothing(table: Table, at: datetime) -> None:
    """An effect that took place when it began."""
    del table, at
