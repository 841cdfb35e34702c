"""`AWS::IAM::Role` of a stack: moto keeps no text of its policies, and attaches none.

Nor does it keep what leaves a template that retains it, of whatever type.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from moto.cloudformation import parsing
from moto.iam import models
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from tablewright_emulator.moto_backend import managed_policies


class Role(models.Role):  # type: ignore[misc]
    """A role with its inline policies as text, and the managed ones that its template attaches."""

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **more: Any,
    ) -> Any:
        """Make it from a template."""
        template = deepcopy(cloudformation_json)
        properties = template["Properties"]
        for policy in properties.get("Policies") or ():
            if not isinstance(policy["PolicyDocument"], str):
                policy["PolicyDocument"] = json.dumps(policy["PolicyDocument"])
        role = super().create_from_cloudformation_json(
            resource_name, template, account_id, region_name, **more
        )
        backend = iam_backends[account_id][get_partition(region_name)]
        managed = properties.get("ManagedPolicyArns") or ()
        managed_policies.provide_named(" ".join(managed), account_id, region_name)
        for arn in managed:
            backend.attach_role_policy(arn, role.name)
        return role


def keep_what_is_retained() -> None:
    """Have moto delete nothing whose `DeletionPolicy` is `Retain`; called once per process."""
    delete = parsing.ResourceMap._delete_resource  # noqa: SLF001 - it asks only of whole stacks

    def delete_unless_retained(resources: Any, resource: Any, template: dict[str, Any]) -> None:
        if template.get("DeletionPolicy") != "Retain":
            delete(resources, resource, template)

    parsing.ResourceMap._delete_resource = delete_unless_retained  # noqa: SLF001
