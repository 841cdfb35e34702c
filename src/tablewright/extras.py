"""Packages that only some commands need, and what to type where they are not installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from tablewright.errors import ExtraMissingError

Extra = Literal["optimize", "sandbox"]
_PACKAGE = {"optimize": "pyarrow", "sandbox": "tablewright_emulator"}
_WHAT = {"optimize": "what usage and decisions need", "sandbox": "the embedded AWS"}


def is_installed(extra: Extra) -> bool:
    """Whether the packages of an extra of this distribution can be imported."""
    return find_spec(_PACKAGE[extra]) is not None


def require(extra: Extra) -> None:
    """Refuse to go on without the packages of an extra of this distribution.

    Raises:
        ExtraMissingError: they are not installed; the next step is the line to type.
    """
    package = _PACKAGE[extra]
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise  # it is there, and broken
        raise ExtraMissingError(
            f"{_WHAT[extra]} is not installed", f"pip install 'tablewright[{extra}]'"
        ) from error
