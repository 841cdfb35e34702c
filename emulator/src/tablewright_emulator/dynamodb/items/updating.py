"""An update against its table: keys stay, keys of indexes keep their type, neither is a container.

What needs no item is refused before the item is read, and so before a condition on it; what depends
on the item, of a type that only its attributes have, afterwards and in other words. Source: tests
of dynalite, held to AWS.
"""

from __future__ import annotations

from tablewright_emulator.dynamodb.expressions.terms import (
    Attribute,
    IfNotExists,
    ListAppend,
    Literal,
    Sum,
    Values,
)
from tablewright_emulator.dynamodb.expressions.update import Action, Update
from tablewright_emulator.dynamodb.items.commit import Change
from tablewright_emulator.dynamodb.items.keys import (
    check_index_keys,
    check_size,
    index_key_mismatch,
    refuse_nested,
)
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import Attributes, invalid

UPDATED_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"


def check_update(table: Table, update: Update) -> None:
    """Refuse what the table says against an update, whatever the item is.

    Raises:
        AwsFault: ValidationException.
    """
    names = table.keys.names
    for action in update.actions:
        name = action.path[0]
        if name in names:
            raise invalid(f"Cannot update attribute {name}. This attribute is part of the key")
    if table.indexes or table.local_indexes:
        _refuse_other_types(table, update)
    for action in update.actions:
        if action.nested:
            refuse_nested(table, action.nested)


def apply_update(table: Table, key: Attributes, place: Place, update: Update) -> Change:
    """What an update would change."""
    old: Item | None = table.shelf.get(place)
    new = Item.of(update.apply(old.attributes if old else key))
    check_index_keys(table, new.attributes, updated=True)
    check_size(table, new, UPDATED_TOO_LARGE)
    return Change(table, place, old, new)


def _refuse_other_types(table: Table, update: Update) -> None:
    kinds = {
        action.path[0]: kind
        for action in update.actions
        if len(action.path) == 1 and (kind := _kind(action, update.values)) is not None
    }
    if not kinds:
        return
    types = table.types
    for index in table.all_indexes():
        if index.view is None:
            continue
        for name in index.view.keys.names:
            if name in kinds and kinds[name] != types[name]:
                raise index_key_mismatch(name, types[name], kinds[name], index.name)


def _kind(action: Action, values: Values) -> str | None:
    """The type of what an action writes, where it needs no item to be known."""
    if action.operand:
        return next(iter(values[action.operand]))
    match action.term:
        case Literal(name=name):
            return next(iter(values[name]))
        case Sum():
            return "N"
        case ListAppend():
            return "L"
        case None | Attribute() | IfNotExists():
            return None
    return next(iter(values.get(str(action.path[0]), ())), None)  # of AttributeUpdates
