"""Who uses a table, as far as it can be read: roles that may, and readers of its stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .live import LiveTable
from .reading import Unread, try_read
from .stream_readers import read_stream_readers

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableUsers:
    """Who uses one table.

    Args:
        roles: names of roles with a policy that allows something on it.
        consumers: Lambda functions that read its stream, and the Kinesis stream that it feeds; None
            where it has neither stream.
    """

    roles: tuple[str, ...] | Unread
    consumers: tuple[str, ...] | Unread | None


@dataclass(frozen=True, slots=True)
class RoleDetail:
    """A role of the account.

    Args:
        documents: its inline policies, and those managed ones that are the account's own.
        attached: ARNs of all managed policies that are attached to it, AWS's own as well.
    """

    name: str
    arn: str
    path: str
    created: datetime | None
    documents: tuple[Document, ...]
    attached: tuple[str, ...] = ()

    def may_use(self, arn: str) -> bool:
        """Whether a policy allows something on a table; those of AWS for DynamoDB name all."""
        return may_use(self.documents, arn) or any(
            _OF_DYNAMODB in attached for attached in self.attached
        )


_OF_DYNAMODB = ":iam::aws:policy/AmazonDynamoDB"
"""How the ARNs of the policies begin that AWS manages for DynamoDB, behind the partition."""


def read_users(session: Session, tables: Sequence[LiveTable]) -> dict[str, TableUsers]:
    """By ARN, who uses those of the tables that are in the session's account.

    Policies of the account's own are read, inline and attached; what AWS's managed policies, groups
    and other accounts allow is not looked at.
    """
    own = [table for table in tables if table.account_id == session.account_id]
    roles = try_read(lambda: read_roles(session)) if own else ()
    return {
        table.arn: TableUsers(_users(roles, table.arn), _consumers(session, table)) for table in own
    }


def _users(roles: Sequence[RoleDetail] | Unread | None, arn: str) -> tuple[str, ...] | Unread:
    if isinstance(roles, Unread):
        return roles
    return tuple(role.name for role in roles or () if may_use(role.documents, arn))


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


def read_roles(session: Session) -> tuple[RoleDetail, ...]:
    """Each role of the account with its policies.

    Raises:
        AwsError: IAM refuses.
    """
    paginator = session.client("iam").get_paginator("get_account_authorization_details")
    with translated("read the account's roles"):
        pages = [*paginator.paginate(Filter=["Role", "LocalManagedPolicy"])]
    managed = {
        policy["Arn"]: version["Document"]
        for page in pages
        for policy in page["Policies"]
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    }
    return tuple(_role(role, managed) for page in pages for role in page["RoleDetailList"])


def _role(role: Document, managed: Mapping[str, Document]) -> RoleDetail:
    attached = tuple(policy["PolicyArn"] for policy in role["AttachedManagedPolicies"])
    inline = [policy["PolicyDocument"] for policy in role["RolePolicyList"]]
    return RoleDetail(
        name=role["RoleName"],
        arn=role["Arn"],
        path=role["Path"],
        created=role.get("CreateDate"),
        documents=(*inline, *(managed[arn] for arn in attached if arn in managed)),
        attached=attached,
    )


def _consumers(session: Session, table: LiveTable) -> tuple[str, ...] | Unread | None:
    kinesis = [destination.stream_arn for destination in table.kinesis or ()]
    stream = table.reading.stream_arn
    if not stream:
        return tuple(kinesis) or None

    doing = f"read who reads the stream of {table.name}"
    readers = try_read(partial(read_stream_readers, session, table.region, doing, stream))
    return readers if isinstance(readers, Unread) else (*(readers or {}).get(stream, ()), *kinesis)
