"""A seal on everything that is kept: what another key made, or what was damaged, is not opened.

A state is JSON and runs nothing when it is opened. But it is a list of calls that are carried out
again, and beside it lie the stacks of the engine; so what somebody else wrote is not taken over by
accident. Format and schema are looked at first, then the HMAC-SHA256, and only then the contents.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path

from tablewright_emulator import __version__
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.schema import SCHEMA

FAMILY = b"tablewright-emulator-"
_PRESENT = FAMILY + b"4/"
_SCHEMA = re.compile(re.escape(_PRESENT) + rb"([1-9][0-9]{0,5})\n")
FORMAT = _PRESENT + f"{SCHEMA}\n".encode()
KEY_BYTES = 32
_LONGEST_FORMAT = 80
_MAC_BYTES = hashlib.sha256().digest_size


class Seal:
    """Seals under one key.

    Args:
        key: of the one who writes and reads; kept apart from what is sealed.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mac(self, *parts: bytes) -> bytes:
        """The MAC of some bytes that follow each other."""
        digest = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in parts:
            digest.update(part)
        return digest.digest()

    def closed(self, data: bytes) -> bytes:
        """The data with a format, a version and a seal in front."""
        return FORMAT + self.mac(FORMAT, data) + data

    def opened(self, sealed: bytes, what: str) -> tuple[int, bytes]:
        """The data that `closed` was given, and the schema it is of.

        Args:
            sealed: what `closed` gave.
            what: how it is called in an error: `the snapshot x.bin`.

        Raises:
            EmulatorError: it is something else, of another version, of another key, or damaged.
        """
        schema = schema_of(sealed, what)
        head = format_of(schema)
        start = len(head) + _MAC_BYTES
        data = sealed[start:]
        if not hmac.compare_digest(sealed[len(head) : start], self.mac(head, data)):
            raise EmulatorError(
                f"{what} is damaged, or was written with the key of somebody else.",
                "Take an undamaged copy, written by the same user on the same machine.",
            )
        return schema, data


def format_of(schema: int) -> bytes:
    """With what everything of a schema begins."""
    return _PRESENT + f"{schema}\n".encode()


def schema_of(data: bytes, what: str) -> int:
    """The schema that something kept is of: this one, or an older one.

    Raises:
        EmulatorError: it is of another format, or of a later schema.
    """
    match = _SCHEMA.match(data)
    if match is not None and int(match[1]) <= SCHEMA:
        return int(match[1])
    if match is not None:
        raise EmulatorError(
            f"{what} was written by a later version; this one is {__version__}.",
            "Upgrade tablewright for it, or start with another data directory.",
        )
    if not data.startswith(FAMILY) or data.startswith(_PRESENT):
        raise EmulatorError(
            f"{what} is damaged, or was not written by this version, {__version__}.",
            "Take an undamaged copy, or start with another data directory.",
        )
    version = data[len(FAMILY) : _LONGEST_FORMAT].split(b"\n")[0].decode("ascii", "replace")
    written = version.partition("/")[2] or version
    raise EmulatorError(
        f"{what} was written by version {written}, in a form that could run code when it was "
        f"opened; this version, {__version__}, does not open it.",
        f"Start with another data directory, or install tablewright {written} for this one.",
    )


def key_at(path: Path) -> bytes:
    """The key in a file that only its user can read; made when there is none.

    Raises:
        EmulatorError: it cannot be read or made, or it is no key.
    """
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise EmulatorError(
            f"The key {path} cannot be used: {error.strerror or error}.",
            "Let its folder be yours to write.",
        ) from error
    if len(key) != KEY_BYTES:
        raise EmulatorError(
            f"{path} is no key: it has {len(key)} bytes instead of {KEY_BYTES}.",
            "Put it back from a copy; or remove it, and what it sealed cannot be opened any more.",
        )
    return key


def _make_key(path: Path) -> None:
    """Make a key whole or not at all; of two who make it at once the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
        if not path.exists():
            os.link(draft, path)
    except FileExistsError:
        pass  # another was first
    finally:
        draft.unlink(missing_ok=True)
