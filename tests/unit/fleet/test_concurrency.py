import threading

import pytest

from tablewright.errors import EndpointError, NotFoundError, ThrottledError, UnsupportedError
from tablewright.fleet.concurrency import Progress, map_concurrently
from tablewright.fleet.reading import Unread, try_read


def test_answers_come_in_the_order_of_the_items():
    assert list(map_concurrently([3, 1, 2], lambda n: n * n).items()) == [(3, 9), (1, 1), (2, 4)]


def test_an_item_named_twice_is_read_once():
    read: list[int] = []
    map_concurrently([1, 1], read.append)
    assert read == [1]


def test_nothing_to_read_is_no_work():
    assert map_concurrently([], lambda n: n) == {}


def test_many_are_read_at_once():
    together = threading.Barrier(4, timeout=60)
    waited = map_concurrently(range(4), lambda _: together.wait(), threads=4)
    assert {*waited} == {*range(4)}


def test_progress_counts_to_the_end():
    seen: list[Progress] = []
    map_concurrently("abc", str.upper, seen.append)
    assert [(progress.done, progress.total) for progress in seen] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    assert {progress.what for progress in seen} == {"a", "b", "c"}


def test_the_first_error_ends_it():
    begun: list[int] = []

    def read(number: int) -> None:
        begun.append(number)
        raise EndpointError("nothing answers")

    with pytest.raises(EndpointError):
        map_concurrently(range(1000), read, threads=2)
    assert len(begun) <= 2


def refuse(error: Exception):
    def read() -> None:
        raise error

    return read


def test_a_fact_is_its_value():
    assert try_read(lambda: 5) == 5


def test_what_does_not_exist_is_none():
    assert try_read(refuse(NotFoundError("no such table"))) is None


def test_what_the_endpoint_does_not_have_is_not_there():
    assert try_read(refuse(UnsupportedError("no such operation"))) is None


def test_what_is_refused_is_unread_with_the_reason():
    assert try_read(refuse(ThrottledError("too many", "wait"))) == Unread("too many")


def test_what_nobody_could_read_is_raised():
    with pytest.raises(EndpointError):
        try_read(refuse(EndpointError("nothing answers")))
