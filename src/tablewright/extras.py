"""Packages that only some commands need, and what to type where they are not installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

from tablewright.errors import ExtraMissingError

Extra = Literal["optimize", "programs", "sandbox", "spark"]
_PACKAGES = {
    "optimize": ("numpy", "pyarrow"),
    "programs": ("pulumi_aws",),
    "sandbox": ("tablewright_emulator",),
    "spark": ("pyspark", "pandas"),
}
_WHAT = {
    "optimize": "what usage and decisions need",
    "programs": "Pulumi's SDK for AWS, which programs of your own are written with,",
    "sandbox": "the embedded AWS",
    "spark": "Apache Spark",
}


def is_installed(extra: Extra) -> bool:
    """Whether the packages of an extra of this distribution are there."""
    return all(_is_there(package) for package in _PACKAGES[extra])


def require(extra: Extra) -> None:
    """Refuse to go on without the packages of an extra of this distribution.

    Raises:
        ExtraMissingError: they are not installed; the next step is the line to type.
    """
    if not is_installed(extra):
        raise ExtraMissingError(
            f"{_WHAT[extra]} is not installed", f"pip install 'tablewright[{extra}]'"
        )


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
