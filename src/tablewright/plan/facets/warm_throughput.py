"""What a table or an index serves at once; its steps go with those of the capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tablewright.plan.table import Throughput

from .facet import Facet, Members, Properties, Reply, block

if TYPE_CHECKING:
    from tablewright.manifest.models import GlobalSecondaryIndex, TableSpec

_ON_DEMAND_WARMTH = Throughput(12_000, 4_000)
"""What anything new on demand serves at once by itself (Developer Guide, warm throughput)."""


def warm(value: Throughput) -> Members:
    """`WarmThroughput`."""
    return {"ReadUnitsPerSecond": value.read, "WriteUnitsPerSecond": value.write}


def warm_from_the_start(value: Throughput | None, provisioned: Throughput | None) -> Members:
    """`WarmThroughput` of something new: nothing where it is as warm by itself.

    AWS refuses to begin below what the capacity (None: on demand) gives anyway.
    """
    floor = provisioned or _ON_DEMAND_WARMTH
    if value is None or (value.read <= floor.read and value.write <= floor.write):
        return {}
    above = Throughput(max(value.read, floor.read), max(value.write, floor.write))
    return {"WarmThroughput": warm(above)}


def _declare(spec: TableSpec | GlobalSecondaryIndex) -> Throughput | None:
    model = spec.warm_throughput
    if model is None:
        return None
    return Throughput(model.read_units_per_second, model.write_units_per_second)


def _read(description: Reply) -> Throughput | None:
    """None where AWS does not report it.

    Global tables of version 2017.11.29, and an index that is being built, have none.
    """
    members = description.get("WarmThroughput") or {}
    read, write = members.get("ReadUnitsPerSecond"), members.get("WriteUnitsPerSecond")
    return None if read is None or write is None else Throughput(int(read), int(write))


def _parse(given: Properties, live: Throughput | None) -> Throughput | None:
    if not given:
        return None
    read = given.get("readUnitsPerSecond") or (live.read if live else None)
    write = given.get("writeUnitsPerSecond") or (live.write if live else None)
    return Throughput(read, write) if read and write else None


def _render(value: Throughput) -> dict[str, Any]:
    return {"readUnitsPerSecond": value.read, "writeUnitsPerSecond": value.write}


WARM_THROUGHPUT: Final = Facet[Throughput](
    name="warm_throughput",
    path="warmThroughput",
    fact="warm throughput",
    default=None,
    declare=_declare,
    manifest=_render,
    engine=block("warmThroughput", _parse, _render),
    read=_read,
    words=lambda value: f"{value.read} reads/s, {value.write} writes/s",
)
