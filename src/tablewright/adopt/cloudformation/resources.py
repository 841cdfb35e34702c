"""The resources of a template that concern tables, with what can be known of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.errors import Problem

from .loops import PREFIX as LOOP
from .loops import unrolled
from .resolving import NAMES, Resolver
from .surroundings import Resolved, Surroundings, Unknown
from .template import Template, TemplateEntry, Value

TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
TABLES = frozenset({TABLE, GLOBAL_TABLE, SIMPLE_TABLE})
TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
ALARM = "AWS::CloudWatch::Alarm"
READ = TABLES | {TARGET, POLICY, ALARM}
"""Types whose properties are read."""
NESTED = frozenset({"AWS::CloudFormation::Stack", "AWS::Serverless::Application"})
SAM = "AWS::Serverless-2016-10-31"
LANGUAGE = "AWS::LanguageExtensions"
_KNOWN_TRANSFORMS = frozenset({SAM, LANGUAGE})
_SCALED = ("ResourceId", "ScalableDimension", "ServiceNamespace")


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """A resource that the stack has.

    Args:
        id: its logical id.
        kind: CloudFormation's type.
        entry: where it is in the template.
        properties: resolved, of the types in `READ`; `Unknown` where that cannot be known.
        name: what `Ref` answers; None where that cannot be known.
        is_certain: the stack has it; else its condition cannot be known.
    """

    id: str
    kind: str
    entry: TemplateEntry
    properties: Mapping[str, Resolved] = field(default_factory=dict)
    name: str | None = None
    is_certain: bool = True

    @property
    def scaled(self) -> tuple[str, str] | None:
        """Resource id and dimension of DynamoDB that a target or a policy is for."""
        if self.kind not in {TARGET, POLICY}:
            return None
        given = {part: self.properties.get(part) for part in _SCALED}
        target_id = self.properties.get("ScalingTargetId")
        if isinstance(target_id, str) and target_id.count("|") == len(_SCALED) - 1:
            given = dict(zip(_SCALED, target_id.split("|"), strict=True))
        resource, dimension, service = (given[part] for part in _SCALED)
        if service != "dynamodb" or not isinstance(resource, str) or "/" not in resource:
            return None
        return resource, str(dimension)

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables that this is about: itself, what scales, what an alarm watches."""
        if self.kind in TABLES:
            return frozenset({self.name} if self.name else ())
        if self.scaled:
            return frozenset({self.scaled[0].split("/")[1]})
        return frozenset(_watched(self.properties)) if self.kind == ALARM else frozenset()

    @property
    def identity(self) -> str:
        """As `AdoptedTable.stays` has it: resource and dimension of scaling, or an alarm's name."""
        return " ".join(self.scaled) if self.scaled else self.name or ""


@dataclass(frozen=True, slots=True)
class TemplateResources:
    """What a template has.

    Args:
        template: the text they are read from.
        resources: those that the stack has, or may have, by logical id.
        problems: what cannot be known of tables and their parts, each at its place.
        around: what the template was resolved with.
    """

    template: Template
    resources: Mapping[str, TemplateResource]
    problems: tuple[Problem, ...]
    around: Surroundings

    @property
    def tables(self) -> tuple[TemplateResource, ...]:
        """The tables, whether their names are known or not."""
        return tuple(element for element in self.resources.values() if element.kind in TABLES)

    @property
    def by_table(self) -> dict[str, list[TemplateResource]]:
        """What is about each table, by its name."""
        about: dict[str, list[TemplateResource]] = {}
        for resource in self.resources.values():
            for name in resource.tables:
                about.setdefault(name, []).append(resource)
        return about


def read_resources(template: Template, around: Surroundings) -> TemplateResources:
    """The resources that a template makes in these surroundings.

    Raises:
        UsageError: a parameter is given that the template does not have.
    """
    template, wrong = unrolled(template, around)
    resolver = Resolver(template, around)
    problems = [*template.problems, *_transforms(template), *wrong]
    resources: dict[str, TemplateResource] = {}
    for name, entry in template.section("Resources").items():
        if name.startswith("Fn::"):
            if not name.startswith(LOOP):  # which was told already
                why = f"{name} makes resources that only CloudFormation knows"
                problems.append(_problem(template, entry, f"Resources.{name}", why))
            continue
        read, unknown = _resource(template, resolver, name, entry, around)
        problems += unknown
        if read is not None:
            resources[name] = read
    return TemplateResources(template, resources, tuple(dict.fromkeys(problems)), around)


def unknowns(value: Resolved) -> Iterator[Problem]:
    """What is not known in a value, at every depth."""
    if isinstance(value, Unknown):
        yield value.problem
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from unknowns(item)
    elif isinstance(value, list):
        for item in value:
            yield from unknowns(item)


def _resource(
    template: Template,
    resolver: Resolver,
    name: str,
    entry: TemplateEntry,
    around: Surroundings,
) -> tuple[TemplateResource | None, list[Problem]]:
    """A resource, None where its condition is false; and what cannot be known of it."""
    below = entry.value.entries
    kind = str(below["Type"].value.content) if "Type" in below else ""
    path = f"Resources.{name}"
    if kind in NESTED:
        why = "the tables of a nested stack are not in this template"
        fix = f"adopt it by itself: --cloudformation {around.physical_ids.get(name, 'STACK')}"
        return TemplateResource(name, kind, entry), [_problem(template, entry, path, why, fix)]
    if kind not in READ:
        return TemplateResource(name, kind, entry), []
    problems: list[Problem] = []
    holds: bool | Unknown = True
    if "Condition" in below:
        condition = below["Condition"]
        holds = resolver.condition(
            str(condition.value.content), f"{path}.Condition", condition.line
        )
        if holds is False:
            return None, []
        problems += unknowns(holds)
    given = below["Properties"].value if "Properties" in below else _nothing(entry.value)
    properties = resolver.resolve(given, f"{path}.Properties")
    if isinstance(properties, Unknown) or not isinstance(properties, dict):
        why = "its properties are no mapping that is known"
        problems.append(_problem(template, entry, f"{path}.Properties", why))
        properties = {}
    if kind == SIMPLE_TABLE:
        properties = {**_sam_globals(template, resolver), **properties}
    resource = TemplateResource(
        name,
        kind,
        entry,
        properties,
        _name(resolver, name, kind, entry.line, problems),
        is_certain=holds is True,
    )
    return resource, problems + _concerning(resource)


def _concerning(resource: TemplateResource) -> list[Problem]:
    """What is unknown of a table or of something of DynamoDB's; nobody asks for other services."""
    service = resource.properties.get("ServiceNamespace")
    if resource.kind == ALARM and resource.properties.get("Namespace") != "AWS/DynamoDB":
        if not any(resource.tables) and not resource.properties.get("Metrics"):
            return []
    elif resource.kind in {TARGET, POLICY} and service not in ("dynamodb", None):
        return []
    return [*unknowns(resource.properties)]


def _name(
    resolver: Resolver, name: str, kind: str, line: int, problems: list[Problem]
) -> str | None:
    if kind not in NAMES:
        return None
    answer = resolver.reference(name, f"Resources.{name}.Properties.{NAMES[kind]}", line)
    problems += unknowns(answer)
    return answer if isinstance(answer, str) else None


def _sam_globals(template: Template, resolver: Resolver) -> Mapping[str, Any]:
    entry = template.section("Globals").get("SimpleTable")
    shared = resolver.resolve(entry.value, "Globals.SimpleTable") if entry else {}
    return shared if isinstance(shared, dict) else {}


def _transforms(template: Template) -> Iterator[Problem]:
    """Macros may add to a template, and change anything in it."""
    entry = template.root.entries.get("Transform")
    if entry is None:
        return
    content = entry.value.content
    for value in content if isinstance(content, list) else [entry.value]:
        name = value.content if isinstance(value.content, str) else "Fn::Transform"
        if name not in _KNOWN_TRANSFORMS:
            why = f"what the macro {name} makes of this template only CloudFormation knows"
            fix = "read what it made: --cloudformation STACK"
            yield Problem(why, fix, template.file, value.line, None, "Transform")


def _watched(properties: Mapping[str, Resolved]) -> Iterator[str]:
    """Tables in the dimensions of an alarm's series."""
    series: list[Any] = [properties]
    metrics = properties.get("Metrics")
    for query in metrics if isinstance(metrics, list) else ():
        stat = query.get("MetricStat") if isinstance(query, Mapping) else None
        if isinstance(stat, Mapping):
            series.append(stat.get("Metric"))
    for element in series:
        dimensions = element.get("Dimensions") if isinstance(element, Mapping) else None
        for dimension in dimensions if isinstance(dimensions, list) else ():
            if isinstance(dimension, Mapping) and dimension.get("Name") == "TableName":
                value = dimension.get("Value")
                if isinstance(value, str):
                    yield value


def _problem(
    template: Template, entry: TemplateEntry, path: str, why: str, fix: str = ""
) -> Problem:
    return Problem(why, fix, template.file, entry.line, None, path)


def _nothing(value: Value) -> Value:
    return Value(value.end, value.end, value.line, {})
