"""Names of child resources. They are public API: a changed one is a new resource to the engine.

Whoever renames one gives the child an alias of the old name; a test holds all of them to a list.
"""

from __future__ import annotations

from typing import Final

from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable, Insights, Role
from tablewright.plan.replica import Replica
from tablewright.plan.scaling import Scaling

STACK_COMPONENT: Final = "tablewright:index:TableStack"
TABLE_COMPONENT: Final = "tablewright:index:Table"
ALARMS_COMPONENT: Final = "tablewright:index:Alarms"
ACCESS_COMPONENT: Final = "tablewright:index:AccessRoles"
"""Types of the components; public API, as the names are."""


def table_key(declared: DeclaredTable) -> str:
    """What references call the table."""
    return f"table {declared.key}"


def insights_name(declared: DeclaredTable, insights: Insights) -> str:
    """Contributor Insights: the table's name, or `TABLE-INDEX`."""
    return declared.key if insights.index is None else f"{declared.key}-{insights.index}"


def scaling_name(declared: DeclaredTable, scaling: Scaling) -> str:
    """Target and policy of a side that scales: `TABLE-read`, or `TABLE-INDEX-read`."""
    index = "" if scaling.index is None else f"{scaling.index}-"
    return f"{declared.key}-{index}{scaling.direction}"


def stream_policy_name(declared: DeclaredTable) -> str:
    """The resource policy of a table's stream; that of the table has the table's name."""
    return f"{declared.key}-stream"


def replica_name(declared: DeclaredTable, replica: Replica) -> str:
    """A replica: `TABLE-REGION`."""
    return f"{declared.key}-{replica.region}"


def replica_insights_name(declared: DeclaredTable, replica: Replica, index: str | None) -> str:
    """Contributor Insights of a replica: `TABLE-REGION`, or `TABLE-REGION-INDEX`."""
    name = replica_name(declared, replica)
    return name if index is None else f"{name}-{index}"


def attachment_name(role: Role, policy_arn: str) -> str:
    """Attachment of a managed policy: `ROLE-POLICY`, with the path and owner AWS gave the policy.

    >>> from tablewright.plan.declaration.declared import Trust
    >>> role = Role("orders-read", "", "", "", Trust(), ())
    >>> attachment_name(role, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    'orders-read-service-role/AWSLambdaBasicExecutionRole'
    >>> attachment_name(role, "arn:aws:iam::123456789012:policy/Own")
    'orders-read-123456789012/Own'
    """
    *_, owner, path = policy_arn.split(":")
    policy = path.removeprefix("policy/")
    return f"{role.key}-{policy}" if owner == "aws" else f"{role.key}-{owner}/{policy}"


def stack_alarms_name(stack: DeclaredStack) -> str:
    """The component of alarms of the whole stack; no table can be called so."""
    return f"{stack.name}/alarms"


def short(key: str, declared: DeclaredTable) -> str:
    """`read` for the key `orders-read` of the table `orders`: its name in outputs by table."""
    return key.removeprefix(f"{declared.key}-")
