"""What exists already when a run begins, so that it is taken over instead of fought.

The engine cannot look before it creates. Whoever starts a run reads the account first and hands
what was found to `TableStack.from_declared`; each resource named here is imported, and brought to
what is declared in the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.plan.scaling import Bounds, Side
from tablewright.plan.table import Table
from tablewright.resource_kinds import KINDS, Account, type_token

LiveName = tuple[str, tuple[str | None, ...]]
"""Kind of a live resource, `iam.RolePolicy`, and what tells it from others of its kind, as far as a
declaration knows it."""


@dataclass(frozen=True, slots=True)
class LiveResource:
    """A live resource, which a stack may declare.

    Args:
        kind: module and class, `iam.RolePolicy`.
        inputs: that decide which one it is, by the engine's names.
        identity: the same as a declaration knows it; by default the values of `inputs`.
    """

    kind: str
    inputs: Mapping[str, Any]
    identity: tuple[str | None, ...] = ()

    @property
    def name(self) -> LiveName:
        """By which it is looked up."""
        return self.kind, self.identity or tuple(self.inputs.values())


@dataclass(frozen=True, slots=True)
class Existing:
    """Live resources that a stack declares. All empty: nothing is known to exist.

    Args:
        import_ids: what an import calls each of them, by its kind (`iam.RolePolicy`) and by what
            tells it from others of the kind, as a declaration knows it.
        tables: live tables by physical name, as far as they could be read. Used to give an
            autoscaled table the capacity it has, and to remove ceilings that are no longer
            declared; a table is imported because it is declared with `adopt`, not because it
            stands here.
        recorded: names of tables that the stack has on record and that live. They are not imported:
            the engine replaces no table that its program imports, though its owner allows it.
        scalable: what Application Auto Scaling scales of live tables, with its bounds, by table
            name and side: declared or made by others, but not what this stack has made and is
            about to remove.
        released: what of live tables this stack has made to scale and is about to scale no more, by
            table name and side.
        replica_tables: replicas as tables of their own, by table name and region, as far as
            something is declared of them that can only be declared as it is.
    """

    import_ids: Mapping[LiveName, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    scalable: Mapping[tuple[str, Side], Bounds] = field(default_factory=dict)
    released: frozenset[tuple[str, Side]] = frozenset()
    replica_tables: Mapping[tuple[str, str], Table] = field(default_factory=dict)

    def import_id(self, kind: str, *identity: str | None) -> str | None:
        """What an import calls a resource that exists, else None."""
        return self.import_ids.get((kind, identity))

    def scaled_sides(self, table: str) -> frozenset[Side]:
        """What scales of a table, whoever made it scale."""
        return frozenset(side for name, side in self.scalable if name == table)

    def table_id(self, name: str) -> str | None:
        """Import id of a table that is to be adopted; None once it is on record."""
        return None if name in self.recorded else name


def import_ids(live: Iterable[LiveResource], account: Account) -> dict[LiveName, str]:
    """What an import calls each resource of an account; those in other regions name theirs."""
    ids = {
        resource.name: KINDS[type_token(resource.kind)].import_id(resource.inputs, account)
        for resource in live
    }
    return {name: id_ for name, id_ in ids.items() if id_ is not None}


NOTHING = Existing()
"""For programs that create everything, and for runs in which all is in the state already."""
