"""What a reader must know of a resource that is made: its key, its threshold, its policy. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tablewright.plan.facets import FACETS
from tablewright.plan.table import GlobalIndex, Key, LocalIndex, Table
from tablewright.plan.table_words import billing_words, index_words, key_words
from tablewright.provider.dynamodb.properties import table_from_inputs
from tablewright.resource_kinds import types

_MINUTE_SECONDS: Final = 60
Inputs = Mapping[str, Any]
_OPERATORS: Final = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


def creation_facts(type_: str, inputs: Inputs) -> tuple[str, ...]:
    """Short facts, the most important first; empty for a type that has none worth a word."""
    facts = _FACTS.get(type_)
    return tuple(fact for fact in facts(inputs) if fact) if facts else ()


def _table(inputs: Inputs) -> Iterator[str]:
    table = table_from_inputs(inputs)
    yield f"key {key_words(table.key, table.attributes)}"
    yield billing_words(table)
    indexes: list[GlobalIndex | LocalIndex] = [*(table.global_indexes or ())]
    for index in (*indexes, *(table.local_indexes or ())):
        yield f"index {index.name} on {index_words(index, table.attributes)}"
    yield from _settings(table)


def _settings(table: Table) -> Iterator[str]:
    for facet in FACETS:
        value = facet.of(table)
        if value is not None and value != facet.default:
            yield f"{facet.fact} {facet.words(value)}"


def _alarm(inputs: Inputs) -> Iterator[str]:
    metrics = [query["metric"] for query in inputs.get("metricQueries") or () if "metric" in query]
    names = [inputs["metricName"]] if inputs.get("metricName") else []
    names += dict.fromkeys(metric.get("metricName", "") for metric in metrics)
    several = f" over {len(metrics)} metrics" if len(metrics) > 1 else ""
    operator = _OPERATORS.get(str(inputs.get("comparisonOperator")), "?")
    period = inputs.get("period") or next((metric.get("period") for metric in metrics), None)
    if names:
        threshold = inputs.get("threshold")
        yield f"{', '.join(names)}{several} {operator} {threshold}{_within(inputs, period)}"
    if not inputs.get("alarmActions"):
        yield "no action"


def _within(inputs: Inputs, period: Any) -> str:
    rounds, needed = inputs.get("evaluationPeriods"), inputs.get("datapointsToAlarm")
    if not isinstance(period, int | float) or not isinstance(rounds, int | float):
        return ""
    minutes, rest = divmod(int(period), _MINUTE_SECONDS)
    length = f"{period:g} seconds" if rest else "minute" if minutes == 1 else f"{minutes} minutes"
    often = f"{needed:g} of {rounds:g}" if needed not in (None, rounds) else f"{rounds:g}"
    if minutes == 1 and not rest:
        return f" in {often} minute{'s' if rounds > 1 else ''}"
    return f" in {often} times {length}" if rounds > 1 else f" in {length}"


def _role(inputs: Inputs) -> Iterator[str]:
    if principals := _principals(inputs.get("assumeRolePolicy")):
        yield f"assumed by {', '.join(principals)}"


def _policy(inputs: Inputs) -> Iterator[str]:
    actions = [
        text
        for statement in _statements(inputs.get("policy"))
        for text in _texts(statement, "Action")
    ]
    if actions:
        yield f"allows {_by_service(actions)}"
    if principals := _principals(inputs.get("policy")):
        yield f"to {', '.join(principals)}"


def _by_service(actions: Iterable[str]) -> str:
    """`dynamodb:GetItem, Query`: a service is named where it is another one."""
    words, last = [], ""
    for action in dict.fromkeys(actions):
        service, colon, name = action.partition(":")
        words.append(name if colon and service == last else action)
        last = service
    return ", ".join(words)


def _principals(document: Any) -> list[str]:
    members: dict[str, None] = {}
    for statement in _statements(document):
        principal = statement.get("Principal")
        held = principal if isinstance(principal, Mapping) else {"AWS": principal}
        members |= dict.fromkeys(text for kind in held for text in _texts(held, kind))
    return list(members)


def _statements(document: Any) -> list[Inputs]:
    """Of a policy as text; none where it is known only after the run."""
    try:
        statements = json.loads(document)["Statement"]
    except (TypeError, ValueError, KeyError):
        return []
    listed = statements if isinstance(statements, list) else [statements]
    return [statement for statement in listed if isinstance(statement, Mapping)]


def _texts(holder: Mapping[str, Any], name: str) -> Sequence[str]:
    value = holder.get(name)
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _target(inputs: Inputs) -> Iterator[str]:
    yield f"{_dimension(inputs)} {inputs.get('minCapacity')} to {inputs.get('maxCapacity')}"


def _scaling(inputs: Inputs) -> Iterator[str]:
    tracking = inputs.get("targetTrackingScalingPolicyConfiguration") or {}
    yield f"{_dimension(inputs)} at {tracking.get('targetValue')} % used" if tracking else ""


def _schedule(inputs: Inputs) -> Iterator[str]:
    action = inputs.get("scalableTargetAction") or {}
    bounds = [
        f"{word} {action[name]}"
        for word, name in (("at least", "minCapacity"), ("at most", "maxCapacity"))
        if action.get(name) is not None
    ]
    yield f"{_dimension(inputs)} {', '.join(bounds)} {inputs.get('schedule')}"


def _dimension(inputs: Inputs) -> str:
    return str(inputs.get("scalableDimension", "")).rpartition(":")[2]


def _of(name: str, word: str = "") -> Callable[[Inputs], Iterator[str]]:
    def facts(inputs: Inputs) -> Iterator[str]:
        value = inputs.get(name)
        yield f"{word} {value}".strip() if isinstance(value, str) else ""

    return facts


def _index(inputs: Inputs) -> Iterator[str]:
    key = tuple(str(name) for name in (inputs.get("hashKey"), inputs.get("rangeKey")) if name)
    yield f"on {key_words(Key(key[:1], key[1:]), {})}" if key else ""


_FACTS: Final[Mapping[str, Callable[[Inputs], Iterator[str]]]] = {
    types.TABLE: _table,
    types.REPLICA: _of("region", "in"),
    types.INDEX: _index,
    types.INSIGHTS: _of("mode"),
    types.KINESIS: _of("streamArn", "to"),
    types.RESOURCE_POLICY: _policy,
    types.ALARM: _alarm,
    types.ROLE: _role,
    types.ROLE_POLICY: _policy,
    types.ATTACHMENT: _of("policyArn"),
    types.TARGET: _target,
    types.SCALING_POLICY: _scaling,
    types.SCHEDULE: _schedule,
}
