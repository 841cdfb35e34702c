"""Ceilings of an on-demand table or index; their steps go with those of the billing mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tablewright.plan.table import OnDemandMaximum

from .facet import Facet, Members, Properties, Reply, block

if TYPE_CHECKING:
    from tablewright.manifest.models import GlobalSecondaryIndex, TableSpec

_NO_CEILING = -1
"""How AWS is told to take a ceiling away (API reference, OnDemandThroughput)."""
_NONE = OnDemandMaximum()


def maximum(value: OnDemandMaximum) -> Members:
    """`OnDemandThroughput`, both sides said, -1 for none."""
    return {
        "MaxReadRequestUnits": value.read or _NO_CEILING,
        "MaxWriteRequestUnits": value.write or _NO_CEILING,
    }


def ceilings(value: OnDemandMaximum) -> Members:
    """`OnDemandThroughput` of something new, where a side without a ceiling is left out."""
    sides = {"MaxReadRequestUnits": value.read, "MaxWriteRequestUnits": value.write}
    return {name: units for name, units in sides.items() if units is not None}


def ceilings_properties(value: OnDemandMaximum) -> Members:
    """The engine's block, both sides said."""
    return {
        "maxReadRequestUnits": value.read or _NO_CEILING,
        "maxWriteRequestUnits": value.write or _NO_CEILING,
    }


def _declare(spec: TableSpec | GlobalSecondaryIndex) -> OnDemandMaximum:
    model = spec.on_demand_throughput
    if model is None:
        return _NONE
    return OnDemandMaximum(model.max_read_request_units, model.max_write_request_units)


def _manifest(value: OnDemandMaximum) -> dict[str, Any]:
    sides = {"maxReadRequestUnits": value.read, "maxWriteRequestUnits": value.write}
    return {name: units for name, units in sides.items() if units is not None}


def _read(description: Reply) -> OnDemandMaximum:
    """-1 and an absent member both mean none."""
    members = description.get("OnDemandThroughput") or {}
    return OnDemandMaximum(
        read=_units(members.get("MaxReadRequestUnits")),
        write=_units(members.get("MaxWriteRequestUnits")),
    )


def _units(units: int | None) -> int | None:
    return None if units is None or int(units) == _NO_CEILING else int(units)


def _parse(given: Properties, live: OnDemandMaximum | None) -> OnDemandMaximum:
    current = live or _NONE
    return OnDemandMaximum(
        _ceiling(given.get("maxReadRequestUnits"), current.read),
        _ceiling(given.get("maxWriteRequestUnits"), current.write),
    )


def _ceiling(given: int | None, live: int | None) -> int | None:
    if given is None:
        return live
    return None if given in (0, _NO_CEILING) else given


def _words(value: OnDemandMaximum) -> str:
    sides = (("reads/s", value.read), ("writes/s", value.write))
    return ", ".join(f"at most {units} {name}" for name, units in sides if units) or "none"


ON_DEMAND_MAXIMUM: Final = Facet[OnDemandMaximum](
    name="on_demand_maximum",
    path="onDemandThroughput",
    fact="on-demand maximum",
    default=_NONE,
    declare=_declare,
    manifest=_manifest,
    # Nothing when there is no ceiling at all, as the SDK's own provider has it.
    engine=block(
        "onDemandThroughput",
        _parse,
        lambda value: {} if value == _NONE else ceilings_properties(value),
    ),
    read=_read,
    words=_words,
)
