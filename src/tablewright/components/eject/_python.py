"""A program in Python."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tablewright.components.eject._layout import Bracketed, Layout, Prefixed, laid_out
from tablewright.components.eject._naming import variables
from tablewright.components.program import (
    Child,
    Component,
    Heading,
    Named,
    Program,
    Statement,
)
from tablewright.components.rendering import Joined, JsonDocument, Reference, ResourceSpec
from tablewright.components.rendering.resource_spec import TIMEOUTS


def python_source(program: Program) -> str:
    """The text of `__main__.py`."""
    writer = _Writer(program)
    return "\n".join(
        [
            f'"""Tables of the stack {program.name}, written by `tablewright eject`; now yours."""',
            "",
            "import pulumi",
            "import pulumi_aws as aws",
            "",
            *(["caller = aws.get_caller_identity_output()"] if program.asks_for_caller else []),
            laid_out(Prefixed("tags = ", writer.mapping(program.tags))),
            *(line for statement in program.statements for line in writer.lines(statement)),
            "",
            *(writer.export(name, value) for name, value in program.exports.items()),
            "",
        ]
    )


class _Writer:
    def __init__(self, program: Program) -> None:
        self._tags = program.tags
        self._variables = variables(program.statements)

    def lines(self, statement: Statement) -> list[str]:
        match statement:
            case Heading(text):
                return ["", f"# {text}"]
            case Component():
                return ["", laid_out(self._component(statement))]
            case Child():
                return [laid_out(self._resource(statement))]

    def export(self, name: str, value: Any) -> str:
        return laid_out(Bracketed("pulumi.export(", [_text(name), self.value(value)], ")"))

    def mapping(self, items: Mapping[str, Any]) -> Layout:
        entries = [Prefixed(f"{_text(key)}: ", self.value(item)) for key, item in items.items()]
        return Bracketed("{", entries, "}")

    def value(self, value: Any) -> Layout:
        match value:
            case Named(items):
                return self.mapping(items)
            case Mapping():
                return self.mapping(value)
            case str():
                return _text(value)
            case Sequence():
                return Bracketed("[", [self.value(item) for item in value], "]")
            case _:
                return self._output(value)

    def _output(self, value: Any) -> Layout:
        match value:
            case Reference(subject, attribute):
                return f"{self._variables.get(subject, subject)}.{attribute}"
            case Joined(parts):
                return Bracketed("pulumi.Output.concat(", [self.value(part) for part in parts], ")")
            case JsonDocument(document):
                compact = 'separators=(",", ":")'
                arguments = [self.value(document), "ensure_ascii=False", compact]
                return Bracketed("pulumi.Output.json_dumps(", arguments, ")")
            case _:
                return repr(value)

    def _component(self, component: Component) -> Layout:
        arguments: list[Layout] = [_text(component.type), _text(component.name)]
        if component.parent:
            options = [f"parent={self._variables[component.parent]}"]
            options += ["protect=True"] if component.protected else []
            arguments += ["None", Bracketed("pulumi.ResourceOptions(", options, ")")]
        return self._call(component.key, "pulumi.ComponentResource", arguments)

    def _resource(self, child: Child) -> Layout:
        part = child.part
        arguments: list[Layout] = [_text(part.name)]
        for name, value in part.arguments.items():
            arguments.append(Prefixed(f"{name}=", self.value(value)))
        if part.tags is not None:
            same = dict(part.tags) == dict(self._tags)
            arguments.append(Prefixed("tags=", "tags" if same else self.mapping(part.tags)))
        arguments.append(Prefixed("opts=", self._options(part, child.parent)))
        return self._call(part.key, f"aws.{part.kind}", arguments)

    def _call(self, key: str, function: str, arguments: Sequence[Layout]) -> Layout:
        return Bracketed(f"{self._variables[key]} = {function}(", arguments, ")")

    def _options(self, part: ResourceSpec, parent: str) -> Layout:
        options: list[Layout] = [f"parent={self._variables[parent]}"]
        if part.ignored:
            options.append(Prefixed("ignore_changes=", self.value(list(part.ignored))))
        if part.after:
            before = Bracketed("[", [self._variables[key] for key in part.after], "]")
            options.append(Prefixed("depends_on=", before))
        if part.deletes_first:
            options.append("delete_before_replace=True")
        if part.slow:
            times = [f"{verb}={_text(time)}" for verb, time in TIMEOUTS.items()]
            timeouts = Bracketed("pulumi.CustomTimeouts(", times, ")")
            options.append(Prefixed("custom_timeouts=", timeouts))
        return Bracketed("pulumi.ResourceOptions(", options, ")")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
