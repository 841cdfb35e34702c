"""Reads what bears on the roles of a stack, once somebody wants to know what they may do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tablewright.aws.session import Session
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.reading import try_read
from tablewright.fleet.role_access import RoleAccess, Simulations, read_managed, simulate
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredStack

from .matrix import managed_arns, questions


def with_access(session: Session, declared: DeclaredStack, live: LiveStack) -> LiveStack:
    """`live` with the managed policies of its roles, and what IAM's simulator says of each."""
    roles = {
        role.name: (table, role, live_role)
        for table in declared.tables
        for role in table.roles
        if isinstance(live_role := live.roles.get(role.name), LiveRole)
    }
    arns = [arn for _, role, live_role in roles.values() for arn in managed_arns(role, live_role)]
    managed = read_managed(session, arns)
    access = {name: RoleAccess(managed) for name in roles}
    read = replace(live, access=access)

    def ask(name: str) -> Simulations:
        table, role, live_role = roles[name]
        return simulate(session, live_role.arn, list(questions(table, role, live_role, read)))

    simulated = map_concurrently(roles, lambda name: try_read(partial(ask, name)))
    return replace(read, access={name: RoleAccess(managed, simulated[name]) for name in roles})
