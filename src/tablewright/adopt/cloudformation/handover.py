"""What of a stack changes hands with adopted tables, what stays, and the steps in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tablewright.adopt.adoption import AdoptedStack, AdoptedTable
from tablewright.adopt.roles import identity
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.manifest.messages.vocabulary import UNREAD

from .editing import EditedTemplate, Literals, retained, without
from .references import references
from .resources import ALARM, POLICY, TABLES, TARGET, TemplateResource, TemplateResources
from .roles import TemplateRole
from .table_fields import FIELDS
from .template import Template


@dataclass(frozen=True, slots=True)
class StackHandOver:
    """What a stack has to do with tables that were adopted.

    Args:
        taken: resources that CloudFormation has to let go of, with the tables first.
        literals: what names them answers, once they are no more in the template.
        stays: resources about adopted tables that stay, with the reasons.
        not_carried: what is lost to the manifests, as `ID.Property`.
        users: resources that stay and name something taken, with the properties that do.
    """

    taken: tuple[TemplateResource, ...] = ()
    literals: Literals = field(default_factory=dict)
    stays: tuple[tuple[str, str], ...] = ()
    not_carried: tuple[str, ...] = ()
    users: tuple[tuple[TemplateResource, tuple[str, ...]], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Logical ids of what changes hands."""
        return tuple(resource.id for resource in self.taken)


def hand_over(
    read: TemplateResources,
    stacks: Iterable[AdoptedStack],
    live: Sequence[LiveTable],
    roles: Sequence[tuple[TemplateRole, LiveRole | None]] = (),
) -> StackHandOver:
    """What of a stack's resources changes hands with the tables of these stacks.

    Args:
        read: the stack's resources.
        stacks: what was adopted.
        live: the live tables; what is not among them is not deployed, and nobody's to take over.
        roles: of the stack, that are about adopted tables, each as it is in AWS.
    """
    region = read.around.region
    there = {table.name: table for table in live if table.region == region}
    adopted = {
        table.name: table
        for stack in stacks
        for table in stack.tables
        if region in table.regions and table.name in there
    }
    taken, stays = list[TemplateResource](), list[tuple[str, str]]()
    for resource in sorted(
        read.resources.values(), key=lambda resource: resource.kind not in TABLES
    ):
        names = resource.tables & adopted.keys()
        if not names:
            continue
        reason = _why_it_stays(resource, [adopted[name] for name in names])
        if reason:
            stays.append((resource.id, reason))
        else:
            taken.append(resource)
    held = {name for table in adopted.values() for name in table.holds}
    of_roles: dict[tuple[str, str], str] = {}
    for role, live_role in roles:
        if live_role is not None and identity(role.name) in held:
            taken += [role.resource, *role.policies]
            of_roles[role.resource.id, ""] = role.name
            of_roles[role.resource.id, "Arn"] = live_role.arn
        else:
            unseen = "" if live_role else "there is no such role in AWS, or it may not be read"
            stays.append((role.resource.id, role.why or unseen or "no manifest can say it"))
    return StackHandOver(
        taken=tuple(taken),
        literals={**_literals(read, taken, there), **of_roles},
        stays=tuple(stays),
        not_carried=tuple(_not_carried(taken)),
        users=tuple(_users(read, {resource.id for resource in taken})),
    )


def _users(
    read: TemplateResources, taken: Collection[str]
) -> Iterator[tuple[TemplateResource, tuple[str, ...]]]:
    """What stays and names something taken, with the properties in which it does."""
    for resource in read.resources.values():
        below = resource.entry.value.entries
        given = below["Properties"].value.entries if "Properties" in below else {}
        named = tuple(
            name
            for name, entry in {**below, **given}.items()
            if name != "Properties"
            and any(reference.target in taken for reference in references(entry.value))
        )
        if named and resource.id not in taken:
            yield resource, named


def _why_it_stays(resource: TemplateResource, tables: Sequence[AdoptedTable]) -> str:
    """Why a resource about adopted tables stays with its stack; empty where it is taken over."""
    if resource.kind in TABLES:
        return ""
    if len(resource.tables) != 1:
        return "it watches several tables"
    [table] = tables
    field_name = "alarms" if resource.kind == ALARM else "autoScaling"
    if field_name in table.unread:
        return f"`{field_name}` of {table.name} is {UNREAD}"
    if resource.identity in table.stays:
        return "no manifest can say it"
    return "" if resource.identity in table.holds else f"{table.name} has no such thing in AWS"


def _literals(
    read: TemplateResources, taken: Iterable[TemplateResource], live: Mapping[str, LiveTable]
) -> dict[tuple[str, str], str]:
    """What references to the resources answer."""
    literals: dict[tuple[str, str], str] = {}
    for resource in taken:
        physical = read.around.physical_ids.get(resource.id, resource.name)
        if physical is None and resource.kind == TARGET and resource.scaled:
            physical = "|".join((*resource.scaled, "dynamodb"))
        if physical is not None:
            literals[resource.id, ""] = physical
        if resource.kind in TABLES:
            reading = live[resource.name or ""].reading
            literals[resource.id, "Arn"] = reading.arn
            literals[resource.id, "TableId"] = reading.table_id
            if reading.stream_arn:
                literals[resource.id, "StreamArn"] = reading.stream_arn
        elif resource.kind == POLICY and physical is not None:
            literals[resource.id, "Arn"] = physical
        elif resource.kind == ALARM and physical is not None:
            place = f"{read.around.region}:{read.around.account_id}"
            partition = read.around.pseudo["AWS::Partition"]
            literals[resource.id, "Arn"] = f"arn:{partition}:cloudwatch:{place}:alarm:{physical}"
    return literals


def _not_carried(taken: Iterable[TemplateResource]) -> Iterator[str]:
    for resource in taken:
        fields = FIELDS.get(resource.kind, {})
        for name in resource.properties:
            if not fields.get(name):
                yield f"{resource.id}.{name}"


@dataclass(frozen=True, slots=True)
class EditedTemplates:
    """The two templates of a hand-over."""

    retained: EditedTemplate
    without: EditedTemplate


def edited(template: Template, change: StackHandOver) -> EditedTemplates:
    """The template of the first deploy, and that of the second.

    Args:
        template: as people wrote it, before any macro.
        change: what changes hands.
    """
    return EditedTemplates(
        retained(template, change.ids), without(template, change.ids, change.literals)
    )
