"""Where an import leads: `name@region` names another region than the provider's. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .resource import ResourceType

_REGION_SUFFIX: Final = re.compile(r"(?P<identifier>.+)@(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d+)")


def located(kind: ResourceType, identifier: str) -> tuple[str, dict[str, str]]:
    """The identifier without its region, and the input that names the region, if it has one."""
    match = _REGION_SUFFIX.fullmatch(identifier) if "region" in kind.shape else None
    if match is None:
        return identifier, {}
    return match["identifier"], {"region": match["region"]}
