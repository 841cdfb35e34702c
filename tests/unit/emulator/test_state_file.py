"""What is opened as a state, and what never is."""

import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from moto.backends import get_backend, list_of_moto_modules
from moto.core.base_backend import BackendDict

from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.moto_backend import fence
from tablewright_emulator.seal import Seal, key_at
from tablewright_emulator.state_file import from_bytes, to_bytes

ACCOUNT = "123456789012"
NEVER_KEPT = {"awslambda", "ssm"}
"""Their backends hold functions that nothing can write."""


class Calls:
    """Pickled as a call of something."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize(
    "value",
    [
        Calls(os.system, "touch hacked"),
        Calls(eval, "1"),
        Calls(subprocess.run, ["touch", "hacked"]),
        Calls(getattr, list, "__subclasses__"),
        Calls(__import__, "os"),
        Calls(open, "hacked", "w"),
        Calls(type, "x", (), {}),
    ],
)
def test_what_calls_anything_but_a_value_is_not_opened(value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EmulatorError, match="not among what is kept"):
        from_bytes(pickle.dumps(value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["os.system", "sys.modules", "subprocess.run", "logging.os", "re.compile"]
)
@pytest.mark.parametrize("module", ["moto.core.utils", "tablewright_emulator.storage"])
def test_nothing_is_reached_through_the_modules_of_a_value(module: str, name: str):
    data = b"\x80\x04" + b"".join(
        b"\x8c" + bytes([len(text)]) + text.encode() for text in (module, name)
    ) + b"\x93."  # fmt: skip
    with pytest.raises(EmulatorError):
        from_bytes(data)


def test_what_moto_makes_of_every_service_is_read_again():
    refused = set()
    for module in list_of_moto_modules():
        try:
            backends: Any = get_backend(module)
        except (AttributeError, ImportError):
            continue  # of no service
        if not isinstance(backends, BackendDict) or module == "moto_api":
            continue
        with fence.asking(fence.STATE):
            regions = backends[ACCOUNT]
        backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
        try:
            from_bytes(to_bytes(backend.__dict__))
        except (TypeError, AttributeError, pickle.PicklingError):
            refused.add(module)
    BackendDict.reset()
    assert refused <= NEVER_KEPT


def test_a_seal_is_of_its_key_and_its_bytes():
    sealed = Seal(b"a" * 32).closed(b"state")
    assert Seal(b"a" * 32).opened(sealed, "It") == b"state"
    with pytest.raises(EmulatorError, match="somebody else"):
        Seal(b"b" * 32).opened(sealed, "It")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(EmulatorError):
            Seal(b"a" * 32).opened(bytes(changed), "It")
    for size in range(len(sealed)):
        with pytest.raises(EmulatorError):
            Seal(b"a" * 32).opened(sealed[:size], "It")


def test_a_key_is_made_once_and_for_its_user_alone(tmp_path: Path):
    path = tmp_path / "folder" / "key"
    key = key_at(path)
    assert key_at(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]


def test_a_key_that_is_none_is_refused_and_stays(tmp_path: Path):
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(EmulatorError, match="is no key"):
        key_at(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == b"short"
