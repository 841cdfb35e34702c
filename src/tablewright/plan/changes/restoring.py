"""What a restored table has from its source and can never lose. Pure."""

from __future__ import annotations

from dataclasses import replace

from tablewright.plan.table import Table

from .replacement import replacements

REMEDY = "declare the keys and local indexes of the source, or restore from another one"


def contradictions(source: Table, declared: Table) -> tuple[str, ...]:
    """Why a table restored from `source` could never become `declared`, one clause each.

    A restored table has the keys and the local indexes of its source (Developer Guide, Backup and
    restore); both are fixed, so a wrong one shows only after the hours of restoring.
    """
    replaced = replacements(replace(source, name=declared.name), declared)
    return tuple(step.title.removeprefix("Replace the table: ") for step in replaced)
