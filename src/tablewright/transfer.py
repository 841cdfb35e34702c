"""Whether what came over a connection is all of it, and how long anybody waits for it.

An HTTP client that is asked for the next bytes sees the end of a connection as the end of the body.
Half a manifest declares half a stack, half a reply of AWS says that nothing is there: so nothing
that was cut off is ever used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


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
