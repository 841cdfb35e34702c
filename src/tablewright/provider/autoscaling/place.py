"""What a scalable target is: a service, a resource of it, and the dimension that scales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tablewright.errors import NotFoundError

SERVICE: Final = "application-autoscaling"
BUSY: Final = ("ConcurrentUpdateException",)
PATIENCE_SECONDS: Final = 15.0
"""How long a target or table that was just made may not be seen by the service."""

_IDENTIFIER: Final = re.compile(
    r"(?P<namespace>[^/]+)/(?P<resource>.+?)/(?P<dimension>[^/:]+:[^/:]+:[^/]+)(?:/(?P<name>.+))?"
)


@dataclass(frozen=True, slots=True)
class ScalablePlace:
    """A scalable target's identity."""

    namespace: str
    resource: str
    dimension: str

    @property
    def members(self) -> dict[str, Any]:
        """How the API names it."""
        return {
            "ServiceNamespace": self.namespace,
            "ResourceId": self.resource,
            "ScalableDimension": self.dimension,
        }

    @property
    def outputs(self) -> dict[str, str]:
        """How the SDK names it."""
        return {
            "serviceNamespace": self.namespace,
            "resourceId": self.resource,
            "scalableDimension": self.dimension,
        }


def place_of(bag: Mapping[str, Any]) -> ScalablePlace:
    """The place that inputs or outputs name."""
    return ScalablePlace(bag["serviceNamespace"], bag["resourceId"], bag["scalableDimension"])


def place_to_read(identifier: str, recorded: Mapping[str, Any]) -> tuple[ScalablePlace, str]:
    """The place and the name of what shall be read: as recorded, else from an import's identifier.

    Raises:
        NotFoundError: the identifier is not `namespace/resource/dimension[/name]`.
    """
    if recorded.get("scalableDimension"):
        return place_of(recorded), str(recorded.get("name", identifier))
    match = _IDENTIFIER.fullmatch(identifier)
    if match is None:
        message = f"{identifier} does not name a scalable target or what belongs to one"
        next_step = "import it as dynamodb/table/NAME/dynamodb:table:ReadCapacityUnits[/POLICY]"
        raise NotFoundError(message, next_step)
    return ScalablePlace(match["namespace"], match["resource"], match["dimension"]), match[
        "name"
    ] or ""
