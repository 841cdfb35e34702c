"""`tablewright completion`: the shell's own completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tablewright.cli import console
from tablewright.cli.commands import root


@click.command(
    epilog="""\b
Examples:
  tablewright completion bash \\
      > ~/.local/share/bash-completion/completions/tablewright
  tablewright completion zsh > "${fpath[1]}/_tablewright"
  tablewright completion fish > ~/.config/fish/completions/tablewright.fish
"""
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print the completion script of SHELL."""
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 - the choices are those that click has
    console.data(completion(root, {}, "tablewright", "_TABLEWRIGHT_COMPLETE").source())
