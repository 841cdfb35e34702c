"""What a preview means: the engine's changes as sentences, steps and risks. Pure.

The steps of a table come from `plan.changes`, the same function whose steps our provider executes,
so what is shown is what happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tablewright.cost.pricing.alarm_prices import ALARMS
from tablewright.cost.pricing.prices import prices_of
from tablewright.cost.pricing.rates import HELD, Rate, RateChange
from tablewright.deploy.belonging import tables_of
from tablewright.deploy.change_prices import ChangePrices, PricesOf
from tablewright.deploy.creation_facts import creation_facts
from tablewright.deploy.preconditions.replacement_gaps import gap
from tablewright.deploy.property_changes import (
    MANIFEST_WORDS,
    PropertyChange,
    causes_of,
    property_changes,
    tag_changes,
)
from tablewright.engine import HOLDS_DATA, Operation, ResourceChange, shown_name
from tablewright.plan.changes.order import steps, steps_to_create
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.table import Table
from tablewright.plan.table_words import with_values
from tablewright.provider.dynamodb.properties import (
    origin_from_inputs,
    table_from_inputs,
    table_from_outputs,
)
from tablewright.resource_kinds import KINDS, identify, parent_of
from tablewright.resource_kinds.types import TABLE

_ORDER = {type_: place for place, type_ in enumerate(KINDS)}
_COMPONENT_PREFIXES = ("tablewright:", "pulumi:")
MOVE = "move"
_REPLACING = (Operation.REPLACE,)
_NO_CHANGE = (Operation.SAME, Operation.READ, Operation.REFRESH)


@dataclass(frozen=True, slots=True)
class ExplainedChange:
    """All that one run does to one resource.

    Args:
        kind: `table`, `alarm`, ...: words, not a type token.
        name: the physical name where it is known, else the logical one.
        actions: in order, of `move`, `create`, `import`, `update`, `replace`, `delete`, `keep`,
            `refresh`, `read`. What is kept is left in AWS and forgotten here. A move changes
            nothing in AWS: the same thing is declared under another name.
        steps: for tables, the calls that will be made, in order.
        properties: what differs, for everything.
        risk: the highest of the steps.
        causes: for a replacement, the properties that force it.
        rates: for tables, alarms and scalable targets, what they are charged by before and after,
            where it differs and the price is known.
        unpriced: what it is charged by where that differs and no price is known.
        gap: what is missing while it is replaced, one sentence; empty where nothing is.
        moved: of a move, the logical names before and after.
        table: physical name of the table that it is, or stands around; empty where there is none.
        tags: those that differ, of a table as well; none of what is new.
        facts: of what is created, in short words: key, threshold, policy.
    """

    urn: str
    type: str
    kind: str
    name: str
    actions: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    properties: tuple[PropertyChange, ...] = ()
    risk: Risk = Risk.IN_PLACE
    causes: tuple[str, ...] = ()
    rates: tuple[RateChange, ...] = ()
    unpriced: tuple[str, ...] = ()
    gap: str = ""
    moved: tuple[str, str] | None = None
    table: str = ""
    tags: tuple[PropertyChange, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """USD a month for what the changed resources hold, before and after."""

    before_usd: Decimal
    after_usd: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """A preview, explained.

    Args:
        changes: resources that change: tables first, then kind by kind, by name. The engine tells
            of them as its threads come along, and the same preview must read the same.
        unchanged: how many resources stay as they are, components not counted.
        compared: what is live was read, and not only what is recorded.
    """

    changes: tuple[ExplainedChange, ...]
    unchanged: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    compared: bool = False

    @property
    def empty(self) -> bool:
        """Nothing at all would change."""
        return not self.changes

    @property
    def held(self) -> Held | None:
        """The sum over the tables; None where none holds another capacity, or no price is known."""
        return self._sum(HELD)

    @property
    def alarms(self) -> Held | None:
        """The sum over the alarms; None where none costs another sum."""
        return self._sum(ALARMS)

    def _sum(self, rate: Rate) -> Held | None:
        rates = [changed for change in self.changes for changed in change.rates]
        summands = [changed for changed in rates if changed.rate == rate]
        if not summands:
            return None
        nothing = Decimal(0)
        return Held(
            sum((changed.before_usd or nothing for changed in summands), start=nothing),
            sum((changed.after_usd or nothing for changed in summands), start=nothing),
        )


def explain(
    changes: Sequence[ResourceChange], *, compared: bool = False, prices: PricesOf = prices_of
) -> Explanation:
    """Group the engine's steps by resource and say what each is.

    Args:
        changes: of the run.
        compared: the run read the live resources.
        prices: by region; those that are shipped, where nothing else is known.
    """
    relevant = [
        change
        for change in in_manifest_words(changes)
        if not change.type.startswith(_COMPONENT_PREFIXES)
    ]
    by_urn: dict[str, list[ResourceChange]] = {}
    for change in relevant:
        if change.former or change.operation not in _NO_CHANGE:
            by_urn.setdefault(change.urn, []).append(change)
    tables, wholes = tables_of(changes), _replaced_wholes(relevant)
    priced = ChangePrices(changes, prices)
    explained = sorted(
        (
            _explain_one(group, priced, table=tables.get(urn, ""), parent=wholes.get(urn, ""))
            for urn, group in by_urn.items()
        ),
        key=_by_kind,
    )
    unchanged = len({change.urn for change in relevant} - set(by_urn))
    return Explanation(tuple(explained), unchanged, _count(explained), compared)


def kind_of(type_: str) -> str:
    """The word for a resource type, its own name where we have none."""
    kind = KINDS.get(type_)
    return kind.word if kind else type_.rsplit(":", 1)[-1]


def in_manifest_words(changes: Iterable[ResourceChange]) -> list[ResourceChange]:
    """The changes with what forces a table's replacement named as in its manifest."""
    return [
        replace(change, replace_keys=tuple(MANIFEST_WORDS.get(k, k) for k in change.replace_keys))
        if change.type == TABLE
        else change
        for change in changes
    ]


def _by_kind(change: ExplainedChange) -> tuple[int, str, str]:
    return _ORDER.get(change.type, len(_ORDER)), change.type, change.name


def _count(changes: Iterable[ExplainedChange]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for change in changes:
        label = " and ".join(change.actions)
        counts[label] = counts.get(label, 0) + 1
    return counts


def _replaced_wholes(changes: Sequence[ResourceChange]) -> dict[str, str]:
    """Of what is replaced with what it is part of, by its URN, the word for that."""
    olds = {
        change.urn: (change.type, change.old_inputs or {})
        for change in changes
        if change.operation in _REPLACING
    }
    words = {identify(*old): kind_of(old[0]) for old in olds.values()}
    return {
        urn: words[parent]
        for urn, old in olds.items()
        if (parent := parent_of(*old)) and parent in words
    }


def _explain_one(
    group: Sequence[ResourceChange], priced: ChangePrices, table: str = "", parent: str = ""
) -> ExplainedChange:
    if len(group) > 1 and only_claims(group[-1]):
        bare = _explain_one(group[:-1], priced, table, parent)
        return replace(bare, steps=(*bare.steps, _claiming(group[-1])))
    last = group[-1]
    replaced = [change for change in group if change.operation in _REPLACING]
    causes = tuple(key for change in replaced for key in causes_of(change))
    causes = (f"its {parent}",) if parent and causes else causes
    tables = [(change, *_tables(change)) for change in group]
    planned = tuple(step for table in tables for step in _steps(*table))
    return ExplainedChange(
        urn=last.urn,
        type=last.type,
        kind=kind_of(last.type),
        name=last.displayed_name,
        table=table,
        actions=tuple(dict.fromkeys(word for change in group for word in _actions(change))),
        steps=planned,
        properties=tuple(rate for change in group for rate in property_changes(change)),
        risk=_risk(last, planned),
        causes=causes,
        rates=tuple(rate for table in tables for rate in priced.rates(*table)),
        unpriced=tuple(dict.fromkeys(what for table in tables for what in priced.unpriced(*table))),
        tags=tuple(tag for table in tables for tag in tag_changes(*table)),
        facts=tuple(fact for change in group for fact in _facts(change)),
        gap=next(filter(None, map(gap, group)), ""),
        moved=next((_moved(change) for change in group if change.former), None),
    )


def _actions(change: ResourceChange) -> Iterable[str]:
    if change.former:
        yield MOVE
    if change.operation not in _NO_CHANGE or not change.former:
        yield change.operation.value


def _moved(change: ResourceChange) -> tuple[str, str]:
    """The names before and after; the ends of the URNs where only what is around has another."""
    names = shown_name(change.former), change.name
    if names[0] != names[1]:
        return names
    types = (urn.split("::")[2].split("$")[-2:-1] for urn in (change.former, change.urn))
    before, after = (kind[0].rsplit(":", 1)[-1] if kind else "stack" for kind in types)
    return f"{names[0]} in {before}", f"{names[1]} in {after}"


def only_claims(change: ResourceChange) -> bool:
    """Whether an update does nothing but tag what is live as its stack's."""
    before, after = (
        dict((inputs or {}).get("tags") or {}) for inputs in (change.old_inputs, change.new_inputs)
    )
    claims = before.pop(OWNER_TAG, None) != after.pop(OWNER_TAG, None)
    in_tags = all(diff.path.startswith("tags") for diff in change.diffs)
    return change.operation is Operation.UPDATE and claims and in_tags and before == after


def _claiming(change: ResourceChange) -> Step:
    """The owner's tag, which a run puts on before it imports; see `claiming`."""
    owner = (change.new_inputs or {})["tags"].get(OWNER_TAG)
    return Step(
        title=f"Tag as owned by {owner}" if owner else "Remove the owner tag",
        operation="TagResource" if owner else "UntagResource",
        request={},
        risk=Risk.IN_PLACE,
        properties=(f"tags.{OWNER_TAG}",),
        wait=Wait.NONE,
    )


def _steps(change: ResourceChange, before: Table | None, after: Table | None) -> tuple[Step, ...]:
    """The calls behind a change of a table; nothing for other resources, which take one call."""
    match change.operation, before, after:
        case Operation.CREATE, _, Table() as declared:
            return tuple(steps_to_create(declared, origin_from_inputs(change.new_inputs or {})))
        case Operation.UPDATE, Table() as live, Table() as declared:
            return tuple(with_values(step, live, declared) for step in steps(live, declared))
        case _:
            return ()


def _facts(change: ResourceChange) -> tuple[str, ...]:
    if change.operation is not Operation.CREATE:
        return ()
    return creation_facts(change.type, change.new_inputs or {})


def _tables(change: ResourceChange) -> tuple[Table | None, Table | None]:
    """The table before and after a change; nothing for what is no table, or is a new one."""
    if change.type != TABLE:
        return None, None
    live = table_from_outputs(change.old_outputs or {})
    match change.operation:
        case Operation.CREATE:
            return None, table_from_inputs(change.new_inputs or {})
        case Operation.UPDATE:
            return live, table_from_inputs(change.new_inputs or {}, live)
        case Operation.DELETE:
            return live, None
        case _:
            return None, None


def _risk(change: ResourceChange, planned: Sequence[Step]) -> Risk:
    if change.operation is Operation.REPLACE:
        return Risk.REPLACES
    if change.operation is Operation.DELETE and change.type in HOLDS_DATA:
        return Risk.DELETES
    return _highest(planned)


def _highest(planned: Sequence[Step]) -> Risk:
    order = list(Risk)
    return max((step.risk for step in planned), key=order.index, default=Risk.IN_PLACE)
