"""`aws.iam.RolePolicy`: one inline policy of a role."""

from __future__ import annotations

from typing import ClassVar

from tablewright.errors import NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.resources.shape import Shape, document, text

from .role import BUSY, IAM, policy_text, put_role_policy


class RolePolicy(ResourceType):
    """An inline policy; its identifier is `role:policy`."""

    tok: ClassVar[str] = "aws:iam/rolePolicy:RolePolicy"
    word: ClassVar[str] = "role policy"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(
        longest=128, prefix_property="namePrefix"
    )
    write_only: ClassVar[tuple[str, ...]] = ("namePrefix",)
    shape: ClassVar[Shape] = {
        "name": text(replaces=True, longest=128),
        "namePrefix": text(replaces=True, longest=102, keeps=True),
        "policy": document(required=True),
        "role": text(required=True, replaces=True),
    }

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Write the policy."""
        role, name = str(inputs["role"]), str(inputs["name"])
        put_role_policy(run, role, name, inputs["policy"])
        return f"{role}:{name}"

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the policy."""
        role, _, name = identifier.partition(":")
        try:
            reply = run.call(
                IAM, run.default_region, "GetRolePolicy", RoleName=role, PolicyName=name
            )
        except NotFoundError:
            return None
        outputs = {
            "name": reply["PolicyName"],
            "namePrefix": recorded.get("namePrefix", ""),
            "policy": policy_text(reply["PolicyDocument"]),
            "role": reply["RoleName"],
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Write the policy again."""
        del live, differing
        role, _, name = recorded.identifier.partition(":")
        put_role_policy(run, role, name, recorded.news["policy"])

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Remove the policy."""
        del recorded
        role, _, name = identifier.partition(":")
        run.call(
            IAM,
            run.default_region,
            "DeleteRolePolicy",
            retry=BUSY,
            RoleName=role,
            PolicyName=name,
        )
