"""Live roles in the words of a manifest, as far as these say exactly what a role may do. Pure.

A role of a manifest is one table's, and has one inline policy. What a live one allows is taken
apart into effects and put together from the sets of actions; read back as a declared role it has
to do the same, or it is told why not and stays whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any

from tablewright.aws.tables import users_tags
from tablewright.errors import ManifestError
from tablewright.fleet.live import LiveTable
from tablewright.fleet.roles import USUAL_SESSION_SECONDS, LiveRole
from tablewright.manifest import load_text
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.plan.declaration.access import LAMBDA
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Role
from tablewright.plan.effects import effects, texts
from tablewright.plan.partitions import partition_of_region
from tablewright.plan.policy import policy_document, trust_document

from .document import document, joined
from .role_statements import NotSayable, permissions, statements_of
from .specification import Specification

_LONGEST_NAME = 50
_TABLE_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]*:[^:]*:table/[^/]+")
_BARE = ("partitionKey", "stream", "encryption", "recovery")
"""The key of a table, and what of it bears on what its roles may allow."""


def identity(name: str) -> str:
    """How `AdoptedTable.stays` and `holds` name a role."""
    return f"iam::role/{name}"


def named_tables(role: LiveRole) -> frozenset[str]:
    """ARNs of the tables that its inline policies name, or of which they name a part."""
    return frozenset(
        match[0]
        for policy in (role.inline or {}).values()
        for statement in statements_of(policy)
        for resource in texts(statement.get("Resource"))
        if (match := _TABLE_ARN.match(resource))
    )


def role_specifications(
    roles: Iterable[LiveRole], head: str, live: LiveTable, spec: Specification
) -> tuple[list[Specification], dict[str, str]]:
    """Entries of `access` for the roles of a table, and by name why there is none.

    Args:
        roles: those whose policies name the table.
        head: the document of its stack.
        live: the table.
        spec: of the table, as it is written.
    """
    entries, reasons = list[Specification](), dict[str, str]()
    bare = {name: spec[name] for name in _BARE if spec.get(name, UNREAD) != UNREAD}
    for role in roles:
        try:
            entry = _entry(role, live, {str(entry["name"]) for entry in entries})
            table = document("Table", live.name, {**bare, "access": [entry]})
            _check(_declared(joined([head, table])), role, live)
        except NotSayable as error:
            reasons[role.name] = str(error)
        else:
            entries.append(entry)
    return entries, reasons


def _entry(role: LiveRole, live: LiveTable, taken: set[str]) -> Specification:
    """What a manifest would say of it.

    Raises:
        NotSayable: there are no words for something.
    """
    if why := next(_unsayable(role, live), None):
        raise NotSayable(why)
    [(policy, body)] = (role.inline or {}).items()
    entry: Specification = {
        "name": _name(role.name, taken),
        "roleName": role.name,
        "policyName": policy,
        "description": role.description,
        **permissions(body, policy, live.arn),
        "trust": _trust(role),
    }
    if role.attached:
        entry["managedPolicies"] = list(role.attached)
    if role.boundary:
        entry["permissionsBoundary"] = role.boundary
    if tags := users_tags(role.tags):
        entry["tags"] = tags
    return entry


def _unsayable(role: LiveRole, live: LiveTable) -> Iterator[str]:
    """What keeps a role from being one of a manifest's, but for what its statements allow."""
    for facet, reason in role.unread.items():
        yield f"its {facet} policies could not be read: {reason}"
    if role.path != "/":
        yield f"its path is {role.path}, and roles of a manifest have none"
    if role.session_seconds != USUAL_SESSION_SECONDS:
        yield f"its sessions last {role.session_seconds} seconds, and no manifest can say it"
    inline = role.inline or {}
    if len(inline) != 1:
        yield f"it has {len(inline)} inline policies, {', '.join(inline)}, and could have one"
    others = sorted(named_tables(role) - {live.arn})
    if others:
        yield f"its policy names another table as well: {others[0]}"


def _name(name: str, taken: set[str]) -> str:
    """Its name within the table, in small letters."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[-_LONGEST_NAME + 4 :]
    stem = stem.lstrip("-0123456789") or "role"
    keys = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(key for key in keys if key not in taken)


def _trust(role: LiveRole) -> Specification:
    """Who may assume it, by the kinds of principals that a manifest knows.

    Raises:
        NotSayable: others may, or on other conditions.
    """
    services, principals, held = list[str](), list[str](), dict[str, tuple[Any, ...]]()
    for effect in sorted(effects(role.trust)):
        kind, _, name = effect.principal.partition(" ")
        if (effect.effect, effect.action) != ("Allow", "sts:assumerole") or kind not in {
            "Service",
            "AWS",
        }:
            raise NotSayable(f"no `trust` can say it: {effect}")
        (services if kind == "Service" else principals).append(name)
        if held.setdefault(kind, effect.conditions) != effect.conditions:
            raise NotSayable("its trust policy has several conditions")
    spec: Specification = {}
    if services != [LAMBDA] or principals:
        spec |= {"services": services} if services else {}
    if principals:
        spec["principals"] = principals
    if services and not held.get("Service"):
        spec["sourceAccount"] = False
    for operator, key, values in held.get("AWS", ()):
        if (operator, key, len(values)) != ("stringequals", "sts:externalid", 1):
            raise NotSayable(f"its trust policy asks for {key}, and no `trust` can")
        spec["externalId"] = values[0]
    return spec


def _declared(text: str) -> Role:
    """The one role of a stack of one table.

    Raises:
        NotSayable: the manifest would be refused.
    """
    try:
        [table] = declare(load_text(text, {})).tables
    except ManifestError as error:
        problem = error.problems[0]
        raise NotSayable(f"`{problem.path}`: {problem.message}") from error
    [role] = table.roles
    return role


def _check(declared: Role, role: LiveRole, live: LiveTable) -> None:
    """What was written means what is live.

    Raises:
        NotSayable: it does not.
    """
    [(policy, body)] = (role.inline or {}).items()
    partition = partition_of_region(live.region)
    trust = effects(trust_document(declared.trust, live.account_id, partition))
    if further := sorted(trust ^ effects(role.trust)):
        raise NotSayable(f"its trust policy could not be the same: {further[0]}")
    allowed = effects(policy_document(declared.grants, live.arn))
    if further := sorted(allowed - effects(body)):
        raise NotSayable(f"{policy}: a role that says the rest would also {further[0]}")
    if lost := sorted(effects(body) - allowed):
        raise NotSayable(f"{policy}: no `access` can say it: {lost[0]}")
    same = (
        (declared.name, role.name),
        (declared.policy_name, policy),
        (declared.description, role.description),
        (sorted(declared.managed_policies), sorted(role.attached or ())),
        (declared.permissions_boundary, role.boundary or None),
        (dict(declared.tags), users_tags(role.tags)),
    )
    for written, wanted in same:
        if written != wanted:
            raise NotSayable(f"{wanted} would be written as {written}")
