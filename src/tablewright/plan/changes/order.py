"""What takes a live table to the declared one: the calls, in the order in which they will be made.

    >>> from tablewright.plan.table import Key, Stream, Table
    >>> live = Table("events", Key(("id",)), {"id": "S"}, stream=Stream(None))
    >>> declared = Table("events", Key(("id",)), {"id": "S"}, stream=Stream("NEW_IMAGE"))
    >>> [step.title for step in steps(live, declared)]
    ['Switch the stream on with NEW_IMAGE']

Each step is one call with one kind of change, because DynamoDB refuses mixtures, and what must hold
before the next. What guards data comes first (deletion protection, recovery, an end of expiry) and
what gives data up comes last; between them the quick comes before the slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import chain

from tablewright.plan.facets import SETTINGS, WARM_THROUGHPUT
from tablewright.plan.table import Table

from .capacity import (
    capacity_decreases,
    capacity_raises,
    on_demand_maxima,
    switch_to_on_demand,
    switch_to_provisioned,
    warm_raises,
)
from .creation import is_on_demand, steps_to_create
from .indexes import index_steps
from .replacement import replacements
from .step import Step
from .tags import tag_steps

__all__ = ["is_on_demand", "steps", "steps_to_create", "unread_facets"]

_UNREPORTED = ("throughput", WARM_THROUGHPUT.name)
"""What AWS does not tell of every table: one on demand has no throughput."""


def steps(live: Table, declared: Table) -> tuple[Step, ...]:
    """The calls that bring `live` to `declared`; none when there is nothing to do.

    A facet that is not declared stays as it is. A facet that could not be read is left out as well:
    `unread_facets` names it, and who acts on the steps must not act on half of the truth.

    When only a new table could be as declared, there are only steps that say why (`REPLACES`).
    """
    only_anew = tuple(replacements(live, declared))
    if only_anew:
        return only_anew
    on_demand = live.billing_mode == "PAY_PER_REQUEST"
    to_on_demand = tuple(switch_to_on_demand(live, declared))
    return tuple(
        chain(
            _guards(live, declared),
            tag_steps(live, declared),
            _changes(live, declared),
            capacity_raises(live, declared),
            to_on_demand,
            on_demand_maxima(live, declared),
            warm_raises(live, declared),
            index_steps(live, declared, on_demand=on_demand or bool(to_on_demand)),
            switch_to_provisioned(live, declared),
            capacity_decreases(live, declared),
            _releases(live, declared),
        )
    )


def _guards(live: Table, declared: Table) -> Iterator[Step]:
    for facet in SETTINGS:
        yield from facet.steps(facet.guard, live, declared)


def _changes(live: Table, declared: Table) -> Iterator[Step]:
    for facet in SETTINGS:
        yield from facet.steps(facet.change, live, declared)


def _releases(live: Table, declared: Table) -> Iterator[Step]:
    for facet in reversed(SETTINGS):
        yield from facet.steps(facet.release, live, declared)


def unread_facets(live: Table, declared: Table) -> tuple[str, ...]:
    """Facets that are declared but could not be read, so that nothing can be said about them."""
    names = (field.name for field in fields(Table) if field.name not in _UNREPORTED)
    return tuple(
        name
        for name in names
        if getattr(declared, name) is not None and getattr(live, name) is None
    )
