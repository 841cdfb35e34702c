"""Which stack a command line meant last."""

from __future__ import annotations

import pytest

from tablewright.deploy.head_start import CommandLine, MeantStack
from tablewright.deploy.options import Options
from tablewright.engine import Backend, StackPlace

LINE = CommandLine(("tables/",), None, Options())
PLACE = StackPlace(Backend.of("/states"), "shop", "dev")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_a_command_line_means_what_it_meant_last():
    assert LINE.last_meant is None
    LINE.means(PLACE, "eu-west-1", 5)
    assert LINE.last_meant == MeantStack("shop", "dev", "eu-west-1", 5, LINE.manifests)
    LINE.means(PLACE, "eu-west-2", 5)
    assert LINE.last_meant == MeantStack("shop", "dev", "eu-west-2", 5, LINE.manifests)


@pytest.mark.parametrize(
    "other",
    [
        CommandLine(("other/",), None, Options()),
        CommandLine(("tables/",), "prod", Options()),
        CommandLine(("tables/",), None, Options(target="aws")),
        CommandLine(("tables/",), None, Options(backend="s3://b")),
    ],
)
def test_another_command_line_means_something_of_its_own(other):
    LINE.means(PLACE, "eu-west-1", 5)
    assert other.last_meant is None


def test_another_folder_means_something_of_its_own(tmp_path, monkeypatch):
    LINE.means(PLACE, "eu-west-1", 5)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert LINE.last_meant is None


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"k": 1}'])
def test_a_damaged_note_is_none(home, text):
    LINE.means(PLACE, "eu-west-1", 5)
    (home / "previews.json").write_text(text)
    assert LINE.last_meant is None
    LINE.means(PLACE, "eu-west-1", 5)
    assert LINE.last_meant == MeantStack("shop", "dev", "eu-west-1", 5, LINE.manifests)


def test_a_note_of_another_version_is_none(home):
    LINE.means(PLACE, "eu-west-1", 5)
    note = (home / "previews.json").read_text()
    (home / "previews.json").write_text(note.replace('"eu-west-1", 5', '"eu-west-1"'))
    assert LINE.last_meant is None


def test_the_latest_two_hundred_are_kept():
    lines = [CommandLine((f"{number}/",), None, Options()) for number in range(201)]
    for line in lines:
        line.means(PLACE, "eu-west-1", 5)
    assert lines[0].last_meant is None
    assert all(line.last_meant for line in lines[1:])


def test_where_nothing_can_be_kept_nothing_is(home):
    home.write_text("a file")
    LINE.means(PLACE, "eu-west-1", 5)
    assert LINE.last_meant is None
