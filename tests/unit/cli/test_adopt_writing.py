"""What `adopt` says is to be done with the manifests that it wrote."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tablewright.cli.existing.adopt_writing import Writing, tell_next


@pytest.mark.parametrize(
    ("files", "path"),
    [
        (("tables/stack.yaml", "tables/orders.yaml"), "tables"),
        (("tables/eu/stack.yaml", "tables/us/stack.yaml"), "tables"),
        (("tables/eu/stack.yaml", "tables/eu/orders.yaml"), "tables/eu"),
    ],
)
def test_the_next_step_is_one_command_however_many_stacks_there_are(capsys, files, path):
    writing = Writing((), dict.fromkeys(map(Path, files), ""), {})
    with click.Context(click.Command("adopt")):
        tell_next(writing, Path("tables"), meet_policy=False)
    assert capsys.readouterr().err == f"next: tablewright preview {path}\n"
