"""How a resource that a killed run may have made is found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tablewright import resource_kinds
from tablewright.errors import NotFoundError

if TYPE_CHECKING:
    from tablewright.aws.session import Session

TABLE = "aws:dynamodb/table:Table"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def identify(type_: str, inputs: Mapping[str, Any]) -> str | None:
    """The physical id that inputs give, where a name decides it and we can look; else None."""
    identity = resource_kinds.identify(type_, inputs) if type_ in _LOOK else None
    return identity.name if identity else None


def exists(session: Session, type_: str, id_: str) -> bool:
    """Whether there is a resource of that type and id; asked of AWS."""
    from tablewright.aws.failures import translated  # noqa: PLC0415 - botocore is slow to import

    try:
        with translated(f"look for {id_}"):
            return _LOOK[type_](session, id_)
    except NotFoundError:
        return False


def _table(session: Session, id_: str) -> bool:
    session.client("dynamodb").describe_table(TableName=id_)
    return True


def _alarm(session: Session, id_: str) -> bool:
    reply = session.client("cloudwatch").describe_alarms(AlarmNames=[id_])
    return bool(reply["MetricAlarms"])


def _role(session: Session, id_: str) -> bool:
    session.client("iam").get_role(RoleName=id_)
    return True


def _role_policy(session: Session, id_: str) -> bool:
    role, _, policy = id_.partition(":")
    session.client("iam").get_role_policy(RoleName=role, PolicyName=policy)
    return True


def _attachment(session: Session, id_: str) -> bool:
    role, _, arn = id_.partition("/")
    attached = session.client("iam").list_attached_role_policies(RoleName=role)
    return any(policy["PolicyArn"] == arn for policy in attached["AttachedPolicies"])


_LOOK: Mapping[str, Callable[[Any, str], bool]] = {
    TABLE: _table,
    ALARM: _alarm,
    ROLE: _role,
    ROLE_POLICY: _role_policy,
    ATTACHMENT: _attachment,
}
