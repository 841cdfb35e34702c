"""The settings of a live table, from its description and the calls that tell the rest of it.

Who asks decides how a call is made (paced, waited for, translated) and which refusals are noted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from tablewright.errors import NotFoundError, TablewrightError
from tablewright.plan.facets import ENCRYPTION, RECOVERY, TIME_TO_LIVE
from tablewright.plan.facets.encryption import encryption_key
from tablewright.plan.table import Encryption, Recovery, Table, TimeToLive

from . import tables

Value = TypeVar("Value")


Ask = Callable[..., Mapping[str, Any]]
"""Calls an operation of a service in the table's region: `ask("kms", "DescribeKey", KeyId=...)`.

Raises a TablewrightError where AWS refuses or could not be asked.
"""


class Facts:
    """Reads facts of which each may be refused alone.

    Args:
        noted: whether a refusal is noted; others are raised. What is noted becomes no default.
    """

    def __init__(self, noted: Callable[[TablewrightError], bool]) -> None:
        self._noted = noted
        self.unread: dict[str, str] = {}
        """Why, by the name of the fact."""

    def read(self, name: str, read: Callable[[], Value]) -> Value | None:
        """What `read` answers; None where a refusal is noted."""
        try:
            return read()
        except TablewrightError as error:
            if not self._noted(error):
                raise
            self.unread[name] = error.message
            return None


def key_metadata(ask: Ask, key_arn: str) -> Mapping[str, Any]:
    """What KMS says of a key; a key that AWS manages cannot be deleted."""
    try:
        metadata: Mapping[str, Any] = ask("kms", "DescribeKey", KeyId=key_arn)["KeyMetadata"]
    except NotFoundError:
        return {"KeyManager": "CUSTOMER", "KeyState": "DELETED"}
    return metadata


def read_settings(
    ask: Ask,
    description: Mapping[str, Any],
    facts: Facts,
    metadata_of: Callable[[str], Mapping[str, Any]] | None = None,
) -> tuple[Table, list[Mapping[str, Any]] | None]:
    """The table, and all its tags as AWS lists them; None for what is unread.

    Args:
        ask: makes the calls.
        description: `DescribeTable`'s member `Table`.
        facts: notes what is refused, by its name in `Table`.
        metadata_of: what KMS says of the key with an ARN; None asks.
    """
    name = description["TableName"]
    of_key = metadata_of or partial(key_metadata, ask)
    recovery = facts.read("recovery", lambda: _recovery(ask, name))
    time_to_live = facts.read("time_to_live", lambda: _time_to_live(ask, description))
    encryption = facts.read("encryption", lambda: _encryption(of_key, description))
    tags = facts.read("tags", lambda: _tags(ask, description["TableArn"]))
    table = tables.table(
        description,
        recovery=recovery,
        time_to_live=time_to_live,
        encryption=encryption,
        tags=None if tags is None else tables.tags(tags),
    )
    return table, tags


def _recovery(ask: Ask, name: str) -> Recovery | None:
    reply = ask("dynamodb", "DescribeContinuousBackups", TableName=name)
    return RECOVERY.read(reply["ContinuousBackupsDescription"])


def _time_to_live(ask: Ask, description: Mapping[str, Any]) -> TimeToLive | None:
    """Off while the table comes or goes: AWS refuses to say then."""
    if description["TableStatus"] in {"CREATING", "DELETING"}:
        return TIME_TO_LIVE.read({})
    reply = ask("dynamodb", "DescribeTimeToLive", TableName=description["TableName"])
    return TIME_TO_LIVE.read(reply["TimeToLiveDescription"])


def _encryption(
    metadata_of: Callable[[str], Mapping[str, Any]], description: Mapping[str, Any]
) -> Encryption | None:
    """Whose key it is only KMS knows: DynamoDB's reply looks the same for both."""
    key_arn = encryption_key(description)
    metadata = {} if key_arn is None else metadata_of(key_arn)
    return ENCRYPTION.read({**description, "KeyMetadata": metadata})


def _tags(ask: Ask, arn: str) -> list[Mapping[str, Any]]:
    pages: list[Mapping[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        reply = ask("dynamodb", "ListTagsOfResource", ResourceArn=arn, **token)
        pages += reply.get("Tags", ())
        if not reply.get("NextToken"):
            return pages
        token = {"NextToken": reply["NextToken"]}
