"""Inputs that a check fills in where the program leaves them out: the name and the region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from tablewright.provider.configuration import Configuration
from tablewright.provider.resources.naming import NameRequest, name_of
from tablewright.provider.resources.resource import ResourceType
from tablewright.provider.resources.shape import InputFailure
from tablewright.pulumi_values import urn_name

_NAMING_MODES: Final[tuple[Literal["propose", "enforce", "disable"], ...]] = (
    "propose",
    "enforce",
    "disable",
)


def fill_name(
    kind: ResourceType, inputs: dict[str, Any], olds: Mapping[str, Any], request: Any
) -> list[InputFailure]:
    """Give a resource its name; answers what is wrong with that.

    Args:
        kind: its type.
        inputs: as the program gives them; the name is added.
        olds: the inputs on record, whose name is kept.
        request: of the engine, which may propose one.
    """
    if kind.naming is None or inputs.get(kind.naming.property) is not None:
        return []
    wish = NameRequest(
        logical_name=urn_name(request.urn),
        seed=request.randomSeed,
        proposed=request.autonaming.proposed_name,
        mode=_NAMING_MODES[request.autonaming.mode],
    )
    name = name_of(kind.naming, inputs, olds, wish)
    if isinstance(name, InputFailure):
        return [name]
    inputs[kind.naming.property] = name
    return []


def fill_region(
    kind: ResourceType, inputs: dict[str, Any], configuration: Configuration
) -> list[InputFailure]:
    """Give a resource the region of its provider."""
    if "region" not in kind.shape or inputs.get("region") is not None:
        return []
    if configuration.region is None:
        return [InputFailure("region", "is not known: set aws:region, or AWS_REGION")]
    inputs["region"] = configuration.region
    return []
