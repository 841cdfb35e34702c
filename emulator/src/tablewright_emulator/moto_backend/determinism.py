"""What moto takes from the operating system, and a request that is run again has to get again.

moto draws most of its ids from a generator of its own, which is seeded, and asks our clock for most
times. The modules named here go past both: to `os.urandom` for the material of keys and the ids of
uploads, to `time.time` for dates. Run again, they would give other ones, and what was encrypted or
begun with the first would be lost.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

_RANDOM = ("moto.kms.utils", "moto.s3.models", "moto.sts.utils")
_TIMED = ("moto.secretsmanager.models",)


class _Instead:
    """A module of the standard library with one function replaced."""

    def __init__(self, module: Any, name: str, function: Callable[..., Any]) -> None:
        self._module = module
        setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def install(now: Callable[[], float]) -> None:
    """Let the modules that are loaded draw from moto's generator, and live in our time.

    Args:
        now: seconds since the epoch by our clock.
    """
    draw_from_moto()
    for name in _TIMED:
        _replace(name, "time", lambda: _Instead(time, "time", now))


def draw_from_moto() -> None:
    """Let the modules that are loaded draw from moto's generator, which is seeded."""
    for name in _RANDOM:
        _replace(name, "os", lambda: _Instead(os, "urandom", _random_bytes))


def _replace(module_name: str, name: str, instead: Callable[[], _Instead]) -> None:
    module = sys.modules.get(module_name)
    if module is not None and not isinstance(getattr(module, name), _Instead):
        setattr(module, name, instead())


def _random_bytes(size: int) -> bytes:
    from moto.moto_api._internal import mock_random  # noqa: PLC0415 - moto is loaded when needed

    data: bytes = mock_random.randbytes(size)
    return data
