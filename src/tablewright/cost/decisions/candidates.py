"""What is weighed for a table besides on demand: capacity that was searched, and variants of it.

All parameters come from the older part of a window. Headroom is for demand that grows, and is tried
for all dimensions alike, and for each as much as it needs by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from tablewright.cost.capacity.demand import ResourceDemand
from tablewright.cost.pricing.charges import MissingPriceError
from tablewright.dynamodb_values import TableClass

from .evaluation import Evaluation, Evaluator
from .search import Settings
from .settings import DIMENSIONS, CapacitySetting, TableSetting

RULE_OF_THUMB_PER_CENT = 70
HEADROOM_PER_CENT = (12, 25, 40, 60, 100)
"""Demand that capacity is searched for besides what was measured."""
_SCHEDULED_HEADROOM = 25


def provisioned(settings: Mapping[str, Settings]) -> TableSetting:
    """A table with capacity for each resource and dimension."""
    return TableSetting(
        "PROVISIONED",
        {
            (name, side): setting
            for name, sides in settings.items()
            for side, setting in sides.items()
        },
    )


def with_headroom(evaluator: Evaluator, searched: TableSetting) -> Iterator[Evaluation]:
    """What was searched, and the same for more demand."""
    name = "searched capacity"
    yield evaluator.evaluated(searched, name)
    needed: dict[object, int] = {}
    for growth in (0, *HEADROOM_PER_CENT):
        grown = searched.grown(growth)
        if growth:
            yield evaluator.evaluated(grown, f"{name} for {growth} % more")
        for key in evaluator.held(grown):
            needed.setdefault(key, growth)
    if len(needed) == len(searched.capacity) and len({*needed.values()}) > 1:
        capacity = {key: setting.grown(needed[key]) for key, setting in searched.capacity.items()}
        mixed = replace(searched, capacity=capacity)
        yield evaluator.evaluated(mixed, f"{name} with the headroom that each needs")


def rule_of_thumb(demands: Sequence[ResourceDemand]) -> TableSetting:
    """Target tracking at 70 % from one unit up."""
    target = RULE_OF_THUMB_PER_CENT
    return TableSetting(
        "PROVISIONED",
        {
            (demand.name, side): CapacitySetting(1, demand.headroom(side, target), target)
            for demand in demands
            for side in DIMENSIONS
        },
    )


def with_schedules(
    evaluator: Evaluator, by_hour: Mapping[str, Settings], searched: TableSetting
) -> Iterator[Evaluation]:
    """The searched capacity with schedules for what has a daily shape that pays for it."""
    scheduled = provisioned(by_hour)
    if scheduled != searched:
        name = "searched capacity with schedules"
        yield evaluator.evaluated(scheduled, name)
        more = _SCHEDULED_HEADROOM
        yield evaluator.evaluated(scheduled.grown(more), f"{name} for {more} % more")


def in_other_class(evaluator: Evaluator, candidates: Sequence[Evaluation]) -> Iterator[Evaluation]:
    """The same in the other table class; none where its prices or the table's size are unknown."""
    if evaluator.settings[0].size_bytes is None:
        return
    standard = evaluator.table_class == "STANDARD"
    other: TableClass = "STANDARD_INFREQUENT_ACCESS" if standard else "STANDARD"
    in_class = "infrequent access" if standard else "standard class"
    for candidate in candidates:
        setting = replace(candidate.setting, table_class=other)
        with suppress(MissingPriceError):
            yield evaluator.evaluated(setting, f"{candidate.name}, {in_class}")
