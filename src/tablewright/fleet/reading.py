"""A fact about the live account has three values: what it is, that it is absent, or unread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tablewright.aws.reading import HOPELESS
from tablewright.errors import AwsError, NotFoundError, UnsupportedError

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Unread:
    """It could not be read, so nothing can be said about it; `reason` is why."""

    reason: str


def try_read(read: Callable[[], Value]) -> Value | Unread | None:
    """What `read` answers, None where AWS says that there is no such thing, or `Unread`.

    An endpoint that does not have the operation (a region without the feature, a sandbox) does not
    have the thing either.

    Raises:
        CredentialsError, EndpointError, WrongTargetError: nothing else could be read either.
    """
    try:
        return read()
    except (NotFoundError, UnsupportedError):
        return None
    except HOPELESS:
        raise
    except AwsError as error:
        return Unread(error.message)
