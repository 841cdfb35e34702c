"""`aws.iam.RolePolicyAttachment`: a managed policy attached to a role."""

from __future__ import annotations

from typing import ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, ResourceType
from tablewright.provider.resources.shape import Shape, text

from .role import BUSY, IAM, attach, attached_policies


class RolePolicyAttachment(ResourceType):
    """An attachment; its identifier is `role/policy-arn`, as for an import."""

    tok: ClassVar[str] = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    word: ClassVar[str] = "policy attachment"
    shape: ClassVar[Shape] = {
        "policyArn": text(required=True, replaces=True),
        "role": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which role it belongs to."""
        return f"{self.word} of role {bag.get('role', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Attach the policy; already attached is as good."""
        role, arn = str(inputs["role"]), str(inputs["policyArn"])
        attach(run, role, arn)
        return f"{role}/{arn}"

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Look among the role's attached policies."""
        role = recorded.get("role") or identifier.partition("/")[0]
        arn = recorded.get("policyArn") or identifier.partition("/")[2]
        try:
            attached = attached_policies(run, str(role))
        except NotFoundError:
            return None
        if arn not in attached:
            return None
        return Live(f"{role}/{arn}", {"policyArn": arn, "role": role})

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Detach the policy."""
        role = recorded.get("role") or identifier.partition("/")[0]
        arn = recorded.get("policyArn") or identifier.partition("/")[2]
        run.call(
            IAM,
            run.default_region,
            "DetachRolePolicy",
            retry=BUSY,
            RoleName=role,
            PolicyArn=arn,
        )
