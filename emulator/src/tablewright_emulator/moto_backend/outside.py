"""What moto is given from outside while it answers: replies of our services, keys of OpenSSL.

Run again, a call would make the table of its stack a second time, or draw another RSA key. So what
it was given is kept with the call, and given again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tablewright_emulator.request import AwsFault

_Value = TypeVar("_Value")
VALUE, DRAWN, FAULT = "value", "drawn", "fault"
Outcome = list[Any]
"""`[VALUE or DRAWN, it]`, or `[FAULT, code, message, status, fields]`."""


@dataclass
class _Answering:
    """One call that moto answers.

    Args:
        again: whether it is run again.
        outcomes: what it was given so far; run again, what it is given from here on.
    """

    again: bool
    outcomes: list[Outcome] = field(default_factory=list)


_answering: ContextVar[_Answering | None] = ContextVar("answering", default=None)
_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def _held(variable: ContextVar[_Value], value: _Value) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


@contextmanager
def noting() -> Iterator[list[Outcome]]:
    """While moto answers a call: what it is given."""
    answering = _Answering(again=False)
    with _held(_answering, answering):
        yield answering.outcomes


def giving(outcomes: list[Outcome]) -> AbstractContextManager[None]:
    """While moto answers a call again: it is given what it was given before."""
    return _held(_answering, _Answering(again=True, outcomes=list(outcomes)))


def unnoted() -> AbstractContextManager[None]:
    """While moto is given what makes no difference."""
    return _held(_answering, None)


def silence() -> AbstractContextManager[None]:
    """While requests of a journal are run again, which must not be seen outside either."""
    return _held(_silent, value=True)


def is_again() -> bool:
    """Whether a call is run again, which must not be seen outside."""
    answering = _answering.get()
    return _silent.get() or (answering is not None and answering.again)


def obtained(ask: Callable[[], Any]) -> Any:
    """What `ask` gives; when the call is run again, what it gave then.

    Raises:
        AwsFault: what `ask` raised.
    """
    answering = _answering.get()
    if answering is None:
        return ask()
    if not answering.again:
        return _noted(ask, answering.outcomes)
    if not answering.outcomes:
        raise AwsFault("InternalFailure", "it asks for more than it did the first time", 500)
    kind, *details = answering.outcomes.pop(0)
    if kind == FAULT:
        raise AwsFault(*details)
    return details[0]


def drawn(make: Callable[[], Any]) -> Any:
    """What `make` makes, which no seed leads to; when the call is run again, what it made then."""
    answering = _answering.get()
    if answering is None or answering.again:
        return obtained(make)
    answering.outcomes.append([DRAWN, make()])
    return answering.outcomes[-1][1]


def _noted(ask: Callable[[], Any], outcomes: list[Outcome]) -> Any:
    try:
        value = ask()
    except AwsFault as fault:
        outcomes.append([FAULT, fault.code, fault.message, fault.status, fault.fields])
        raise
    outcomes.append([VALUE, value])
    return value
