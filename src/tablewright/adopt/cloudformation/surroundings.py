"""What a template is resolved with, and what cannot be known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright.errors import Problem
from tablewright.plan.partitions import dns_suffix, partition_of_region

NO_VALUE = object()
"""What `AWS::NoValue` and null come to: nothing is there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be known, with the place and the reason."""

    problem: Problem


Resolved = Any
"""Text, a list, a mapping, or `Unknown` in the place of any of these."""


@dataclass(frozen=True)
class Surroundings:
    """What a template is resolved with.

    Args:
        region: where its stack is, or would be.
        account_id: whose it is.
        stack: name of the stack; None where there is none.
        stack_id: its ARN.
        parameters: values by name; those that are left out have their defaults.
        physical_ids: of deployed resources by logical id: what `Ref` answers.
        exports: what other stacks export, by name; None where that is not read.
    """

    region: str
    account_id: str
    stack: str | None = None
    stack_id: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    physical_ids: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] | None = None

    @property
    def pseudo(self) -> dict[str, str | None]:
        """Pseudo parameters; None for what only a deployed stack has."""
        partition = partition_of_region(self.region)
        return {
            "AWS::Region": self.region,
            "AWS::AccountId": self.account_id,
            "AWS::Partition": partition,
            "AWS::URLSuffix": dns_suffix(partition),
            "AWS::StackName": self.stack,
            "AWS::StackId": self.stack_id,
            "AWS::NotificationARNs": None,
        }
