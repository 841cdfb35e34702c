"""`tablewright convert`: a manifest in another dialect."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright convert awsdynamodb.yaml > tables.yaml
  tablewright convert tables/ --to planton > planton.yaml
  kubectl get tables.dynamodb.services.k8s.aws --output yaml \\
      | tablewright convert -
"""
)
@options.sources
@click.option(
    "--to",
    type=click.Choice(("tablewright", "planton")),
    default="tablewright",
    show_default=True,
    help="The dialect to write.",
)
@body("declare.convert")
def command() -> None:
    """Write the manifests at PATH in another dialect, and say what that dialect cannot say.

    Planton's AwsDynamodb and tables of Kubernetes controllers (ACK, Crossplane) are read as well.
    """
