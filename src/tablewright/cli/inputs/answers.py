"""What a command reads of each of its stacks, of several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from tablewright.fleet.concurrency import map_concurrently

from .accounts import counted
from .manifests import StackInput

Answer = TypeVar("Answer")
STACKS_AT_ONCE = 8
"""Of each, up to `fleet.concurrency.THREADS` things are read at once; a rate is kept by each."""


class Answers(Generic[Answer]):
    """Reads all stacks at the first question, the first of them before the others.

    The first one starts what all need, such as a sandbox. An error is raised when its stack is
    asked about.

    Args:
        stacks: of the command.
        read: reads one of them.
        at_once: whether several may be read at once; else each is when it is asked about.
    """

    def __init__(
        self, stacks: Sequence[StackInput], read: Callable[[StackInput], Answer], *, at_once: bool
    ) -> None:
        self._stacks, self._read = stacks, read
        self._at_once = at_once and len(stacks) > 1
        self._answers: dict[int, Answer | Exception] = {}

    def of(self, stack: StackInput) -> Answer:
        """What was read of one of the stacks."""
        if not self._at_once:
            return self._read(stack)
        if not self._answers:
            self._read_all()
        answer = self._answers[id(stack)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _read_all(self) -> None:
        by_id = {id(stack): stack for stack in self._stacks}

        def attempt(key: int) -> Answer | Exception:
            try:
                return self._read(by_id[key])
            except Exception as error:  # noqa: BLE001 - it is raised where its stack is asked about
                return error

        first, *others = by_id
        self._answers[first] = attempt(first)
        with counted("reading") as progress:
            self._answers |= map_concurrently(
                others,
                attempt,
                progress,
                threads=STACKS_AT_ONCE,
                label=lambda key: by_id[key].option,
            )
