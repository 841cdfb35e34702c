"""`tablewright preview`: what would change, in the order in which it would happen."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright preview tables/
  tablewright preview tables/ --target aws --save change.json
      then: tablewright up change.json
  tablewright preview tables/ --expect-no-changes  exit 3 on any change
  tablewright preview tables/ --output markdown >> "$GITHUB_STEP_SUMMARY"
  tablewright preview tables/ --output github
"""
)
@options.deployments
@options.tables
@options.permissions
@options.output("text", "json", "markdown", "github")
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    expose_value=False,
    help="Accepted as for `up`; a preview asks nothing.",
)
@options.refresh
@options.verbose
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the preview; `up FILE` then does exactly this or nothing.",
)
@click.option("--expect-no-changes", is_flag=True, help="Exit 3 if anything would change.")
@body("deploy.preview_ahead")
def command() -> None:
    """Show what `up` would do with the manifests at PATH; nothing is touched.

    Every change of a table is shown as the calls that will be made, each with its risk: in place,
    limited (AWS allows it only so often), slow, replaces, impossible.
    """
