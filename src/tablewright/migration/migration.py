"""A migration from step to step: positions in the stream, the copy, what changed since, the check.

The positions are read before the scan begins, so that no change falls between the two; the scan is
consistent. Each step is written down when it is done, and may be done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .checkpoint import Checkpoint
from .comparison import ItemComparison, KeyedTable, compare, scan, settled
from .items import identity, key_of_identity
from .stream import Record, StreamReader, is_full
from .target import NewTable, WritePace
from .writes import Write, copied, record_key, replayed

NEAR_ROUNDS = 2
"""So many rounds in a row in which no shard has a full batch are caught up."""
SETTLING_ROUNDS = 5
"""How often what differs is looked at again while somebody writes."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Tables:
    """Both tables.

    Args:
        old: what is copied.
        new: the table beside it.
        ids: AWS's own of both.
        stream_arn: of the old one's stream.
    """

    old: KeyedTable
    new: KeyedTable
    ids: list[str]
    stream_arn: str


class Migration:
    """Copies a table into one of another key, and follows its changes.

    Args:
        session: of the target; its clients try again what AWS throttles.
        region: of both tables.
        tables: both.
        checkpoint: where an earlier run stands.
        rate: of writes to the new table.
        tell: told of progress.
    """

    def __init__(
        self,
        session: Session,
        region: str,
        tables: Tables,
        checkpoint: Checkpoint,
        rate: WritePace,
        tell: Tell,
    ) -> None:
        self._client = session.client("dynamodb", region)
        self._stream = StreamReader(session.client("dynamodbstreams", region), checkpoint)
        self._tables = tables
        self._tell = tell
        self.checkpoint = checkpoint
        old, new = tables.old.key, tables.new.key
        self._target = NewTable(self._client, tables.new.table, old, new, rate)

    def catch_up(self) -> None:
        """Copy what is not copied yet, then apply what changed, until little is left to read.

        Raises:
            OperationError: the stream has lost what was not read yet, or AWS refused.
        """
        with translated(f"copy {self._tables.old.table} to {self._tables.new.table}"):
            self._position()
            self._copy()
            self._follow()
            self._try_left_out()

    def apply_changes(self) -> None:
        """Apply what changed since, until little is left to read.

        Raises:
            OperationError: the stream has lost what was not read yet, or AWS refused.
        """
        with translated(f"copy {self._tables.old.table} to {self._tables.new.table}"):
            self._follow()

    def compare(self, fraction: float = 1.0) -> ItemComparison:
        """Look at both tables; what differs is looked at again after changes were followed."""
        with translated(f"compare {self._tables.old.table} with {self._tables.new.table}"):
            sides = self._tables.old, self._tables.new
            comparison = compare(self._client, *sides, fraction, self._count("items compared"))
            for _ in range(SETTLING_ROUNDS):
                if comparison.is_equal:
                    break
                self._follow()
                comparison = settled(self._client, *sides, comparison)
            return comparison

    def finish(self) -> None:
        """Write down that this migration is over: its stream is never applied again."""
        self.checkpoint.is_finished = True
        self.checkpoint.save()

    def _position(self) -> None:
        """Read the stream to its end without applying it: the scan will see all of that."""
        if self.checkpoint.is_positioned:
            return
        self._rounds(lambda _: None)
        self.checkpoint.is_positioned = True
        self.checkpoint.save()

    def _copy(self) -> None:
        checkpoint = self.checkpoint
        if checkpoint.is_copied:
            return
        tell = self._count("items copied")
        start = key_of_identity(checkpoint.scanned) if checkpoint.scanned else None
        for page in scan(self._client, self._tables.old.table, start):
            writes = [copied(item, self._tables.new.key) for item in page["Items"]]
            self._apply([[write] for write in writes])
            checkpoint.copied += len(writes)
            last: Mapping[str, Any] | None = page.get("LastEvaluatedKey")
            checkpoint.scanned = identity(last) if last else ""
            checkpoint.is_copied = not last
            checkpoint.save()
            tell(checkpoint.copied)

    def _follow(self) -> None:
        changes = 0
        tell = self._count("changes applied")

        def apply(records: Sequence[Record]) -> None:
            nonlocal changes
            groups: dict[str, list[Write]] = {}
            for record in records:
                name = identity(record_key(record))
                writes = [*replayed(record, self._tables.new.key)]
                groups.setdefault(name, []).extend(writes)
                if not record["dynamodb"].get("NewImage"):
                    self.checkpoint.left_out.pop(name, None)
            self._apply([*groups.values()])
            changes += len(records)
            tell(changes)

        self._rounds(apply)

    def _rounds(self, apply: Callable[[Sequence[Record]], None]) -> None:
        near = 0
        while near < NEAR_ROUNDS:
            is_near = True
            for shard, records in self._stream.batches():
                if records:
                    apply(records)
                self._stream.done(shard, records)
                is_near = is_near and not is_full(records)
            self.checkpoint.save()
            near = near + 1 if is_near else 0

    def _apply(self, groups: Sequence[Sequence[Write]]) -> None:
        for name, reason in self._target.apply(groups).items():
            if reason:
                self.checkpoint.left_out[name] = reason
            else:
                self.checkpoint.left_out.pop(name, None)

    def _try_left_out(self) -> None:
        """Put what could not be put: what had its key may be gone, or the item may have changed."""
        writes: list[list[Write]] = []
        for name in [*self.checkpoint.left_out]:
            key = key_of_identity(name)
            reply = self._client.get_item(
                TableName=self._tables.old.table, Key=key, ConsistentRead=True
            )
            if item := reply.get("Item"):
                writes.append([copied(item, self._tables.new.key)])
            else:
                del self.checkpoint.left_out[name]
        self._apply(writes)
        self.checkpoint.save()

    def _count(self, what: str) -> Callable[[int], None]:
        return lambda number: self._tell(f"{number:,} {what}")
