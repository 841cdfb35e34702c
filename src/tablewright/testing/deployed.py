"""A stack that was deployed for a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.aws.session import Session
from tablewright.checks.verdict import VerifyReport
from tablewright.checks.verify import verify
from tablewright.fleet.stack import read_stack
from tablewright.plan.declaration.declared import DeclaredStack


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """What was declared, and what the deployment answered.

    Args:
        declared: the stack.
        outputs: its outputs, as `tablewright outputs` prints them.
        session: of the sandbox it lives on.
    """

    declared: DeclaredStack
    outputs: Mapping[str, Any]
    session: Session

    @property
    def region(self) -> str:
        """Where its tables are."""
        return self.declared.region

    @property
    def tables(self) -> Mapping[str, str]:
        """Physical names by the names in the manifests."""
        return {table.key: table.table.name for table in self.declared.tables}

    def client(self, service: str) -> Any:
        """A client of an AWS service in the stack's region."""
        return self.session.client(service, self.region)

    def verify(self) -> VerifyReport:
        """Compare the live resources with what was declared, through AWS's APIs."""
        return verify(self.declared, read_stack(self.session, self.declared))
