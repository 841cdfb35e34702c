"""Many reads at once, in a bounded number of threads, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar, cast

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


def map_concurrently(
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
    errors: list[BaseException] = []

    def attempt(item: Item) -> Answer | None:
        if errors:
            return None
        try:
            return read(item)
        except BaseException as error:
            errors.append(error)
            raise

    answers: dict[Item, Answer] = {}
    with ThreadPoolExecutor(min(threads, len(every))) as pool:
        futures = {pool.submit(attempt, item): item for item in every}
        try:
            for item, answer in _completed(futures, errors):
                answers[item] = cast("Answer", answer)
                progress(Progress(len(answers), len(every), label(item)))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return {item: answers[item] for item in every}


def _completed(
    futures: dict[Future[Answer | None], Item], errors: list[BaseException]
) -> Iterator[tuple[Item, Answer | None]]:
    waiting = set(futures)
    while waiting:
        # A timeout keeps the calling thread open to Ctrl-C on every platform.
        done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_EXCEPTION)
        if errors:
            raise errors[0]
        for future in done:
            yield futures[future], future.result()
