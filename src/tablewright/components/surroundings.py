"""What a component needs to know of the stack around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from tablewright.components.existing import NOTHING, Existing
from tablewright.components.late import LateValues
from tablewright.components.tagging import MANDATORY_TAGS, TagInputs, all_tags


@dataclass(frozen=True)
class Surroundings:
    """What all components of one stack share.

    Args:
        region: given to each resource that has one; None leaves it to the provider.
        tags: tags of everything, under those that each declared value already carries.
        mandatory_tags: what nothing may lack.
        existing: what lives already.
        late: outputs that stand behind placeholders in the declared values.
        caller: who deploys, if somebody asked already (`caller_identity`).
    """

    region: str | None = None
    tags: TagInputs | None = None
    mandatory_tags: Sequence[str] = MANDATORY_TAGS
    existing: Existing = NOTHING
    late: LateValues = field(default_factory=LateValues)
    caller: pulumi.Output[aws.GetCallerIdentityResult] | None = None

    @property
    def placed(self) -> dict[str, Any]:
        """The region as an argument, if one is set."""
        return {} if self.region is None else {"region": self.region}

    def tagged(self, subject: str, tags: Mapping[str, str] | None) -> pulumi.Output[dict[str, str]]:
        """All tags of `subject`, whose declared ones are `tags`.

        Raises:
            ProgramError: a mandatory tag is missing.
        """
        own = self.late.fill(dict(tags or {}))
        return all_tags(subject, self.tags, own, mandatory=self.mandatory_tags)


def child_of(parent: pulumi.Resource, import_id: str | None = None) -> pulumi.ResourceOptions:
    """Options of a child: the parent's provider comes with the parent."""
    return pulumi.ResourceOptions(parent=parent, import_=import_id)


def caller_identity(parent: pulumi.Resource) -> pulumi.Output[aws.GetCallerIdentityResult]:
    """Account and ARN of whoever deploys, through the provider of `parent`."""
    options = pulumi.InvokeOutputOptions(parent=parent)
    caller: pulumi.Output[aws.GetCallerIdentityResult] = aws.get_caller_identity_output(
        opts=options
    )
    return caller
