"""`tablewright adopt`: manifests for tables that live already."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright adopt orders customers --target aws --directory tables/
  tablewright adopt --tag Team=search --target aws > tables.yaml
  tablewright adopt --terraform-state terraform.tfstate --target aws \\
      --directory tables/
  tablewright adopt --pulumi-stack export.json --target aws \\
      --directory tables/
  tablewright adopt --cloudformation shop --target aws --directory tables/
  tablewright adopt --template cdk.out --target aws --directory tables/
The preview of what is written shows imports and no change at all.
"""
)
@click.argument("names", nargs=-1)
@options.accounts
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Tables with this tag.")
@click.option("--all", "everything", is_flag=True, help="All tables.")
@click.option(
    "--terraform-state",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The tables of a Terraform state; prints the steps that finish the hand-over.",
)
@click.option(
    "--pulumi-stack",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The tables of another Pulumi program, from its `pulumi stack export`; prints the steps "
    "that finish the hand-over.",
)
@click.option(
    "--cloudformation",
    metavar="STACK",
    help="The tables of a deployed CloudFormation stack; prints the steps that finish the "
    "hand-over.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True),
    help="The tables of a CloudFormation or SAM template, or of a cdk.out folder; with "
    "--cloudformation, the text that the steps edit.",
)
@click.option(
    "--parameter", "parameters", metavar="NAME=VALUE", multiple=True, help="Of the template."
)
@click.option("--environment", help="Of the written stack (prod), or of the one in the directory.")
@click.option("--name", help="Of the written stack (adopted), or of one in the directory.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write files here; else all goes to standard output. Where a stack is declared in it, the "
    "tables are added to that.",
)
@click.option(
    "--meet-policy",
    is_flag=True,
    help="Write what a policy demands and the tables do not have, where that is changed in place "
    "and leaves no choice; else it is told.",
)
@options.output("manifest", "json")
@body("existing.adopt")
def command() -> None:
    """Write manifests for the live tables NAMES, with comments on what goes against good practice.

    What could not be read is written as UNREAD, which no manifest accepts; it is never guessed.
    """
