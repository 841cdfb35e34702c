"""Amazon resource names: their form, and the region they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*)"
    r":(?P<account>\d{12}|aws|):(?P<resource>\S+)"
)


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an ARN; `region` and `account` are empty where a service has none."""

    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn | None:
    """The parts of a well-formed ARN, else None."""
    match = _ARN.fullmatch(text)
    return (
        Arn(match["service"], match["region"], match["account"], match["resource"])
        if match
        else None
    )
