"""`tablewright convert`: a manifest in another dialect, or a template of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright convert awsdynamodb.yaml > tables.yaml
  tablewright convert tables/ --to planton > planton.yaml
  tablewright convert tables/ --to terraform --directory terraform/
  kubectl get tables.dynamodb.services.k8s.aws --output yaml \\
      | tablewright convert -
"""
)
@options.sources
@click.option(
    "--to",
    type=click.Choice(("tablewright", "planton", "terraform", "cloudformation")),
    default="tablewright",
    show_default=True,
    help="The dialect or the tool to write for.",
)
@options.environment
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="For another tool: an empty or new folder; else one here, STACK-terraform.",
)
@options.output("text", "json")
@body("declare.convert")
def command() -> None:
    """Write the manifests at PATH in another dialect, and say what that dialect cannot say.

    With terraform or cloudformation it writes what imports everything the stack has deployed, and
    the steps of the hand-over. Planton's AwsDynamodb and tables of Kubernetes controllers (ACK,
    Crossplane) are read as well.
    """
