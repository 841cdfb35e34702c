"""The component that makes the roles that may use a table."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from tablewright.components.arguments import Role as AskedRole
from tablewright.components.arguments import StackArgs, Trust
from tablewright.components.declaration import declared_access
from tablewright.components.failure import ProgramError
from tablewright.components.names import attachment_name
from tablewright.components.rendering import inline_policy, role_args, trust_policy
from tablewright.components.surroundings import Surroundings, caller_identity, child_of
from tablewright.manifest.models import ActionSet
from tablewright.plan.declared import Role


class AccessRoles(pulumi.ComponentResource):
    """Roles for one table, each with one inline policy that reaches this table alone.

    Children, per role: `aws:iam:Role` and `aws:iam:RolePolicy` under the name `Role.key`, and one
    `aws:iam:RolePolicyAttachment` per managed policy.
    """

    arns: pulumi.Output[dict[str, str]]
    """ARN of each role, by `Role.key`."""

    def __init__(
        self,
        name: str,
        access: Sequence[ActionSet | AskedRole | Role],
        table_arn: pulumi.Input[str],
        stack: StackArgs | Surroundings | None = None,
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
        super().__init__("tablewright:index:AccessRoles", name, None, opts)
        self.roles = self._roles(roles, around) if roles else {}
        self.policies = {role.key: self._policy(role, table_arn, around) for role in roles}
        self.attachments = [
            self._attachment(role, policy, around)
            for role in roles
            for policy in role.managed_policies
        ]
        self.arns = pulumi.Output.from_input({key: it.arn for key, it in self.roles.items()})
        self.register_outputs({"arns": self.arns})

    def _roles(self, roles: Sequence[Role], around: Surroundings) -> dict[str, aws.iam.Role]:
        """Trust policies name the account, which is asked for once."""
        caller = around.caller or caller_identity(self)
        return {role.key: self._role(role, caller, around) for role in roles}

    def _role(
        self,
        role: Role,
        caller: pulumi.Output[aws.GetCallerIdentityResult],
        around: Surroundings,
    ) -> aws.iam.Role:
        trust = around.late.lift(role.trust)
        return aws.iam.Role(
            role.key,
            **around.late.fill(role_args(role)),
            assume_role_policy=pulumi.Output.all(trust, caller).apply(
                lambda known: trust_policy(known[0], known[1].account_id, known[1].arn)
            ),
            tags=around.tagged(f"role {role.name}", role.tags),
            opts=child_of(self, around.existing.role_id(role.name)),
        )

    def _policy(
        self, role: Role, table_arn: pulumi.Input[str], around: Surroundings
    ) -> aws.iam.RolePolicy:
        text = pulumi.Output.from_input(table_arn).apply(lambda arn: inline_policy(role, arn))
        return aws.iam.RolePolicy(
            role.key,
            name=role.policy_name,
            role=self.roles[role.key].name,
            policy=text,
            opts=child_of(self, around.existing.role_policy_id(role.name, role.policy_name)),
        )

    def _attachment(
        self, role: Role, policy_arn: str, around: Surroundings
    ) -> aws.iam.RolePolicyAttachment:
        return aws.iam.RolePolicyAttachment(
            attachment_name(role, policy_arn),
            role=self.roles[role.key].name,
            policy_arn=policy_arn,
            opts=child_of(self, around.existing.attachment_id(role.name, policy_arn)),
        )


def _declared(
    name: str,
    access: Sequence[ActionSet | AskedRole | Role],
    stack: StackArgs | Surroundings | None,
    table: str | None,
    trust: Trust | None,
) -> tuple[Sequence[Role], Surroundings]:
    declared = [role for role in access if isinstance(role, Role)]
    asked = [role for role in access if not isinstance(role, Role)]
    if not asked:
        return declared, stack if isinstance(stack, Surroundings) else Surroundings()
    if isinstance(stack, StackArgs):
        return declared_access(name, asked, stack, table, trust)
    raise ProgramError(f"roles {name}: their stack is not given", "give StackArgs(environment=...)")
