"""The merging of a stack's defaults under a table, in plain data instead of documents."""

from collections.abc import Mapping
from typing import Any

from tablewright.manifest.defaults import ONLY_WITH, WHOLE
from tablewright.manifest.models import Stack, Table


def with_defaults(stack: Stack, table: Table) -> Table:
    defaults = stack.spec.defaults.model_dump(exclude_unset=True)
    spec = table.spec.model_dump(exclude_unset=True)
    for mode, names in ONLY_WITH.items():
        if spec.get("billingMode") not in (None, mode):
            for name in names:
                defaults.pop(name, None)
    document = {**table.model_dump(exclude_unset=True), "spec": _merged(defaults, spec)}
    return Table.model_validate(document)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**base, **over}
    for key, own in over.items():
        below = base.get(key)
        if key not in WHOLE and isinstance(own, dict) and isinstance(below, dict):
            merged[key] = _merged(below, own)
    return merged
