"""Room for a state: found out before anything is written."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tablewright.engine.state.backend import Backend, StackPlace
from tablewright.engine.state.space import SPARE_BYTES, full, is_full, require_space
from tablewright.errors import BackendError


@pytest.fixture
def place(tmp_path: Path) -> StackPlace:
    made = StackPlace(Backend.of(tmp_path), "shop", "dev")
    assert made.state_file
    made.state_file.parent.mkdir(parents=True)
    made.state_file.write_bytes(b" " * 100_000)
    return made


@pytest.fixture
def short_files() -> Iterator[None]:
    """No file may be longer than 50 kB, as on a disk that takes no more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_room_is_what_the_state_takes_several_times(
    place: StackPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_space(place)
    for free, enough in ((SPARE_BYTES + 400_000, True), (SPARE_BYTES + 399_999, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        if enough:
            require_space(place)
            continue
        with pytest.raises(BackendError, match="no room for the state") as caught:
            require_space(place)
        assert "--backend" in caught.value.next_step


def test_a_place_that_is_no_folder_is_not_measured() -> None:
    elsewhere = StackPlace(Backend.of("s3://bucket"), "shop", "dev")
    require_space(elsewhere)
    assert not is_full(elsewhere)


def test_a_disk_that_takes_no_more_is_known(place: StackPlace, short_files: None) -> None:
    assert is_full(place)
    assert str(place.backend.folder) in full(place).message


def test_nothing_is_left_of_the_measuring(place: StackPlace) -> None:
    assert not is_full(place)
    require_space(place)
    assert place.backend.folder
    assert [each.name for each in place.backend.folder.iterdir()] == [".pulumi"]
