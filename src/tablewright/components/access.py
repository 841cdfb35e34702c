"""The component that makes the roles that may use a table."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pulumi_aws as aws

import pulumi
from tablewright.components.arguments import Role as AskedRole
from tablewright.components.arguments import StackArgs, Trust
from tablewright.components.declaration import declared_access
from tablewright.components.failure import ProgramError
from tablewright.components.instantiation import instantiate
from tablewright.components.names import ACCESS_COMPONENT
from tablewright.components.rendering import role_parts
from tablewright.components.stack_context import StackContext
from tablewright.manifest.models import ActionSet
from tablewright.plan.declaration.declared import Role

_TABLE = "table"


class AccessRoles(pulumi.ComponentResource):
    """Roles for one table, each with one inline policy that reaches this table alone.

    Children, per role: `aws:iam:Role` and `aws:iam:RolePolicy` under the name `Role.key`, and one
    `aws:iam:RolePolicyAttachment` per managed policy.
    """

    roles: dict[str, aws.iam.Role]
    """The roles, by `Role.key`."""

    arns: dict[str, pulumi.Output[str]]
    """Their ARNs, likewise."""

    def __init__(
        self,
        name: str,
        access: Sequence[ActionSet | AskedRole | Role],
        table_arn: pulumi.Input[str],
        stack: StackArgs | StackContext | None = None,
        opts: pulumi.ResourceOptions | None = None,
        *,
        table: str | None = None,
        trust: Trust | None = None,
    ) -> None:
        """Make the roles.

        Args:
            name: logical name.
            access: roles, names of action sets, or declared roles.
            table_arn: the one table they reach.
            stack: environment, tags and templates of names.
            opts: a provider given here reaches all resources.
            table: physical name of that table, for names; `name` if left out.
            trust: who may assume the roles that say nothing else.

        Raises:
            ProgramError: the arguments are wrong.
        """
        roles, around = _declared(name, access, stack, table, trust)
        super().__init__(ACCESS_COMPONENT, name, None, opts)
        parts = (part for role in roles for part in role_parts(role, _TABLE, around.place))
        made = instantiate(parts, self, around, {_TABLE: SimpleNamespace(arn=table_arn)})
        self.roles = {role.key: made[f"role {role.key}"] for role in roles}
        self.arns = {key: role_resource.arn for key, role_resource in self.roles.items()}
        self.register_outputs({"arns": self.arns})


def _declared(
    name: str,
    access: Sequence[ActionSet | AskedRole | Role],
    stack: StackArgs | StackContext | None,
    table: str | None,
    trust: Trust | None,
) -> tuple[Sequence[Role], StackContext]:
    declared = [role for role in access if isinstance(role, Role)]
    asked = [role for role in access if not isinstance(role, Role)]
    if not asked:
        return declared, stack if isinstance(stack, StackContext) else StackContext()
    if isinstance(stack, StackArgs):
        return declared_access(name, asked, stack, table, trust)
    raise ProgramError(f"roles {name}: their stack is not given", "give StackArgs(environment=...)")
