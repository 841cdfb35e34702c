"""A program in TypeScript."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tablewright.components.eject._layout import Bracketed, Layout, Prefixed, laid_out
from tablewright.components.eject._naming import TAKEN, variables
from tablewright.components.program import (
    FREE_MAPS,
    Child,
    Component,
    Heading,
    Named,
    Program,
    Statement,
)
from tablewright.components.rendering import Joined, JsonDocument, Reference, ResourceSpec
from tablewright.components.rendering.resource_spec import TIMEOUTS
from tablewright.components.spelling import camel

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def typescript_source(program: Program) -> str:
    """The text of `index.ts`."""
    writer = _Writer(program)
    return "\n".join(
        [
            f"// Tables of the stack {program.name}, written by `tablewright eject`; now yours.",
            "",
            'import * as pulumi from "@pulumi/pulumi";',
            'import * as aws from "@pulumi/aws";',
            "",
            *(["const caller = aws.getCallerIdentityOutput();"] if program.asks_for_caller else []),
            laid_out(Prefixed("const tags = ", writer.map(program.tags))) + ";",
            *(line for statement in program.statements for line in writer.lines(statement)),
            "",
            *(writer.export(name, value) for name, value in program.exports.items()),
            "",
        ]
    )


class _Writer:
    def __init__(self, program: Program) -> None:
        self._tags = program.tags
        self._variables = variables(program.statements, camel)
        self._taken = TAKEN | set(self._variables.values())
        self._exported = 0

    def lines(self, statement: Statement) -> list[str]:
        match statement:
            case Heading(text):
                return ["", f"// {text}"]
            case Component():
                return ["", laid_out(self._component(statement)) + ";"]
            case Child():
                return [laid_out(self._resource(statement)) + ";"]

    def export(self, name: str, value: Any) -> str:
        """An output; under a variable of another name where its own is taken or is none."""
        if _IDENTIFIER.fullmatch(name) and name not in self._taken:
            return laid_out(Prefixed(f"export const {name} = ", self.value(value))) + ";"
        self._exported += 1
        variable = f"output{self._exported}"
        written = laid_out(Prefixed(f"const {variable} = ", self.value(value)))
        return f"{written};\nexport {{ {variable} as {_key(name)} }};"

    def map(self, items: Mapping[str, Any]) -> Layout:
        entries = [Prefixed(f"{_key(key)}: ", self.value(item)) for key, item in items.items()]
        return Bracketed("{", entries, "}", " ")

    def value(self, value: Any) -> Layout:
        match value:
            case Named(items):
                return self.map(items)
            case Mapping():
                entries: list[Layout] = [
                    Prefixed(f"{camel(key)}: ", self._property(key, item))
                    for key, item in value.items()
                ]
                return Bracketed("{", entries, "}", " ")
            case str():
                return _text(value)
            case Sequence():
                return Bracketed("[", [self.value(item) for item in value], "]")
            case bool():
                return "true" if value else "false"
            case _:
                return self._output(value)

    def _property(self, name: str, value: Any) -> Layout:
        """A block of properties is respelled; a mapping of the user's is not."""
        return self.map(value) if name in FREE_MAPS else self.value(value)

    def _output(self, value: Any) -> Layout:
        match value:
            case Reference(subject, attribute):
                return f"{self._variables.get(subject, subject)}.{camel(attribute)}"
            case Joined(parts):
                return f"pulumi.interpolate`{''.join(map(self._part, parts))}`"
            case JsonDocument(document):
                return Bracketed("pulumi.jsonStringify(", [self._document(document)], ")")
            case _:
                return repr(value)

    def _document(self, value: Any) -> Layout:
        """A document keeps its keys as they are."""
        match value:
            case Mapping():
                entries = [
                    Prefixed(f"{_key(key)}: ", self._document(item)) for key, item in value.items()
                ]
                return Bracketed("{", entries, "}", " ")
            case list():
                return Bracketed("[", [self._document(item) for item in value], "]")
            case _:
                return self.value(value)

    def _part(self, part: str | Reference) -> str:
        if isinstance(part, Reference):
            return f"${{{self.value(part)}}}"
        return part.replace("\\", "\\\\").replace("`", "\\`").replace("$", "\\$")

    def _component(self, component: Component) -> Layout:
        arguments: list[Layout] = [_text(component.type), _text(component.name), "{}"]
        if component.parent:
            options: list[Layout] = [f"parent: {self._variables[component.parent]}"]
            options += ["protect: true"] if component.protected else []
            arguments.append(Bracketed("{", options, "}", " "))
        return self._new(component.key, "pulumi.ComponentResource", arguments)

    def _resource(self, child: Child) -> Layout:
        part = child.part
        properties: list[Layout] = [
            Prefixed(f"{camel(name)}: ", self._property(name, value))
            for name, value in part.arguments.items()
        ]
        if part.tags is not None:
            same = dict(part.tags) == dict(self._tags)
            properties.append("tags" if same else Prefixed("tags: ", self.map(part.tags)))
        arguments = Bracketed("{", properties, "}", " ")
        options = self._options(part, child.parent)
        return self._new(part.key, f"aws.{part.kind}", [_text(part.name), arguments, options])

    def _new(self, key: str, kind: str, arguments: Sequence[Layout]) -> Layout:
        return Bracketed(f"const {self._variables[key]} = new {kind}(", arguments, ")")

    def _options(self, part: ResourceSpec, parent: str) -> Layout:
        options: list[Layout] = [f"parent: {self._variables[parent]}"]
        if part.ignored:
            options.append(Prefixed("ignoreChanges: ", self.value(list(part.ignored))))
        if part.after:
            before = Bracketed("[", [self._variables[key] for key in part.after], "]")
            options.append(Prefixed("dependsOn: ", before))
        if part.deletes_first:
            options.append("deleteBeforeReplace: true")
        if part.slow:
            options.append(Prefixed("customTimeouts: ", self.map(TIMEOUTS)))
        return Bracketed("{", options, "}", " ")


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
