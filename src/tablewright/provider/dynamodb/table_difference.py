"""How a declared table differs from a recorded one: the steps of the plan, by property."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from tablewright.errors import InputError
from tablewright.plan.changes.order import steps, unread_facets
from tablewright.plan.changes.step import Risk, Step
from tablewright.plan.facets import FACETS
from tablewright.plan.scaling import Direction, Side, with_scaled_capacity
from tablewright.plan.table import Table
from tablewright.provider.configuration import Configuration
from tablewright.provider.protocol.unknown import has_unknown
from tablewright.provider.resources.difference import Change
from tablewright.provider.resources.resource import Recorded
from tablewright.provider.resources.tags import wanted_tags

from .properties import table_from_inputs, table_from_outputs
from .replicas import replicas_differ
from .table_rules import wrong_capacity

COLLECTIONS: Final = ("globalSecondaryIndexes", "localSecondaryIndexes")
"""Lists that are empty, not untouched, when a program that gave them gives them no more."""

_PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "tableName": ("name",),
    "partitionKey": ("hashKey",),
    "sortKey": ("rangeKey",),
    "partitionKey.type": ("attributes",),
    "sortKey.type": ("attributes",),
    "billingMode": ("billingMode",),
    "provisionedThroughput": ("readCapacity", "writeCapacity"),
    "globalSecondaryIndexes": ("globalSecondaryIndexes",),
    "localSecondaryIndexes": ("localSecondaryIndexes",),
    **{facet.path: facet.engine.names for facet in FACETS},
}
"""The SDK's properties behind the paths that steps name."""

_READ_APART: Final = {
    facet.name: facet.engine.names[0] for facet in FACETS if not facet.is_described
}
"""Properties of the facets that take calls of their own, so that they can be unreadable."""

_CAPACITY: Final = re.compile(
    r"(?:globalSecondaryIndexes\[(?P<position>\d+|\*|\"\*\")\]\.)?(?P<side>read|write)Capacity"
)

_REPLACING_UNKNOWNS: Final = ("name", "hashKey", "rangeKey", "region")


def table_changes(recorded: Recorded, configuration: Configuration) -> Iterator[Change]:
    """What differs of a table but its tags, without asking AWS."""
    known = table_from_outputs(recorded.outputs)
    declared = replace(declared_table(recorded, known, configuration), tags=None)
    for step in steps(known, declared):
        for path in _paths(step, recorded):
            replaces = step.risk is Risk.REPLACES
            yield Change(path, _kind_of(recorded, path), replaces=replaces)
    yield from _unknown_changes(recorded)
    for facet in unread_facets(known, declared):
        if facet in _READ_APART:
            yield Change(_READ_APART[facet], "update")
    if speaks_of_replicas(recorded) and replicas_differ(recorded.outputs, recorded.news):
        yield Change("replicas", _kind_of(recorded, "replicas"))
    witness = recorded.news.get("globalTableWitness")
    if witness and witness != recorded.outputs.get("globalTableWitness"):
        yield Change("globalTableWitness", "update")  # refused by its step, for the table's sake
    if recorded.news.get("region") != recorded.outputs.get("region"):
        yield Change("region", "update", replaces=True)


def declared_table(recorded: Recorded, live: Table, configuration: Configuration) -> Table:
    """What the program declares, with the live capacity where it is told to ignore that."""
    news = dict(recorded.news)
    for name in COLLECTIONS:
        if news.get(name) is None and recorded.old_inputs.get(name):
            news[name] = []
    news |= _capacity_of_the_mode(recorded, live)
    declared = table_from_inputs(news, live)
    tags = wanted_tags(configuration, recorded.news, recorded.old_inputs, live.tags or {})
    declared = replace(declared, tags=None if has_unknown(tags) else tags)
    return with_scaled_capacity(declared, set(_ignored_capacity(recorded)), live)


def refuse_wrong_capacity(recorded: Recorded) -> None:
    """Refuse a capacity that does not go with the billing mode, unless changes of it are ignored.

    Raises:
        InputError: there is one, or one is missing.
    """
    ignored = {_anywhere(path) for path in recorded.ignored}
    wrong = [
        failure
        for failure in wrong_capacity(recorded.news, is_new=False)
        if not {_anywhere(failure.path), failure.path.partition("[")[0]} & ignored
    ]
    if wrong:
        message = "; ".join(f"{failure.path} {failure.reason}" for failure in wrong)
        raise InputError(message, "declare what goes with the billing mode")


def _anywhere(path: str) -> str:
    """A path without the places in lists that it names."""
    return re.sub(r"\[[^]]*\]", "[*]", path)


def _capacity_of_the_mode(recorded: Recorded, live: Table) -> dict[str, Any]:
    """What an ignored capacity is in another billing mode: none on demand, else the least."""
    mode = recorded.news.get("billingMode")
    ignored = [name for name in ("readCapacity", "writeCapacity") if name in recorded.ignored]
    if mode == "PAY_PER_REQUEST":
        return dict.fromkeys(ignored)
    if mode == "PROVISIONED" and live.throughput is None:
        return {name: recorded.news.get(name) or 1 for name in ignored}
    return {}


def speaks_of_replicas(recorded: Recorded) -> bool:
    """Whether the program has a say about replicas, now or before, and is not told to ignore it."""
    if "replicas" in recorded.ignored or has_unknown(recorded.news.get("replicas")):
        return False
    return recorded.news.get("replicas") is not None or bool(recorded.old_inputs.get("replicas"))


def _ignored_capacity(recorded: Recorded) -> Iterator[Side]:
    """The sides whose capacity is ignored, each by itself: reads may scale where writes do not."""
    names = [
        index.get("name") if isinstance(index, dict) else None
        for index in recorded.news.get("globalSecondaryIndexes") or ()
    ]
    for path in recorded.ignored:
        match = _CAPACITY.fullmatch(path)
        if match is None:
            continue
        direction: Direction = "read" if match["side"] == "read" else "write"
        if match["position"] is None:
            yield Side(None, direction)
        for position, name in enumerate(names):
            if match["position"] in (str(position), "*", '"*"') and isinstance(name, str):
                yield Side(name, direction)


def _paths(step: Step, recorded: Recorded) -> Iterator[str]:
    """The SDK's properties that a step changes."""
    for path in step.properties:
        head = path.partition("[")[0]
        names = _PROPERTIES.get(path) or _PROPERTIES.get(head) or ()
        differing = [name for name in names if _differs(recorded, name)]
        yield from differing or names[:1]


def _differs(recorded: Recorded, name: str) -> bool:
    new = recorded.news.get(name)
    if new is None or name in recorded.ignored:
        return False
    return bool(new != recorded.outputs.get(name))


def _kind_of(recorded: Recorded, name: str) -> Any:
    if recorded.outputs.get(name) in (None, [], {}, ""):
        return "add"
    return "delete" if recorded.news.get(name) in (None, [], {}) else "update"


def _unknown_changes(recorded: Recorded) -> Iterator[Change]:
    for name, value in recorded.news.items():
        if name != "tags" and has_unknown(value):
            replaces = name in _REPLACING_UNKNOWNS
            yield Change(name, _kind_of(recorded, name), replaces=replaces)
