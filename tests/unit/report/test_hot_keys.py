"""Hot keys as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rich.console import Console

from tablewright.fleet.hot_keys import HotKeys, KeyRanking, UsedKey
from tablewright.report.findings.hot_keys import render

LONG = "customer#" + "0123456789" * 12
KEYS = (UsedKey((LONG,), 30.0, 3.0), UsedKey(("c-2",), 10.0, 1.5))
RANKING = KeyRanking(
    None, throttled=False, attributes=("id",), total=40.0, different=1200, keys=KEYS
)
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def printed(width: int, *, is_terminal: bool) -> list[str]:
    console = Console(width=width, color_system=None, force_terminal=is_terminal)
    with console.capture() as capture:
        render(HotKeys("orders", "eu-west-1", NOON, NOON, (RANKING,), {}), console)
    return capture.get().splitlines()


@pytest.mark.parametrize(("width", "is_terminal"), [(80, True), (200, True), (100_000, False)])
def test_a_key_is_whole_however_long_and_stands_in_one_line(width, is_terminal):
    lines = printed(width, is_terminal=is_terminal)
    assert sum(LONG in line for line in lines) == 1
    assert not any("…" in line or line.endswith(" ") for line in lines)


def test_numbers_stand_below_each_other_and_the_key_comes_last():
    lines = printed(200, is_terminal=True)
    assert lines[2] == "   count   share  peak/min  key"
    assert lines[3] == f"1     30  75.0 %         3  {LONG}"
    assert lines[4] == "2     10  25.0 %       1.5  c-2"
    assert lines[5] == "      40                    all 1,200 keys"


def test_what_has_no_room_beside_the_numbers_stands_below_them():
    lines = printed(80, is_terminal=True)
    assert lines[3] == "1     30  75.0 %         3"
    assert lines[4:6] == ["  key", f"  {LONG}"]
