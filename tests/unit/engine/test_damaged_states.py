"""States with each record and field removed or of another kind: read, or refused in a sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tablewright.engine.state.backend import Backend, StackPlace
from tablewright.engine.state.checkpoint import State, UnknownVersionError, read_checkpoint
from tablewright.engine.state.repair import forget_kept, keep_state, restore_state
from tablewright.engine.state.store import StateStore
from tablewright.errors import BackendError

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_51_1"
TABLE = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::orders"
ALARM = "urn:pulumi:dev::shop::aws:cloudwatch/metricAlarm:MetricAlarm::errors"
OTHERS: tuple[Any, ...] = (None, 5, "x", [], {}, True, [5], ["x"], [{}], {"x": 5}, -1.5)


def resource(urn: str, **members: Any) -> dict[str, Any]:
    return {"urn": urn, "type": urn.split("::")[2], "custom": True, "parent": ROOT, **members}


STATE: dict[str, Any] = {
    "version": 3,
    "checkpoint": {
        "stack": "organization/shop/dev",
        "latest": {
            "manifest": {"time": "2026-01-01T00:00:00Z", "version": "v3.259.0"},
            "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:x"}},
            "resources": [
                {"urn": ROOT, "type": "pulumi:pulumi:Stack", "outputs": {"names": ["orders"]}},
                resource(PROVIDER, id="p"),
                resource(
                    TABLE,
                    id="orders",
                    provider=f"{PROVIDER}::p",
                    inputs={"name": "orders"},
                    outputs={"name": "orders"},
                    initErrors=["half done"],
                ),
                resource(ALARM, id="errors", dependencies=[TABLE], provider=f"{PROVIDER}::p"),
            ],
            "pending_operations": [{"type": "creating", "resource": resource(f"{TABLE}-2")}],
        },
    },
}


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, as the keys that lead to it."""
    yield ()
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in [*items, *(enumerate(value) if isinstance(value, list) else ())]:
        yield from ((key, *rest) for rest in places(inner))


def damaged() -> Iterator[Any]:
    """The state with each place in it removed, and replaced by a value of every other kind."""
    for path in places(STATE):
        for other in ("remove", *OTHERS):
            document: Any = copy.deepcopy(STATE)
            if not path:
                yield other
                continue
            holder = document
            for key in path[:-1]:
                holder = holder[key]
            if other == "remove":
                del holder[path[-1]]
            else:
                holder[path[-1]] = other
            yield document


@pytest.fixture
def place(tmp_path: Path) -> StackPlace:
    made = StackPlace(Backend.of(tmp_path), "shop", "dev")
    assert made.state_file
    made.state_file.parent.mkdir(parents=True)
    return made


def store(place: StackPlace) -> StateStore:
    return StateStore(place, lambda *_: pytest.fail("the engine was asked"))


def write(place: StackPlace, text: str) -> None:
    assert place.state_file
    place.state_file.write_text(text)


def refusal(place: StackPlace, document: Any) -> BackendError | None:
    """Why a state is not read; None if it is."""
    write(place, json.dumps(document))
    try:
        assert isinstance(store(place).read(), State)
    except BackendError as error:
        return error
    return None


def test_the_state_itself_is_read() -> None:
    state = read_checkpoint(STATE)
    assert [each.name for each in state.resources][2:] == ["orders", "errors"]
    assert [each.resource.name for each in state.pending] == ["orders-2"]


def test_a_damaged_state_is_read_or_refused_in_a_sentence(place: StackPlace) -> None:
    refusals = [error for document in damaged() if (error := refusal(place, document))]
    assert len(refusals) > 300
    for error in refusals:
        assert str(place.state_file) in error.message
        assert "\n" not in error.message
        assert error.next_step


@pytest.mark.parametrize("length", [0, 1, 100, len(json.dumps(STATE)) - 1])
def test_a_state_that_was_cut_off_is_never_read(length: int, place: StackPlace) -> None:
    write(place, json.dumps(STATE)[:length])
    with pytest.raises(BackendError, match="is damaged"):
        store(place).read()


def test_what_a_resource_refers_to_must_be_recorded() -> None:
    latest = STATE["checkpoint"]["latest"]
    without = {**latest, "resources": [latest["resources"][0], *latest["resources"][2:]]}
    with pytest.raises(ValueError, match="refers to default_7_51_1, which is not in it"):
        read_checkpoint({"version": 3, "checkpoint": {"latest": without}})


def test_a_later_version_is_no_damage_and_no_copy_takes_its_place(place: StackPlace) -> None:
    write(place, json.dumps(STATE))
    keep_state(place)
    write(place, json.dumps({**STATE, "version": 99}))
    with pytest.raises(UnknownVersionError):
        read_checkpoint({**STATE, "version": 99})
    with pytest.raises(BackendError, match="is of version 99") as caught:
        store(place).read()
    assert "the version of tablewright that wrote it" in caught.value.next_step


def test_a_link_to_nothing_is_no_stack_that_never_was(place: StackPlace) -> None:
    assert store(place).read() is None
    assert place.state_file
    place.state_file.symlink_to("nowhere.json")
    with pytest.raises(BackendError, match="what it points to is not there"):
        store(place).read()


def test_a_folder_is_no_state(place: StackPlace) -> None:
    assert place.state_file
    place.state_file.mkdir()
    with pytest.raises(BackendError, match="is not a file"):
        store(place).read()


def test_a_state_and_its_backup_cut_off_go_back_to_the_one_that_was_kept(place: StackPlace) -> None:
    assert place.state_file
    write(place, json.dumps(STATE))
    keep_state(place)
    place.state_file.unlink()  # as the engine replaces it
    write(place, json.dumps(STATE)[:99])
    place.state_file.with_name("dev.json.bak").write_text("")
    with pytest.raises(BackendError) as caught:
        store(place).read()
    assert caught.value.next_step.endswith("dev.json.kept")
    keep_state(place)  # what is damaged is never kept over what is good
    assert restore_state(place) == place.state_file.with_name("dev.json.kept")
    assert store(place).read() == read_checkpoint(STATE)
    assert place.state_file.with_name("dev.json.damaged").read_text() == json.dumps(STATE)[:99]


def test_nothing_is_kept_of_a_stack_that_is_gone(place: StackPlace) -> None:
    assert place.state_file
    write(place, json.dumps(STATE))
    keep_state(place)
    forget_kept(place)
    assert list(place.state_file.parent.iterdir()) == [place.state_file]
