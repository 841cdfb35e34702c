"""`tablewright release`: forget tables without touching them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Examples:
  tablewright release tables/ --table events          forget one table, and what belongs to it
  tablewright release tables/ --all --yes             forget the whole stack
"""
)
@options.deployment
@click.option("--table", "tables", metavar="NAME", multiple=True, help="A table to forget.")
@click.option("--all", "everything", is_flag=True, help="Forget the whole stack.")
@options.yes
@options.output("text", "json")
def command(
    paths: Sequence[str],
    tables: Sequence[str],
    output_format: str,
    *,
    everything: bool,
    yes: bool,
    **chosen: Any,
) -> int:
    """Drop tables of the stack at PATH from its state; AWS is not changed but for the owner's tag.

    Their alarms, roles and insights are forgotten with them and live on. Take the tables out of the
    manifest as well: the next `up` would want to create them.
    """
    from tablewright.report.number import number_of  # noqa: PLC0415 - imported when called

    with deploying.deployment(paths, chosen) as opened:
        names = opened.releasable(tables, everything=everything)
        question = f"Forget {', '.join(names)} of {opened.title}? They live on."
        if not console.confirm(question, yes=yes):
            console.say("nothing was touched")
            return 0
        number = opened.release(names)
        if output_format == "json":
            console.data_json({**opened.identity, "released": list(names), "forgotten": number})
        forgotten = number_of(number, "resource")
        console.say(f"{forgotten} forgotten; take {', '.join(names)} out of the manifest")
    return 0
