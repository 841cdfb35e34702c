"""How far a migration has come, in a file that is written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tablewright.errors import InputError
from tablewright.files import write_whole

VERSION = 1


@dataclass
class Checkpoint:
    """The state of a migration; what it says is done is done, and more may be.

    Args:
        path: of the file.
        tables: AWS's ids of both tables: another table of the same name begins again.
        stream_arn: of the old table's stream.
        positions: by shard, the sequence number after which to read on; empty: from its beginning.
        ended: shards that are closed and read to their end.
        is_positioned: the positions are known, so that the copy may begin.
        scanned: the key after which the scan goes on.
        is_copied: the scan is done.
        copied: items that the scan has put.
        left_out: by the identity of an item's old key, why it is not in the new table.
        is_finished: the user has said that nothing writes to the old table any more, and all was
            the same.
    """

    path: Path
    tables: list[str]
    stream_arn: str = ""
    positions: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    is_positioned: bool = False
    scanned: str = ""
    is_copied: bool = False
    copied: int = 0
    left_out: dict[str, str] = field(default_factory=dict)
    is_finished: bool = False

    @classmethod
    def at(cls, path: Path, tables: list[str], stream_arn: str) -> Checkpoint:
        """What an earlier run of the same tables has left, or a new one.

        Raises:
            InputError: the file is there and cannot be read.
        """
        try:
            document = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls(path, tables, stream_arn)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path} cannot be read: {error}", "move it away to copy from the beginning"
            ) from error
        same = (document.get("version"), document.get("tables")) == (VERSION, tables)
        if not same or document.get("stream_arn") != stream_arn:
            return cls(path, tables, stream_arn)
        fields: dict[str, Any] = {
            name: value for name, value in document.items() if name != "version"
        }
        return cls(path, **fields)

    def save(self) -> None:
        """Write it down."""
        document = {name: value for name, value in asdict(self).items() if name != "path"}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"version": VERSION, **document})
        write_whole(self.path, text.encode(), private=True)
