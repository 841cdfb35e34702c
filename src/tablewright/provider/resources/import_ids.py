"""Where an identifier leads: an ARN and `name@region` name another region. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .resource import ResourceType

_REGION_SUFFIX: Final = re.compile(r"(?P<identifier>.+)@(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d+)")

_REGION_OF_ARN: Final = 3
"""arn:partition:service:REGION:account:resource."""


def located(kind: ResourceType, identifier: str) -> tuple[str, dict[str, str]]:
    """The identifier without its region, and the input that names the region, if it has one."""
    match = _REGION_SUFFIX.fullmatch(identifier) if "region" in kind.shape else None
    if match is None:
        return identifier, {}
    return match["identifier"], {"region": match["region"]}


def region_in(arn: str) -> str | None:
    """The region that an ARN names; None where it names none, and of any other text."""
    parts = arn.split(":")
    is_arn = parts[0] == "arn" and len(parts) > _REGION_OF_ARN
    return (parts[_REGION_OF_ARN] or None) if is_arn else None
