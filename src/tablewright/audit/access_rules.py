"""Rules on who may use a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tablewright.fleet.reading import Unread
from tablewright.plan.effects import Effect, effects

from .evidence import YOUNGEST_DAYS, AuditedTable, IdleGrant
from .rule import AuditProblem, Severity, audit_rule

_TELL_WHO = frozenset(
    {
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid"),
        *("aws:principalorgpaths", "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"),
        *("aws:sourcevpc", "aws:sourcevpce", "aws:userid"),
    }
)
"""Conditions that say whose requests pass (IAM User Guide, global condition keys)."""
_ACCOUNT = re.compile(r"(?:AWS )?(?:arn:aws[a-z-]*:(?:iam|sts)::)?(\d{12})(?::.*)?")


@audit_rule(
    "TW281",
    "Its resource policy lets in nobody from outside the account",
    Severity.HIGH,
    ("dynamodb:GetResourcePolicy",),
    ("Prowler dynamodb_table_cross_account_access",),
)
def outsiders(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A resource policy opens a table to others without any role of yours.

    With a principal of `*` it is open to everybody.
    """
    live = table.live
    for facet, document, of in (
        ("policy", live.policy, "Its resource policy"),
        ("stream_policy", live.stream_policy, "The resource policy of its stream"),
    ):
        if unread := table.unread(facet):
            yield unread
        elif document is not None:
            strangers = sorted(
                {
                    stranger
                    for effect in effects(document)
                    if (stranger := _stranger(effect, live.account_id))
                }
            )
            if strangers:
                yield AuditProblem(
                    f"{of} lets in {', '.join(strangers)}.",
                    remedy="Name in `resourcePolicy` only the principals that need it, with a "
                    "condition such as `aws:PrincipalOrgID`.",
                )


def _stranger(effect: Effect, account: str) -> str:
    """Whom an effect lets in from outside, if anybody; services act for the account's owner."""
    if effect.effect != "Allow" or effect.principal.startswith("Service "):
        return ""
    if effect.principal == "*" or effect.principal.startswith("not "):
        held = {key for _, key, _ in effect.conditions}
        return "" if held & _TELL_WHO else "everybody"
    matched = _ACCOUNT.fullmatch(effect.principal)
    if matched is None or matched[1] == account:
        return ""
    return f"account {matched[1]}"


@audit_rule(
    "TW282",
    "Roles that may use it do",
    Severity.MEDIUM,
    (
        "iam:GetAccountAuthorizationDetails",
        "iam:GenerateServiceLastAccessedDetails",
        "iam:GetServiceLastAccessedDetails",
    ),
)
def wide_roles(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """What a role may do and never does is of use only to whoever steals it.

    IAM remembers 400 days, for a role as a whole and not for one table. Of single actions it keeps
    track of those on tables, such as DeleteTable, and not of those on items, such as GetItem: of a
    role that reads items this tells whether it may do more to tables than it does. Of AWS's own
    policies, those for DynamoDB count, and not those for everything, such as AdministratorAccess.
    """
    if isinstance(table.grants, Unread):
        yield table.grants
        return
    for grant in table.grants:
        if isinstance(grant, Unread):
            yield grant
        elif grant.age_days is None or grant.age_days >= YOUNGEST_DAYS:
            yield from _width(grant)


MOST_IDLE_DAYS = 90
"""After which a role that did not use DynamoDB does not need it; a quarter has every report."""
_NAMED = 4
"""Unused actions that are named, after which the rest is counted."""


def _width(grant: IdleGrant) -> Iterator[AuditProblem]:
    young = grant.age_days is not None and grant.age_days < MOST_IDLE_DAYS
    if grant.idle_days is None and not young:
        yield AuditProblem(
            f"Role {grant.role} may use it, and never called DynamoDB.",
            remedy="Remove it from `access`, or DynamoDB from its policies.",
        )
    elif grant.idle_days is not None and grant.idle_days >= MOST_IDLE_DAYS:
        yield AuditProblem(
            f"Role {grant.role} may use it, and did not call DynamoDB for {grant.idle_days} days.",
            remedy="Remove it from `access`, or DynamoDB from its policies.",
        )
    elif grant.unused and grant.idle_days is not None:
        more = len(grant.unused) - _NAMED
        named = ", ".join(grant.unused[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield AuditProblem(
            f"Role {grant.role} may call {named} of DynamoDB, and never did.",
            remedy="Leave them out of its policies.",
        )


RULES = (outsiders, wide_roles)
