"""`tablewright migrate`: the items of a table into one of another key or name."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright migrate orders orders-by-customer --target aws
  tablewright migrate orders orders-by-customer --rate 500
  tablewright migrate orders orders-by-customer --follow
      while readers are switched; Ctrl-C when the writers are stopped, then
  tablewright migrate orders orders-by-customer --finish
Exit status: 0 both have the same items, 3 some differ or cannot be copied.
"""
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@options.TARGET
@options.PROFILE
@options.SANDBOX
@click.option(
    "--region",
    callback=options.are_regions,
    metavar="REGION",
    help="Of both tables; else the environment's.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="UNITS",
    help="Write units a second to spend on NEW; else as many as it takes.",
)
@click.option(
    "--sample",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    metavar="FRACTION",
    help="Compare this part of the items, chosen by the hash of their key.",
)
@click.option(
    "--finish", is_flag=True, help="Nothing writes to OLD any more: read the rest and compare all."
)
@click.option(
    "--follow",
    is_flag=True,
    help="Once NEW has caught up, apply each change within seconds, until Ctrl-C.",
)
@click.option(
    "--not-empty", is_flag=True, help="Begin although NEW has items that nothing here recorded."
)
@options.yes
@options.output("text", "json")
@body("existing.migrate")
def command() -> None:
    """Copy the items of table OLD to table NEW, most often one with another key.

    NEW is declared and deployed beside OLD first. The items are copied, the
    changes that OLD's stream records meanwhile are applied in their order, and
    both tables are compared. Run again, it goes on where it stopped. OLD is
    never changed, except that its stream is switched on. Items that lack NEW's
    key, or share it with another item, are listed.
    """
