"""How large a source may be, how long it may take, and what is said of one that is neither."""

from __future__ import annotations

from typing import Final

from tablewright.errors import Problem
from tablewright.transfer import PIPE_SECONDS

LARGEST_SOURCE_BYTES: Final = 16 * 1024 * 1024
TRANSFER_SECONDS: Final = PIPE_SECONDS
"""For the whole of it: finding the host, connecting, waiting for headers, and every byte."""
DOWNLOAD: Final = "try again, or download it and name the file"


def too_large(name: str) -> Problem:
    """What is wrong with a source that is not a manifest for its size alone."""
    limit = LARGEST_SOURCE_BYTES // (1024 * 1024)
    return Problem(f"is larger than {limit} MB", "split it; no manifest needs that", name)


def too_slow(name: str) -> Problem:
    """What is wrong with a source that did not come in time."""
    return Problem(f"did not come whole within {TRANSFER_SECONDS:g} seconds", DOWNLOAD, name)


def reason_of(error: object) -> str:
    """The cause in the system's own words, without a class name or an error number."""
    text = getattr(error, "strerror", None) or str(error)
    if text[1:2].isupper():  # an abbreviation
        return text
    return text[:1].lower() + text[1:] if text else "unknown cause"
