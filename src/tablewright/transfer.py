"""Whether what came over a connection, or out of a file, is all of it, and how long anybody waits.

An HTTP client that is asked for the next bytes sees the end of a connection as the end of the body.
Half a manifest declares half a stack, half a reply of AWS says that nothing is there: so nothing
that was cut off is ever used.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import BinaryIO, TypeVar

Result = TypeVar("Result")
PIPE_SECONDS = 30.0
"""How long a pipe's writer has until its end."""
LARGEST_FILE_BYTES = 256 * 1024 * 1024
"""No file that a user names has more, packed or not, unless its reader says otherwise."""
_CHUNK = 64 * 1024


class TooLargeError(ValueError):
    """More bytes than anybody takes."""


def read_given(path: Path, largest: int | None = None) -> bytes:
    """All of a file that a user named, of whatever kind it is; nothing is read without an end.

    Raises:
        TimeoutError: a pipe waits for its writer, a terminal for whoever types: not for ever.
        TooLargeError: it has more bytes than `largest`, or LARGEST_FILE_BYTES.
        OSError: it cannot be read.
        ValueError: no file has such a path.
    """
    if stat.S_ISREG(path.stat().st_mode):
        return _read_file(path, largest)
    return within(PIPE_SECONDS, lambda: _read_file(path, largest))


def read_stream(stream: BinaryIO, largest: int | None = None) -> bytes:
    """All of a stream.

    Raises:
        TooLargeError: it has more bytes than `largest`, or LARGEST_FILE_BYTES.
        OSError: it cannot be read.
    """
    limit = LARGEST_FILE_BYTES if largest is None else largest
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"is larger than {limit // (1024 * 1024)} MB")
        chunks.append(chunk)
    return b"".join(chunks)


def why_unread(error: Exception) -> str:
    """Why `read_given` or a decoding failed, in words that follow "cannot be read:"."""
    match error:
        case TooLargeError():
            return f"it {error}"
        case TimeoutError():
            return f"it did not come whole within {PIPE_SECONDS:g} seconds"
        case UnicodeError():
            return "it is not text"
        case OSError():
            return error.strerror or str(error)
    return str(error)


def _read_file(path: Path, largest: int | None) -> bytes:
    with path.open("rb") as file:
        return read_stream(file, largest)


def shortfall(headers: Mapping[str, str], received: int) -> str | None:
    """Why a body of so many bytes may not be all that was sent, in words; None for a whole one.

    Args:
        headers: of the reply; names in any case, if the mapping does not mind.
        received: bytes of the body as they were sent, before any decompression.
    """
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        return None  # whoever reads chunks misses the last one by itself
    length = headers.get("Content-Length", "").strip()
    if not length.isdigit():
        return "its length was not given, so a cut-off download could not be told from a whole one"
    if int(length) != received:
        return f"only {received:,} of {int(length):,} bytes came"
    return None


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` answers, or raises, if it does so in time.

    The whole of it is timed: names, connections and headers as well as bytes. Work that is late is
    left behind in its thread, which ends with the process.

    Raises:
        TimeoutError: it took longer.
    """
    answer: Future[Result] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer.result(seconds)
