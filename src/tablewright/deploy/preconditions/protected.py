"""What its declaration protects, found out before the first deletion of a destroy. Pure.

The engine refuses to delete what is protected when it comes to it, and by then it has deleted what
stands beside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tablewright.components.names import TABLE_COMPONENT
from tablewright.engine import StateResource
from tablewright.resource_kinds import KINDS
from tablewright.resource_kinds.types import TABLE

from .undeletable import Obstacle, Words


def protected_by_declaration(
    resources: Collection[StateResource], words: Words
) -> Iterator[Obstacle]:
    """What the engine would refuse to delete, each with all that stands under it and is protected.

    Args:
        resources: of the stack's state.
        words: of the remedies.
    """
    protected = {resource.urn for resource in resources if resource.protect}
    tables = {resource.parent: resource.id for resource in resources if resource.type == TABLE}
    for resource in resources:
        if resource.urn not in protected or resource.parent in protected:
            continue
        if resource.type == TABLE_COMPONENT:
            yield _of_table(tables.get(resource.urn, resource.name), words)
        else:
            yield _of_program(resource, words)


def _of_table(name: str, words: Words) -> Obstacle:
    again = "" if name in words.declared else "declare it again as it was, "
    return Obstacle(
        f"table {name} is protected by its `protect: true`, with all that belongs to it",
        f"{again}set `protect: false` for table {name}, run `tablewright up PATH --refresh`, "
        f"{words.then}",
    )


def _of_program(resource: StateResource, words: Words) -> Obstacle:
    kind = KINDS.get(resource.type)
    word = kind.word if kind else "component" if not resource.custom else resource.type
    return Obstacle(
        f"{word} {resource.name} is protected by its program",
        f"remove `protect` from the options of {word} {resource.name}, run `tablewright up PATH`, "
        f"{words.then}",
    )
