"""What somebody has added to a table by hand, and no preview has shown: an update leaves it. Pure.

A preview compares what is recorded with what is declared. An index, a replica or a tag that is live
and in neither of the two would go with a change of something else, unseen. So it stays, until a
look at what is live has recorded it (`resources.parts`, ADR 0049).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tablewright.errors import RefusedError
from tablewright.plan.table import Table
from tablewright.provider.resources.resource import READ_FIRST
from tablewright.provider.resources.tags import unrecorded_tags


def with_unrecorded(declared: Table, live: Table, recorded: Mapping[str, Any]) -> Table:
    """A declared table with the indexes and tags that are live and not recorded.

    Args:
        declared: what is wanted.
        live: the table as it is.
        recorded: its outputs on record.

    Raises:
        RefusedError: the billing mode changes, and with it what such an index costs.
    """
    if declared.tags is not None and live.tags is not None:
        strange = unrecorded_tags(live.tags, recorded)
        declared = replace(declared, tags={**strange, **declared.tags})
    if declared.global_indexes is None or "globalSecondaryIndexes" not in recorded:
        return declared
    names = {index.name for index in declared.global_indexes}
    names |= {index["name"] for index in recorded["globalSecondaryIndexes"] or ()}
    strays = tuple(index for index in live.global_indexes or () if index.name not in names)
    if not strays:
        return declared
    if declared.billing_mode not in (None, live.billing_mode):
        listed = ", ".join(index.name for index in strays)
        message = (
            f"table {live.name} has the index {listed}, which is not recorded, and another billing "
            "mode changes its capacity as well"
        )
        raise RefusedError(message, READ_FIRST)
    keys = {name for index in strays for name in index.key.names}
    attributes = {name: type_ for name, type_ in live.attributes.items() if name in keys}
    return replace(
        declared,
        global_indexes=(*declared.global_indexes, *strays),
        attributes={**attributes, **declared.attributes},
    )


def recorded_regions(recorded: Mapping[str, Any], inputs: Mapping[str, Any]) -> frozenset[str]:
    """Regions whose replicas are recorded or declared."""
    listed = (*(recorded.get("replicas") or ()), *(inputs.get("replicas") or ()))
    return frozenset(replica["regionName"] for replica in listed)
