"""Who uses a table, as far as it can be read: roles that may, and readers of its stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .live import LiveTable
from .reading import Unread, try_read

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableUsers:
    """Who uses one table.

    Args:
        roles: names of roles with a policy that allows something on it.
        consumers: Lambda functions that read its stream, and the Kinesis stream that it feeds.
    """

    roles: tuple[str, ...] | Unread
    consumers: tuple[str, ...] | Unread


def read_users(session: Session, tables: Sequence[LiveTable]) -> dict[str, TableUsers]:
    """By ARN, who uses those of the tables that are in the session's account.

    Policies of the account's own are read, inline and attached; what AWS's managed policies, groups
    and other accounts allow is not looked at.
    """
    own = [table for table in tables if table.account_id == session.account_id]
    roles = try_read(lambda: _roles(session)) if own else {}
    return {
        table.arn: TableUsers(_users(roles, table.arn), _consumers(session, table)) for table in own
    }


def _users(
    roles: Mapping[str, Sequence[Document]] | Unread | None, arn: str
) -> tuple[str, ...] | Unread:
    if isinstance(roles, Unread):
        return roles
    return tuple(name for name, documents in (roles or {}).items() if may_use(documents, arn))


def may_use(documents: Sequence[Document], arn: str) -> bool:
    """Whether a policy allows something of DynamoDB on a table, its indexes or its stream."""
    return any(
        statement.get("Effect") == "Allow"
        and any(
            fnmatchcase("dynamodb:", _service(action)) for action in _texts(statement, "Action")
        )
        and any(_names(pattern, arn) for pattern in _texts(statement, "Resource"))
        for document in documents
        for statement in _statements(document)
    )


def _service(action: str) -> str:
    """`dynamodb:` of an action, `*` of the action that is all."""
    return action if action == "*" else f"{action.partition(':')[0].lower()}:"


def _names(pattern: str, arn: str) -> bool:
    names = (arn, f"{arn}/index/x", f"{arn}/stream/x")
    return any(fnmatchcase(name, pattern) for name in names)


def _statements(document: Document) -> list[Document]:
    statements = document.get("Statement") or []
    return statements if isinstance(statements, list) else [statements]


def _texts(statement: Document, member: str) -> list[str]:
    value = statement.get(member) or []
    return value if isinstance(value, list) else [value]


def _roles(session: Session) -> dict[str, list[Document]]:
    """Each role with its policies."""
    paginator = session.client("iam").get_paginator("get_account_authorization_details")
    with translated("read the account's roles"):
        pages = [*paginator.paginate(Filter=["Role", "LocalManagedPolicy"])]
    roles: list[Document] = []
    managed: dict[str, Document] = {}
    for page in pages:
        roles += page["RoleDetailList"]
        for policy in page["Policies"]:
            for version in policy["PolicyVersionList"]:
                if version["IsDefaultVersion"]:
                    managed[policy["Arn"]] = version["Document"]
    policies: dict[str, list[Document]] = {}
    for role in roles:
        attached = [policy["PolicyArn"] for policy in role["AttachedManagedPolicies"]]
        inline = [policy["PolicyDocument"] for policy in role["RolePolicyList"]]
        attached_documents = [managed[arn] for arn in attached if arn in managed]
        policies[role["RoleName"]] = [*inline, *attached_documents]
    return policies


def _consumers(session: Session, table: LiveTable) -> tuple[str, ...] | Unread:
    kinesis = [destination.stream_arn for destination in table.kinesis or ()]
    stream = table.reading.stream_arn
    if not stream:
        return tuple(kinesis)

    def functions() -> list[str]:
        paginator = session.client("lambda", table.region).get_paginator(
            "list_event_source_mappings"
        )
        with translated(f"read who reads the stream of {table.name}"):
            pages = [*paginator.paginate(EventSourceArn=stream)]
        mappings = [mapping for page in pages for mapping in page["EventSourceMappings"]]
        return [mapping["FunctionArn"] for mapping in mappings]

    read = try_read(functions)
    return read if isinstance(read, Unread) else (*(read or ()), *kinesis)
