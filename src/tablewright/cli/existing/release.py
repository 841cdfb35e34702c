"""`tablewright release`: forget tables without touching them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.report.formats.number import number_of


def run(
    paths: Sequence[str],
    tables: Sequence[str],
    output_format: str,
    *,
    everything: bool,
    yes: bool,
    **chosen: Any,
) -> int:
    """Drop tables of the stack at PATH from its state."""
    with deploying.deployment(paths, chosen) as opened:
        names = opened.releasable(tables, everything=everything)
        question = f"Forget {', '.join(names)} of {opened.title}? The tables are kept in AWS."
        console.confirm(question, yes=yes)
        number = opened.release(names)
        if output_format == "json":
            console.data_json({**opened.identity, "released": list(names), "forgotten": number})
        forgotten = number_of(number, "resource")
        console.say(f"{forgotten} forgotten; take {', '.join(names)} out of the manifest")
    return 0
