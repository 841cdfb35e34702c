"""The embedded AWS of a sandbox's process answers the provider beside it without a socket."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from tablewright.aws.in_process import DirectCall, DirectReply, answering

if TYPE_CHECKING:
    from tablewright_emulator.server import Emulator


def answering_here(emulator: Emulator) -> AbstractContextManager[None]:
    """While clients of this process that call a running emulator ask it directly.

    Raises:
        EmulatorError: it is not running.
    """
    from tablewright_emulator.request import HttpRequest  # noqa: PLC0415 - an extra

    def ask(call: DirectCall) -> DirectReply | None:
        reply = emulator.answer(HttpRequest(*call))
        if reply.fate in {"closed", "reset"}:
            return None
        length = len(reply.body)
        came = length // 2 if reply.fate == "half" else length
        headers = {**reply.headers, "Content-Length": str(length)}
        return DirectReply(reply.status, headers, reply.body[:came])

    return answering(emulator.endpoint, ask)
