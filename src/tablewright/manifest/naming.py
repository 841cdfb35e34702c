"""Physical names: templates such as `dynamodb-{table}-{alarm}-{environment}`, filled in.

Placeholders are words in braces. Which alarms a table has, and under which names, is decided here
and nowhere else: the rules check the names that `plan.declaration.declare` will give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tablewright.manifest.models import (
    AccessRole,
    Alarm,
    Alarms,
    FunctionAlarm,
    IndexedAlarm,
    LatencyAlarm,
    MetricAlarm,
    Stack,
    StackAlarms,
    Table,
)

TABLE_WORDS = ("name", "stack", "environment", "region")
ALARM_WORDS = ("table", "alarm", "stack", "environment", "region")
STACK_ALARM_WORDS = ("alarm", "stack", "environment", "region")
ROLE_WORDS = ("table", "access", "stack", "environment", "region")
DASHBOARD_WORDS = ("stack", "environment", "region")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(template: str) -> tuple[str, ...]:
    """Words in braces, in order of appearance."""
    return tuple(_PLACEHOLDER.findall(template))


def expand(template: str, words: Mapping[str, str]) -> str:
    """Fill in the known words; unknown ones stay as they are, `rules` reports them."""
    return _PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), template)


@dataclass(frozen=True, slots=True)
class AlarmSubject:
    """One alarm that will exist: what kind, on what part of the table.

    Args:
        kind: field of `Alarms` or `StackAlarms` that asks for it, e.g. `user_errors`.
        word: `{alarm}` in names, unique in the table, e.g. `read-throttles-by-user`.
        name: physical name.
        settings: what the manifest says of it.
        description: its own, filled in; None if it has none.
        dimensions: of a metric alarm, filled in; None if it says none.
        index, operation, region, function: the part it watches, where the kind has parts.
    """

    kind: str
    word: str
    name: str
    settings: Alarm
    description: str | None = None
    dimensions: Mapping[str, str] | None = None
    index: str | None = None
    operation: str | None = None
    region: str | None = None
    function: str | None = None


def table_name(stack: Stack, table: Table) -> str:
    """Physical name of the table: `spec.tableName` filled in, else the stack's `naming.table`."""
    words = {"name": table.metadata.name, **_stack_words(stack)}
    return expand(table.spec.table_name or stack.spec.naming.table, words)


def role_name(stack: Stack, table: Table, role: AccessRole) -> str:
    """Physical name of a role of the table."""
    return expand(role.role_name or stack.spec.naming.role, _role_words(stack, table, role))


def policy_name(stack: Stack, table: Table, role: AccessRole) -> str:
    """Name of the inline policy of a role of the table."""
    return expand(role.policy_name or stack.spec.naming.policy, _role_words(stack, table, role))


def dashboard_name(stack: Stack) -> str:
    """Name of the stack's dashboard, whether it has one or not."""
    given = stack.spec.dashboard.name if stack.spec.dashboard else None
    return expand(given or stack.spec.naming.dashboard, _stack_words(stack))


def table_alarms(stack: Stack, table: Table) -> Iterator[AlarmSubject]:
    """All alarms of a table, in a stable order."""
    words = {"table": table_name(stack, table), **_stack_words(stack)}
    for kind, settings in _asked(table.spec.alarms):
        for part, value in _parts(table, kind, settings):
            word = settings.key if isinstance(settings, MetricAlarm) else kind.replace("_", "-")
            if part:
                word = f"{word}-{value if part == 'index' else value.lower()}"
            own = {**words, "alarm": word}
            yield AlarmSubject(
                kind=kind,
                word=word,
                name=expand(settings.name or stack.spec.naming.alarm, own),
                settings=settings,
                description=_filled(settings.description, own),
                dimensions=_dimensions(settings, own),
                **({part: value} if part else {}),
            )


def stack_alarms(stack: Stack) -> Iterator[AlarmSubject]:
    """All alarms of the stack as a whole, in a stable order."""
    for kind, settings in _asked(stack.spec.alarms):
        word = kind.replace("_", "-")
        words = {"alarm": word, **_stack_words(stack)}
        name = expand(settings.name or stack.spec.naming.stack_alarm, words)
        description = _filled(settings.description, words)
        yield AlarmSubject(kind, word, name, settings, description)


def role_description(stack: Stack, table: Table, role: AccessRole) -> str | None:
    """The role's own description, None if it has none."""
    return _filled(role.description, _role_words(stack, table, role))


def _filled(text: str | None, words: Mapping[str, str]) -> str | None:
    return None if text is None else expand(text, words)


def _dimensions(settings: Alarm, words: Mapping[str, str]) -> Mapping[str, str] | None:
    if not isinstance(settings, MetricAlarm) or settings.dimensions is None:
        return None
    return {name: expand(value, words) for name, value in settings.dimensions.items()}


def _asked(alarms: Alarms | StackAlarms) -> Iterator[tuple[str, Alarm]]:
    for kind in type(alarms).model_fields:
        if kind not in alarms.model_fields_set:
            continue
        value = getattr(alarms, kind)
        for settings in value if kind == "metrics" else (value,):
            if isinstance(settings, Alarm) and settings.enabled:
                yield kind, settings


def _parts(table: Table, kind: str, settings: Alarm) -> Iterator[tuple[str, str]]:
    """Parts of the table that get an alarm of their own; ("", "") is the table as a whole."""
    if isinstance(settings, LatencyAlarm):
        yield from (("operation", operation) for operation in settings.operations)
    elif isinstance(settings, FunctionAlarm):
        yield from (("function", function) for function in settings.functions)
    elif kind == "replication_latency":
        global_table = table.spec.global_table
        replicas = global_table.replicas if global_table else ()
        yield from (("region", replica.region) for replica in replicas)
    else:
        yield "", ""
    if isinstance(settings, IndexedAlarm) and settings.indexes:
        yield from (("index", index.name) for index in table.spec.global_secondary_indexes)


def _stack_words(stack: Stack) -> dict[str, str]:
    return {
        "stack": stack.metadata.name,
        "environment": stack.spec.environment,
        "region": stack.spec.region,
    }


def _role_words(stack: Stack, table: Table, role: AccessRole) -> dict[str, str]:
    return {"table": table_name(stack, table), "access": role.name, **_stack_words(stack)}
