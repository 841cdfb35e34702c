"""The journal: records appended one after the other, each sealed together with all before it.

A file is a line with format and schema, then records: `length, check of the length, MAC, payload`.
The MAC is over the one before and the payload, so a record that was changed, moved or left out is
noticed at that place. The check of the length tells a record that a kill cut off at the end, which
nobody was answered for, from one that is damaged.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tablewright_emulator.schema import SCHEMA
from tablewright_emulator.seal import FORMAT, Seal, format_of, schema_of

_LENGTH = struct.Struct(">I")
_LENGTH_AND_CHECK = struct.Struct(">II")
_MAC_BYTES = 16
_HEAD_BYTES = _LENGTH_AND_CHECK.size + _MAC_BYTES


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two records, to go back to."""

    size: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What a journal holds.

    Args:
        records: whole records, in their order.
        end: where they end.
        damaged: what follows and cannot be read; empty when a kill cut off the last record.
        schema: that the records are of.
    """

    records: tuple[bytes, ...]
    end: Mark
    damaged: bytes
    schema: int = SCHEMA


class Journal:
    """A journal in a file that is held open.

    Args:
        path: of the file; made when it is not there.
        seal: under whose key its records are.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, seal: Seal) -> None:
        self.path = path
        self._seal = seal
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.file: BinaryIO = os.fdopen(descriptor, "ab", buffering=0)
        self._start = seal.mac(FORMAT)[:_MAC_BYTES]
        self._chain = self._start

    @property
    def mark(self) -> Mark:
        """Where the next record goes."""
        return Mark(os.fstat(self.file.fileno()).st_size, self._chain)

    def read(self) -> Contents:
        """All that is in it.

        Raises:
            EmulatorError: it is of another format, or of a later schema.
        """
        data = self.path.read_bytes()
        contents = self._contents(data, SCHEMA)
        if contents.records or FORMAT.startswith(data[: len(FORMAT)]):
            return contents
        return self._contents(data, schema_of(data, f"The journal {self.path}"))

    def _contents(self, data: bytes, schema: int) -> Contents:
        head = format_of(schema)
        records = []
        end = Mark(len(head), self._seal.mac(head)[:_MAC_BYTES])
        while (record := self._record(data, end)) is not None:
            payload, end = record
            records.append(payload)
        if not records:
            end = Mark(0, self._start)
        torn = is_cut_off(data[end.size :] if records else data[len(head) :])
        return Contents(tuple(records), end, b"" if torn else data[end.size :], schema)

    def begin(self, first: bytes) -> None:
        """Begin again with one record, in place of all there is.

        Raises:
            OSError: it cannot be written; the journal is empty then.
        """
        self.back_to(Mark(0, self._start))
        self._append(first, FORMAT)

    def append(self, payload: bytes) -> Mark:
        """Add a record whole, or nothing of it; answers where it began.

        Raises:
            OSError: it cannot be written.
        """
        return self._append(payload)

    def _append(self, payload: bytes, before_it: bytes = b"") -> Mark:
        before = self.mark
        chain = self._mac(self._chain, payload)
        length = _LENGTH.pack(len(payload))
        head = _LENGTH_AND_CHECK.pack(len(payload), zlib.crc32(length)) + chain
        try:
            self._write(before_it + head + payload)
        except OSError:
            self.back_to(before)
            raise
        self._chain = chain
        return before

    def back_to(self, mark: Mark) -> None:
        """Drop what follows a mark."""
        os.ftruncate(self.file.fileno(), mark.size)
        self._chain = mark.chain

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self.file.write(rest) :]

    def _record(self, data: bytes, at: Mark) -> tuple[bytes, Mark] | None:
        """The record at a place and where it ends; None when there is no whole one."""
        head = data[at.size : at.size + _HEAD_BYTES]
        if len(head) < _HEAD_BYTES:
            return None
        length, check = _LENGTH_AND_CHECK.unpack_from(head)
        start = at.size + _HEAD_BYTES
        if zlib.crc32(_LENGTH.pack(length)) != check or start + length > len(data):
            return None
        payload = data[start : start + length]
        chain = self._mac(at.chain, payload)
        if head[_LENGTH_AND_CHECK.size :] != chain:
            return None
        return payload, Mark(start + length, chain)

    def _mac(self, before: bytes, payload: bytes) -> bytes:
        return self._seal.mac(before, payload)[:_MAC_BYTES]


def is_cut_off(rest: bytes) -> bool:
    """Whether what follows the last whole record is the beginning of one and nothing more."""
    if len(rest) < _HEAD_BYTES:
        return True
    length, check = _LENGTH_AND_CHECK.unpack_from(rest)
    is_whole: bool = len(rest) >= _HEAD_BYTES + length
    return zlib.crc32(_LENGTH.pack(length)) == check and not is_whole
