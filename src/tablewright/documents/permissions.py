"""The IAM policy that a command needs."""

from __future__ import annotations

from typing import TypedDict


class _StatementDocument(TypedDict):
    Sid: str
    """What it is about, `Tables`."""
    Effect: str
    """`Allow`."""
    Action: list[str]
    """Sorted; without wildcards."""
    Resource: list[str]
    """ARNs; `*` for actions of which AWS knows no resource."""


class StatementDocument(_StatementDocument, total=False):
    """One statement, in IAM's own words."""

    Condition: dict[str, dict[str, str]]
    """Values by operator and key; left out where there is none."""


class PolicyDocument(TypedDict):
    """A policy as IAM takes it: `aws iam create-policy --policy-document`."""

    Version: str
    """Of the policy language."""
    Statement: list[StatementDocument]
    """What is allowed."""
