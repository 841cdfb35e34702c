"""`tablewright demo`: the reference job on the embedded AWS, each step shown and proved."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright demo            and look around in the sandbox afterwards
  tablewright demo --destroy  leave nothing behind
"""
)
@click.option("--destroy", is_flag=True, help="Destroy the stack and stop the sandbox at the end.")
@click.option(
    "--manifest",
    type=click.Path(exists=True, path_type=Path),
    help="Other manifests of the same three tables.",
)
@body("sandbox.demo", extra="sandbox")
def command() -> None:
    """Refactor three live tables in place, under traffic, and prove that nothing was lost.

    Everything happens on the embedded AWS of this machine; no AWS account is touched.
    """
