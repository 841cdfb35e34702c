"""`tablewright init`: a manifest to start from."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.errors import UsageError

from . import console


@click.command(
    epilog="""\b
Examples:
  tablewright init                      writes tablewright.yaml
  tablewright init tables/orders.yaml --name orders
"""
)
@click.argument("path", type=click.Path(path_type=Path), default=Path("tablewright.yaml"))
@click.option("--name", default="analytics", show_default=True, help="Name of the stack.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def command(path: Path, name: str, *, force: bool) -> None:
    """Write a commented starter manifest to PATH."""
    from tablewright import manifest  # noqa: PLC0415 - imported when called

    if path.exists() and not force:
        raise UsageError(f"{path} exists already.", "give another name, or --force to overwrite it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(manifest.skeleton(name), encoding="utf-8")
    console.say(f"wrote {path}; next: tablewright validate {path}")
