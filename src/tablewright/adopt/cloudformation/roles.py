"""The roles of a template whose policies name tables, and what keeps one with its stack. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .resolving import Resolver
from .resources import TemplateResource, TemplateResources
from .template import Template

ROLE = "AWS::IAM::Role"
_HOLDERS: Mapping[str, tuple[str, ...]] = {
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
    "AWS::IAM::RolePolicy": ("RoleName",),
}
"""Types that put an inline policy into others, and the properties that name these."""
_OF_SERVERLESS = "IamRoleLambdaExecution"


@dataclass(frozen=True, slots=True)
class TemplateRole:
    """A role with what puts inline policies into it.

    Args:
        resource: in the template.
        name: of the role.
        policies: the resources that are its inline policies.
        why: it stays with its stack whatever it allows; empty where it does not.
    """

    resource: TemplateResource
    name: str
    policies: tuple[TemplateResource, ...] = ()
    why: str = ""


def template_roles(
    read: TemplateResources, original: Template, tables: Collection[str], *, serverless: bool
) -> tuple[TemplateRole, ...]:
    """The roles that are about some of these tables.

    Args:
        read: what the template makes.
        original: the template as it was written, which is what can be edited.
        tables: names.
        serverless: the Serverless Framework compiled it.
    """
    resolver = Resolver(read.template, read.around)
    policies = [*_policies(read, resolver)]
    return tuple(
        role
        for resource in read.resources.values()
        if resource.kind == ROLE
        and isinstance(
            name := resolver.reference(resource.id, resource.id, resource.entry.line), str
        )
        and (role := _role(resource, name, policies, original, serverless=serverless))
        and any(_names(_properties(resolver, part), tables) for part in (resource, *role.policies))
    )


def _role(
    resource: TemplateResource,
    name: str,
    policies: Collection[tuple[TemplateResource, list[Any]]],
    original: Template,
    *,
    serverless: bool,
) -> TemplateRole:
    own = [(policy, holders) for policy, holders in policies if name in holders]
    unknown = [
        policy.id
        for policy, holders in policies
        if not all(isinstance(holder, str) for holder in holders)
    ]
    shared = [policy.id for policy, holders in own if holders != [name]]
    why = ""
    if resource.id not in original.section("Resources"):
        why = "a macro makes it for a function, which needs `Role` before it can be let go of"
    elif serverless and resource.id == _OF_SERVERLESS:
        why = "the framework makes it for the functions, as long as they have no role of their own"
    elif unknown:
        why = f"whose {unknown[0]} is cannot be known"
    elif shared:
        why = f"its policy {shared[0]} is not its alone"
    return TemplateRole(resource, name, tuple(policy for policy, _ in own), why)


def _policies(
    read: TemplateResources, resolver: Resolver
) -> Iterator[tuple[TemplateResource, list[Any]]]:
    """What puts inline policies into others, with these; one that is not known is not text."""
    for resource in read.resources.values():
        if resource.kind in _HOLDERS:
            given = _properties(resolver, resource)
            holders: list[Any] = []
            for name in _HOLDERS[resource.kind]:
                value = given.get(name)
                holders += value if isinstance(value, list) else [value] if value else []
            yield resource, holders


def _properties(resolver: Resolver, resource: TemplateResource) -> Mapping[str, Any]:
    below = resource.entry.value.entries.get("Properties")
    properties = resolver.resolve(below.value, resource.id) if below else None
    return properties if isinstance(properties, Mapping) else {}


def _names(value: Any, tables: Collection[str]) -> bool:
    """Whether a text in a value, at any depth, is the ARN of one of the tables or of its parts."""
    if isinstance(value, Mapping):
        return any(_names(item, tables) for item in value.values())
    if isinstance(value, list):
        return any(_names(item, tables) for item in value)
    if not isinstance(value, str):
        return False
    return value.partition(":table/")[2].partition("/")[0] in tables
