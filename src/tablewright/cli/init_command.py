"""`tablewright init`: a manifest to start from."""

from __future__ import annotations

import shlex
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
@click.option(
    "--module",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a program of your own for `pulumi --module-dir` into this folder instead.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def command(path: Path, name: str, module: Path | None, *, force: bool) -> None:
    """Write a commented starter manifest to PATH."""
    from tablewright import manifest  # noqa: PLC0415 - imported when called
    from tablewright.deploy.module import FILE, TEMPLATE  # noqa: PLC0415

    text = manifest.skeleton(name) if module is None else TEMPLATE
    path = path if module is None else module / FILE
    if path.exists() and not force:
        raise UsageError(f"{path} exists already.", "give another name, or --force to overwrite it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    following = ["validate", str(path)]
    if module is not None:
        following = ["pulumi", "preview", "--manifest", "FILE", "--module-dir", str(module)]
    console.say(f"wrote {path}; next: tablewright {shlex.join(following)}")
