"""Files that we keep ourselves, with anything in them: read, or refused in a sentence."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tablewright.deploy.ownership.ledger import token_of
from tablewright.deploy.source import from_saved, is_saved
from tablewright.engine import Backend, StackPlace
from tablewright.engine.confirmed import FORMAT, differences
from tablewright.engine.state.checkpoint import State
from tablewright.engine.state.recovery import unrecorded
from tablewright.errors import InputError
from tablewright.manifest.documents.loader import SAVED_FORMAT

MANIFESTS = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec: {region: eu-west-1, environment: test, tags: {Team: web, CostCenter: "7"}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}
spec: {partitionKey: {name: id, type: S}}
"""
CHANGE = {
    "urn": "urn:pulumi:dev::shop::aws:dynamodb/table:Table::orders",
    "operation": "create",
    "properties": {"name": "add"},
    "values": "1",
    "before": "",
}
SAVED: dict[str, Any] = {
    "format": SAVED_FORMAT,
    "manifests": MANIFESTS,
    "preview": {
        "format": FORMAT,
        "stack": "shop/dev",
        "manifest": "abc",
        "context": {"target": "aws"},
        "changes": [CHANGE],
    },
    "allowReplace": ["orders"],
    "allowDelete": [],
    "refresh": False,
}
OTHERS: tuple[Any, ...] = (None, 5, "x", [], {}, True, [5], [{}], {"x": 5})
GARBAGE = ("", "{", "null", "[]", "5", '"x"', "[5]", '[{"x": 1}]', "\0\0", "[" * 100_000)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in [*items, *(enumerate(value) if isinstance(value, list) else ())]:
        yield from ((key, *rest) for rest in places(inner))


def damaged() -> Iterator[Any]:
    for path in places(SAVED):
        for other in ("remove", *OTHERS) if path else ():
            document = copy.deepcopy(SAVED)
            holder: Any = document
            for key in path[:-1]:
                holder = holder[key]
            if other == "remove":
                del holder[path[-1]]
            else:
                holder[path[-1]] = other
            yield document


def test_a_damaged_saved_preview_is_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(SAVED))
    whole = from_saved(str(path)).confirmed
    assert whole
    refusals = []
    for document in damaged():
        path.write_text(json.dumps(document))
        try:
            other = from_saved(str(path)).confirmed
        except InputError as error:
            refusals.append(error)
            continue
        assert other
        differences(other, whole)  # nothing in it is of another kind than it is taken for
    assert len(refusals) > 80
    assert all(error.exit_status == 2 and str(error) for error in refusals)


@pytest.mark.parametrize("length", [0, 1, 30, 400, len(json.dumps(SAVED)) - 1])
def test_a_saved_preview_that_was_cut_off_is_never_carried_out(length: int, tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(SAVED)[:length])
    if is_saved(str(path)):
        with pytest.raises(InputError):
            from_saved(str(path))


@pytest.mark.parametrize("text", GARBAGE)
def test_a_damaged_note_of_a_stacks_claims_is_written_again(text: str, tmp_path: Path) -> None:
    place = StackPlace(Backend.of(tmp_path), "shop", "dev")
    assert place.own_folder
    place.own_folder.mkdir(parents=True)
    (place.own_folder / "claims").write_text(text)
    fresh = token_of(place)
    assert re.fullmatch("[0-9a-f]{16}", fresh)
    assert token_of(place) == fresh, "and is written again"


EVENTS = (
    '{"resourcePreEvent": 5}',
    '{"resourcePreEvent": {}}',
    '{"resourcePreEvent": {"metadata": {"urn": 5, "op": "x"}}}',
)


@pytest.mark.parametrize("text", [*GARBAGE, *EVENTS])
def test_a_damaged_journal_tells_nothing_and_stops_nothing(text: str, tmp_path: Path) -> None:
    journal = tmp_path / "1-2.events"
    journal.write_text(f"{text}\n{text}\n")
    assert unrecorded(State(), [journal]) == ()
