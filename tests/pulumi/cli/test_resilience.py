"""The short form of `make resilience`: faults all at once, and each process killed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.world import FAULTS, VICTIMS, World, world

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(Path(tmp_path_factory.mktemp("world")) / "w", keeps=True) as one:
        yield one


def test_a_third_of_all_calls_fails_and_one_run_is_enough(made: World) -> None:
    made.empty()
    manifest = made.manifest(3)
    rate = 0.3 / len(FAULTS)
    made.faults(*({**each, "rate": rate, "seed": 7} for each in FAULTS.values()))
    up = made.repeat("up", manifest, "--yes")
    assert up.runs == 1, up.last
    assert made.wrong(manifest) == []


def test_after_kills_the_same_command_finishes_the_job(made: World) -> None:
    """Each process is killed once, in the run that goes on where the one before was killed."""
    made.empty()
    manifest = made.manifest(3)
    for victim in VICTIMS:
        if victim != "sandbox":
            made.kill(victim, 25, "up", manifest, "--yes")
    again = made.repeat("up", manifest, "--yes")
    assert again.runs == 1, again.last
    assert made.wrong(manifest) == []
