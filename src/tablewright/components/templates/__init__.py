"""A stack as a template of another tool, for a team that wants to go on without tablewright.

Written from the same parts that a run registers, so what is deployed and what is written are one.
`terraform_types` declares by type of resource and property what Terraform calls each; `hcl` is its
syntax, `terraform` the configuration with its imports; `cloudformation_types` and `cloudformation`,
with `global_table`, are the same for CloudFormation. What has no counterpart is told by field.
"""

from __future__ import annotations

from tablewright.components.templates.cloudformation import cloudformation
from tablewright.components.templates.handover import ToolTemplate
from tablewright.components.templates.terraform import terraform

__all__ = ["ToolTemplate", "cloudformation", "terraform"]
