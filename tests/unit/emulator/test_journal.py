"""What is in a journal after a flipped byte, a cut, or a write for which there was no room."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.journal import Journal
from tablewright_emulator.schema import SCHEMA
from tablewright_emulator.seal import FORMAT, Seal, format_of

RECORDS = (b"first", b"", b"third" * 9, b"fourth")
SEAL = Seal(b"k" * 32)


def written(path: Path, records: tuple[bytes, ...] = RECORDS) -> bytes:
    journal = Journal(path, SEAL)
    journal.begin(records[0])
    for record in records[1:]:
        journal.append(record)
    journal.close()
    return path.read_bytes()


def read(path: Path, seal: Seal = SEAL):
    journal = Journal(path, seal)
    try:
        return journal.read()
    finally:
        journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.bin"


def test_what_was_written_is_read(path: Path):
    whole = written(path)
    contents = read(path)
    assert contents.records == RECORDS
    assert (contents.end.size, contents.damaged) == (len(whole), b"")


def test_a_flipped_byte_anywhere_is_noticed_and_nothing_is_lost(path: Path):
    whole = written(path)
    for position in range(len(FORMAT), len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0x10
        path.write_bytes(changed)
        contents = read(path)
        assert contents.records == RECORDS[: len(contents.records)]
        assert len(contents.records) < len(RECORDS)
        assert contents.damaged, position
        assert bytes(changed[: contents.end.size]) + contents.damaged == bytes(changed)


def test_a_flipped_byte_in_the_first_line_loses_nothing(path: Path):
    whole = written(path)
    for position in range(len(FORMAT)):
        changed = bytearray(whole)
        changed[position] ^= 0x10
        path.write_bytes(changed)
        assert read(path).records == RECORDS


def test_a_journal_that_was_cut_off_anywhere_has_its_whole_records_and_no_damage(path: Path):
    whole = written(path)
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        contents = read(path)
        assert contents.records == RECORDS[: len(contents.records)]
        assert contents.damaged == b"", size
        assert contents.end.size <= size


def test_records_that_changed_places_are_damage(path: Path):
    journal = Journal(path, SEAL)
    journal.begin(b"begin")
    places = [journal.append(record).size for record in (b"aaaa", b"bbbb", b"cccc")]
    journal.close()
    whole = path.read_bytes()
    first, second = slice(places[0], places[1]), slice(places[1], places[2])
    path.write_bytes(whole[: places[0]] + whole[second] + whole[first] + whole[places[2] :])
    contents = read(path)
    assert contents.records == (b"begin",)
    assert contents.damaged


@pytest.mark.parametrize("data", [b"\x80\x05]\x94.", b"\x00\x00\x00\x05hello", b"x" * 500])
def test_a_file_of_something_else_is_refused(data: bytes, path: Path):
    path.write_bytes(data)
    with pytest.raises(EmulatorError, match="was not written by this version"):
        read(path)


def test_a_journal_of_another_version_is_refused(path: Path):
    path.write_bytes(b"tablewright-emulator-3/9.9.9\n" + b"x" * 100)
    with pytest.raises(EmulatorError, match=r"written by version 9\.9\.9, .* could run code"):
        read(path)


def test_a_journal_of_a_later_schema_is_refused(path: Path):
    path.write_bytes(format_of(SCHEMA + 1) + b"x" * 100)
    with pytest.raises(EmulatorError, match="written by a later version"):
        read(path)


def test_a_journal_of_another_key_is_not_opened(path: Path):
    written(path)
    contents = read(path, Seal(b"another key"))
    assert contents.records == ()
    assert contents.damaged == path.read_bytes()


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files of this process cannot grow beyond `size`: what a full disk is, by other means."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_a_record_without_room_is_not_there_at_all_and_the_next_one_is(path: Path):
    journal = Journal(path, SEAL)
    journal.begin(b"begin")
    size = path.stat().st_size
    for room in range(size, size + 30):
        with room_for(room), pytest.raises(OSError, match="File too large"):
            journal.append(b"too much")
        assert path.stat().st_size == size
    journal.append(b"enough")
    journal.close()
    assert read(path).records == (b"begin", b"enough")


def test_a_beginning_without_room_leaves_nothing(path: Path):
    journal = Journal(path, SEAL)
    for room in range(len(FORMAT) + 20):
        with room_for(room), pytest.raises(OSError, match="File too large"):
            journal.begin(b"begin")
        assert journal.mark.size == 0
    journal.begin(b"begin")
    journal.close()
    assert read(path).records == (b"begin",)


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans()), max_size=12))
def test_records_that_are_taken_out_again_were_never_there(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("journal") / "journal.bin"
    journal = Journal(path, SEAL)
    journal.begin(b"begin")
    kept = [b"begin"]
    for record, stays in records:
        mark = journal.append(record)
        if stays:
            kept.append(record)
        else:
            journal.back_to(mark)
    journal.close()
    assert read(path).records == tuple(kept)
    assert path.stat().st_size == read(path).end.size
