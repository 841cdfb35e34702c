"""Which tags a thing carries, and which tag wins."""

from __future__ import annotations

from collections.abc import Mapping

from tablewright.manifest.models import Stack

ENVIRONMENT = "Environment"


def effective_tags(stack: Stack, *own: Mapping[str, str]) -> dict[str, str]:
    """Tags of a thing of the stack: later ones of `own` win over earlier ones and the stack's.

    The stack's `enforcedTags` win over all of those, and the tag Environment, unless the stack does
    not make it mandatory, is the environment whatever anybody says.
    """
    spec = stack.spec
    tags = dict(spec.tags)
    for further in own:
        tags.update(further)
    tags.update(spec.enforced_tags)
    if ENVIRONMENT in spec.mandatory_tags:
        tags[ENVIRONMENT] = spec.environment
    return dict(sorted(tags.items()))
