"""From parts to resources: references become outputs, documents texts, tags what all layers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws

import pulumi
from tablewright.components.failure import ProgramError
from tablewright.components.rendering import CALLER, Joined, JsonDocument, Reference, ResourceSpec
from tablewright.components.rendering.resource_spec import TIMEOUTS
from tablewright.components.stack_context import StackContext
from tablewright.errors import InputError
from tablewright.plan.policy import document_text

Resources = dict[str, Any]
"""What was made, by the keys of the parts."""


def instantiate(
    parts: Iterable[ResourceSpec],
    parent: pulumi.Resource,
    around: StackContext,
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
        self, parent: pulumi.Resource, around: StackContext, subjects: Mapping[str, Any]
    ) -> None:
        self._parent, self._around, self._subjects = parent, around, subjects

    def resource(self, part: ResourceSpec) -> pulumi.CustomResource:
        module, _, name = part.kind.partition(".")
        tags = {}
        if part.tags is not None:
            tags = {"tags": self._around.tagged(part.subject, part.tags)}
        arguments = self._value(self._around.late.fill(dict(part.arguments)))
        kind = getattr(getattr(aws, module), name)
        made: pulumi.CustomResource = kind(part.name, **arguments, **tags, opts=self._options(part))
        return made

    def _options(self, part: ResourceSpec) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self._parent,
            import_=part.import_id,
            ignore_changes=list(part.ignored) or None,
            depends_on=[self._subjects[key] for key in part.after] or None,
            delete_before_replace=part.deletes_first or None,
            custom_timeouts=pulumi.CustomTimeouts(**TIMEOUTS) if part.slow else None,
        )

    def _value(self, value: Any) -> Any:
        match value:
            case Reference(subject, attribute):
                return getattr(self._subject(subject), attribute)
            case Joined(parts):
                return pulumi.Output.concat(*map(self._value, parts))
            case JsonDocument():
                return self._text(value)
            case Mapping():
                return {key: self._value(item) for key, item in value.items()}
            case list():
                return [self._value(item) for item in value]
            case _:
                return value

    def _text(self, document: JsonDocument) -> pulumi.Input[str]:
        """The text; one output for all that the document waits for, none if there is nothing.

        Pulumi could lift the document itself, at the price of an output for each of its values.
        """
        waited: dict[str, Any] = {}
        template = self._template(document.value, waited)
        settle = document.settle or dict
        if not waited:
            return document_text(settle(template))
        return pulumi.Output.all(**waited).apply(
            lambda known: document_text(settle(_filled(template, known)))
        )

    def _template(self, value: Any, waited: dict[str, Any]) -> Any:
        """The document with slots where outputs stand; the outputs by slot go to `waited`."""
        match value:
            case Mapping():
                return {key: self._template(item, waited) for key, item in value.items()}
            case list() | tuple():
                return [self._template(item, waited) for item in value]
            case Joined(parts):
                return _Slots(tuple(self._template(part, waited) for part in parts))
            case Reference():
                return _slot(self._value(value), waited)
            case pulumi.Output():
                return _slot(value, waited)
            case _:
                return value

    def _subject(self, subject: str) -> Any:
        if subject == CALLER:
            return self._around.caller_of(self._parent)
        return self._subjects[subject]


@dataclass(frozen=True)
class _Slots:
    """Text in parts, some of which are known later, by name."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class _Slot:
    """A value that is known later, by name."""

    name: str


def _slot(output: Any, waited: dict[str, Any]) -> _Slot:
    name = next((name for name, known in waited.items() if known is output), f"slot{len(waited)}")
    waited[name] = output
    return _Slot(name)


def _filled(template: Any, known: Mapping[str, Any]) -> Any:
    match template:
        case Mapping():
            return {key: _filled(item, known) for key, item in template.items()}
        case list():
            return [_filled(item, known) for item in template]
        case _Slots(parts):
            return "".join(_filled(part, known) for part in parts)
        case _Slot(name):
            return known[name]
        case _:
            return template
