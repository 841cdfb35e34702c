"""What a template's values come to: parameters, conditions, mappings and functions. Pure.

What cannot be known from the template is an `Unknown` at its place, and everything around it is
resolved all the same. The value of a dynamic reference may be a secret: neither it nor its
reference is ever part of a message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tablewright.errors import Problem, UsageError

from .functions import FUNCTIONS, UNRESOLVED
from .references import function_of
from .surroundings import NO_VALUE, Resolved, Surroundings, Unknown
from .template import Template, TemplateEntry, Value

LONGEST_TEXT = 1_000_000
"""No text that is put together gets longer."""
_SECRET = "{{resolve:"  # noqa: S105 - how a dynamic reference begins
_YES = {"true": True, "True": True, "false": False, "False": False}


NAMES: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Serverless::SimpleTable": "TableName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Kinesis::Stream": "Name",
}
"""The property that `Ref` answers, of resources whose name a template may give."""
ARNS: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{id}",
    "AWS::DynamoDB::GlobalTable": "dynamodb:{region}:{account}:table/{id}",
    "AWS::Serverless::SimpleTable": "dynamodb:{region}:{account}:table/{id}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{id}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{id}",
    "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{id}",
}
"""What the attribute `Arn` is, given what `Ref` answers (CloudFormation's resource reference)."""
_SCALED = ("ResourceId", "ScalableDimension", "ServiceNamespace")
_MUST_BE_GIVEN = "give it with --parameter {}=VALUE"


class Resolver:
    """Resolves the values of one template."""

    def __init__(self, template: Template, around: Surroundings) -> None:
        self._template, self._around = template, around
        self._pseudo = around.pseudo
        self._conditions: dict[str, bool | Unknown] = {}
        self._references: dict[tuple[str, str], Resolved] = {}
        self._busy: set[tuple[str, str]] = set()
        self._parameters = template.section("Parameters")
        self._resources = template.section("Resources")
        if wrong := sorted(around.parameters.keys() - self._parameters.keys()):
            known = ", ".join(sorted(self._parameters)) or "none"
            raise UsageError(
                f"{template.file} has no parameter {', '.join(wrong)}", f"its parameters: {known}"
            )

    @property
    def exports(self) -> Mapping[str, str] | None:
        """What other stacks export; None where that is not read."""
        return self._around.exports

    def section(self, name: str) -> dict[str, TemplateEntry]:
        """The entries of a section of the template."""
        return self._template.section(name)

    def resolve(self, value: Value, path: str) -> Resolved:
        """What a value comes to; None for what is not there (`AWS::NoValue`, null)."""
        resolved = self.resolved(value, path)
        return None if resolved is NO_VALUE else resolved

    def condition(self, name: str, path: str, line: int) -> bool | Unknown:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            entry = self._template.section("Conditions").get(name)
            if entry is None:
                return self.unknown(line, path, f"there is no condition {name}")
            # Until it is known: a condition that leads to itself has no answer.
            self._conditions[name] = self.unknown(entry.line, f"Conditions.{name}", _CIRCLE)
            self._conditions[name] = self._truth(entry.value, f"Conditions.{name}")
        return self._conditions[name]

    def reference(self, name: str, path: str, line: int) -> Resolved:
        """What `Ref` answers."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._pseudo:
            known = self._pseudo[name]
            why = f"{name} is known of a deployed stack only"
            return self.unknown(line, path, why) if known is None else known
        if name in self._parameters:
            return self._parameter(name, path, line)
        return self._once(("Ref", name), path, line, lambda: self._resource(name, path, line))

    def attribute(self, name: str, attribute: str, path: str, line: int) -> Resolved:
        """What `Fn::GetAtt` answers, where that follows from names."""

        def found() -> Resolved:
            kind = self._kind(name)
            why = f"{attribute} of {name} is not known before it is made"
            if attribute != "Arn" or kind not in ARNS:
                return self.unknown(line, path, why)
            physical = self.reference(name, path, line)
            if not isinstance(physical, str):
                return physical
            partition = self._pseudo["AWS::Partition"]
            place = {"region": self._around.region, "account": self._around.account_id}
            return f"arn:{partition}:{ARNS[kind].format(**place, id=physical)}"

        return self._once((attribute, name), path, line, found)

    def _once(
        self, key: tuple[str, str], path: str, line: int, find: Callable[[], Resolved]
    ) -> Resolved:
        """The same question is answered once; one that leads to itself has no answer."""
        if key not in self._references:
            if key in self._busy:
                return self.unknown(line, path, _CIRCLE)
            self._busy.add(key)
            self._references[key] = find()
            self._busy.discard(key)
        return self._references[key]

    def _kind(self, name: str) -> str:
        entry = self._resources.get(name)
        kind = entry.value.entries.get("Type") if entry else None
        return str(kind.value.content) if kind else ""

    def _resource(self, name: str, path: str, line: int) -> Resolved:
        if name in self._around.physical_ids:
            return self._around.physical_ids[name]
        entry = self._resources.get(name)
        if entry is None:
            return self.unknown(line, path, f"there is no parameter or resource {name}")
        properties = entry.value.entries.get("Properties")
        given = properties.value.entries if properties else {}
        kind = self._kind(name)
        if kind == "AWS::ApplicationAutoScaling::ScalableTarget":
            below = [(part, given[part].value) for part in _SCALED if part in given]
            parts = [self.resolve(value, f"{path}.{part}") for part, value in below]
            if len(parts) == len(_SCALED) and all(isinstance(part, str) for part in parts):
                return "|".join(parts)
        elif kind in NAMES and NAMES[kind] in given:
            # Where the name itself is unknown, its own place is the one to be told.
            named = f"Resources.{name}.Properties.{NAMES[kind]}"
            return self.resolve(given[NAMES[kind]].value, named)
        why = f"AWS names {name} when it makes it; --cloudformation STACK reads the name"
        return self.unknown(line, path, why)

    def _parameter(self, name: str, path: str, line: int) -> Resolved:
        declared = {key: entry.value for key, entry in self._parameters[name].value.entries.items()}
        kind = str(declared["Type"].content) if "Type" in declared else "String"
        if "NoEcho" in declared and _YES.get(str(declared["NoEcho"].content)):
            return self.unknown(line, path, f"the parameter {name} is secret (NoEcho)")
        given = self._around.parameters.get(name)
        if given is None and kind.startswith("AWS::SSM::"):
            why = f"the parameter {name} comes from Systems Manager"
        else:
            default = declared["Default"].content if "Default" in declared else None
            given = default if given is None and isinstance(default, str) else given
            why = f"the parameter {name} has no default"
        if given is None:
            return self.unknown(line, path, why, _MUST_BE_GIVEN.format(name))
        if _SECRET in given:
            return self.unknown(line, path, f"the parameter {name} is a dynamic reference")
        listed = kind == "CommaDelimitedList" or "List<" in kind
        return [part.strip() for part in given.split(",")] if listed else given

    def resolved(self, value: Value, path: str) -> Resolved:
        """What a value comes to; `NO_VALUE` for what is not there."""
        if value.is_null:
            return NO_VALUE
        if (called := function_of(value)) is not None:
            name, argument = called
            function = FUNCTIONS.get(name)
            if function is None:
                return self.unknown(
                    value.line, path, UNRESOLVED.get(name, f"{name} is not known here")
                )
            return self._text(function(self, argument, path), value.line, path)
        content = value.content
        if isinstance(content, dict):
            below = {
                key: self.resolved(entry.value, f"{path}.{key}") for key, entry in content.items()
            }
            return {key: item for key, item in below.items() if item is not NO_VALUE}
        if isinstance(content, list):
            items = [self.resolved(item, f"{path}[{place}]") for place, item in enumerate(content)]
            return [item for item in items if item is not NO_VALUE]
        return self._text(content, value.line, path)

    def _text(self, resolved: Resolved, line: int, path: str) -> Resolved:
        """The same, but for texts that nobody may see or that grow without end."""
        if isinstance(resolved, str):
            if _SECRET in resolved:
                return self.unknown(line, path, "it is a dynamic reference, which is not read")
            if len(resolved) > LONGEST_TEXT:
                return self.unknown(line, path, "it gets too long")
        return resolved

    def unknown(self, line: int, path: str, why: str, fix: str = "") -> Unknown:
        """What cannot be known, at its place."""
        return Unknown(Problem(why, fix, self._template.file, line, None, path))

    def _truth(self, value: Value, path: str) -> bool | Unknown:
        """What a condition function, or the name of a condition, comes to."""
        called = function_of(value)
        if called is None and [*value.entries] == ["Condition"]:
            called = "Condition", value.entries["Condition"].value
        name, argument = called or ("", value)
        if name == "Condition":
            return self.condition(str(argument.content), path, value.line)
        items = argument.content if isinstance(argument.content, list) else []
        if name == "Fn::Equals" and len(items) == 2:  # noqa: PLR2004 - what is compared
            sides = [self.resolve(item, path) for item in items]
            unknown = next((side for side in sides if isinstance(side, Unknown)), None)
            return unknown or sides[0] == sides[1]
        if name in {"Fn::And", "Fn::Or", "Fn::Not"} and items:
            return _combined(name, [self._truth(item, path) for item in items])
        if not called and isinstance(value.content, str) and value.content in _YES:
            return _YES[value.content]
        return self.unknown(value.line, path, f"{name or 'this'} is no condition that is known")


_CIRCLE = "it leads to itself"


def _combined(name: str, truths: Sequence[bool | Unknown]) -> bool | Unknown:
    """And, Or and Not over what may be unknown: false and ... is false, whatever that is."""
    decided = {"Fn::And": False, "Fn::Or": True}.get(name)
    if decided is not None and any(truth is decided for truth in truths):
        return decided
    if unknown := next((truth for truth in truths if isinstance(truth, Unknown)), None):
        return unknown
    return not truths[0] if name == "Fn::Not" else name == "Fn::And"
