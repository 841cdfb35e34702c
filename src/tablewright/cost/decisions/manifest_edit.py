"""Putting a decision into the text of a manifest; comments and all else stay. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.manifest.placing import Placement, write_field

from .settings import DIMENSIONS, TableSetting


def with_setting(
    text: str,
    position: int,
    spec: Mapping[str, Any],
    setting: TableSetting,
    placement: Placement,
    environment: Mapping[str, str],
) -> str:
    """A manifest with another setting of one table.

    Args:
        text: of the whole file.
        position: of the table's document in the file.
        spec: of the table, defaults merged.
        setting: what to set.
        placement: for which environment.
        environment: for variables in the document's name.

    Raises:
        InputError: a field cannot be set by itself.
    """
    for path, value in _fields(spec, setting):
        text = write_field(text, position, path, value, spec, placement, environment)
    return text


def _fields(spec: Mapping[str, Any], setting: TableSetting) -> Iterator[tuple[str, Any]]:
    """Paths with the values to set; None for a field to remove."""
    wanted = setting.spec()
    indexes = {part["name"]: part for part in wanted.pop("globalSecondaryIndexes", ())}
    for field in ("billingMode", "tableClass"):
        if field in wanted:
            yield f"spec.{field}", wanted[field]
    yield from _capacity("spec", spec, wanted)
    for declared in spec.get("globalSecondaryIndexes") or ():
        name = declared["name"]
        yield from _capacity(
            f"spec.globalSecondaryIndexes[{name}]", declared, indexes.get(name, {})
        )


def _capacity(
    place: str, declared: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Capacity and scaling of a table or index; what else its scaling declares is kept."""
    if "provisionedThroughput" in wanted:
        yield f"{place}.onDemandThroughput", None
    yield f"{place}.provisionedThroughput", wanted.get("provisionedThroughput")
    scaling = wanted.get("autoScaling")
    if scaling is None:
        yield f"{place}.autoScaling", None
        return
    for side in DIMENSIONS:
        path = f"{place}.autoScaling.{side}"
        if side in scaling and (declared.get("autoScaling") or {}).get(side):
            # What moves the bounds besides would undo them.
            wanted_side = {"schedules": None, **scaling[side]}
            yield from ((f"{path}.{field}", value) for field, value in wanted_side.items())
        else:
            yield path, scaling.get(side)
