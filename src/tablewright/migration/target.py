"""Writes to the new table: by condition, in parallel, and no faster than asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from tablewright.aws.failures import code_of

from .items import Item, KeySchema, identity
from .writes import Lack, Put, Remove, Write

WORKERS = 16
_COLLISION = "another item has its key"


@dataclass
class WritePace:
    """Spreads write units over time.

    Args:
        units: a second; 0 for as fast as AWS takes them.
    """

    units: float
    _free_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def spend(self, consumed: float) -> None:
        """Wait until what was consumed fits the rate."""
        if not self.units:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now) + consumed / self.units
            pause = self._free_at - now
        time.sleep(pause)


@dataclass
class NewTable:
    """The new table.

    Args:
        client: of `dynamodb`, which tries again what AWS throttles.
        table: its name.
        old: the key schema of the old table.
        new: its own.
        rate: of its writes.
    """

    client: Any
    table: str
    old: KeySchema
    new: KeySchema
    rate: WritePace

    def apply(self, groups: Sequence[Sequence[Write]]) -> dict[str, str]:
        """Do writes; those of one group in their order.

        Returns:
            By the identity of its old key, why an item is not in the new table, empty if it is, or
            is gone from both.
        """
        with ThreadPoolExecutor(WORKERS) as pool:
            outcomes = pool.map(self._apply_group, groups)
            return {name: reason for outcome in outcomes for name, reason in outcome.items()}

    def _apply_group(self, writes: Sequence[Write]) -> dict[str, str]:
        return {identity(self.old.of(write.item)): self._apply(write) for write in writes}

    def _apply(self, write: Write) -> str:
        match write:
            case Lack(reason=reason):
                return reason
            case Put(item=item):
                return self._send(self.client.put_item, item, Item=dict(item))
            case Remove(item=item):
                self._send(self.client.delete_item, item, Key=self.new.of(item))
                return ""

    def _send(self, call: Any, item: Item, **members: Any) -> str:
        """Write where there is nothing, or a former state of the same item; why not, else."""
        names = {f"#{place}": name for place, name in enumerate(self.old.attributes)}
        values = {f":{place}": item[name] for place, name in enumerate(self.old.attributes)}
        is_own = " AND ".join(f"#{place} = :{place}" for place in range(len(names)))
        partition = next(iter(self.new.attributes))
        try:
            reply = call(
                TableName=self.table,
                ConditionExpression=f"attribute_not_exists(#key) OR ({is_own})",
                ExpressionAttributeNames={**names, "#key": partition},
                ExpressionAttributeValues=values,
                ReturnConsumedCapacity="TOTAL",
                **members,
            )
        except ClientError as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return _COLLISION
            if code_of(error) == "ValidationException":
                return f"AWS refuses it: {error.response['Error'].get('Message', '')}"
            raise
        self.rate.spend(reply.get("ConsumedCapacity", {}).get("CapacityUnits", 1.0))
        return ""
