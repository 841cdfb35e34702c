"""ARNs of what a stack has, in the account and region where it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tablewright.plan.partitions import partition_of_region


@dataclass(frozen=True, slots=True)
class AccountArns:
    """ARNs in one account.

    Args:
        id: twelve digits.
        region: of what the region is not said of.
    """

    id: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, ..."""
        return partition_of_region(self.region)

    def of_region(self, region: str) -> AccountArns:
        """The same account in another region."""
        return replace(self, region=region)

    def arn(self, service: str, resource: str) -> str:
        """Of a thing in the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"

    def table(self, name: str) -> str:
        """Of a table; `*` for every one."""
        return self.arn("dynamodb", f"table/{name}")

    def role(self, name: str) -> str:
        """Of a role, with its path."""
        return f"arn:{self.partition}:iam::{self.id}:role/{name}"

    def policy(self, name: str) -> str:
        """Of a managed policy of the account, with its path."""
        return f"arn:{self.partition}:iam::{self.id}:policy/{name}"

    def policy_of_aws(self, name: str) -> str:
        """Of a managed policy that AWS keeps, with its path."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def dashboard(self, name: str) -> str:
        """Of a dashboard; they are in no region."""
        return f"arn:{self.partition}:cloudwatch::{self.id}:dashboard/{name}"
