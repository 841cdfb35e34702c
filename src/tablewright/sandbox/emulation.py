"""What the sandbox uses of the emulator, a distribution of its own; its errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tablewright.errors import SandboxError
from tablewright.extras import require


@contextmanager
def using_emulator() -> Iterator[None]:
    """Around an import and a use of the emulator.

    Raises:
        ExtraMissingError: it is not installed.
        SandboxError: in place of the emulator's own errors.
    """
    require("sandbox")
    from tablewright_emulator.errors import EmulatorError

    try:
        yield
    except EmulatorError as error:
        raise SandboxError(error.message, error.next_step) from error


def not_kept() -> str:
    """What a data folder does not bring back, as a sentence."""
    with using_emulator():
        from tablewright_emulator.storage import NOT_KEPT

        return NOT_KEPT


def key_at(path: Path) -> bytes:
    """The key in a file that only its user can read; made when there is none.

    Raises:
        SandboxError: it cannot be read or made, or it is no key.
    """
    with using_emulator():
        from tablewright_emulator import seal

        return seal.key_at(path)


def sealed(key: bytes, data: bytes) -> bytes:
    """The data with a format, a version and a seal in front."""
    with using_emulator():
        from tablewright_emulator.seal import Seal

        return Seal(key).closed(data)


def unsealed(key: bytes, data: bytes) -> bytes:
    """The data that `sealed` was given.

    Raises:
        SandboxError: it is something else, of another version, of another key, or damaged.
    """
    with using_emulator():
        from tablewright_emulator.seal import Seal

        _, opened = Seal(key).opened(data, "it")
        return opened
