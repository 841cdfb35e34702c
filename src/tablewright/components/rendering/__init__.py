"""From declared values to the arguments of `pulumi_aws` resources. Pure: no engine is needed.

What is off is sent as off. A provider takes a missing argument for "leave it as it is", so a
setting whose line was deleted from a manifest would otherwise live on. Only what has no form for
"off" is left out: a customer key there is none of, capacity of an on-demand table.
"""

from tablewright.components.rendering.access import inline_policy, role_args, trust_policy
from tablewright.components.rendering.alarm import alarm_args
from tablewright.components.rendering.insights import insights_args
from tablewright.components.rendering.table import table_args

__all__ = [
    "alarm_args",
    "inline_policy",
    "insights_args",
    "role_args",
    "table_args",
    "trust_policy",
]
