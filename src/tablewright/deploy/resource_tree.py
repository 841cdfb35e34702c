"""A declared stack as the registrations that make it: what the components do, without the SDK.

A program of the user's own goes through the components instead. Both come from the same parts, and
what the engine is told is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tablewright.components.existing import Existing
from tablewright.components.program import FREE_MAPS, Child, Component, Named
from tablewright.components.rendering import (
    CALLER,
    Joined,
    JsonDocument,
    Reference,
    ResourceSpec,
)
from tablewright.components.rendering.resource_spec import TIMEOUTS
from tablewright.components.spelling import camel
from tablewright.components.transcript import transcript
from tablewright.engine.run.resource_tree import (
    Call,
    Computed,
    Known,
    OutputOf,
    Resource,
    ResourceTree,
    outputs_in,
)
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.plan.policy import document_text

_CALLER_IDENTITY: Final = Call(CALLER, "aws:index/getCallerIdentity:getCallerIdentity")


def resource_tree(declared: DeclaredStack, existing: Existing, version: str) -> ResourceTree:
    """All that is registered of a stack; what `existing` names is imported instead of created.

    Args:
        declared: the stack.
        existing: what exists already.
        version: of the AWS provider, as the engine is to look for it.
    """
    program = transcript(declared, existing)
    return ResourceTree(
        resources=tuple(_resources(program.statements)),
        calls=(_CALLER_IDENTITY,) if program.asks_for_caller else (),
        exports={name: _value(value) for name, value in program.exports.items()},
        version=version,
    )


def _resources(statements: Any) -> Iterator[Resource]:
    protected: set[str] = set()
    for statement in statements:
        match statement:
            case Component():
                if statement.protected or statement.parent in protected:
                    protected.add(statement.key)
                yield Resource(
                    key=statement.key,
                    type=statement.type,
                    name=statement.name,
                    parent=statement.parent or "",
                    protected=statement.key in protected,
                    outputs={name: _value(value) for name, value in statement.outputs.items()},
                )
            case Child():
                yield _resource(
                    statement.part, statement.parent, protected=statement.parent in protected
                )


def _resource(part: ResourceSpec, parent: str, *, protected: bool) -> Resource:
    tags = {} if part.tags is None else {"tags": dict(sorted(part.tags.items()))}
    return Resource(
        key=part.key,
        type=part.type,
        name=part.name,
        inputs=_properties({**part.arguments, **tags}),
        parent=parent,
        custom=True,
        protected=protected,
        import_id=part.import_id or "",
        ignored=tuple(part.ignored),
        after=tuple(part.after),
        deletes_first=part.deletes_first,
        timeouts=TIMEOUTS if part.slow else {},
    )


def _properties(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments under the engine's names; what has no value is left out."""
    return {
        camel(name): dict(value) if name in FREE_MAPS else _value(value)
        for name, value in arguments.items()
        if value is not None
    }


def _value(value: Any) -> Any:
    match value:
        case Reference(subject, attribute):
            return OutputOf(subject, camel(attribute))
        case Joined() | JsonDocument():
            return _text(value)
        case Named(items):
            return {key: _value(item) for key, item in items.items()}
        case Mapping():
            return _properties(value)
        case list() | tuple():
            return [_value(item) for item in value]
        case _:
            return value


def _text(value: Joined | JsonDocument) -> str | Computed:
    """Text in which outputs stand; plain text where none does."""
    template = _template(value.value if isinstance(value, JsonDocument) else value)

    def made(known: Known) -> str:
        filled = _filled(template, known)
        if not isinstance(value, JsonDocument):
            return str(filled)
        return document_text((value.settle or dict)(filled))

    needs = tuple(dict.fromkeys(outputs_in(template)))
    return Computed(needs, made) if needs else made({})


def _template(value: Any) -> Any:
    """A document with the engine's outputs where ours stand; its keys stay as they are."""
    match value:
        case Mapping():
            return {key: _template(item) for key, item in value.items()}
        case list():
            return [_template(item) for item in value]
        case Joined(parts):
            return tuple(_template(part) for part in parts)
        case Reference():
            return _value(value)
        case _:
            return value


def _filled(template: Any, known: Known) -> Any:
    match template:
        case OutputOf():
            return known[template]
        case Mapping():
            return {key: _filled(item, known) for key, item in template.items()}
        case list():
            return [_filled(item, known) for item in template]
        case tuple():
            return "".join(_filled(part, known) for part in template)
        case _:
            return template
