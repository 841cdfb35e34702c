"""From parts to resources: references become outputs, documents texts, tags what all layers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from tablewright.components.failure import ProgramError
from tablewright.components.rendering import CALLER, Document, Joined, Part, Reference
from tablewright.components.surroundings import Surroundings
from tablewright.errors import InputError
from tablewright.plan.policy import document_text

TIMEOUTS = {"create": "60m", "update": "24h", "delete": "60m"}
"""Of tables and replicas. An index on a large table builds for hours (DynamoDB Developer Guide,
GSI.OnlineOps); providers give up after one by themselves, with the table half changed."""

Resources = dict[str, Any]
"""What was made, by the keys of the parts."""


def make(
    parts: Iterable[Part],
    parent: pulumi.Resource,
    around: Surroundings,
    known: Mapping[str, Any] | None = None,
) -> Resources:
    """Make the resources of `parts` as children of `parent`.

    Args:
        parts: each after those it refers to.
        parent: whose provider they use.
        around: the stack around them.
        known: what was made before and may be referred to.

    Raises:
        ProgramError: a part cannot be made as declared.
    """
    made: Resources = {}
    subjects = dict(known or {})
    maker = _Maker(parent, around, subjects)
    try:
        for part in parts:
            made[part.key] = subjects[part.key] = maker.resource(part)
    except InputError as error:
        raise ProgramError(error.message, error.next_step) from error
    return made


class _Maker:
    """Makes parts, knowing what was made before: `subjects` grows."""

    def __init__(
        self, parent: pulumi.Resource, around: Surroundings, subjects: Mapping[str, Any]
    ) -> None:
        self._parent, self._around, self._subjects = parent, around, subjects

    def resource(self, part: Part) -> pulumi.CustomResource:
        module, _, name = part.kind.partition(".")
        tags = {}
        if part.tags is not None:
            tags = {"tags": self._around.tagged(part.subject, part.tags)}
        arguments = self._value(self._around.late.fill(dict(part.arguments)))
        kind = getattr(getattr(aws, module), name)
        made: pulumi.CustomResource = kind(part.name, **arguments, **tags, opts=self._options(part))
        return made

    def _options(self, part: Part) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self._parent,
            import_=part.import_id,
            ignore_changes=list(part.ignored) or None,
            depends_on=[self._subjects[key] for key in part.after] or None,
            delete_before_replace=part.needs_own_name or None,
            custom_timeouts=pulumi.CustomTimeouts(**TIMEOUTS) if part.needs_own_name else None,
        )

    def _value(self, value: Any) -> Any:
        match value:
            case Reference(subject, attribute):
                return getattr(self._subject(subject), attribute)
            case Joined(parts):
                return pulumi.Output.concat(*map(self._value, parts))
            case Document():
                return self._text(value)
            case Mapping():
                return {key: self._value(item) for key, item in value.items()}
            case list():
                return [self._value(item) for item in value]
            case _:
                return value

    def _text(self, document: Document) -> Any:
        """The text at once where nothing is waited for: a dashboard is thousands of values."""
        value = self._value(document.value)
        settle = document.settle or dict
        if not _waits(value):
            return document_text(settle(value))
        return pulumi.Output.from_input(value).apply(lambda known: document_text(settle(known)))

    def _subject(self, subject: str) -> Any:
        if subject == CALLER:
            return self._around.caller_of(self._parent)
        return self._subjects[subject]


def _waits(value: Any) -> bool:
    match value:
        case Mapping():
            return any(map(_waits, value.values()))
        case list() | tuple():
            return any(map(_waits, value))
        case _:
            return isinstance(value, pulumi.Output)
