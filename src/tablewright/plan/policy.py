"""Policy documents of a table's roles, from values: what a role may do, and who may take it on.

>>> from tablewright.plan.declaration.declared import Grant
>>> grant = Grant("Read", ("dynamodb:Query", "dynamodb:GetItem"), ("table", "indexes"))
>>> document = policy_document([grant], "arn:aws:dynamodb:eu-west-1:123456789012:table/events")
>>> document["Statement"][0]["Resource"][1]
'arn:aws:dynamodb:eu-west-1:123456789012:table/events/index/*'

A document is the same text for the same meaning: actions, resources and principals are sorted and
free of duplicates, so that two runs, and the live account and the declaration, compare equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tablewright.plan.declaration.declared import Grant, GrantTarget, Trust

VERSION = "2012-10-17"
"""The policy language's version; the older one silently ignores policy variables."""

_ACCOUNT_ID = re.compile(r"\d{12}")


def policy_document(
    grants: Iterable[Grant], table_arn: str, stream_arn: str | None = None
) -> dict[str, Any]:
    """What `grants` allow on one table: one statement each, in their order.

    A grant on the stream covers `TABLE/stream/*` unless `stream_arn` names one. Tablewright's own
    roles use the wildcard on purpose: each time a stream is switched on, or its view changed, it
    gets a new ARN; a role bound to the old one would lose its stream at that moment, and one bound
    to the new one could not drain what the old one still holds for 24 hours. The wildcard reaches
    no stream of another table.

    Indexes are `TABLE/index/*`: the index ARNs of a table cannot be confused with another's, and
    `*` alone is left to actions that AWS gives no resource (ListStreams).
    """
    return {
        "Version": VERSION,
        "Statement": [_statement(grant, table_arn, stream_arn) for grant in grants],
    }


def trust_document(trust: Trust, account_id: str, partition: str = "aws") -> dict[str, Any]:
    """Who may assume a role: services in one statement, other principals in a second.

    A service is held to `account_id` by `aws:SourceAccount`, so that nobody else's resource can
    make the service use the role (the confused deputy). The external id binds the other principals.
    A principal that is a bare account number becomes the ARN of that account, as AWS itself stores
    it; else each later comparison would find a difference.
    """
    statements = []
    if trust.services:
        conditions = {"aws:SourceAccount": account_id} if trust.source_account else {}
        statements.append(_assume("Service", trust.services, conditions))
    if trust.principals:
        arns = [_principal_arn(principal, partition) for principal in trust.principals]
        conditions = {} if trust.external_id is None else {"sts:ExternalId": trust.external_id}
        statements.append(_assume("AWS", arns, conditions))
    return {"Version": VERSION, "Statement": statements}


def settled_trust(document: Mapping[str, Any], partition: str = "aws") -> dict[str, Any]:
    """A trust document in the form of `trust_document`, whatever its principals turned out to be.

    For principals that were not known when the document was made.
    """
    statements = [dict(statement) for statement in document["Statement"]]
    for statement in statements:
        given = statement["Principal"].get("AWS")
        if given is not None:
            names = [given] if isinstance(given, str) else given
            arns = sorted({_principal_arn(name, partition) for name in names})
            statement["Principal"] = {"AWS": arns[0] if len(arns) == 1 else arns}
    return {**document, "Statement": statements}


def document_text(document: Mapping[str, Any]) -> str:
    """The document as the one JSON text that is sent to AWS; equal documents, equal texts."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _statement(grant: Grant, table_arn: str, stream_arn: str | None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": grant.sid,
        "Effect": "Allow",
        "Action": sorted({_qualified(action) for action in grant.actions}),
        "Resource": _resources(grant.targets, table_arn, stream_arn) + list(grant.resources),
    }
    if grant.conditions:
        statement["Condition"] = _sorted(grant.conditions)
    return statement


def _resources(targets: Sequence[GrantTarget], table_arn: str, stream_arn: str | None) -> list[str]:
    if "any" in targets:
        return ["*"]
    arns: dict[GrantTarget, str] = {
        "table": table_arn,
        "indexes": f"{table_arn}/index/*",
        "stream": stream_arn or f"{table_arn}/stream/*",
        "exports": f"{table_arn}/export/*",
    }
    return [arn for target, arn in arns.items() if target in targets]


def _assume(kind: str, principals: Iterable[str], conditions: Mapping[str, str]) -> dict[str, Any]:
    names = sorted(set(principals))
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {kind: names[0] if len(names) == 1 else names},
        "Action": "sts:AssumeRole",
    }
    if conditions:
        statement["Condition"] = {"StringEquals": dict(conditions)}
    return statement


def _principal_arn(principal: str, partition: str) -> str:
    if _ACCOUNT_ID.fullmatch(principal):
        return f"arn:{partition}:iam::{principal}:root"
    return principal


def _qualified(action: str) -> str:
    return action if ":" in action else f"dynamodb:{action}"


def _sorted(value: Any) -> Any:
    """Mappings by key, at every depth; lists keep their order, which a condition may rely on."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return list(value) if isinstance(value, tuple) else value
