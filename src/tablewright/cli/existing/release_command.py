"""`tablewright release`: forget tables without touching them."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright release tables/ --table events
      forget one table, and what belongs to it
  tablewright release tables/ --all --yes     forget the whole stack
  tablewright release tables/ --stack organization/shop/dev --all
      forget the stack shop/dev, whose name in the manifests is another by now
"""
)
@options.deployment
@click.option("--table", "tables", metavar="NAME", multiple=True, help="A table to forget.")
@click.option("--all", "everything", is_flag=True, help="Forget the whole stack.")
@options.yes
@options.output("text", "json")
@body("existing.release")
def command() -> None:
    """Drop tables of the stack at PATH from its state; AWS is not changed but for the owner's tag.

    Their alarms, roles and insights are forgotten with them and kept in AWS. Take the tables out of
    the manifest as well: the next `up` would want to create them.
    """
