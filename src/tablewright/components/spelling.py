"""Names of properties: Python's spelling, and the engine's."""

from __future__ import annotations


def camel(name: str) -> str:
    """`stream_arn` as `streamArn`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
