"""Files that users name: whatever they are, each reader answers or refuses, in time."""

import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tablewright import manifest, transfer
from tablewright.adopt.terraform import read_state
from tablewright.cost import bill
from tablewright.cost.pricing import price_store
from tablewright.deploy import source
from tablewright.errors import InputError
from tablewright.fleet import accounts
from tablewright.usage.day import ResourceId
from tablewright.usage.imported import imported

ORDERS = ResourceId("123456789012", "eu-west-1", "orders")
READERS: dict[str, Callable[[Path], object]] = {
    "manifest": lambda file: manifest.load([str(file)]),
    "saved preview": lambda file: source.from_saved(str(file)),
    "Terraform state": read_state,
    "usage": lambda file: imported(file, ORDERS),
    "bill": bill.billed,
    "price list": price_store.read,
    "accounts": accounts.read_roles,
}
DATA = {
    "empty": b"",
    "binary": bytes(range(256)) * 99,
    "UTF-16": "{}".encode("utf-16"),
    "half a character": b'{"version": 4, "resources": "\\ud800"}',
    "deep": b"[" * 100_000,
    "list": b"[]",
    "null": b"null",
    "no number": b'{"version": NaN}',
    "state of another time": b'{"version": 99}',
    "cut gzip": gzip.compress(b"timestamp,read_units\n")[:-9],
    "packed zeros": gzip.compress(bytes(1 << 20)),
    "too large": bytes(1 << 20),
}
PLACES: dict[str, Callable[[Path], object]] = {
    "no such file": lambda file: None,
    "folder": Path.mkdir,
    "dangling link": lambda file: file.symlink_to("nowhere"),
    "pipe without a writer": os.mkfifo,
    "without an end": lambda file: file.symlink_to("/dev/zero"),
    **{name: (lambda file, data=data: file.write_bytes(data)) for name, data in DATA.items()},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_such_file_is_refused_in_words_and_in_time(monkeypatch, tmp_path, reader, place):
    monkeypatch.setattr(transfer, "PIPE_SECONDS", 0.05)
    monkeypatch.setattr(transfer, "LARGEST_FILE_BYTES", 1 << 19)
    file = tmp_path / "given.json"
    PLACES[place](file)
    with pytest.raises(InputError) as caught:
        READERS[reader](file)
    text = str(caught.value)
    assert "given.json" in text
    assert "→" in text
    text.encode()


def test_a_pipe_is_read_to_its_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[b"whole"])
    writer.start()
    assert transfer.read_given(pipe) == b"whole"
    writer.join()
