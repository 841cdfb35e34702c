"""`tablewright outputs`: names and ARNs, for people and for what comes next in a pipeline."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright outputs tables/ --output json | jq -r '.tableArns[]'
  tablewright outputs tables/ --raw tables.orders.arn
  eval "$(tablewright outputs tables/ --output env)"     TABLES_ORDERS_ARN ...
  tablewright outputs tables/ --flat cfn-outputs/flat-outputs.json
  tablewright outputs tables/ --to-ssm /shop/dev --target aws
"""
)
@options.deployments
@options.output("text", "json", "env")
@click.option(
    "--raw",
    metavar="NAME",
    help="Print only this output, as it is: tableNames, tables.orders.arn.",
)
@click.option(
    "--flat",
    "flat_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write one JSON object whose keys are the output names.",
)
@click.option(
    "--to-ssm",
    metavar="PREFIX",
    help="Also write each output to a parameter of Systems Manager: /PREFIX/tables/orders/arn.",
)
@options.yes
@body("deploy.outputs")
def command() -> None:
    """Print the outputs of the stack at PATH, as its last run left them.

    With --to-ssm what would be written is shown and asked for first. A parameter that exists and
    does not belong to the stack is never written over: nothing is written then.
    """
