"""All resource types and functions of the provider by their names in the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .cloudwatch.alarm import MetricAlarm
from .dynamodb.insights import ContributorInsights
from .dynamodb.table import Table
from .functions import INVOKES
from .iam.attachment import RolePolicyAttachment
from .iam.policy import Policy
from .iam.role import Role
from .iam.role_policy import RolePolicy
from .resource import ResourceType

__all__ = ["INVOKES", "RESOURCES", "refusal_of"]

_TYPES: Final[tuple[type[ResourceType], ...]] = (
    ContributorInsights,
    MetricAlarm,
    Policy,
    Role,
    RolePolicy,
    RolePolicyAttachment,
    Table,
)

RESOURCES: Final[Mapping[str, ResourceType]] = {kind.tok: kind() for kind in _TYPES}


def refusal_of(token: str) -> str:
    """One sentence for a type or function that this provider does not have."""
    known = ", ".join(sorted({name.split("/")[0].removeprefix("aws:") for name in RESOURCES}))
    return (
        f"{token} is not among the types of tablewright's own aws provider (it has some of: "
        f"{known}); use the official aws plugin for a program that needs it"
    )
