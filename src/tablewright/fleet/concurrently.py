"""Many reads at once, in a bounded number of threads, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

THREADS = 16

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Progress:
    """So many of so many are read; `what` is the one read last."""

    done: int
    total: int
    what: str


Watch = Callable[[Progress], None]


def unwatched(_: Progress) -> None:
    """Nobody wants to know."""


def each(
    items: Iterable[Item],
    read: Callable[[Item], Answer],
    progress: Watch = unwatched,
    threads: int = THREADS,
    label: Callable[[Item], str] = str,
) -> dict[Item, Answer]:
    """`read` of every item, in the order of the items.

    The first error ends it: what has not begun is not begun, and the error is raised. `progress`
    is called in the calling thread, with what `label` makes of the item.
    """
    every = list(dict.fromkeys(items))
    if not every:
        return {}
    with ThreadPoolExecutor(min(threads, len(every))) as pool:
        futures = {pool.submit(read, item): item for item in every}
        try:
            answers = _gather(futures, progress, label)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return {item: answers[item] for item in every}


def _gather(
    futures: dict[Future[Answer], Item], progress: Watch, label: Callable[[Item], str]
) -> dict[Item, Answer]:
    answers: dict[Item, Answer] = {}
    waiting: set[Future[Answer]] = set(futures)
    while waiting:
        # A timeout keeps the calling thread open to Ctrl-C on every platform.
        done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
        for future in done:
            answers[futures[future]] = future.result()
            progress(Progress(len(answers), len(futures), label(futures[future])))
    return answers
