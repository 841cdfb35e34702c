"""Indexes: names, numbers, what they carry (Developer Guide, Constraints and Service quotas)."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.dynamodb_values import MOST_PROJECTED_ATTRIBUTES
from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Projection, TableSpec
from tablewright.manifest.rules.finding import STACK_QUOTAS, Finding, Subject, at, repeated
from tablewright.manifest.rules.keys import name_fits

MOST_ATTRIBUTES_PER_INDEX = 20


def names_differ(subject: Subject) -> Iterator[Finding]:
    """Global and local indexes share one set of names."""
    first: dict[str, Path] = {}
    for path, name, _ in _indexes(subject.spec):
        known = first.setdefault(name, path)
        if known != path:
            yield Finding(
                (*path, "name"),
                f"two indexes of the table are called `{name}`",
                "give one of them another name",
                reads=((*known, "name"),),
                other=(*known, "name"),
            )


def not_too_many(subject: Subject) -> Iterator[Finding]:
    """Twenty global indexes are AWS's quota of a table."""
    count = len(subject.spec.global_secondary_indexes)
    most = subject.stack.spec.quotas.global_secondary_indexes
    if count > most:
        yield Finding(
            at("globalSecondaryIndexes"),
            f"has {count} global indexes, more than {most}",
            f"keep at most {most}, or say in `quotas` of the stack what AWS has raised it to",
            reads=((*STACK_QUOTAS, "globalSecondaryIndexes"),),
        )


def local_needs_sort_key(subject: Subject) -> Iterator[Finding]:
    """A local index is another order of the items under one partition key."""
    spec = subject.spec
    if spec.local_secondary_indexes and spec.sort_key is None:
        yield Finding(
            at("localSecondaryIndexes"),
            "a table without a sort key cannot have local indexes",
            "add `sortKey` to the table, or use a global index",
            reads=(at("sortKey"),),
        )


def local_has_own_sort_key(subject: Subject) -> Iterator[Finding]:
    """A local index with the table's own sort key would be the table again."""
    spec = subject.spec
    for number, local in enumerate(spec.local_secondary_indexes):
        if spec.sort_key and local.sort_key.name == spec.sort_key.name:
            yield Finding(
                at("localSecondaryIndexes", number, "sortKey", "name"),
                f"`{local.sort_key.name}` is the sort key of the table itself",
                "give the index another sort key, or remove it",
                reads=(at("sortKey"),),
            )


def projection_fits(subject: Subject) -> Iterator[Finding]:
    """Only an INCLUDE projection names attributes, and it names at least one."""
    for path, _, projection in _indexes(subject.spec):
        here = (*path, "projection")
        names = projection.non_key_attributes
        if projection.type == "INCLUDE" and not names:
            yield Finding(
                here,
                "an INCLUDE projection needs `nonKeyAttributes`",
                "add `nonKeyAttributes: [...]`, or project the keys only",
                reads=((*here, "type"), (*here, "nonKeyAttributes")),
            )
        elif projection.type != "INCLUDE" and names:
            yield Finding(
                (*here, "nonKeyAttributes"),
                f"`nonKeyAttributes` has no place in a projection of type {projection.type}",
                "remove it, or use `type: INCLUDE`",
                reads=((*here, "type"),),
            )


def projected_names_fit(subject: Subject) -> Iterator[Finding]:
    """What an index carries besides its keys has a name that fits, and is named once.

    Keys may be named as well, though they are carried anyway: AWS takes that.
    """
    for path, _, projection in _indexes(subject.spec):
        here = (*path, "projection", "nonKeyAttributes")
        for number, name in enumerate(projection.non_key_attributes):
            yield from name_fits((*here, number), name)
        for number, first, name in repeated(projection.non_key_attributes):
            message, fix = f"`{name}` is named twice", "remove one of the two"
            yield Finding((*here, number), message, fix, other=(*here, first))


def not_too_much_projected(subject: Subject) -> Iterator[Finding]:
    """Twenty attributes per index, a hundred over all of them, the same name counted each time."""
    total = 0
    for path, _, projection in _indexes(subject.spec):
        here = (*path, "projection", "nonKeyAttributes")
        count = len(projection.non_key_attributes)
        before, total = total, total + count
        if count > MOST_ATTRIBUTES_PER_INDEX:
            yield Finding(
                here,
                f"names {count} attributes, more than {MOST_ATTRIBUTES_PER_INDEX}",
                "name fewer, or use `type: ALL`",
            )
        if before <= MOST_PROJECTED_ATTRIBUTES < total:
            yield Finding(
                here,
                f"with this index the table projects more than {MOST_PROJECTED_ATTRIBUTES} "
                "attributes over all indexes",
                "name fewer, or use `type: ALL` in some of them",
            )


def _indexes(spec: TableSpec) -> Iterator[tuple[Path, str, Projection]]:
    for number, index in enumerate(spec.global_secondary_indexes):
        yield at("globalSecondaryIndexes", number), index.name, index.projection
    for number, local in enumerate(spec.local_secondary_indexes):
        yield at("localSecondaryIndexes", number), local.name, local.projection


RULES = (
    names_differ,
    not_too_many,
    local_needs_sort_key,
    local_has_own_sort_key,
    projection_fits,
    projected_names_fit,
    not_too_much_projected,
)
