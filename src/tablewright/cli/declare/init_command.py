"""`tablewright init`: a manifest to start from."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright init                      writes tablewright.yaml
  tablewright init tables/ --name shop  writes tables/tablewright.yaml
  tablewright init tables/orders.yaml --name orders
"""
)
@click.argument("path", type=click.Path(path_type=Path), default=Path("tablewright.yaml"))
@click.option("--name", default="analytics", show_default=True, help="Name of the stack.")
@click.option(
    "--module",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a program of your own for `pulumi --module-dir` into this folder instead.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@options.output("text", "json")
@body("declare.init")
def command() -> None:
    """Write a commented starter manifest to PATH, a file or a folder."""
