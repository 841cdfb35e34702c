"""Tables that another Pulumi program manages: which they are, and the steps that hand them over.

`export` reads what `pulumi stack export` prints, `properties` brings the official providers'
resources into the words in which `adopt.terraform` knows what belongs to a table, `steps` says how
Pulumi lets go of them.
"""

from .export import PulumiExport, PulumiResource, export_of, read_export
from .steps import refused_target, steps

__all__ = [
    "PulumiExport",
    "PulumiResource",
    "export_of",
    "read_export",
    "refused_target",
    "steps",
]
