"""What is opened as a state, and what never is."""

import ast
import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tablewright_emulator
from tablewright_emulator import schema, seal
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.schema import SCHEMA
from tablewright_emulator.seal import Seal, format_of, key_at
from tablewright_emulator.server import Emulator
from tablewright_emulator.state_file import State, from_bytes, to_bytes

ROOT = Path(tablewright_emulator.__file__).parents[3]
THAT_RUN_CODE = {"cloudpickle", "dill", "jsonpickle", "marshal", "pickle", "shelve"}


def sources() -> list[Path]:
    folders = ("src/tablewright", "emulator/src/tablewright_emulator", "scripts")
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def imported(path: Path) -> set[str]:
    """Packages that a file imports, or names to whatever imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                names.add(module.partition(".")[0])
            case ast.Constant(value=str(text)) if text.isidentifier():
                names.add(text)
    return names


def test_no_module_of_ours_imports_what_runs_code_when_it_opens_a_file():
    assert len(sources()) > 300
    # what these read was written by the same run, into a file without a name or to its own tasks
    apart = {"spool.py", "spark.py"}
    assert {path.name for path in sources() if imported(path) & THAT_RUN_CODE} <= apart


@pytest.fixture(scope="module")
def state() -> bytes:
    """A small state with a table, items, an alarm and something of moto's."""
    with Emulator() as emulator:
        call = emulator.gateway.call
        call("iam", "CreateUser", {"UserName": "somebody"})
        definition = {
            "TableName": "orders",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        call("dynamodb", "CreateTable", definition)
        emulator.clock.advance(60)
        call("dynamodb", "PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}})
        return emulator.snapshot()[len(seal.FORMAT) + 32 :]


def test_a_state_with_anything_in_it_changed_is_refused_or_read_and_never_runs_into_an_error(
    state: bytes,
):
    assert to_bytes(from_bytes(state, SCHEMA)) == state
    dice = random.Random(7)  # noqa: S311 - a test's choice
    refused = []
    for _ in range(1_500):
        changed = bytearray(state)
        for _ in range(dice.choice((1, 1, 3))):
            place = dice.randrange(len(changed))
            if dice.random() < 0.5:
                changed[place] = dice.choice(b'"[]{}:,$\\\x00\xff01abc\n')
            else:
                del changed[place : place + dice.choice((1, 5, 50))]
        try:
            from_bytes(bytes(changed), SCHEMA)
        except EmulatorError as error:
            refused.append(error.message)
    assert len(refused) > 500
    assert all("cannot be read" in message for message in refused)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'["world",{"$os.system":["touch hacked"]}]', "os.system is not known here"),
        (b'["world",{"$builtins.eval":"1"}]', "builtins.eval is not known here"),
        (b'["service",["dynamodb",{"$alarm":{"evil":1}}]]', "Alarm has no members ['evil']"),
        (b'["service",["x",{"$bucket":{"minute":1,"__class__":2}}]]', "no members ['__class__']"),
        (b'["service",["x",{"$metric-name":{}}]]', "lacks its members ['name', 'namespace']"),
        (b'["other",1]', "other"),
        (b"\x80\x05]\x94.", "cannot be read"),
    ],
)
def test_what_is_no_known_value_is_refused_by_its_name(line: bytes, text: str):
    with pytest.raises(EmulatorError) as caught:
        from_bytes(line, SCHEMA)
    assert text in caught.value.message


def test_values_are_read_as_they_were_written():
    value = {
        "plain": [1, 2.5, "text", None, True, "\ud800"],
        "$tag": {"$map": [1]},
        ("a", 1): {Decimal("1.50"), b"bytes", b"\xff\x00"},
        None: (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), frozenset({"x"})),
        "infinite": [float("inf"), float("-inf")],
    }
    state = State("world", 3, (1.5, None), {"service": value}, [])
    assert from_bytes(to_bytes(state), SCHEMA) == state


def test_what_is_of_no_kind_is_not_written():
    for value in (object(), len, Path(), type):
        with pytest.raises(Exception, match="of no kind that is kept"):
            to_bytes(State("world", 0, None, {"service": value}, []))


def test_a_state_of_an_older_schema_is_migrated(monkeypatch: pytest.MonkeyPatch):
    old = to_bytes(State("old", 1, None, {"service": {"renamed": 1}}, []))

    def migrate(line: Any) -> Any:
        section, content = line
        if section == "service" and "renamed" in content[1]:
            content[1]["new"] = content[1].pop("renamed")
        return [section, content]

    sealed = Seal(b"a" * 32).closed(old)
    monkeypatch.setattr(schema, "SCHEMA", SCHEMA + 1)
    monkeypatch.setattr(seal, "SCHEMA", SCHEMA + 1)
    monkeypatch.setattr(schema, "MIGRATIONS", {SCHEMA: migrate})
    written, data = Seal(b"a" * 32).opened(sealed, "It")
    assert written == SCHEMA
    assert from_bytes(data, written).services == {"service": {"new": 1}}


def test_a_snapshot_of_an_older_form_or_a_later_schema_is_refused_with_a_way_out():
    for data, text in (
        (b"tablewright-emulator-3/1.2.3\nx", "could run code"),
        (format_of(SCHEMA + 1) + b"x" * 40, "a later version"),
    ):
        with pytest.raises(EmulatorError, match=text) as caught:
            Seal(b"a" * 32).opened(data, "It")
        assert "another data directory" in caught.value.next_step


def test_a_seal_is_of_its_key_and_its_bytes():
    sealed = Seal(b"a" * 32).closed(b"state")
    assert Seal(b"a" * 32).opened(sealed, "It") == (SCHEMA, b"state")
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
