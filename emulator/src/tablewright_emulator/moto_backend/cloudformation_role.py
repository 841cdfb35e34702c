"""`AWS::IAM::Role` of a stack: moto keeps no text of its policies, and attaches none."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

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
