"""A preview that found nothing to change is known until something it follows from differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tablewright
from tablewright import manifest
from tablewright.aws.target import Target
from tablewright.components.existing import NOTHING
from tablewright.deploy.plain_form import plain_form
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.deploy.unchanged import is_expected, previewed
from tablewright.engine import (
    Diagnostic,
    Engine,
    EngineStack,
    Operation,
    ResourceChange,
    RunResult,
)
from tablewright.plan.declaration.declare import declare
from tablewright.pulumi_values import STACK_TYPE

UNIT = Path(__file__).parent.parent
TABLE = "aws:dynamodb/table:Table"
RECORDED = {
    f"urn:pulumi:dev::shop::{STACK_TYPE}::shop-dev": STACK_TYPE,
    f"urn:pulumi:dev::shop::{TABLE}::orders": TABLE,
}
SAME = RunResult(
    tuple(
        ResourceChange(urn, type_, urn.rpartition("::")[2], Operation.SAME)
        for urn, type_ in RECORDED.items()
    ),
    {"tables": {"orders": "orders"}},
)


@dataclass
class Room:
    """A stack in a folder, and an engine that is counted and never started."""

    folder: Path
    answer: RunResult = SAME
    facts: Any = ("orders", 1)
    place: dict[str, Any] = field(default_factory=dict)
    stack: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None
    asked: int = 0

    @property
    def engine_stack(self) -> EngineStack:
        given = {
            "engine": Engine(self.folder / "pulumi", "3.259.0"),
            "project": "shop",
            "stack": "dev",
            "backend": self.folder / "states",
            "environment": {},
            "config": {"aws:region": "eu-west-1"},
            "home": self.folder / "home",
        }
        return EngineStack(**{**given, **self.stack})

    @property
    def target(self) -> TargetEnvironment:
        given = {
            "kind": "sandbox",
            "label": "sandbox",
            "target": Target.sandbox("http://127.0.0.1:4566"),
            "region": "eu-west-1",
            "environment": {"AWS_REGION": "eu-west-1", "AWS_SECRET_ACCESS_KEY": "s3cret"},
            "backend": "",
            "home": None,
            "served_by": "1 2 3",
        }
        return TargetEnvironment(**{**given, **self.place})

    @property
    def state(self) -> Path:
        return self.folder / "states" / ".pulumi" / "stacks" / "shop" / "dev.json"

    @property
    def own(self) -> Path:
        return self.folder / "states" / ".tablewright" / "shop" / "dev"

    @property
    def notes(self) -> Path:
        return self.folder / "user" / "unchanged"

    def write(self, file: Path, text: str = "") -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def record(self, **more: Any) -> None:
        resources = [
            {"urn": urn, "type": type_, "custom": type_ == TABLE, "outputs": SAME.outputs}
            for urn, type_ in RECORDED.items()
        ]
        document = {"checkpoint": {"latest": {"resources": resources}}, "version": 3, **more}
        self.write(self.state, json.dumps(document))

    def preview(self) -> bool:
        """Whether the engine was asked."""
        before = self.asked

        def ask() -> RunResult:
            self.asked += 1
            self.meanwhile()
            return self.answer

        result, known = previewed(self.engine_stack, self.target, lambda: self.facts, ask)
        told = {(change.urn, change.operation) for change in result.changes}
        assert known is None or told == {(urn, Operation.SAME) for urn in RECORDED}
        assert (known is None) is (self.asked > before)
        return self.asked > before


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "user"))
    made = Room(tmp_path)
    made.record()
    made.write(made.own / "passphrase", "xyz")
    made.write(tmp_path / "pulumi")
    return made


def test_the_engine_is_asked_once(room):
    assert [room.preview() for _ in range(3)] == [True, False, False]


def test_it_is_said_from_when_it_is_known(room):
    room.preview()
    _, known = previewed(room.engine_stack, room.target, lambda: room.facts, lambda: SAME)
    assert known
    assert known.words.startswith("all is as it was at ")


def test_a_known_preview_is_that_of_the_engine(room):
    room.preview()
    known, _ = previewed(room.engine_stack, room.target, lambda: room.facts, lambda: SAME)
    assert known.outputs == SAME.outputs
    assert [(change.urn, change.type, change.name) for change in known.changes] == [
        (change.urn, change.type, change.name) for change in SAME.changes
    ]


CHANGES: Mapping[str, Callable[[Room], object]] = {
    "what is declared": lambda room: setattr(room, "facts", ("orders", 2)),
    "the state": lambda room: room.record(features=["x"]),
    "the passphrase": lambda room: room.write(room.own / "passphrase", "another"),
    "the engine": lambda room: room.write(room.folder / "pulumi", "newer"),
    "its version": lambda room: room.stack.update(engine=Engine(room.folder / "pulumi", "3.260.0")),
    "the configuration": lambda room: room.stack.update(config={"aws:region": "eu-west-2"}),
    "the plug-ins": lambda room: room.stack.update(home=None),
    "the provider": lambda room: room.place.update(served_by="1 2 4"),
    "the region": lambda room: room.place.update(region="eu-west-2"),
    "the endpoint": lambda room: room.place.update(target=Target.sandbox("http://127.0.0.1:1")),
    "the role": lambda room: room.place.update(
        target=replace(room.target.target, role_arn="arn:aws:iam::1:role/r")
    ),
    "a variable": lambda room: room.place.update(environment={"AWS_REGION": "eu-west-2"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_engine_is_asked_where_anything_differs(room, name):
    room.preview()
    assert not room.preview()
    CHANGES[name](room)
    assert room.preview()


def test_another_stack_is_another_one(room):
    room.preview()
    room.write(room.state.with_name("prod.json"), room.state.read_text())
    room.write(room.own.with_name("prod") / "passphrase", "xyz")
    room.stack["stack"] = "prod"
    assert room.preview()


def test_the_engine_is_asked_once_our_code_or_a_package_differs(room, monkeypatch, tmp_path):
    code = tmp_path / "tablewright"
    room.write(code / "__init__.py")
    room.write(code / "deploy" / "a.py", "1")
    monkeypatch.setattr(tablewright, "__file__", str(code / "__init__.py"))
    room.preview()
    room.write(code / "deploy" / "__pycache__" / "a.pyc", "compiled")
    assert not room.preview()
    room.write(code / "deploy" / "a.py", "22")
    assert room.preview()
    room.write(code / "deploy" / "b.py")
    assert room.preview()


def test_who_gets_in_is_neither_kept_nor_told_apart(room):
    room.preview()
    room.place["environment"] = {"AWS_REGION": "eu-west-1", "AWS_SECRET_ACCESS_KEY": "other"}
    assert not room.preview()
    (note,) = room.notes.iterdir()
    assert note.stat().st_mode & 0o077 == 0
    assert {*json.loads(note.read_text())} == {"inputs", "state", "moment"}


DOUBTS: Mapping[str, Callable[[Room], object]] = {
    "a run holds it": lambda room: room.write(
        room.folder / "states/.pulumi/locks/organization/shop/dev/1.json"
    ),
    "a run was cut off": lambda room: room.write(room.own / "journals" / "1-2.events"),
    "a passphrase of the user's": lambda room: (room.own / "passphrase").unlink(),
    "a passphrase given": lambda room: room.stack.update(passphrase="mine"),
    "no state": lambda room: room.state.unlink(),
    "a state in a bucket": lambda room: room.stack.update(backend="s3://states"),
    "the note is cut off": lambda room: [file.write_text("{") for file in room.notes.iterdir()],
    "the note is another's": lambda room: [
        file.write_text('{"inputs": "1"}') for file in room.notes.iterdir()
    ],
}


@pytest.mark.parametrize("name", DOUBTS)
def test_the_engine_is_asked_in_any_doubt(room, name, monkeypatch):
    room.preview()
    DOUBTS[name](room)
    if name == "a state in a bucket":
        assert not is_expected(room.engine_stack.place)
        assert previewed(room.engine_stack, room.target, lambda: room.facts, lambda: SAME) == (
            SAME,
            None,
        )
        return
    assert room.preview()


ORDERS = SAME.changes[1]
DIFFERENT: Mapping[str, RunResult] = {
    "a change": replace(
        SAME, changes=(SAME.changes[0], replace(ORDERS, operation=Operation.UPDATE))
    ),
    "a read": replace(SAME, changes=(SAME.changes[0], replace(ORDERS, operation=Operation.READ))),
    "a move": replace(SAME, changes=(SAME.changes[0], replace(ORDERS, former="urn"))),
    "one is not told of": replace(SAME, changes=SAME.changes[:1]),
    "another one": replace(SAME, changes=(*SAME.changes, replace(ORDERS, urn="a::b::c::d"))),
    "a warning": replace(SAME, diagnostics=(Diagnostic("warning", "it is deprecated"),)),
    "an output": replace(SAME, outputs={}),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_only_what_stays_the_same_without_a_word_is_kept(room, name):
    room.answer = DIFFERENT[name]
    assert room.preview()
    assert room.preview()
    assert not is_expected(room.engine_stack.place)


def test_a_state_that_changes_meanwhile_is_another_one(room):
    room.meanwhile = lambda: room.record(features=["x"])
    room.preview()
    assert room.preview()


def test_a_program_of_a_users_own_is_always_run(room):
    room.preview()
    assert previewed(room.engine_stack, room.target, None, lambda: SAME) == (SAME, None)


def test_what_has_no_plain_form_is_never_known(room):
    room.facts = (object(),)
    assert [room.preview() for _ in range(2)] == [True, True]


def test_it_is_expected_as_long_as_the_state_is_the_same(room):
    assert not is_expected(room.engine_stack.place)
    room.preview()
    assert is_expected(room.engine_stack.place)
    room.facts = "others"  # which only the whole preview finds out
    assert is_expected(room.engine_stack.place)
    room.record(features=["x"])
    assert not is_expected(room.engine_stack.place)


def test_a_change_that_is_found_is_expected_next(room):
    room.preview()
    room.facts, room.answer = "others", DIFFERENT["a change"]
    room.preview()
    assert not is_expected(room.engine_stack.place)


def test_two_hundred_are_kept(room):
    for number in range(205):
        room.write(room.notes / f"{number}.json", "{}")
    room.preview()
    assert len([*room.notes.iterdir()]) == 200
    assert not room.preview()


def test_where_nothing_can_be_kept_the_engine_is_asked(room):
    room.write(room.folder / "user", "a file")
    assert [room.preview() for _ in range(2)] == [True, True]


# Any other value has another form. --------------------------------------------------------------


def parts(value: Any) -> Iterator[Any]:
    """Every value of ours that is in a value, itself included."""
    match value:
        case Mapping():
            yield from (part for item in value.values() for part in parts(item))
        case tuple() | list() | frozenset():
            yield from (part for item in value for part in parts(item))
        case _ if is_dataclass(value):
            yield value
            yield from (part for one in fields(value) for part in parts(getattr(value, one.name)))


def test_every_field_of_all_that_is_declared_counts():
    declared = declare(manifest.load([UNIT / "components" / "everything.yaml"], environment={}))
    seen = {type(part): part for part in parts((declared, NOTHING))}
    assert len(seen) > 20
    for part in seen.values():
        for member in fields(part):
            changed = copy(part)
            object.__setattr__(changed, member.name, "changed")
            assert plain_form(changed) != plain_form(part), (type(part), member.name)


DISTINCT = (1, 1.5, True, None, "1", "", (1,), ("1",), {"1": 1}, {1: 1}, {"": 1}, {}, (), {1}, {2})
FURTHER = (Decimal(1), Decimal("1.0"), Path("1"), Operation.SAME, Operation.READ, ((), ()), ((),))


def test_different_values_have_different_forms():
    forms = [json.dumps(plain_form(value)) for value in (*DISTINCT, *FURTHER)]
    assert len({*forms}) == len(forms)


def test_a_set_has_one_form_whatever_the_order():
    some, same = frozenset("abcdefgh"), frozenset(reversed("abcdefgh"))
    assert plain_form(some) == plain_form(same) != plain_form(some - {"a"})
