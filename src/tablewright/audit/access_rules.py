"""Rules on who may use a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tablewright.fleet.reading import Unread
from tablewright.plan.effects import Effect, effects

from .evidence import AuditedTable
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


RULES = (outsiders,)
