from pathlib import Path

import pytest

from tablewright.files import replacing, write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path):
    file = tmp_path / "outputs.json"
    file.write_text("an older and longer text")
    write_whole(file, b"new")
    assert file.read_text() == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_private_file_is_its_users_alone(tmp_path: Path):
    file = tmp_path / "record.json"
    write_whole(file, b"{}", private=True)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path):
    file = tmp_path / "days.parquet"
    file.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(file) as draft:
        draft.with_name("no such folder").joinpath("half").write_text("half")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
