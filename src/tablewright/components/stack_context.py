"""What a component needs to know of the stack around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws

import pulumi
from tablewright.components.existing import NOTHING, Existing
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.components.rendering import RenderContext
from tablewright.components.tagging import MANDATORY_TAGS, TagInputs, all_tags


@dataclass(frozen=True)
class StackContext:
    """What all components of one stack share.

    Args:
        region: given to each resource that has one; None leaves it to the provider.
        partition: of the account.
        tags: tags of everything, under those that each declared value already carries.
        mandatory_tags: what nothing may lack.
        existing: what exists already.
        late: outputs that stand behind placeholders in the declared values.
    """

    region: str | None = None
    partition: str = "aws"
    tags: TagInputs | None = None
    mandatory_tags: Sequence[str] = MANDATORY_TAGS
    existing: Existing = NOTHING
    late: OutputPlaceholders = field(default_factory=OutputPlaceholders)
    _caller: pulumi.Output[aws.GetCallerIdentityResult] | None = field(default=None, init=False)

    @property
    def place(self) -> RenderContext:
        """What rendering needs to know of all this."""
        return RenderContext(self.region, self.partition, self.existing)

    def tagged(self, subject: str, tags: Mapping[str, str] | None) -> TagInputs:
        """All tags of `subject`, whose declared ones are `tags`.

        Raises:
            ProgramError: a mandatory tag is missing.
        """
        own = self.late.fill(dict(tags or {}))
        return all_tags(subject, self.tags, own, mandatory=self.mandatory_tags)

    def caller_of(self, resource: pulumi.Resource) -> pulumi.Output[aws.GetCallerIdentityResult]:
        """Who deploys, asked for once, through the provider of `resource`."""
        identity: pulumi.Output[aws.GetCallerIdentityResult] | None = self._caller
        if identity is None:
            options = pulumi.InvokeOutputOptions(parent=resource)
            identity = aws.get_caller_identity_output(opts=options)
            object.__setattr__(self, "_caller", identity)
        return identity
