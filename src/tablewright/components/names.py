"""Names of child resources. They are public API: a changed one is a new resource to the engine.

Whoever renames one gives the child an alias of the old name; a test holds all of them to a list.
"""

from __future__ import annotations

from tablewright.plan.declared import DeclaredStack, DeclaredTable, Insights, Role


def insights_name(declared: DeclaredTable, insights: Insights) -> str:
    """Contributor Insights: the table's name, or `TABLE-INDEX`."""
    return declared.key if insights.index is None else f"{declared.key}-{insights.index}"


def attachment_name(role: Role, policy_arn: str) -> str:
    """Attachment of a managed policy: `ROLE-POLICY`, with the path and owner AWS gave the policy.

    >>> from tablewright.plan.declared import Trust
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
