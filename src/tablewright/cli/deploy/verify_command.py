"""`tablewright verify`: do the live resources match the declaration?"""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright verify tables/ --target aws
  tablewright verify tables/ --access
      what each role may do, tried over all actions of DynamoDB
  tablewright verify tables/ --fire
      each alarm fires in a copy of the sandbox, which stays as it is
  tablewright verify tables/ --restore-drill --table orders
      restores it under another name, compares both, removes the restored one
  tablewright verify tables/ --output junit > verify.xml
Exit status: 0 all checks match, 3 something differs,
  4 something could not be read.
"""
)
@options.deployments
@options.tables
@options.output("text", "json", "junit", "markdown")
@click.option("--only-problems", is_flag=True, help="Show only the checks that did not pass.")
@click.option(
    "--access",
    is_flag=True,
    help="Also try what each role may do: every action, on its table and on others.",
)
@click.option(
    "--alarms",
    is_flag=True,
    help="Also check that the topics of alarms exist, and that the alarms make sense.",
)
@click.option(
    "--fire",
    is_flag=True,
    help="Also make each alarm fire and recover, in a copy of the sandbox.",
)
@click.option(
    "--restore-drill",
    is_flag=True,
    help="Also restore each table under another name, compare both, remove the copy. Costs money.",
)
@options.yes
@body("deploy.verify")
def command() -> None:
    """Compare the live tables, alarms, roles and tags with the manifests at PATH.

    Everything is read through AWS's own APIs; the engine's state is not asked.
    """
